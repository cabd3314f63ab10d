// Neither yes nor no: an admin wants another plan, its author makes one, and what was approved can be checked by hand.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { assertAccessible } from "../accessible.mjs";
import { get, propose } from "../api.mjs";
import { argusctl, home } from "../argusctl.mjs";
import { authenticator } from "../authenticator.mjs";
import { stateDir } from "../browser.mjs";
import { addPasskey } from "../pages/account.mjs";
import { Execution } from "../pages/execution.mjs";
import { signInAs } from "../pages/provider.mjs";
import { openReview } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

const { act, open } = stage();
const people = {};
let proposal;

/** A window in which somebody with an account at the provider is signed in. */
async function enter(user) {
  people[user] = await open(user);
  await signInAs(people[user], user);
  return people[user];
}

async function review(user) {
  return openReview(people[user], proposal.id);
}

act("an approval is taken back and changes are requested instead", async () => {
  const otto = await enter("otto");
  proposal = await propose(otto, { action: "guest.reboot", target: { kind: "qemu", vmid: 102 } });
  assert.equal(proposal.approvals_required, 1);
  const ada = await enter("ada");
  await authenticator(ada);
  await addPasskey(ada, "Ada's key");
  const page = await review("ada");
  await page.approveWithPasskey();
  await page.approvals.getByText("Signed with the passkey Ada's key").waitFor();
  await page.takeBack.click();
  await page.approvals.getByText("Taken back by Ada Ahrens").waitFor();
  assert.equal((await get(ada, `/api/actions/${proposal.id}/approvals`)).counting, 0);
  await assertAccessible(ada, "review-taken-back");
  await page.requestChanges("take a snapshot first");
  await page.root.getByText("Changes requested by Ada Ahrens").first().waitFor();
  assert.equal(await page.decisionBar.count(), 0);
});

act("its author reads what must be different and makes a successor", async () => {
  const own = await review("otto");
  await own.root.getByText("take a snapshot first").first().waitFor();
  await shoot(people.otto, "review-changes-requested");
  await own.succeedWith("snapshot web-02, then reboot it");
  await people.otto.waitForURL((url) => url.pathname.startsWith("/changes/") && !url.pathname.endsWith(proposal.id));
  const before = proposal;
  proposal = await get(people.otto, `/api/actions/${new URL(people.otto.url()).pathname.split("/").at(-1)}`);
  assert.equal(proposal.supersedes, before.id);
  const successor = await review("otto");
  await successor.whatChanged.getByText(/^New: step 1/).waitFor();
  await shoot(people.otto, "review-successor");
  await assertAccessible(people.otto, "review-successor");
  const old = await openReview(people.otto, before.id);
  await old.root.getByRole("link", { name: "See the plan that came in its place" }).waitFor();
});

act("the successor is approved, and argusctl says offline who signed it", async () => {
  const page = await review("ada");
  await page.approveWithPasskey();
  await page.approvals.getByText("Signed with the passkey Ada's key").waitFor();
  const saved = people.ada.waitForEvent("download");
  await page.downloadApprovals.click();
  const file = join(stateDir, `approvals-${proposal.id}.json`);
  await (await saved).saveAs(file);
  const right = await argusctl(home(), "approvals", "verify", file).ended;
  assert.equal(right.code, 0, right.text);
  assert.match(right.text, /Ada Ahrens \(account .*\) approved it/);
  const exported = await get(people.ada, `/api/actions/${proposal.id}/approvals/export`);
  exported.plan = exported.plan.replace("web-02", "web-03");
  const forged = `${file}.forged`;
  writeFileSync(forged, JSON.stringify(exported));
  const wrong = await argusctl(home(), "approvals", "verify", forged).ended;
  assert.equal(wrong.code, 1, wrong.text);
  assert.match(wrong.text, /the plan does not hold/);
});

act("its author confirms it", async () => {
  const own = await review("otto");
  if ((await own.obstacle.innerText()) !== "") await own.goOnWithoutSnapshot("the plan has one");
  await own.obstacle.getByText(/./).waitFor({ state: "detached" });
  await own.confirm.click();
  await people.otto.waitForURL(/\/executions\//);
  await new Execution(people.otto).waitFor("Succeeded: 2 steps done, each seen on fresh state");
});
