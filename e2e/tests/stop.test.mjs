// The emergency stop between two steps: from the page, in two steps, seen by everybody, written down, released by two people.

import assert from "node:assert/strict";
import { after } from "node:test";

import { assertAccessible } from "../accessible.mjs";
import { confirm, get, propose, send } from "../api.mjs";
import { authenticator } from "../authenticator.mjs";
import { addPasskey } from "../pages/account.mjs";
import { Execution } from "../pages/execution.mjs";
import { kinds, openLedger, records } from "../pages/lists.mjs";
import { openReview } from "../pages/review.mjs";
import { agreeToRelease, askToRelease, askToStop, banner, stopEverything } from "../pages/stop.mjs";
import { shoot } from "../shots.mjs";
import { clearFaults, guest, holdNextTask, tasksOf } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
const reason = "smoke in the server room";
let otto;
let alan;
let watched;
let id;

// What a failed act leaves must not stop the other test files.
after(async () => {
  await clearFaults();
});

act("a plan of two steps is in the middle of its first", async () => {
  [otto, alan] = [await enter("Otto"), await enter("Alan")];
  await holdNextTask("/qemu/102/snapshot");
  const proposal = await propose(
    otto,
    { action: "guest.snapshot.create", target: { kind: "qemu", vmid: 102 }, name: "before-the-stop" },
    { action: "guest.migrate", target: { kind: "qemu", vmid: 102 }, node: "pve3" },
  );
  id = await confirm(alan, proposal);
  watched = await Execution.open(otto, id);
  await watched.step(1).getByText("Running in Proxmox").waitFor();
});

act("the button alone stops nothing, and neither does Escape", async () => {
  const panel = await askToStop(otto);
  await panel.getByText(/No further step of any execution starts/).waitFor();
  await shoot(otto, "stop-panel");
  await assertAccessible(otto, "stop-panel");
  await otto.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.equal((await get(otto, "/api/emergency-stop")).engaged, false);
});

act("the second step stops: everybody sees the banner, with who and why", async () => {
  await stopEverything(otto, reason);
  for (const page of [otto, alan]) {
    await banner(page).getByText("No step of any execution starts.").waitFor();
    await banner(page).getByText(reason).waitFor();
    await banner(page).getByText("Otto").waitFor();
  }
  assert.equal(await otto.getByRole("button", { name: "Emergency stop" }).count(), 0);
  await banner(otto).getByText(/^1 execution still has a task running inside Proxmox/).waitFor();
  assert.deepEqual(await banner(otto).getByRole("button").allInnerTexts(), ["Ask to release"]);
  await watched.waitFor("Stopping: no further step starts");
  await shoot(otto, "stopping");
  await assertAccessible(otto, "stopping");
});

act("while it is set nothing can be confirmed, and the review says why", async () => {
  const proposal = await propose(otto, { action: "guest.start", target: { kind: "qemu", vmid: 108 } });
  const review = await openReview(alan, proposal.id);
  await review.obstacle.getByText("The emergency stop is set: no step may start.").waitFor();
  assert.ok(await review.confirm.isDisabled());
  await review.rejectBecause("not while it burns");
  await review.root.getByText("not while it burns").first().waitFor();
});

act("the step that ran is followed to its end, and the later step never starts", async () => {
  await clearFaults();
  await watched.waitFor("Stopped: 1 of 2 steps done");
  await watched.result.getByText(`Otto set the emergency stop: ${reason}.`).waitFor();
  await watched.result.getByText("1 later step did not start.").waitFor();
  assert.match(await watched.step(1).innerText(), /Done and seen/);
  assert.match(await watched.step(2).innerText(), /Not started/);
  assert.equal((await tasksOf(102, "qmsnapshot")).length, 1);
  assert.equal((await tasksOf(102, "qmigrate")).length, 0);
  assert.equal((await guest(102)).node, "pve2");
  await banner(otto).getByText(/still has a task running/).waitFor({ state: "detached" });
  await shoot(otto, "stopped");
  await assertAccessible(otto, "stopped");
});

