// Passkeys on Chromium's virtual authenticator: enrolled, used, copied, and held by somebody else.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { get } from "../api.mjs";
import { authenticator } from "../authenticator.mjs";
import { addPasskey, openAccount } from "../pages/account.mjs";
import { signOut } from "../pages/door.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
const refusal = "This passkey does not open a session here.";
let otto;
let device;
let copy;

/** The button at the door. */
function door(page) {
  return page.getByRole("button", { name: "Use a passkey" });
}

async function comeIn(page) {
  await door(page).click();
  await page.getByTestId("connection").waitFor({ state: "attached" });
}

async function nobodyIsIn(page) {
  await door(page).waitFor();
  assert.equal((await page.request.get("/api/session")).status(), 401);
}

act("a passkey is enrolled and signs in", async () => {
  otto = await enter("Otto");
  device = await authenticator(otto);
  await openAccount(otto);
  await otto.getByText("You have no passkey").waitFor();
  await addPasskey(otto, "Otto's laptop");
  await otto.getByText("You have no passkey").waitFor({ state: "detached" });
  await shoot(otto, "account-passkey");
  await assertAccessible(otto, "account-passkey");
  const passkey = await device.passkey();
  assert.ok(passkey.isResidentCredential && passkey.rpId === "localhost");

  await signOut(otto);
  await comeIn(otto);
  const session = await get(otto, "/api/session");
  assert.deepEqual([session.person.name, session.has_passkey], ["Otto", true]);
  await openAccount(otto);
  await otto.getByTestId("passkeys").getByText(/used/).first().waitFor();
});

act("a device that did not find its user gives no passkey", async () => {
  await signOut(otto);
  await device.verifiesUser(false);
  await door(otto).click();
  await otto.getByText("No passkey was given.").waitFor();
  await nobodyIsIn(otto);
});

act("a passkey without its user is refused even where the browser lets it pass", async () => {
  // A page that somebody changed asks for less than Argus wants.
  await otto.evaluate(() => {
    const asked = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      options.publicKey.userVerification = "discouraged";
      return asked(options);
    };
  });
  const answered = otto.waitForResponse((response) => response.url().endsWith("/api/auth/passkey/finish"));
  await door(otto).click();
  assert.equal((await answered).status(), 401);
  await otto.getByText(refusal).waitFor();
  await nobodyIsIn(otto);
  await device.verifiesUser(true);
  await otto.reload();
  await comeIn(otto);
});

act("an answer that was sent once opens nothing again", async () => {
  await signOut(otto);
  const sent = otto.waitForRequest((request) => request.url().endsWith("/api/auth/passkey/finish"));
  await comeIn(otto);
  const request = await sent;
  await signOut(otto);
  const { cookie, ...headers } = await request.allHeaders();
  const again = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(":")));
  const answer = await otto.request.post("/api/auth/passkey/finish", { headers: { ...again, "idempotency-key": crypto.randomUUID() }, data: request.postData() });
  assert.equal(answer.status(), 401, await answer.text());
  await nobodyIsIn(otto);
});

act("a cloned passkey is refused", async () => {
  copy = await device.passkey();
  for (let times = 0; times < 2; times += 1) {
    await comeIn(otto);
    await signOut(otto);
  }
  const original = await device.passkey();
  assert.ok(original.signCount > copy.signCount, "the device does not count");
  await device.replace(copy);
  await door(otto).click();
  await otto.getByText(refusal).waitFor();
  await shoot(otto, "sign-in-passkey-refused");
  await assertAccessible(otto, "sign-in-passkey-refused");
  await nobodyIsIn(otto);
  // Nobody can tell which of the two is the thief's: neither lets anybody in from now on.
  await device.replace({ ...original, signCount: original.signCount + 5 });
  await otto.reload();
  await door(otto).click();
  await otto.getByText(refusal).waitFor();
  await nobodyIsIn(otto);
});

act("the ledger says that a copy was seen, and its owner finds it marked", async () => {
  const again = await enter("Otto");
  await openAccount(again);
  const account = await get(again, "/api/account");
  assert.equal(account.passkeys.length, 1);
  assert.ok(account.passkeys[0].cloned_at);
  const { items } = await get(again, "/api/ledger?limit=200");
  assert.ok(items.some(({ kind }) => kind === "passkey.cloned"), items.map(({ kind }) => kind).join(" "));
});

act("its owner removes it and enrols another one", async () => {
  const again = await enter("Otto");
  await authenticator(again);
  await openAccount(again);
  await again.getByRole("button", { name: "Remove Otto's laptop" }).click();
  await again.getByRole("dialog").getByRole("button", { name: "Remove the passkey" }).click();
  await again.getByText("You have no passkey").waitFor();
  await addPasskey(again, "Otto's new laptop");
  await signOut(again);
  await comeIn(again);
  assert.equal((await get(again, "/api/session")).person.name, "Otto");
});
