// The policy: read by everybody, changed by admins together, and met by whoever asks and confirms. At the console with
// a database of its own, so that the other files keep the policy that they were written for.

import assert from "node:assert/strict";
import { after } from "node:test";

import { assertAccessible } from "../accessible.mjs";
import { get, send } from "../api.mjs";
import { authenticator } from "../authenticator.mjs";
import { assertNothingSticksOut } from "../fits.mjs";
import { late } from "../manual_clock.mjs";
import { addPasskey } from "../pages/account.mjs";
import { askInWords } from "../pages/ask.mjs";
import { Execution } from "../pages/execution.mjs";
import { check, decide, editor, openPolicy, openVersion } from "../pages/policy.mjs";
import { signInAs } from "../pages/provider.mjs";
import { openReview, reviewDialog } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { changeGuest } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, enter, open } = stage();
const people = {};
let device;
let proposal;

const broken = `format = 1
enabled = ["guest.*"]
[defaults]
approvals = { low = 9 }
`;
const strict = `format = 1
enabled = ["guest.*", "agent.*"]
[defaults]
approvals = { low = 0, medium = 1, high = 2, destructive = 2 }
step_up = true
reason = true

[[rule]]
name = "web servers"
why = "Customers notice."
when = { actions = ["guest.snapshot.*", "guest.reboot"] }
expires_after_min = 30
`;

after(() => changeGuest(113, { config: { description: "" } }));

/** Holds the screen against the rules, at a phone's width too, and takes pictures of it. */
async function look(page, screen) {
  await shoot(page, screen);
  await assertAccessible(page, screen);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await assertNothingSticksOut(page, screen);
  await page.setViewportSize(before);
}

act("everybody reads the policy in force, in words and as its document, with what it leaves open", async () => {
  const vera = await enter("Vera", late);
  people.vera = vera;
  await vera.keyboard.press("g");
  await vera.keyboard.press("p");
  await vera.getByRole("heading", { level: 1, name: "Policy" }).waitFor();
  await vera.getByText("Version 1 is in force").waitFor();
  await vera.getByTestId("weaknesses").getByText("A plan of low risk runs without anybody's approval").waitFor();
  await vera.getByTestId("versions").getByText("Put there by the server").waitFor();
  assert.equal(await vera.getByRole("link", { name: "Propose a change" }).count(), 0);
  await look(vera, "policy");
  await vera.getByRole("button", { name: "As TOML" }).click();
  assert.match(await vera.getByTestId("document").innerText(), /^format = 1$/m);
  await look(vera, "policy-document");
  await vera.goto("/policy/propose");
  await vera.getByText(/This needs the role admin; yours is viewer/).waitFor();
});

act("what is wrong with a document is told by line, and nothing can be proposed", async () => {
  const otto = await enter("Otto", late);
  people.otto = otto;
  const made = await send(otto, "/api/actions/proposals", { request: "snapshot monitor-01" });
  assert.equal(made.status(), 201, await made.text());
  const ada = await enter("Ada", late);
  people.ada = ada;
  await openPolicy(ada);
  await ada.getByRole("link", { name: "Propose a change" }).click();
  await editor(ada).waitFor();
  const told = await check(ada, broken);
  await told.getByText(/It cannot be proposed/).waitFor();
  await look(ada, "policy-mistakes");
  await told.getByRole("button", { name: /^Line 4, column/ }).first().click();
  const selected = await editor(ada).evaluate((field) => field.value.slice(field.selectionStart, field.selectionEnd));
  assert.ok(selected.length > 0 && "approvals = { low = 9 }".endsWith(selected), selected);
  assert.ok(await ada.getByRole("button", { name: "Propose this version" }).isDisabled());
});

act("what it would have changed is shown before it is proposed", async () => {
  const { ada } = people;
  const told = await check(ada, strict);
  await told.getByTestId("edits").getByText("rule web servers").waitFor();
  // Other tests have made plans at this console, too.
  const { items } = await get(ada, "/api/actions");
  await told.getByTestId("replay").getByText(new RegExp(`It was tried on ${items.length} plans?\\b`)).waitFor();
  await look(ada, "policy-checked");
  await editor(ada).press("End");
  await editor(ada).type(" ");
  assert.ok(await ada.getByRole("button", { name: "Propose this version" }).isDisabled(), "checked another text");
  await check(ada, strict);
  await ada.getByRole("button", { name: "Propose this version" }).click();
  await ada.getByText("Say why; everybody who decides reads it.").waitFor();
  await ada.getByRole("textbox", { name: /^Why the policy should change/ }).fill("after the outage");
  await ada.getByRole("button", { name: "Propose this version" }).click();
  await ada.getByRole("heading", { level: 1, name: "Version 2 of the policy" }).waitFor();
  await ada.getByTestId("standing").getByText("Waits for 2 more admins").waitFor();
  assert.equal(await ada.getByTestId("decision-bar").getByRole("button", { name: /Approve/ }).count(), 0);
  await look(ada, "policy-proposed");
});

act("what somebody decides is not closed under their hands by what happens meanwhile", async () => {
  const alan = await enter("Alan", late);
  people.alan = alan;
  await openVersion(alan, 2);
  await alan.getByTestId("decision-bar").getByRole("button", { name: "Approve…" }).click();
  const dialog = alan.getByRole("dialog", { name: "Approve this version?" });
  await dialog.getByText("You have no passkey.").waitFor();
  const comment = dialog.getByRole("textbox", { name: /^Comment/ });
  await comment.fill("read with Ada");
  const again = alan.waitForResponse((answer) => answer.url().endsWith("/api/policy/versions/2"));
  const made = await send(people.otto, "/api/actions/proposals", { request: "snapshot web-01" });
  assert.equal(made.status(), 201, await made.text());
  await (await again).finished();
  await alan.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await comment.inputValue(), "read with Ada");
  await look(alan, "policy-approve");
  await dialog.getByRole("button", { name: "Not now" }).click();
  await dialog.waitFor({ state: "detached" });
});

