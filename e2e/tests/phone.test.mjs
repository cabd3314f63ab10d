// The console on a phone, 390 by 844: nothing to scroll sideways, controls that a thumb hits, the decision in sight.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { confirm, propose } from "../api.mjs";
import { assertCanBeHit, assertNothingSticksOut } from "../fits.mjs";
import { askInWords } from "../pages/ask.mjs";
import { door } from "../pages/door.mjs";
import { Execution } from "../pages/execution.mjs";
import { change } from "../pages/lists.mjs";
import { openReview, reviewDialog } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

const { act, open, enter } = stage();
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
let page;
let proposal;

/** Holds what the phone shows against the rules, and takes pictures of it. */
async function look(screen) {
  await assertNothingSticksOut(page, screen);
  await assertCanBeHit(page, screen);
  await shoot(page, `phone-${screen}`);
  await assertAccessible(page, `phone ${screen}`);
}

act("the door", async () => {
  page = await open("Ada", phone);
  await page.goto("/");
  await door(page, "Ada").waitFor();
  await look("sign-in");
  await door(page, "Ada").tap();
});

act("the overview: guests as cards, navigation and emergency stop under the thumb", async () => {
  await page.getByTestId("guest").first().waitFor();
  await look("overview");
  const bar = page.getByRole("navigation", { name: "Screens, short" });
  const box = await bar.boundingBox();
  assert.ok(Math.abs(box.y + box.height - 844) <= 1, "the bar is not at the bottom");
  await bar.getByRole("button", { name: "Stop" }).tap();
  const panel = page.getByRole("dialog", { name: "Stop everything?" });
  await panel.waitFor();
  await look("stop-panel");
  await panel.getByRole("button", { name: "Do not stop" }).tap();
  await panel.waitFor({ state: "detached" });
});

act("a guest's sheet", async () => {
  await page.getByTestId("guest").filter({ hasText: "monitor-01" }).getByRole("link").tap();
  const sheet = page.getByTestId("guest-sheet");
  await sheet.getByRole("heading", { name: "monitor-01" }).waitFor();
  await sheet.getByRole("img").first().waitFor();
  await look("guest-sheet");
  await sheet.getByRole("button", { name: "Close" }).tap();
});

act("asking, and the answer to a question", async () => {
  await page.getByRole("navigation", { name: "Screens, short" }).getByRole("link", { name: "Ask" }).tap();
  await page.getByRole("heading", { level: 1, name: "Ask for a change" }).waitFor();
  await askInWords(page, "reboot test-01");
  await page.getByRole("button", { name: /110/ }).waitFor();
  await look("ask");
});

act("the review: one column, the decision in sight while the plan scrolls", async () => {
  await page.getByRole("button", { name: /110/ }).tap();
  const review = reviewDialog(page);
  await review.steps.first().waitFor();
  await look("review");
  for (const part of [review.root.getByRole("heading", { level: 2 }).first(), review.root.getByText("If somebody stops it").first()]) {
    await part.scrollIntoViewIfNeeded();
    const box = await review.decisionBar.boundingBox();
    assert.ok(box.y > 0 && box.y + box.height <= 844 + 1, `the decision bar is out of sight: ${JSON.stringify(box)}`);
  }
  await review.withdraw.tap();
  await review.root.getByText("Withdrawn by Ada").first().waitFor();
  await review.close.tap();
});

act("the review as a page of its own", async () => {
  proposal = await propose(
    page,
    { action: "guest.snapshot.create", target: { kind: "qemu", vmid: 113 }, name: "from-a-phone" },
    { action: "guest.snapshot.create", target: { kind: "lxc", vmid: 104 }, name: "from-a-phone" },
  );
  const review = await openReview(page, proposal.id);
  await look("review-page");
  const bar = await review.decisionBar.boundingBox();
  const navigation = await page.getByRole("navigation", { name: "Screens, short" }).boundingBox();
  assert.ok(bar.y + bar.height <= navigation.y + 1, "the bar at the bottom lies over the decision");
});

act("changes, execution, ledger and logs", async () => {
  await page.getByRole("navigation", { name: "Screens, short" }).getByRole("link", { name: "Changes" }).tap();
  await change(page, proposal.title).waitFor();
  await look("changes");
  const execution = await Execution.open(page, await confirm(page, proposal));
  await execution.waitFor("Succeeded: 2 steps done, each seen on fresh state");
  await look("execution");
  for (const [path, name] of [["/ledger", "Ledger"], ["/logs", "Logs"]]) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.getByRole("main").getByRole("listitem").first().waitFor();
    await look(name.toLowerCase());
  }
});

act("a viewer's phone has no stop in its bar", async () => {
  const vera = await enter("Vera", phone);
  const bar = vera.getByRole("navigation", { name: "Screens, short" });
  await bar.getByRole("link", { name: "Changes" }).waitFor();
  assert.equal(await bar.getByRole("button").count(), 0);
});
