// One's own account: passkeys and API tokens.

/** Goes there. */
export async function openAccount(page) {
  await page.goto("/account");
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
}

/** Enrols a passkey of this name on the window's device. */
export async function addPasskey(page, name) {
  await openAccount(page);
  const passkeys = page.getByTestId("passkeys");
  await passkeys.getByRole("textbox", { name: "Name of a new passkey" }).fill(name);
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await passkeys.getByText("Added.").waitFor();
}

/** Makes an API token that reads; its secret. */
export async function makeToken(page, name) {
  await page.getByTestId("tokens").getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByRole("button", { name: "Make the token" }).click();
  const secret = await dialog.getByTestId("secret").innerText();
  await dialog.getByRole("button", { name: "I have it" }).click();
  await dialog.waitFor({ state: "detached" });
  return secret;
}
