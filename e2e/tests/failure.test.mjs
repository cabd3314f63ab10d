// A guest that ignores shutdown: the step fails in the task's own words, and nothing after it starts.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { propose } from "../api.mjs";
import { authenticator } from "../authenticator.mjs";
import { addPasskey } from "../pages/account.mjs";
import { Execution } from "../pages/execution.mjs";
import { kinds, openLedger } from "../pages/lists.mjs";
import { openReview } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { guest, tasksOf } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
let otto;
let review;
let proposal;
let execution;

act("an outage of a production guest is of high risk, and waits for an admin who approves it with a passkey", async () => {
  otto = await enter("Otto");
  proposal = await propose(
    otto,
    { action: "guest.shutdown", target: { kind: "qemu", vmid: 107 }, timeout_s: 5 },
    { action: "guest.snapshot.create", target: { kind: "lxc", vmid: 104 }, name: "never-taken" },
  );
  review = await openReview(otto, proposal.id);
  await review.root.getByText("High risk").first().waitFor();
  await review.obstacle.getByText("0 of 1 approvals are there. Ask another admin to approve the plan.").waitFor();
  assert.ok(await review.confirm.isDisabled());
  const ada = await enter("Ada");
  await authenticator(ada);
  await addPasskey(ada, "Ada's key");
  const approving = await openReview(ada, proposal.id);
  await approving.approveWithPasskey();
  await approving.approvals.getByText("Approved by Ada").waitFor();
  // Whoever approved does not confirm as well.
  await approving.obstacle.getByText(/^You approved this plan/).waitFor();
  assert.ok(await approving.confirm.isDisabled());
});

act("a snapshot is asked about before anything", async () => {
  await review.approvals.getByText("Approved by Ada").waitFor();
  await review.obstacle.getByText("Decide about the snapshot first.").waitFor();
  assert.ok(await review.confirm.isDisabled());
  await shoot(otto, "review-snapshot-choice");
  await assertAccessible(otto, "review-snapshot-choice");
});

act("going on without one takes a reason", async () => {
  await review.goOnWithoutSnapshot("  ");
  await review.obstacle.getByText("Say why no snapshot is taken.").waitFor();
  assert.ok(await review.confirm.isDisabled());
  await review.goOnWithoutSnapshot("its disk was copied this morning");
  await review.obstacle.getByText(/./).waitFor({ state: "detached" });
  await review.confirm.click();
  await otto.waitForURL(/\/executions\//);
});

act("the page shows the task's own message and that the later step did not start", async () => {
  execution = new Execution(otto);
  await execution.waitFor(/^Step 1 failed: .*VM quit\/powerdown failed - got timeout/);
  await execution.result.getByText("1 later step did not start.").waitFor();
  assert.match(await execution.step(1).innerText(), /Failed/);
  assert.match(await execution.step(2).innerText(), /Not started/);
  await otto.getByText("Failed", { exact: true }).first().waitFor();
  await execution.log.getByText(/The task ended: .*VM quit\/powerdown failed - got timeout/).waitFor();
  await shoot(otto, "execution-failed");
  await assertAccessible(otto, "execution-failed");
});

act("the step that did not start has no task, no log and no snapshot", async () => {
  await execution.select(2);
  await execution.log.getByText("Nothing yet.").waitFor();
  assert.equal((await tasksOf(104, "vzsnapshot")).length, 0);
  assert.deepEqual((await guest(104)).snapshots, []);
  assert.equal((await guest(107)).status, "running");
});

act("the ledger tells the same, with the reason for going without a snapshot", async () => {
  const id = otto.url().split("/").pop();
  await otto.getByRole("link", { name: "in the ledger" }).click();
  await otto.getByTestId("records").getByText("execution.ended").waitFor();
  const told = await kinds(otto);
  assert.ok(told.includes("step.failed"), told.join(" "));
  assert.ok(!told.includes("step.succeeded"), told.join(" "));
  assert.ok(otto.url().includes(id));
  await openLedger(otto);
  const confirmed = otto.getByTestId("records").getByRole("listitem").filter({ hasText: "proposal.confirmed" }).first();
  await confirmed.locator("summary").click();
  await confirmed.getByText("its disk was copied this morning").waitFor();
});

act("the overview names the failure among what needs somebody", async () => {
  await otto.goto("/");
  await otto.getByText(/failed recently/).waitFor();
});
