// Names and texts that are scripts to whoever takes them for markup: shown to the letter, run by nobody.
//
// The stage fails a file on any box that opens, on any error and on any breach of the content security policy.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after } from "node:test";

import { get, propose, send } from "../api.mjs";
import { addPasskey, makeToken, openAccount } from "../pages/account.mjs";
import { askInWords, questions, words } from "../pages/ask.mjs";
import { openReview } from "../pages/review.mjs";
import { signInAs } from "../pages/provider.mjs";
import { changeGuest, guest } from "../simulator.mjs";
import { authenticator } from "../authenticator.mjs";
import { stage } from "../stage.mjs";

const { act, enter, open } = stage();
const people = JSON.parse(readFileSync(new URL("../people.json", import.meta.url), "utf8"));
/** Each is an attack on another way of making pages: markup, attributes, addresses, templates, styles, consoles. */
const nasty = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(2)>",
  "\"><svg onload=alert(3)>",
  "' autofocus onfocus='alert(4)",
  "javascript:alert(5)",
  "{{constructor.constructor('alert(6)')()}}",
  "${alert(7)}<%= 7*7 %>#{7*7}",
  "</title></style></textarea><b>8</b>",
  "&lt;b&gt;9&amp;#60;",
  "<iframe srcdoc='<script>parent.alert(10)</script>'>",
  "`;alert(11);//--><!--",
  "%3Cscript%3Ealert(12)%3C/script%3E",
];
const vmid = 113;
let otto;
let named;

after(() => (named ? changeGuest(vmid, { name: named, config: { description: "" } }) : undefined));

/** The element has exactly this text, and no element of its own that the text could have become. */
async function shows(locator, text) {
  const element = locator.getByText(text, { exact: true }).first();
  await element.waitFor();
  assert.equal(await element.evaluate((node) => node.textContent), text);
  assert.equal(await element.evaluate((node) => node.querySelectorAll("script, img, svg:not(.icon), iframe, b").length), 0, text);
}

act("a person's name is a text wherever it stands", async () => {
  const { name } = people.tara;
  const tara = await open("Tara");
  await signInAs(tara, "tara");
  assert.equal((await get(tara, "/api/session")).person.name, name);
  await shows(tara.locator(".user-menu summary"), name);
  await openAccount(tara);
  await shows(tara.getByRole("main"), name);
  const ada = await enter("Ada");
  await ada.goto("/people");
  await shows(ada.getByRole("main"), name);
  await ada.goto("/ledger");
  await ada.getByTestId("records").getByRole("listitem").first().waitFor();
});

act("names of passkeys and API tokens are texts", async () => {
  otto = await enter("Otto");
  await authenticator(otto);
  for (const name of nasty.slice(0, 3)) {
    await openAccount(otto);
    await makeToken(otto, name);
    await shows(otto.getByTestId("tokens"), name);
  }
  const [, name] = nasty;
  await addPasskey(otto, name);
  await shows(otto.getByTestId("passkeys"), name);
  await otto.getByRole("button", { name: `Remove ${name}` }).click();
  await shows(otto.getByRole("dialog"), `Remove ${name}?`);
  await otto.keyboard.press("Escape");
  await otto.getByRole("dialog").waitFor({ state: "detached" });
});

act("a guest's name is a text on the overview, in its sheet, in a plan and in a question", async () => {
  named = (await guest(vmid)).name;
  await otto.goto("/");
  for (const name of nasty) {
    await changeGuest(vmid, { name });
    const row = otto.getByTestId("guest").filter({ hasText: name });
    await row.waitFor({ timeout: 30_000 });
    await shows(row, name);
  }
  const name = nasty[1];
  await changeGuest(vmid, { name, config: { description: nasty.join("\n") } });
  const row = otto.getByTestId("guest").filter({ hasText: name });
  await row.waitFor({ timeout: 30_000 });
  await row.getByRole("link").click();
  await shows(otto.getByTestId("guest-sheet"), name);
  const proposal = await propose(otto, { action: "guest.snapshot.create", target: { kind: "qemu", vmid }, name: "nasty" });
  assert.ok(proposal.title.includes(name), proposal.title);
  const review = await openReview(otto, proposal.id);
  await shows(review.root, proposal.title);
  await review.root.getByRole("tab", { name: "Raw" }).or(review.root.getByRole("button", { name: "Raw" })).first().click();
  await review.root.getByText(name).first().waitFor();
  await send(otto, `/api/actions/${proposal.id}/cancel`, {});
});

act("what is asked in words comes back as a text", async () => {
  for (const text of nasty) {
    await otto.goto("/ask");
    await askInWords(otto, text);
    await questions(otto).or(otto.getByRole("alert").filter({ hasText: /./ })).first().waitFor();
    assert.equal(await words(otto).inputValue(), text);
  }
});

act("an address that is a script leads nowhere", async () => {
  for (const path of [`/ledger?subject=${encodeURIComponent(nasty[1])}`, `/changes/${encodeURIComponent(nasty[0])}`, `/${encodeURIComponent(nasty[9])}`, `/device?code=${encodeURIComponent(nasty[2])}`]) {
    await otto.goto(path);
    await otto.getByRole("heading").first().waitFor();
  }
});
