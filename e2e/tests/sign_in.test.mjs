// The way in and back: the page is two bundles, and nobody notices where one ends and the other begins.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { baseUrl } from "../browser.mjs";
import { assertNothingSticksOut } from "../fits.mjs";
import { askInWords } from "../pages/ask.mjs";
import { door, signIn, signOut } from "../pages/door.mjs";
import { reviewDialog } from "../pages/review.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

const { act, open } = stage();
let otto;

/** Path and query of where a window is. */
const place = (page) => page.url().slice(baseUrl.length);

/** Until a window hears of changes. */
const live = (page) => page.getByTestId("connection").getByText("Live").first().waitFor();

act("a screen that is asked for by nobody is there after signing in, with its query", async () => {
  otto = await open("Otto");
  await otto.goto("/ledger?subject=emergency_stop");
  await otto.waitForURL(/\/sign-in\?back=/);
  await door(otto, "Otto").click();
  await otto.getByRole("heading", { level: 1, name: "Ledger" }).waitFor();
  assert.equal(place(otto), "/ledger?subject=emergency_stop");
});

act("the account is a link away, within the same frame", async () => {
  await otto.locator(".user-menu summary").click();
  await otto.getByRole("link", { name: "Your account" }).click();
  await otto.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  assert.equal(place(otto), "/account");
  await otto.getByText("You are an operator.").waitFor();
  await live(otto);
  assert.ok(await otto.getByRole("banner").getByRole("button", { name: "Emergency stop" }).isVisible());
  await shoot(otto, "account");
  await assertAccessible(otto, "account");
  await assertNothingSticksOut(otto, "account");
});

act("navigation and the browser's own buttons lead from one bundle to the other", async () => {
  await otto.getByRole("navigation", { name: "Screens", exact: true }).getByRole("link", { name: "Changes" }).click();
  await otto.getByRole("heading", { level: 1, name: "Changes" }).waitFor();
  await otto.goBack();
  await otto.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  await otto.goBack();
  await otto.getByRole("heading", { level: 1, name: "Ledger" }).waitFor();
  await otto.goForward();
  await otto.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  await otto.keyboard.press("g");
  await otto.keyboard.press("l");
  await otto.getByRole("heading", { level: 1, name: "Ledger" }).waitFor();
});

act("a path that leads nowhere says so in either bundle", async () => {
  for (const path of ["/nowhere", "/account/nowhere", "/ledger/nowhere"]) {
    await otto.goto(path);
    await otto.getByRole("heading", { name: "There is nothing here" }).waitFor();
  }
});

/**
 * Takes away what the browser holds for access, as if its fifteen minutes were over. Not while a window opens its
 * WebSocket: a browser complains of a handshake that is refused, even where the next one is not.
 */
async function expire(...windows) {
  await Promise.all(windows.map(live));
  await windows[0].context().clearCookies({ name: "__Host-argus_access" });
}

/** How often `page` renews its access while `play` runs. */
async function renewals(page, play) {
  let count = 0;
  const see = (request) => {
    if (request.url().endsWith("/api/auth/refresh")) count += 1;
  };
  page.on("request", see);
  await play();
  page.off("request", see);
  return count;
}

act("access that has ended is renewed, once for all calls that meet the end, and nobody notices", async () => {
  await otto.goto("/");
  await otto.getByTestId("guest").first().waitFor();
  await expire(otto);
  const withinThePage = await renewals(otto, async () => {
    await otto.getByRole("navigation", { name: "Screens", exact: true }).getByRole("link", { name: "Changes" }).click();
    await otto.getByRole("listitem").or(otto.getByRole("row")).first().waitFor();
  });
  assert.equal(withinThePage, 1);
  await expire(otto);
  const atTheStart = await renewals(otto, async () => {
    await otto.goto("/logs");
    await otto.getByRole("heading", { level: 1, name: "Logs" }).waitFor();
    await live(otto);
  });
  assert.equal(atTheStart, 1);
  assert.equal(place(otto), "/logs");
});

act("a decision that meets the end of the access is taken, once", async () => {
  await otto.goto("/ask");
  await otto.getByRole("heading", { level: 1, name: "Ask for a change" }).waitFor();
  await expire(otto);
  const count = await renewals(otto, async () => {
    await askInWords(otto, "snapshot cache-01");
    await reviewDialog(otto).steps.first().waitFor();
  });
  assert.equal(count, 1);
});

act("two windows that renew at the same time both stay signed in", async () => {
  const other = await otto.context().newPage();
  await other.goto("/changes");
  await other.getByRole("heading", { level: 1, name: "Changes" }).waitFor();
  await expire(otto, other);
  await Promise.all([otto.goto("/ledger"), other.goto("/logs")]);
  await otto.getByRole("heading", { level: 1, name: "Ledger" }).waitFor();
  await other.getByRole("heading", { level: 1, name: "Logs" }).waitFor();
  await expire(otto, other);
  await Promise.all([otto.reload(), other.reload()]);
  await otto.getByRole("heading", { level: 1, name: "Ledger" }).waitFor();
  await other.getByRole("heading", { level: 1, name: "Logs" }).waitFor();
  await other.close();
});

act("each WebSocket has a ticket of its own, and no address holds one", async () => {
  await live(otto);
  const sockets = [];
  const seeSocket = (socket) => sockets.push(socket.url());
  otto.on("websocket", seeSocket);
  const tickets = [];
  const seeTicket = (response) => {
    if (response.url().endsWith("/api/stream/tickets")) tickets.push(response.json());
  };
  otto.on("response", seeTicket);
  for (const path of ["/changes", "/account"]) {
    await otto.goto(path);
    await live(otto);
  }
  // What comes later is left before anybody reads it.
  otto.off("websocket", seeSocket);
  otto.off("response", seeTicket);
  assert.equal(sockets.length, 2);
  const secrets = (await Promise.all(tickets)).map(({ ticket }) => ticket);
  assert.equal(new Set(secrets).size, 2);
  for (const url of sockets) assert.ok(secrets.every((secret) => secret.length > 20 && !url.includes(secret)), url);
});

act("a session that ended elsewhere leads to the sign-in, which says so, and back", async () => {
  const elsewhere = await otto.context().newPage();
  await elsewhere.goto("/changes");
  await otto.goto("/ledger?subject=emergency_stop");
  await otto.getByRole("heading", { level: 1, name: "Ledger" }).waitFor();
  await signOut(elsewhere);
  await elsewhere.close();
  // Nobody has to press anything: the page learns it by its WebSocket.
  await otto.getByText("Your session has ended").waitFor();
  await door(otto, "Otto").click();
  await otto.getByRole("heading", { level: 1, name: "Ledger" }).waitFor();
  assert.equal(place(otto), "/ledger?subject=emergency_stop");
});

act("who is signed in does not stay at the sign-in", async () => {
  await otto.goto("/sign-in?back=%2Faccount");
  await otto.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
});

act("a way back that leads to another origin is not taken", async () => {
  for (const back of ["https://elsewhere.invalid/", "//elsewhere.invalid/", "/\\elsewhere.invalid/", "/\t/elsewhere.invalid/", "javascript:alert(1)"]) {
    const page = await open(`Vera by way of ${back}`);
    await page.goto(`/sign-in?back=${encodeURIComponent(back)}`);
    await signIn(page, "Vera");
    assert.equal(page.url(), `${baseUrl}/`, back);
    await page.close();
  }
});
