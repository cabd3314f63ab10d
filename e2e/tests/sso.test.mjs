// Single sign-on at a real provider: roles from groups, sessions that go on and end, and what is said to who is not let in.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { get } from "../api.mjs";
import { baseUrl } from "../browser.mjs";
import { advance, late } from "../manual_clock.mjs";
import { signOut } from "../pages/door.mjs";
import { proveToBe, signInAs, toProvider } from "../pages/provider.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

/**
 * A ticket for a WebSocket holds for seconds. One that is on its way while the clock jumps is refused, and Chromium says
 * so; the page asks for another, which every act sees by being live again.
 */
const refusedTicket = /^WebSocket connection to .* failed: .*403/;
const { act, open, beside, enter } = stage({ expects: refusedTicket });
// The provider lives by the machine's clock: nobody signs in with it at the other console once that is ahead.
/** Longer than an access token lasts, and shorter than a session may rest. */
const past = 16 * 60;
let ada;

async function heading(page, name) {
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

function screens(page) {
  return page.getByRole("navigation", { name: "Screens", exact: true });
}

async function live(page) {
  await page.getByTestId("connection").getByText("Live").first().waitFor();
}

/** The cookies of a session, by name. */
async function keys(page) {
  const cookies = await page.context().cookies();
  return Object.fromEntries(cookies.filter(({ name }) => name.startsWith("__Host-argus")).map(({ name, value }) => [name, value]));
}

act("viewer, operator and admin sign in through the provider and get their roles", async () => {
  for (const [user, name, role] of [["vera", "Vera Vance", "viewer"], ["otto", "Otto Olsen", "operator"], ["ada", "Ada Ahrens", "admin"]]) {
    const page = await open(name);
    await page.goto("/ledger");
    await signInAs(page, user);
    // Back where they wanted to go, and nothing of the provider's answer is left in the address.
    await heading(page, "Ledger");
    assert.equal(page.url(), `${baseUrl}/ledger`);
    const { person } = await get(page, "/api/session");
    assert.deepEqual([person.name, person.role], [name, role]);
    await page.locator(".user-menu summary").getByText(role).waitFor();
    assert.equal(await page.getByRole("link", { name: "Ask", exact: true }).filter({ visible: true }).count(), role === "viewer" ? 0 : 1, role);
    assert.equal(await screens(page).getByRole("link", { name: "People" }).count(), role === "admin" ? 1 : 0, role);
    for (const cookie of (await page.context().cookies()).filter(({ name }) => name.startsWith("__Host-argus"))) {
      assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === "Strict", cookie.name);
    }
  }
});

act("a session goes on past a quarter of an hour on a manual clock and ends when one signs out", async () => {
  ada = await open("Ada, later", late);
  await ada.goto("/changes");
  await signInAs(ada, "ada");
  await heading(ada, "Changes");
  await live(ada);
  const before = await keys(ada);
  const { expires_at } = await get(ada, "/api/session");
  advance(past);
  assert.equal((await ada.request.get("/api/cluster")).status(), 401, "the access did not end");

  const asked = [];
  ada.on("framenavigated", (frame) => asked.push(frame.url()));
  await screens(ada).getByRole("link", { name: "Ledger" }).click();
  await heading(ada, "Ledger");
  await ada.getByTestId("records").getByRole("listitem").first().waitFor();
  await screens(ada).getByRole("link", { name: "Overview" }).click();
  await ada.getByTestId("guest").first().waitFor();
  await live(ada);
  assert.ok(!asked.some((url) => url.includes("/sign-in")), `she was sent to sign in: ${asked.join(" ")}`);
  const after = await keys(ada);
  assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
  for (const [name, value] of Object.entries(before)) assert.notEqual(after[name], value, `${name} is the old one`);
  assert.equal((await get(ada, "/api/session")).expires_at, expires_at, "renewing must not make a session last longer");
});

