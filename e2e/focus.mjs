// Where the keyboard is.

import assert from "node:assert/strict";

/** Whether this very element has the focus. */
export function hasFocus(locator) {
  return locator.evaluate((element) => element === document.activeElement);
}

/** Presses Tab until the focus is on `locator`; more often than `most` is too far. */
export async function tabTo(locator, most = 60) {
  await locator.waitFor();
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await hasFocus(locator)) return;
    await locator.page().keyboard.press("Tab");
  }
  assert.fail(`${locator} does not get the focus by ${most} presses of Tab`);
}
