// A log of 300,000 lines: followed while it is written, gone to anywhere, and the page stays quick and small.

import assert from "node:assert/strict";
import { after } from "node:test";

import { confirm, propose } from "../api.mjs";
import { Execution } from "../pages/execution.mjs";
import { shoot } from "../shots.mjs";
import { clearFaults, writeLongLog } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
const lines = 300_000;
/** How long the page may do nothing else at a time, in milliseconds; the machine may be slow. */
const longestFreeze = 1_000;
/** What the page may hold of all that, in bytes. */
const mostMemory = 40_000_000;
let otto;
let run;

after(async () => {
  await clearFaults();
});

/** Begins to note how long the page is frozen at a time. */
function watchFreezes(page) {
  return page.evaluate(() => {
    window.freezes = [];
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) window.freezes.push(task.duration);
    }).observe({ type: "longtask" });
  });
}

/** Scrolls the log to a part of its height. */
function scrollTo(part) {
  return run.log.evaluate((frame, part) => {
    frame.scrollTop = part * frame.scrollHeight;
  }, part);
}

/** The numbers of the lines in sight and around, and how many rows the page holds. */
async function rows() {
  const numbers = await run.log.locator(".log-number").allInnerTexts();
  return { count: numbers.length, numbers: numbers.filter((text) => /^\d+$/.test(text)).map(Number) };
}

act("the end is followed while the log is written", async () => {
  otto = await enter("Otto");
  const alan = await enter("Alan");
  await writeLongLog("/qemu/103/snapshot", lines, 40_000);
  const proposal = await propose(otto, {
    action: "guest.snapshot.create",
    target: { kind: "qemu", vmid: 103 },
    name: "long-log",
  });
  const id = await confirm(alan, proposal, "this is a test");
  run = await Execution.open(otto, id);
  await watchFreezes(otto);
  await run.log.getByText(/^INFO: block \d{5,} of the disk is copied$/).last().waitFor();
  const early = Math.max(...(await rows()).numbers);
  await otto.waitForFunction(
    (early) => [...document.querySelectorAll(".log-number")].some((one) => Number(one.textContent) > early),
    early,
  );
  assert.ok(await run.log.evaluate((frame) => frame.scrollHeight - frame.scrollTop - frame.clientHeight < 60));
});

act("the whole of it is counted, and its end is in sight when it is done", async () => {
  await run.waitFor("Succeeded: 1 step done, each seen on fresh state");
  await run.log.getByText("TASK OK", { exact: true }).waitFor();
  await otto.getByText(/^300\d{3} lines$/).waitFor();
  await shoot(otto, "long-log-end");
});

act("its middle is read when somebody goes there", async () => {
  await scrollTo(0.5);
  await run.log.getByText(/^INFO: block 1[45]\d{4} of the disk is copied$/).first().waitFor();
  const middle = await rows();
  assert.ok(middle.count < 200, `${middle.count} rows are in the page`);
  for (const number of middle.numbers) assert.ok(Math.abs(number - lines / 2) < 5_000, `line ${number}`);
  assert.deepEqual(middle.numbers, middle.numbers.toSorted((one, other) => one - other));
  await otto.getByRole("button", { name: "Follow the end" }).waitFor();
  await shoot(otto, "long-log-middle");
});

act("its start and its end are one button away each", async () => {
  await otto.getByRole("button", { name: "First line", exact: true }).click();
  await run.log.getByText("INFO: block 1 of the disk is copied", { exact: true }).waitFor();
  await otto.getByRole("button", { name: "Follow the end" }).click();
  await run.log.getByText("TASK OK", { exact: true }).waitFor();
});

act("going anywhere freezes nothing for long and keeps little", async () => {
  for (let step = 0; step < 40; step++) {
    await scrollTo(((step * 7) % 40) / 40);
    await otto.waitForTimeout(50);
  }
  await scrollTo(0.25);
  await run.log.getByText(/^INFO: block 7\d{4} of the disk is copied$/).first().waitFor();
  const freezes = await otto.evaluate(() => window.freezes);
  assert.ok(Math.max(0, ...freezes) < longestFreeze, `frozen for ${freezes.map(Math.round).join(", ")} ms`);
  const held = await otto.evaluate(() => performance.memory.usedJSHeapSize);
  assert.ok(held < mostMemory, `${held} bytes of scripts' memory`);
  assert.ok((await rows()).count < 200);
});
