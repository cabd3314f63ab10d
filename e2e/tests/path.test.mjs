// The main job: an operator asks in words, another person reads and confirms, both watch it happen, the ledger has it.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { get } from "../api.mjs";
import { assertNothingSticksOut } from "../fits.mjs";
import { hasFocus } from "../focus.mjs";
import { askInWords } from "../pages/ask.mjs";
import { demoPeople, door, signIn } from "../pages/door.mjs";
import { Execution } from "../pages/execution.mjs";
import { chain, change, kinds, olderRecords, openChanges, openLedger, records } from "../pages/lists.mjs";
import { reviewDialog } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { guest, tasksOf } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, open } = stage();
const title = /^Snapshot and migrate web-01/;
let otto;
let ada;
let digest;
let execution;

/** Whether a request reads the ledger. */
const isLedgerRead = (url) => url.pathname === "/api/ledger";

/** Holds what the window shows against the rules, and takes pictures of it. */
async function look(page, screen) {
  await shoot(page, screen);
  await assertAccessible(page, screen);
  const before = page.viewportSize();
  for (const width of [768, 1024, 1280]) {
    await page.setViewportSize({ width, height: before.height });
    await assertNothingSticksOut(page, `${screen} at ${width} px`);
  }
  await page.setViewportSize(before);
}

act("who comes to the door sees the people of the demo and signs in with a click", async () => {
  otto = await open("Otto");
  await otto.goto("/");
  await door(otto, "Otto").waitFor();
  assert.equal(await otto.title(), "Sign in · Argus");
  for (const name of demoPeople) assert.ok(await door(otto, name).isVisible(), name);
  await look(otto, "sign-in");
  await signIn(otto, "Otto");
  await otto.getByTestId("connection").getByText("Live").first().waitFor();
});

act("the overview shows every node and guest with its state in words", async () => {
  await otto.getByTestId("guest").first().waitFor();
  assert.equal(await otto.getByTestId("node").count(), 3);
  await otto.getByText("14 guests").waitFor();
  const legacy = otto.getByTestId("guest").filter({ hasText: "legacy-01" });
  assert.match(await legacy.innerText(), /running/);
  assert.match(await otto.getByTestId("guest").filter({ hasText: "build-01" }).innerText(), /backup/);
  await look(otto, "overview");
});

act("an operator asks in words and sees the exact steps, before and after, risk and digest", async () => {
  await otto.getByRole("link", { name: "Ask", exact: true }).filter({ visible: true }).click();
  await otto.getByRole("heading", { level: 1, name: "Ask for a change" }).waitFor();
  await otto.getByText("built-in rules, no language model").waitFor();
  await look(otto, "ask");
  await askInWords(otto, "snapshot web-01, then move it to pve2");

  const review = reviewDialog(otto);
  await review.root.getByRole("heading", { level: 2, name: title }).waitFor();
  assert.equal(await review.steps.count(), 2);
  assert.match(await review.steps.nth(0).innerText(), /snapshot/i);
  const move = review.steps.nth(1).getByRole("row", { name: /^node/ });
  assert.match((await move.innerText()).replace(/\s+/g, " "), /^node pve1 pve2$/);
  await review.root.getByText("Medium risk").first().waitFor();
  await review.root.getByText("moving a VM live, which is tagged as production").first().waitFor();
  await review.root.getByText("snapshot web-01, then move it to pve2").waitFor();
  digest = await review.digest();
  assert.match(digest, /^[0-9a-f]{64}$/);
  await look(otto, "review");
});

act("a plan of medium risk waits for a confirmation, not for approvals, and closing it decides nothing", async () => {
  const review = reviewDialog(otto);
  await review.approvals.getByText("Waits for somebody to confirm it").waitFor();
  assert.ok(await review.confirm.isEnabled());
  assert.equal(await review.approve.count(), 0);
  assert.equal((await guest(101)).node, "pve1");
  await review.close.click();
  await review.root.waitFor({ state: "detached" });
});

