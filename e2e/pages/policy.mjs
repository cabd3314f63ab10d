// The policy: in force, one version, and the editor.

/** Goes to what is in force. */
export async function openPolicy(page) {
  await page.goto("/policy");
  await page.getByRole("heading", { level: 1, name: "Policy" }).waitFor();
  await page.getByTestId("versions").getByRole("listitem").first().waitFor();
}

/** Goes to one version. */
export async function openVersion(page, number) {
  await page.goto(`/policy/${number}`);
  await page.getByTestId("standing").waitFor();
}

/** The field with the document. */
export function editor(page) {
  return page.getByRole("textbox", { name: "The document, as TOML" });
}

/** Has a document checked, and waits for what is said of it. */
export async function check(page, text) {
  await editor(page).fill(text);
  await page.getByRole("button", { name: "Check what it would change" }).click();
  const told = page.getByTestId("checked");
  await told.locator(":scope > *").first().waitFor();
  return told;
}

/** Decides by one of the bar's buttons and the dialog behind it. */
export async function decide(page, button, dialogTitle, act) {
  await page.getByTestId("decision-bar").getByRole("button", { name: button }).click();
  const dialog = page.getByRole("dialog", { name: dialogTitle });
  await dialog.getByRole("button", { name: act }).click();
  await dialog.waitFor({ state: "detached" });
}
