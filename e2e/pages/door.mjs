// Signing in.

/** The button of one of the demo's people. */
export function door(page, name) {
  return page.getByRole("listitem").getByRole("button", { name });
}

/** The names of all of them. */
export const demoPeople = ["Vera", "Otto", "Ada", "Alan"];

/** Signs in at the place where the window is, or at the overview. */
export async function signIn(page, name) {
  if (page.url() === "about:blank") await page.goto("/");
  await door(page, name).click();
  await page.getByTestId("connection").waitFor({ state: "attached" });
}

/** Signs out by the person's menu. */
export async function signOut(page) {
  await page.locator(".user-menu summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("region", { name: "Ways to sign in" }).waitFor();
}