act("another person opens it from the list, reads the same digest and confirms it", async () => {
  ada = await open("Ada");
  await signIn(ada, "Ada");
  await openChanges(ada);
  const row = change(ada, "Snapshot and migrate web-01");
  assert.match(await row.innerText(), /In review/);
  await look(ada, "changes");
  await row.getByRole("link").click();
  const review = reviewDialog(ada);
  await review.root.getByRole("heading", { level: 2, name: title }).waitFor();
  assert.equal(await review.digest(), digest);
  // The plan takes a snapshot already, so there is nothing left to decide.
  assert.match(await review.snapshotPrompt.innerText(), /planned/);
  await look(ada, "review-admin");
  assert.equal(await review.confirm.innerText(), "Confirm and run 2 steps on 1 guest");
  await review.confirm.click();
  await ada.waitForURL(/\/executions\//);
  execution = ada.url().split("/").pop();
});

act("both watch it live until each step is done and seen on fresh state", async () => {
  const [watching, acting] = [await Execution.open(otto, execution), new Execution(ada)];
  await acting.result.getByText(/^Running/).waitFor();
  await shoot(ada, "execution-running");
  await Promise.all([watching, acting].map((one) => one.waitFor("Succeeded: 2 steps done, each seen on fresh state")));
  for (const one of [watching, acting]) {
    assert.match(await one.step(1).innerText(), /Done and seen/);
    assert.match(await one.step(2).innerText(), /Done and seen/);
    await one.select(2);
    await one.log.getByText(/Proxmox began the task UPID:pve1:/).waitFor();
    await one.log.getByText(/Done and seen/).waitFor();
    const rows = await one.evidence("Checked after").allInnerTexts();
    assert.ok(rows.some((row) => /node\s+pve2\s+pve2\s+yes/.test(row)), rows.join("\n"));
  }
  await look(ada, "execution");
  const moved = await guest(101);
  assert.equal(moved.node, "pve2");
  assert.equal(moved.snapshots.length, 1);
  assert.equal((await tasksOf(101, "qmsnapshot")).length, 1);
  assert.equal((await tasksOf(101, "qmigrate")).length, 1);
});

act("the ledger lists who did what, and the browser finds its chain unbroken", async () => {
  const { proposal } = await get(ada, `/api/executions/${execution}`);
  await openLedger(ada, `proposal/${proposal}`);
  assert.deepEqual(await kinds(ada), ["proposal.made", "proposal.confirmed"]);
  await openLedger(ada, `execution/${execution}`);
  const told = await kinds(ada);
  assert.equal(told[0], "execution.started");
  assert.equal(told.at(-1), "execution.ended");
  assert.equal(told.filter((kind) => kind === "step.succeeded").length, 2);
  await ada.getByRole("button", { name: "Show all records" }).click();
  // Only what is read without a subject is ever called a chain.
  await chain(ada).getByText(/are an unbroken chain/).waitFor();
  const older = olderRecords(ada);
  for (let shown = await records(ada).count(); await older.count(); shown = await records(ada).count()) {
    await older.click();
    await records(ada).nth(shown).waitFor();
  }
  await chain(ada).getByText(/are an unbroken chain, from the very first/).waitFor();
  await records(ada).first().locator("summary").click();
  await records(ada).first().getByText("Before it").waitFor();
  await look(ada, "ledger");
});

act("while other records are on their way, those of before are gone and nothing is said about them", async () => {
  await openLedger(ada, `execution/${execution}`);
  await chain(ada).getByText(/each of the \d+ records is as it was written/).waitFor();
  let letGo;
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  await ada.route(isLedgerRead, async (route) => {
    await held;
    await route.continue();
  });
  await ada.getByRole("button", { name: "Show all records" }).click();
  await ada.getByText("Reading the ledger").waitFor();
  assert.equal(await records(ada).count(), 0);
  assert.equal(await olderRecords(ada).count(), 0);
  assert.equal(await chain(ada).innerText(), "");
  assert.ok(await hasFocus(ada.getByRole("main")), "the button that had the focus is gone");
  letGo();
  await chain(ada).getByText(/are an unbroken chain/).waitFor();
  await ada.unroute(isLedgerRead);
});

act("older records are read on by keyboard, and the focus stays on the button", async () => {
  await ada.route(isLedgerRead, (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set("limit", "3");
    return route.continue({ url: url.href });
  });
  await openLedger(ada);
  const older = olderRecords(ada);
  await older.focus();
  for (const shown of [3, 6]) {
    assert.equal(await records(ada).count(), shown);
    await ada.keyboard.press("Enter");
    await records(ada).nth(shown).waitFor();
    assert.ok(await hasFocus(older), `after ${shown} records`);
  }
  await ada.unroute(isLedgerRead);
});

act("the cluster's own log shows the tasks, and the overview the guest at its new place", async () => {
  await ada.goto("/logs");
  await ada.getByText(/end task UPID:pve1:[0-9A-F:]+qmigrate:101:/).first().waitFor();
  await look(ada, "logs");
  await ada.goto("/");
  await ada.getByTestId("guest").filter({ hasText: "web-01" }).getByText("pve2").waitFor();
  await ada.getByTestId("guest").filter({ hasText: "web-01" }).getByRole("link").click();
  await ada.getByTestId("guest-sheet").getByRole("heading", { name: "web-01" }).waitFor();
  await look(ada, "guest-sheet");
});
