// The way in and back: the page is two bundles, and nobody notices where one ends and the other begins.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { baseUrl } from "../browser.mjs";
import { assertNothingSticksOut } from "../fits.mjs";
import { door, signIn, signOut } from "../pages/door.mjs";
import { shoot } from "../shots.mjs";
import { stage } from "../stage.mjs";

const { act, open } = stage();
let otto;

/** Path and query of where a window is. */
const place = (page) => page.url().slice(baseUrl.length);

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
  await otto.getByTestId("connection").getByText("Live").first().waitFor();
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
  for (const path of ["/nowhere", "/account/nowhere"]) {
    await otto.goto(path);
    await otto.getByRole("heading", { name: "There is nothing here" }).waitFor();
  }
});

act("a session that ended elsewhere leads to the sign-in, which says so, and back", async () => {
  const elsewhere = await otto.context().newPage();
  await elsewhere.goto("/changes");
  await otto.goto("/changes?state=in_review");
  await otto.getByRole("heading", { level: 1, name: "Changes" }).waitFor();
  await signOut(elsewhere);
  await elsewhere.close();
  await otto.getByRole("navigation", { name: "Screens", exact: true }).getByRole("link", { name: "Logs" }).click();
  await otto.getByText("Your session has ended").waitFor();
  await door(otto, "Otto").click();
  await otto.getByRole("heading", { level: 1, name: "Logs" }).waitFor();
  assert.equal(place(otto), "/logs");
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
