// What is there depends on the role: a viewer sees everything and has no control that changes anything.

import assert from "node:assert/strict";
import { after } from "node:test";

import { assertAccessible } from "../accessible.mjs";
import { confirm, propose, send } from "../api.mjs";
import { door, signOut } from "../pages/door.mjs";
import { Execution } from "../pages/execution.mjs";
import { openReview } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { clearFaults, holdNextTask } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
let vera;
let otto;
let ada;
let waiting;
let running;

after(async () => {
  await clearFaults();
});

/** Every control's name that is there, whether or not it can be pressed. */
async function controls(page) {
  const names = await page.locator("button, input, textarea, select, [role=button]").evaluateAll((elements) =>
    elements.map((element) => element.ariaLabel ?? element.closest("label")?.querySelector("span")?.textContent ?? element.textContent),
  );
  return names.map((name) => name.trim());
}

/** What changes something, or starts to. */
const changing =
  /\b(plan it|confirm|approve|reject|withdraw|emergency|stop|release|take|snapshot|migrate|start|shut down|reboot|resume|ask|what shall change)\b/i;

async function assertReadOnly(screen) {
  const found = (await controls(vera)).filter((name) => changing.test(name));
  assert.deepEqual(found, [], `${screen}: a viewer has controls that change something`);
  assert.equal(await vera.getByRole("link", { name: /ask/i }).count(), 0, `${screen}: a link to ask`);
}

act("a change waits and another runs, for a viewer to look at", async () => {
  [otto, ada] = [await enter("Otto"), await enter("Ada")];
  waiting = await propose(otto, { action: "guest.snapshot.create", target: { kind: "lxc", vmid: 104 }, name: "waits" });
  await holdNextTask("/lxc/112/snapshot");
  const proposal = await propose(otto, { action: "guest.snapshot.create", target: { kind: "lxc", vmid: 112 }, name: "runs" });
  running = await confirm(ada, proposal);
});

act("on the overview and in a guest's sheet a viewer finds everything, and nothing to press that changes it", async () => {
  vera = await enter("Vera");
  await vera.getByTestId("guest").first().waitFor();
  await vera.getByText("14 guests").waitFor();
  await vera.getByRole("heading", { name: "Going on" }).waitFor();
  await assertReadOnly("overview");
  await shoot(vera, "overview-viewer");
  await vera.getByTestId("guest").filter({ hasText: "cache-01" }).getByRole("link").click();
  await vera.getByTestId("guest-sheet").getByText("Only an operator asks for changes; you are a viewer.").waitFor();
  await assertReadOnly("guest sheet");
});

act("lists, ledger and logs are open to a viewer, read only", async () => {
  for (const [path, heading] of [["/changes", "Changes"], ["/ledger", "Ledger"], ["/logs", "Logs"]]) {
    await vera.goto(path);
    await vera.getByRole("heading", { level: 1, name: heading }).waitFor();
    await assertReadOnly(path);
  }
});

act("asking by its address says who may", async () => {
  await vera.goto("/ask");
  await vera.getByText("Only an operator asks for changes; you are a viewer.").waitFor();
  await assertReadOnly("/ask");
});

act("a viewer reads the whole plan, and why confirming is not theirs", async () => {
  const review = await openReview(vera, waiting.id);
  assert.equal(await review.obstacle.innerText(), "Only an operator confirms; you are a viewer.");
  await assertReadOnly("review");
  await shoot(vera, "review-viewer");
  await assertAccessible(vera, "review-viewer");
});

act("a viewer watches an execution live, without a way to stop it", async () => {
  const watched = await Execution.open(vera, running);
  await watched.step(1).getByText("Running in Proxmox").waitFor();
  await vera.getByText("Only an operator stops an execution; you are a viewer.").waitFor();
  await assertReadOnly("execution");
  await clearFaults();
  await watched.waitFor("Succeeded: 1 step done, each seen on fresh state");
});

act("the API refuses a viewer what the page does not show, and an operator what is an admin's", async () => {
  const draft = { actions: [{ action: "guest.start", target: { kind: "qemu", vmid: 109 } }] };
  for (const [page, path, body] of [
    [vera, "/api/actions/proposals", { draft }],
    [vera, `/api/actions/${waiting.id}/cancel`, {}],
    [vera, `/api/actions/${waiting.id}/confirm`, { digest: waiting.digest }],
    [vera, "/api/emergency-stop", {}],
    [vera, "/api/emergency-stop/release", {}],
    [otto, `/api/actions/${waiting.id}/approvals`, { digest: waiting.digest, verdict: "reject", comment: "not mine to say" }],
    [otto, "/api/people/invitations", { name: "Somebody", role: "admin", hours: 1 }],
  ]) {
    const answer = await send(page, path, body);
    assert.equal(answer.status(), 403, path);
    assert.equal((await answer.json()).code, "forbidden", path);
  }
  assert.ok((await send(otto, `/api/actions/${waiting.id}/cancel`, {})).ok());
});

act("who signs out is at the door, and going back shows nothing", async () => {
  await signOut(vera);
  await vera.goBack();
  await door(vera, "Vera").waitFor();
  assert.equal((await vera.request.get("/api/cluster")).status(), 401);
});