act("two other admins approve it with their passkeys, and its author puts it into force", async () => {
  const { ada, alan } = people;
  const third = await open("ada", late);
  await signInAs(third, "ada");
  for (const [page, name] of [[alan, "Alan's key"], [third, "Ada Ahrens' key"]]) {
    await authenticator(page);
    await addPasskey(page, name);
    await openVersion(page, 2);
    await decide(page, "Approve…", "Approve this version?", "Approve with your passkey");
  }
  await third.getByTestId("standing").getByText("Approved by Alan").waitFor();
  await authenticator(ada);
  await addPasskey(ada, "Ada's key");
  await openVersion(ada, 2);
  await look(ada, "policy-approved");
  await decide(ada, "Put into force…", "Put this version into force?", "Put it into force with your passkey");
  await ada.getByText("In force").first().waitFor();
  await openPolicy(ada);
  await ada.getByTestId("rules").getByText("Customers notice.").waitFor();
  const row = ada.getByTestId("versions").getByRole("listitem").first();
  assert.match(await row.innerText(), /approved by Alan and Ada Ahrens, put into force by Ada/);
  await look(ada, "policy-rules");
});

act("a reason that the policy wants is asked for at its field, and what was typed stays", async () => {
  const { otto } = people;
  await otto.goto("/ask");
  await askInWords(otto, "snapshot monitor-01");
  await otto.getByRole("alert").getByText("The policy asks for a reason for this change.").waitFor();
  const why = otto.getByRole("textbox", { name: /^Why/ });
  assert.ok(await why.evaluate((field) => field === document.activeElement), "the field has not the focus");
  await look(otto, "ask-why");
  await why.fill("before the update");
  await otto.getByRole("button", { name: "Plan it" }).click();
  const review = reviewDialog(otto);
  await review.steps.first().waitFor();
  await otto.waitForFunction(() => document.querySelector("[data-testid=policy]"));
  assert.match(await review.root.getByTestId("reason").innerText(), /before the update/);
});

act("the review says what the policy asks for, and which rules say so", async () => {
  const { otto } = people;
  const newest = (await get(otto, "/api/actions?limit=1")).items[0];
  proposal = await get(otto, `/api/actions/${newest.id}`);
  const review = await openReview(otto, proposal.id);
  const policy = review.root.getByTestId("policy");
  await policy.getByText("A fresh passkey assertion.").waitFor();
  await policy.getByText("Asked for, and given.").waitFor();
  await policy.getByText("web servers").waitFor();
  await policy.getByText(/^30 minutes long, until /).waitFor();
  await policy.getByText(/By version 2 of the policy/).waitFor();
  await review.root.getByTestId("drift").getByText(/No relied-on value changed since \d\d:\d\d:\d\d\./).waitFor();
  await look(otto, "review-policy");
});

act("whoever confirms without a passkey reads so, and a device that does not find its user confirms nothing", async () => {
  const { otto } = people;
  let review = await openReview(otto, proposal.id);
  await review.obstacle.getByText("Confirming this plan takes a passkey, and you have none.").waitFor();
  await review.decisionBar.getByRole("link", { name: "Add one under your account." }).waitFor();
  assert.ok(await review.confirm.isDisabled());
  await look(otto, "review-passkey-missing");
  device = await authenticator(otto);
  await addPasskey(otto, "Otto's key");
  await device.verifiesUser(false);
  review = await openReview(otto, proposal.id);
  await review.obstacle.getByText(/./).waitFor({ state: "detached" });
  await review.confirm.click();
  await review.decisionBar.getByText("No passkey was given.").waitFor();
  assert.equal((await get(otto, `/api/actions/${proposal.id}`)).state, "in_review");
  await look(otto, "review-passkey-cancelled");
});

act("confirming with the passkey runs the plan", async () => {
  const { otto } = people;
  await device.verifiesUser(true);
  const review = await openReview(otto, proposal.id);
  await review.confirm.click();
  await otto.waitForURL(/\/executions\//);
  await new Execution(otto).waitFor("Succeeded: 1 step done, each seen on fresh state");
});

act("a value that a step relies on changes: reviewed, now and planned stand beside each other, and the step is marked", async () => {
  const { otto, vera } = people;
  const action = { action: "guest.config.set", target: { kind: "qemu", vmid: 113 }, set: { description: "in use" } };
  const made = await send(otto, "/api/actions/proposals", { draft: { actions: [action] }, reason: "to tell who needs it" });
  assert.equal(made.status(), 201, await made.text());
  ({ proposal } = await made.json());
  const review = await openReview(otto, proposal.id);
  const drift = review.root.getByTestId("drift");
  await drift.getByText(/No relied-on value changed/).waitFor();
  assert.equal(await review.root.getByTestId("needs-look").count(), 0);
  await changeGuest(113, { config: { description: "somebody was here" } });
  await drift.getByRole("button", { name: "Look again" }).click();
  await drift.getByRole("columnheader", { name: "planned" }).waitFor();
  const row = drift.getByRole("row").filter({ hasText: "somebody was here" });
  assert.match(await row.innerText(), /in use$/);
  await review.steps.first().getByTestId("needs-look").waitFor();
  await look(otto, "review-drift");
  const own = await openReview(vera, proposal.id);
  await own.steps.first().waitFor();
  assert.equal(await own.root.getByTestId("drift").count(), 0, "whoever only looks costs Proxmox nothing");
  await review.withdraw.click();
  await review.root.getByText("Withdrawn by Otto").first().waitFor();
});
