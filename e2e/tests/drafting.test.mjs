// Who drafts, how a draft came about, what is found where the words ask why, and the screen about language models: in a
// console without a language model.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { askInWords } from "../pages/ask.mjs";
import { openReview, reviewDialog } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
let otto;
let proposal;

act("the ask box says that nobody but the built-in rules drafts", async () => {
  otto = await enter("Otto");
  await otto.goto("/ask");
  await otto.getByText("Read by built-in rules, no language model.").waitFor();
  await askInWords(otto, "snapshot cache-01 called before-the-update");
  const review = reviewDialog(otto);
  await review.steps.first().waitFor();
  await review.root.getByRole("link", { name: "Open as a page" }).click();
  await otto.waitForURL((url) => url.pathname.startsWith("/changes/"));
  proposal = new URL(otto.url()).pathname.split("/").at(-1);
});

act("the review's AI tab says where each parameter is from and that no model was asked", async () => {
  const review = await openReview(otto, proposal);
  await review.root.getByRole("link", { name: "AI", exact: true }).click();
  await otto.getByRole("heading", { level: 1, name: "How it was drafted" }).waitFor();
  const by = otto.getByTestId("drafted-by");
  await by.waitFor();
  assert.equal(await by.innerText(), "built-in rules, no language model");
  await otto.getByText("No language model was asked for it.").waitFor();
  const rows = otto.getByTestId("provenance").getByRole("row");
  const name = rows.filter({ hasText: "before-the-update" });
  assert.match(await name.first().innerText(), /the request: “[^”]*before-the-update”/);
  assert.equal(await otto.getByTestId("exchange").count(), 0);
  await shoot(otto, "drafting");
  await assertAccessible(otto, "drafting");
  await otto.getByRole("link", { name: "Plan", exact: true }).click();
  await review.steps.first().waitFor();
});

act("a question why is answered by findings with their evidence, and makes no proposal", async () => {
  await otto.goto("/ask");
  await askInWords(otto, "why is web-01 slow?");
  const found = otto.getByTestId("findings");
  await found.waitFor();
  assert.match(await found.innerText(), /web-01/);
  assert.match(await found.innerText(), /Looked at: /);
  assert.equal(await otto.getByRole("dialog").count(), 0);
  await shoot(otto, "findings");
  await assertAccessible(otto, "findings");
});

act("an admin sees that no language model is set up, and how good the rules' drafts are", async () => {
  const ada = await enter("Ada");
  await ada.goto("/models");
  await ada.getByText("No language model is set up.").waitFor();
  const rules = ada.getByTestId("scorecard").getByRole("row", { name: /^built-in rules, no language model/ });
  await rules.waitFor();
  await shoot(ada, "models");
  await assertAccessible(ada, "models");
});

act("an operator is told who looks after language models", async () => {
  await otto.goto("/models");
  await otto.getByText(/looks after language models/).waitFor();
  assert.equal(await otto.getByTestId("scorecard").count(), 0);
});
