// A start that is put off, from the page, with the keyboard where it matters.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { confirm, get, propose } from "../api.mjs";
import { openReview } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
const snapshot = { action: "guest.snapshot.create", target: { kind: "qemu", vmid: 103 }, name: "later" };
let otto;
let proposal;
let review;

act("a plan can be started later, and the dialog says what that means", async () => {
  otto = await enter("Otto");
  proposal = await propose(otto, snapshot);
  review = await openReview(otto, proposal.id);
  await review.root.getByTestId("start-later").click();
  const dialog = otto.getByRole("dialog", { name: "Start later" });
  await dialog.getByText(/checked again/).waitFor();
  assert.ok(await dialog.getByTestId("start-at").inputValue(), "a moment to begin with");
  await shoot(otto, "start-later");
  await assertAccessible(otto, "start-later");
});

act("a moment that is over is not taken, and nothing that was typed is lost", async () => {
  const dialog = otto.getByRole("dialog", { name: "Start later" });
  const at = dialog.getByTestId("start-at");
  const soon = await at.inputValue();
  await at.fill("2020-01-01T00:00");
  await dialog.getByTestId("put-off-now").click();
  await dialog.getByText(/The time is over already/).first().waitFor();
  assert.equal(await at.inputValue(), "2020-01-01T00:00");
  await at.fill(soon);
});

act("it waits, says for what, and nothing has started", async () => {
  const dialog = otto.getByRole("dialog", { name: "Start later" });
  await dialog.getByTestId("put-off-now").focus();
  await otto.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  const waits = review.root.getByTestId("put-off");
  await waits.getByText("Starts by itself").waitFor();
  await shoot(otto, "put-off");
  await assertAccessible(otto, "put-off");
  const held = await get(otto, `/api/actions/${proposal.id}`);
  assert.deepEqual([held.state, held.schedule.state, held.execution], ["in_review", "waiting", null]);
});

act("it can be taken back, and the plan is started now instead", async () => {
  await review.root.getByTestId("take-back").click();
  await review.root.getByTestId("put-off").waitFor({ state: "detached" });
  assert.equal((await get(otto, `/api/actions/${proposal.id}`)).schedule.state, "cancelled");
  await confirm(otto, proposal);
});
