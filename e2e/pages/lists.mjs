// Screens that list: changes, ledger, logs.

/** Goes to the changes by the navigation. */
export async function openChanges(page) {
  await page.getByRole("link", { name: "Changes" }).filter({ visible: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Changes" }).waitFor();
}

/** The newest change with this in its title. */
export function change(page, title) {
  return page.getByTestId("changes").getByRole("listitem").filter({ hasText: title }).first();
}

/** The ledger's records about one thing, or all. */
export async function openLedger(page, subject) {
  await page.goto(subject ? `/ledger?subject=${subject}` : "/ledger");
  await records(page).first().waitFor();
}

/** The ledger's rows, newest first. */
export function records(page) {
  return page.getByTestId("records").getByRole("listitem");
}

/** What the page says about the records that it shows. */
export function chain(page) {
  return page.getByTestId("chain");
}

/** The button that reads on; absent where there is nothing more. */
export function olderRecords(page) {
  return page.getByRole("button", { name: "Older records" });
}

/** The kinds of the records that are shown, oldest first, such as `proposal.made`. */
export async function kinds(page) {
  return (await page.locator(".record-kind").allTextContents()).reverse();
}