act("two tabs that refresh at once both go on", async () => {
  const other = await beside(ada, "Ada, second tab");
  await other.goto("/changes");
  await heading(other, "Changes");
  await live(other);
  advance(past);
  await Promise.all([ada.goto("/ledger"), other.goto("/logs")]);
  await Promise.all([heading(ada, "Ledger"), heading(other, "Logs")]);
  // A ticket for a WebSocket must not be on its way while a quarter of an hour passes.
  await Promise.all([live(ada), live(other)]);
  advance(past);
  // Without a new page, too: both meet the end of the access with their next request.
  await Promise.all([
    screens(ada).getByRole("link", { name: "Changes" }).click(),
    screens(other).getByRole("link", { name: "Ledger" }).click(),
  ]);
  await Promise.all([heading(ada, "Changes"), heading(other, "Ledger")]);
  for (const page of [ada, other]) {
    await live(page);
    assert.equal((await get(page, "/api/session")).person.name, "Ada Ahrens");
  }
  await other.close();
});

act("who signs out is at the door, and going back shows the door again", async () => {
  const old = await keys(ada);
  await signOut(ada);
  assert.deepEqual(await keys(ada), {});
  await ada.goBack();
  await ada.getByRole("button", { name: "Sign in with House account" }).waitFor();
  assert.equal((await ada.request.get("/api/cluster")).status(), 401);
  // The tokens themselves open nothing any more, wherever they are kept.
  const cookie = Object.entries(old).map(([name, value]) => `${name}=${value}`).join("; ");
  for (const [method, path] of [["get", "/api/cluster"], ["post", "/api/auth/refresh"]]) {
    const answer = await ada.request[method](path, { headers: { cookie, origin: late.baseURL } });
    assert.equal(answer.status(), 401, path);
  }
});

act("a session that rests too long is over, and the page says so", async () => {
  const otto = await enter("Otto", late);
  await otto.goto("/changes");
  await heading(otto, "Changes");
  await live(otto);
  advance(61 * 60);
  await screens(otto).getByRole("link", { name: "Overview" }).click();
  await otto.getByText("Your session has ended").waitFor();
});

act("who cancels at the provider reads that, and may try again", async () => {
  const vera = await open("Vera, undecided");
  await toProvider(vera);
  await vera.getByRole("button", { name: "Cancel" }).click();
  await vera.getByText("You are not signed in.").waitFor();
  await vera.getByText(/the person cancelled/).waitFor();
  assert.equal(new URL(vera.url()).search, "", "the provider's answer is left in the address");
  await shoot(vera, "sign-in-denied");
  await assertAccessible(vera, "sign-in-denied");
  await vera.getByRole("button", { name: "Try again with House account" }).click();
  await proveToBe(vera, "vera");
  await vera.getByTestId("connection").waitFor({ state: "attached" });
  assert.equal((await get(vera, "/api/session")).person.name, "Vera Vance");
});

act("whose groups give no role reads that, and is not let in", async () => {
  const nora = await open("Nora");
  await toProvider(nora);
  await proveToBe(nora, "nora");
  await nora.getByText("You are not signed in.").waitFor();
  await nora.getByText(/House account knows you, but that gives you no role here: the person's only group is not mapped/).waitFor();
  await nora.getByText(/auth\.oidc\.roles/).waitFor();
  assert.equal((await nora.request.get("/api/session")).status(), 401);
  assert.deepEqual(await keys(nora), {});
});

act("the way back works once, and only in the browser that began it", async () => {
  const began = await open("Vera, who began");
  await toProvider(began);
  await began.route(/\/sign-in\/callback\//, (route) => route.abort());
  const caught = began.waitForRequest(/\/sign-in\/callback\//);
  await proveToBe(began, "vera");
  const stolen = (await caught).url();
  assert.match(stolen, /[?&]code=/);
  const thief = await open("Somebody else");
  await thief.goto(stolen);
  await thief.getByText("You are not signed in.").waitFor();
  await thief.getByText(/This browser has no sign-in under way/).waitFor();
  assert.equal((await thief.request.get("/api/session")).status(), 401);
});
