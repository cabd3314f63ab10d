// A hard stop of a guest takes two admins with passkeys, neither of them its author; a human counts once, whatever
// accounts they have.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { get, propose, send } from "../api.mjs";
import { authenticator } from "../authenticator.mjs";
import { addPasskey } from "../pages/account.mjs";
import { Execution } from "../pages/execution.mjs";
import { kinds, openLedger } from "../pages/lists.mjs";
import { signInAs } from "../pages/provider.mjs";
import { openReview } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { guest } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, open } = stage();
const vmid = 103;
const people = {};
let proposal;
let device;

/** A window in which somebody with an account at the provider is signed in. */
async function enter(user) {
  people[user] = await open(user);
  await signInAs(people[user], user);
  return people[user];
}

async function review(user) {
  return openReview(people[user], proposal.id);
}

act("a hard stop waits for two admins, and its author reads so", async () => {
  const otto = await enter("otto");
  proposal = await propose(otto, { action: "guest.stop", target: { kind: "qemu", vmid } });
  assert.deepEqual([proposal.risk.destructive, proposal.approvals_required], [true, 2]);
  const own = await review("otto");
  await own.root.getByText(/destructive/i).first().waitFor();
  await own.approvals.getByText("Waits for 2 more admins, none of them the author").waitFor();
  await own.obstacle.getByText("0 of 2 approvals are there. Ask more admins to approve the plan.").waitFor();
  assert.ok(await own.confirm.isDisabled());
  assert.equal(await own.approve.count(), 0);
  await shoot(otto, "review-destructive");
  await assertAccessible(otto, "review-destructive");
  const early = await send(otto, `/api/actions/${proposal.id}/confirm`, { digest: proposal.digest, without_snapshot: "a test" });
  assert.equal((await early.json()).code, "approvals_missing");
});

act("an admin without a passkey cannot approve, and reads how to get one", async () => {
  const ada = await enter("ada");
  const dialog = await (await review("ada")).askToApprove();
  await dialog.getByText("You have no passkey.").waitFor();
  await dialog.getByRole("link", { name: "Add one under your account." }).waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Approve with your passkey" }).isDisabled());
  const answer = await send(ada, `/api/actions/${proposal.id}/approvals`, { digest: proposal.digest, verdict: "approve" });
  assert.equal(answer.status(), 403, await answer.text());
});

act("a device that did not find its user approves nothing, and what was typed stays", async () => {
  const { ada } = people;
  device = await authenticator(ada);
  await addPasskey(ada, "Ada's key");
  await device.verifiesUser(false);
  const dialog = await (await review("ada")).askToApprove();
  const comment = dialog.getByRole("textbox", { name: /^Comment/ });
  await comment.fill("seen with Otto");
  await dialog.getByRole("button", { name: "Approve with your passkey" }).click();
  await dialog.getByText("No passkey was given.").waitFor();
  assert.equal(await comment.inputValue(), "seen with Otto");
  assert.equal((await get(ada, `/api/actions/${proposal.id}/approvals`)).counting, 0);
  await device.verifiesUser(true);
  await dialog.getByRole("button", { name: "Approve with your passkey" }).click();
  await dialog.waitFor({ state: "detached" });
});

act("the first approval counts, everybody sees it at once, and it starts nothing", async () => {
  const own = await review("otto");
  await own.approvals.getByText("Approved by Ada Ahrens").waitFor();
  await own.approvals.getByText("seen with Otto").waitFor();
  await own.approvals.getByText("Waits for 1 more admin, not the author").waitFor();
  assert.ok(await own.confirm.isDisabled());
  assert.equal((await guest(vmid)).status, "running");
});

act("the same human with another account is not a second person", async () => {
  const twin = await enter("ada.adm");
  await authenticator(twin);
  await addPasskey(twin, "Ada's other key");
  const page = await review("ada.adm");
  await page.cannotApprove.getByText(/You have decided on this plan already, from this or another account/).waitFor();
  assert.equal(await page.approve.count(), 0);
  await shoot(twin, "review-second-account");
  const { you, counting } = await get(twin, `/api/actions/${proposal.id}/approvals`);
  assert.match(you.not_approve, /another account/);
  assert.equal(counting, 1);
});

act("a hard stop needs two admins with passkeys, neither the author", async () => {
  const alan = await enter("alan");
  await authenticator(alan);
  await addPasskey(alan, "Alan's key");
  const page = await review("alan");
  assert.equal(await page.approve.innerText(), "Approve as 2 of 2");
  await page.approveWithPasskey();
  await page.approvals.getByText("Approved by Alan Abel").waitFor();
  await page.obstacle.getByText(/^You approved this plan/).waitFor();
  assert.ok(await page.confirm.isDisabled());
  await shoot(alan, "review-approved");
  await assertAccessible(alan, "review-approved");
});

act("its author confirms what two others approved, and it happens once", async () => {
  const { otto } = people;
  const own = await review("otto");
  await own.approvals.getByText("Approved by Alan Abel").waitFor();
  if ((await own.obstacle.innerText()) !== "") await own.goOnWithoutSnapshot("it is started again at once");
  await own.obstacle.getByText(/./).waitFor({ state: "detached" });
  await own.confirm.click();
  await otto.waitForURL(/\/executions\//);
  await new Execution(otto).waitFor("Succeeded: 1 step done, each seen on fresh state");
  assert.equal((await guest(vmid)).status, "stopped");
  await openLedger(otto, `proposal/${proposal.id}`);
  const told = await kinds(otto);
  assert.equal(told.filter((kind) => kind === "proposal.approved").length, 2, told.join(" "));
  assert.equal(told.at(-1), "proposal.confirmed");
});

act("an admin approves nothing that they asked for themselves", async () => {
  const { ada } = people;
  proposal = await propose(ada, { action: "guest.stop", target: { kind: "lxc", vmid: 105 } });
  const own = await review("ada");
  await own.cannotApprove.getByText(/You asked for this change/).waitFor();
  assert.equal(await own.approve.count(), 0);
  const answer = await send(ada, `/api/actions/${proposal.id}/approvals`, { digest: proposal.digest, verdict: "reject", comment: "my own" });
  assert.deepEqual([answer.status(), (await answer.json()).code], [403, "second_person_needed"]);
});

act("an admin's no ends it, with the reason for its author to read", async () => {
  const page = await review("alan");
  await page.rejectBecause("mail-01 serves the whole house");
  const own = await review("ada");
  await own.root.getByText("mail-01 serves the whole house").first().waitFor();
  assert.equal(await own.decisionBar.count(), 0);
  assert.equal((await get(people.ada, `/api/actions/${proposal.id}`)).state, "rejected");
  assert.equal((await guest(105)).status, "running");
});

act("afterwards the guest runs again", async () => {
  const back = await propose(people.otto, { action: "guest.start", target: { kind: "qemu", vmid } });
  proposal = back;
  const own = await review("otto");
  await own.confirm.click();
  await people.otto.waitForURL(/\/executions\//);
  await new Execution(people.otto).waitFor("Succeeded: 1 step done, each seen on fresh state");
});
