// Single sign-on: our button, and the provider's own page.

/** Goes to the provider, from wherever the window is or from the overview. */
export async function toProvider(page) {
  if (page.url() === "about:blank") await page.goto("/");
  await page.getByRole("button", { name: "Sign in with House account" }).click();
  await page.getByRole("heading", { name: "Sign in to the test provider" }).waitFor();
}

/** Says there who one is. */
export async function proveToBe(page, user) {
  await page.getByRole("textbox", { name: "User name" }).fill(user);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in at the provider, and waits until one is in. */
export async function signInAs(page, user) {
  await toProvider(page);
  await proveToBe(page, user);
  await page.getByTestId("connection").waitFor({ state: "attached" });
}
