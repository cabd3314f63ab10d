// The field to ask for a change, on the overview and on its own page.

/** The field. */
export function words(page) {
  return page.getByRole("textbox", { name: "What shall change?" });
}

/** Asks in words. */
export async function askInWords(page, text) {
  await words(page).fill(text);
  await page.getByRole("button", { name: "Plan it" }).click();
}

/** What Argus asks back. */
export function questions(page) {
  return page.getByRole("status", { name: "Questions" });
}
