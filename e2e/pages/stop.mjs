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

/** Lets executions run again. */
export async function release(page) {
  await banner(page).getByRole("button", { name: "Release…" }).click();
  await banner(page).getByRole("button", { name: "Let executions run again" }).click();
  await banner(page).waitFor({ state: "detached" });
}
