// The emergency stop: the button at the top, the panel that asks once more, the banner.

/** On every screen while it is set. */
export function banner(page) {
  return page.getByTestId("emergency-banner");
}

/** The first of the two steps. */
export async function askToStop(page) {
  await page.getByRole("banner").getByRole("button", { name: "Emergency stop" }).click();
  const panel = page.getByRole("dialog", { name: "Stop everything?" });
  await panel.waitFor();
  return panel;
}

/** Both steps. */
export async function stopEverything(page, reason) {
  const panel = await askToStop(page);
  await panel.getByRole("textbox", { name: "Reason (kept in the ledger)" }).fill(reason);
  await panel.getByRole("button", { name: "Stop every execution" }).click();
  await banner(page).waitFor();
}

/** The first of the two people whom a release takes. */
export async function askToRelease(page) {
  await banner(page).getByRole("button", { name: "Ask to release" }).click();
  await banner(page).getByTestId("release-asked").waitFor();
}

/** The second: executions run again. An admin's device is asked for a passkey. */
export async function agreeToRelease(page) {
  await banner(page).getByRole("button", { name: "Agree and release" }).click();
  await banner(page).waitFor({ state: "detached" });
}
