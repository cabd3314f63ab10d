// The main job without a mouse: signing in, finding, reading and confirming a change, and the page's keys.

import assert from "node:assert/strict";

import { propose } from "../api.mjs";
import { hasFocus, tabTo } from "../focus.mjs";
import { signIn } from "../pages/door.mjs";
import { Execution } from "../pages/execution.mjs";
import { change } from "../pages/lists.mjs";
import { reviewDialog } from "../pages/review.mjs";
import { tasksOf } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, open, enter } = stage();
let page;
let proposal;

/** Resolves once the focus is there: it comes back a frame after a dialog closes. */
async function focusArrives(locator) {
  const element = await locator.elementHandle();
  await page.waitForFunction((wanted) => wanted === document.activeElement, element);
}

act("an admin signs in by Tab and Enter", async () => {
  const otto = await enter("Otto");
  proposal = await propose(otto, { action: "guest.snapshot.create", target: { kind: "qemu", vmid: 113 }, name: "by-keyboard" });
  page = await open("Ada");
  await page.goto("/");
  await tabTo(page.getByRole("button", { name: "Ada" }));
  await page.keyboard.press("Enter");
  await page.getByRole("navigation", { name: "Screens", exact: true }).waitFor();
});

act("the first Tab offers to skip to the content, and Enter does", async () => {
  await page.goto("/changes");
  await page.getByRole("heading", { level: 1, name: "Changes" }).waitFor();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the content" });
  assert.ok(await hasFocus(skip));
  const box = await skip.boundingBox();
  assert.ok(box.y >= 0 && box.height > 20, "who sees must see it, too, once it has the focus");
  await page.keyboard.press("Enter");
  await focusArrives(page.getByRole("main"));
});

act("g c leads to the changes, j to the newest, Enter opens it over the list", async () => {
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  const row = change(page, proposal.title).getByRole("link");
  await row.waitFor();
  await page.keyboard.press("j");
  await focusArrives(row);
  await page.keyboard.press("Enter");
  await reviewDialog(page).root.getByRole("heading", { level: 2, name: proposal.title }).waitFor();
});

act("Tab goes round within the review and never behind it", async () => {
  const review = reviewDialog(page);
  await review.confirm.waitFor();
  const reached = new Set();
  for (let pressed = 0; pressed < 40; pressed += 1) {
    await page.keyboard.press("Tab");
    const where = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return "";
      if (!element.closest("dialog")) return null;
      return element.textContent.trim() || element.ariaLabel || element.labels?.[0]?.textContent.trim() || "unnamed";
    });
    assert.notEqual(where, null, `the focus left the review after ${pressed + 1} presses of Tab`);
    reached.add(where);
  }
  assert.ok(!reached.has("unnamed"), "each thing that Tab reaches has a name");
  for (const wanted of ["Open as a page", "Close, deciding nothing", "Plan", "Raw", "Reject…", "Confirm and run 1 step on 1 guest"]) {
    assert.ok(reached.has(wanted), `Tab does not reach "${wanted}": ${[...reached].join(" | ")}`);
  }
});

act("Escape closes the review, decides nothing and gives the focus back to the row", async () => {
  await page.keyboard.press("Escape");
  await reviewDialog(page).root.waitFor({ state: "detached" });
  const row = change(page, proposal.title);
  await focusArrives(row.getByRole("link"));
  assert.match(await row.innerText(), /In review/);
  assert.equal((await tasksOf(113, "qmsnapshot")).length, 0);
});

act("Enter on the named button confirms, and the execution comes up", async () => {
  await page.keyboard.press("Enter");
  const review = reviewDialog(page);
  await tabTo(review.confirm);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/executions\//);
  await new Execution(page).waitFor("Succeeded: 1 step done, each seen on fresh state");
  assert.equal((await tasksOf(113, "qmsnapshot")).length, 1);
});

act("/ leads to the filter from anywhere, and what is typed there filters", async () => {
  await page.keyboard.press("/");
  const filter = page.getByRole("searchbox", { name: "Filter guests" });
  await focusArrives(filter);
  await page.keyboard.type("web");
  await page.getByText("3 of 14 guests").waitFor();
  // Within a field a key is a letter, not a command.
  await page.keyboard.type("?gc");
  assert.equal(await filter.inputValue(), "web?gc");
  assert.equal(await page.getByRole("dialog").count(), 0);
});

act("? lists the keys, and Escape goes back to where one was", async () => {
  await page.keyboard.press("Shift+Tab");
  const before = await page.evaluateHandle(() => document.activeElement);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys" });
  await help.getByText("Filter guests").waitFor();
  await help.getByText("No key confirms, withdraws or stops anything").waitFor();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "detached" });
  await page.waitForFunction((element) => element === document.activeElement, before);
});

act("the keys lead from one of the page's bundles to the other, the filter's included", async () => {
  for (const [key, name] of [["o", "Logs"], ["c", "Changes"], ["l", "Ledger"], ["d", "Overview"], ["l", "Ledger"]]) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await page.getByRole("heading", { level: 1, name }).waitFor();
  }
  await page.keyboard.press("/");
  await page.waitForURL((url) => url.pathname === "/");
  await focusArrives(page.getByRole("searchbox", { name: "Filter guests" }));
  assert.equal(new URL(page.url()).hash, "");
});

act("an Enter that confirms nothing: no key by itself decides or stops", async () => {
  await page.goto("/changes");
  await change(page, proposal.title).waitFor();
  for (const key of ["Enter", "c", "s", "y", "x", "w", "Delete", " "]) await page.keyboard.press(key);
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(await page.getByTestId("emergency-banner").count(), 0);
});

act("signing in again by keyboard comes back to the screen that was asked for", async () => {
  const fresh = await open("Ada again");
  await fresh.goto("/ledger");
  await signIn(fresh, "Ada");
  await fresh.getByRole("heading", { level: 1, name: "Ledger" }).waitFor();
});
