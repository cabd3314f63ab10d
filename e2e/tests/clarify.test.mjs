// Requests in words that are not clear, not possible or not understood: Argus asks or says why, and guesses nothing.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { get } from "../api.mjs";
import { askInWords, questions, words } from "../pages/ask.mjs";
import { change, openChanges } from "../pages/lists.mjs";
import { reviewDialog } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { guest } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
let page;

act("an empty request is not sent, and the page says what is missing", async () => {
  page = await enter("Otto");
  await page.goto("/ask");
  await askInWords(page, "   ");
  await page.getByRole("alert").getByText("Write what you want to change.").waitFor();
});

act("two guests of one name: Argus asks which, with each as a choice", async () => {
  await askInWords(page, "reboot test-01");
  await questions(page).getByText(/test-01/).first().waitFor();
  assert.equal(await words(page).inputValue(), "reboot test-01");
  const choices = await questions(page).getByRole("button").allInnerTexts();
  assert.equal(choices.length, 2, choices.join(" | "));
  assert.match(choices.join(" "), /109.*pve1/);
  assert.match(choices.join(" "), /110.*pve3/);
  await shoot(page, "clarify");
  await assertAccessible(page, "clarify");
});

act("the chosen answer becomes a plan for exactly that guest", async () => {
  await questions(page).getByRole("button", { name: /110/ }).click();
  const review = reviewDialog(page);
  await review.steps.first().waitFor();
  assert.equal(await review.steps.count(), 1);
  assert.match(await review.steps.first().innerText(), /container 110 on pve3/);
  assert.doesNotMatch(await review.steps.first().innerText(), /109/);
});

act("its author withdraws it, and nothing has happened", async () => {
  const review = reviewDialog(page);
  await review.withdraw.click();
  await review.root.getByText("Withdrawn by Otto").first().waitFor();
  assert.equal(await review.decisionBar.count(), 0);
  await review.close.click();
  await openChanges(page);
  assert.match(await change(page, "test-01").innerText(), /Withdrawn/);
  assert.equal((await guest(110)).status, "running");
});

act("a look-alike name is asked about, not taken for the one that was meant", async () => {
  await page.goto("/ask");
  await askInWords(page, "start web-O1 and reboot web-o2");
  await questions(page).getByText(/web-o2/).first().waitFor();
});

act("words that mean nothing are named, and the text stays to be mended", async () => {
  const text = "web-01 purple the blinkenlights";
  await askInWords(page, text);
  await questions(page).getByText(/I do not understand this part and will not guess/).waitFor();
  await questions(page).getByText("Write it differently and ask again.").waitFor();
  assert.equal(await words(page).inputValue(), text);
});

act("what Argus cannot do yet is refused with what it can", async () => {
  const text = "rename web-01 to shop";
  await askInWords(page, text);
  const alert = page.getByRole("alert").filter({ hasText: "The request was not understood." });
  await alert.getByText(/Argus cannot do that yet: .*It can .*snapshot/).waitFor();
  await alert.getByText(/^Request [0-9a-f]+/).waitFor();
  assert.equal(await words(page).inputValue(), text);
  assert.equal(await questions(page).count(), 0, "the question before it is out of date");
  await shoot(page, "refused");
  await assertAccessible(page, "refused");
});

act("what is so already needs no plan, and the page says so", async () => {
  await askInWords(page, "start web-02");
  await page.getByRole("alert").getByText("There is nothing to do.").waitFor();
});

act("what is not possible is refused with the reason and a way on", async () => {
  await askInWords(page, "snapshot files-01");
  const alert = page.getByRole("alert").filter({ hasText: "The change is not possible as things are." });
  await alert.getByText(/^Proxmox cannot snapshot files-01/).waitFor();
});

act("an example fills the field and is not sent by itself", async () => {
  const before = (await get(page, "/api/actions")).items.length;
  const example = page.locator(".examples").getByRole("button").first();
  const text = await example.innerText();
  await example.click();
  assert.equal(await words(page).inputValue(), text);
  assert.equal((await get(page, "/api/actions")).items.length, before);
});

act("the form makes the same kind of proposal as words", async () => {
  await page.getByRole("button", { name: "By form" }).click();
  await page.getByRole("combobox", { name: "Action" }).selectOption({ label: "Snapshot" });
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.getByRole("alert").getByText("Choose a guest.").waitFor();
  await page.getByRole("combobox", { name: "Guest" }).selectOption({ label: "cache-01 (container 104)" });
  await page.getByRole("textbox", { name: "Name (made up where empty)" }).fill("1st");
  await page.getByRole("button", { name: "Plan it" }).click();
  await page.getByRole("alert").getByText(/^Wrong name: /).waitFor();
  await shoot(page, "ask-form");
  await assertAccessible(page, "ask-form");
  await page.getByRole("textbox", { name: "Name (made up where empty)" }).fill("by-form");
  await page.getByRole("button", { name: "Plan it" }).click();
  const review = reviewDialog(page);
  await review.steps.first().getByText(/by-form/).first().waitFor();
  assert.match(await review.steps.first().innerText(), /container 104 on pve2/);
  await review.withdraw.click();
  await review.root.getByText("Withdrawn by Otto").first().waitFor();
});
