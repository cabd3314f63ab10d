// argusctl gets an API token by a person's decision in the browser, uses it, and loses it when it is revoked.

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";

import { assertAccessible } from "../accessible.mjs";
import { get } from "../api.mjs";
import { argusctl, home } from "../argusctl.mjs";
import { baseUrl, stack } from "../browser.mjs";
import { openAccount } from "../pages/account.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
const server = ["--server", baseUrl, "--ca-file", stack.authority];
const folder = home();
const started = [];
let otto;

after(() => started.forEach((program) => program.stop()));

function login(place, ...options) {
  const program = argusctl(place, "login", ...server, ...options);
  started.push(program);
  return program;
}

/** Opens what a program printed, and waits until the page says what it asks for. */
async function arrive(page, program) {
  const [, address, code] = await program.said(/Open (\S+) and compare the code: (\S+)/);
  assert.ok(address.startsWith(`${baseUrl}/device?code=`), address);
  await page.goto(address);
  await page.getByRole("heading", { name: / asks for an API token$/ }).waitFor();
  await page.getByText(code, { exact: true }).waitFor();
  return code;
}

act("argusctl login is allowed in the browser and whoami says who it speaks for", async () => {
  otto = await enter("Otto");
  const program = login(folder);
  await arrive(otto, program);
  await shoot(otto, "device");
  await assertAccessible(otto, "device");
  await otto.getByRole("button", { name: "Allow" }).click();
  await otto.getByText("Allowed").first().waitFor();
  const { code, text } = await program.ended;
  assert.equal(code, 0, text);
  assert.match(text, /The token may read until/);
  const kept = join(folder, "config", "argus", "credentials.toml");
  assert.equal(statSync(kept).mode & 0o777, 0o600);
  const whoami = await argusctl(folder, "whoami").ended;
  assert.equal(whoami.code, 0, whoami.text);
  assert.match(whoami.text, /may read until/);
  assert.match(whoami.text, /The server takes it\./);
});

act("a token that reads does not ask for changes", async () => {
  const answer = await argusctl(folder, "propose", "snapshot cache-01").ended;
  assert.notEqual(answer.code, 0, answer.text);
});

act("a token that may ask for changes makes a proposal, which waits for people", async () => {
  const place = home();
  const program = login(place, "--propose");
  await arrive(otto, program);
  await otto.getByRole("button", { name: "Allow" }).click();
  const { code, text } = await program.ended;
  assert.equal(code, 0, text);
  const made = await argusctl(place, "propose", "snapshot cache-01").ended;
  assert.equal(made.code, 0, made.text);
  const { items } = await get(otto, "/api/actions?limit=1");
  assert.match(items[0].title, /cache-01/);
  assert.equal(items[0].state, "in_review");
});

act("a revoked token is refused", async () => {
  await openAccount(otto);
  const revoke = otto.getByTestId("tokens").getByRole("button", { name: /^Revoke argusctl/ });
  await revoke.first().waitFor();
  for (let left = await revoke.count(); left > 0; left -= 1) {
    await revoke.first().click();
    await otto.getByRole("dialog").getByRole("button", { name: "Revoke the token" }).click();
    await otto.getByRole("dialog").waitFor({ state: "detached" });
    // The list is read anew: one row fewer can be revoked.
    await revoke.nth(left - 1).waitFor({ state: "detached" });
  }
  const whoami = await argusctl(folder, "whoami").ended;
  assert.notEqual(whoami.code, 0, whoami.text);
});

act("a request that is refused in the browser gives no token", async () => {
  const program = login(home());
  await arrive(otto, program);
  await otto.getByRole("button", { name: "Refuse" }).click();
  await otto.getByText("Refused").first().waitFor();
  const { code, text } = await program.ended;
  assert.notEqual(code, 0, text);
  assert.match(text, /refused/);
});
