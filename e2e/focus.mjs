// Where the keyboard is.

/** Whether this very element has the focus. */
export function hasFocus(locator) {
  return locator.evaluate((element) => element === document.activeElement);
}