act("the ledger agrees with the page", async () => {
  await openLedger(otto, `execution/${id}`);
  const told = await kinds(otto);
  assert.equal(told.filter((kind) => kind === "step.succeeded").length, 1, told.join(" "));
  assert.equal(told.filter((kind) => kind === "step.intended").length, 1, told.join(" "));
  assert.equal(told.at(-1), "execution.ended");
  await records(otto).first().locator("summary").click();
  await records(otto).first().getByText(/"stopped"/).waitFor();
  await openLedger(otto, "emergency-stop");
  assert.deepEqual(await kinds(otto), ["emergency_stop.engaged"]);
  await records(otto).first().locator("summary").click();
  await records(otto).first().getByText(reason).waitFor();
});

act("nobody releases it alone, and an admin not without a passkey", async () => {
  await askToRelease(otto);
  await banner(otto).getByText("You asked to release it. A second person must agree, who has to be an admin.").waitFor();
  assert.equal(await banner(otto).getByRole("button").count(), 0);
  const again = await send(otto, "/api/emergency-stop/release", {});
  assert.deepEqual([again.status(), (await again.json()).code], [403, "second_person_needed"]);
  await banner(alan).getByText(/^Otto asked to release it/).waitFor();
  await banner(alan).getByText("You have no passkey.").waitFor();
  assert.ok(await banner(alan).getByRole("button", { name: "Agree and release" }).isDisabled());
  const without = await send(alan, "/api/emergency-stop/release", {});
  assert.equal(without.status(), 403, await without.text());
  assert.equal((await get(alan, "/api/emergency-stop")).engaged, true);
});

act("two people release it, one of them an admin with a passkey, and executions run again", async () => {
  await authenticator(alan);
  await addPasskey(alan, "Alan's key");
  // The banner stands above the account, too, and needs no other page to know of the new passkey.
  await agreeToRelease(alan);
  await banner(otto).waitFor({ state: "detached" });
  await openLedger(alan, "emergency-stop");
  const told = await kinds(alan);
  assert.equal(told[0], "emergency_stop.engaged");
  assert.equal(told.at(-1), "emergency_stop.released");
  const proposal = await propose(otto, { action: "guest.start", target: { kind: "qemu", vmid: 108 } });
  const next = await Execution.open(alan, await confirm(alan, proposal));
  await next.waitFor("Succeeded: 1 step done, each seen on fresh state");
  assert.equal((await guest(108)).status, "running");
});

act("one execution alone can be stopped after its present step", async () => {
  await holdNextTask("/lxc/112/snapshot");
  const proposal = await propose(
    otto,
    { action: "guest.snapshot.create", target: { kind: "lxc", vmid: 112 }, name: "first" },
    { action: "guest.snapshot.create", target: { kind: "lxc", vmid: 112 }, name: "second" },
  );
  const one = await Execution.open(otto, await confirm(alan, proposal));
  await one.step(1).getByText("Running in Proxmox").waitFor();
  await one.stopAfterStep.click();
  await one.waitFor("Stopping: no further step starts");
  await clearFaults();
  await one.waitFor("Stopped: 1 of 2 steps done");
  const taken = (await guest(112)).snapshots;
  assert.ok(taken.includes("first") && !taken.includes("second"), taken.join(" "));
});

act("a drill holds steps back, is seen by everybody, and is ended by whoever may stop", async () => {
  const panel = await askToStop(otto);
  await panel.getByTestId("drill").click();
  const drill = otto.getByTestId("drill-banner");
  await drill.getByText("Drill of the emergency stop.").waitFor();
  await shoot(otto, "stop-drill");
  await assertAccessible(otto, "stop-drill");
  await drill.getByRole("button", { name: "End the drill" }).click();
  await drill.waitFor({ state: "detached" });
  assert.equal((await get(otto, "/api/emergency-stop")).drill, null);
});
