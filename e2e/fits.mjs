// Whether a screen fits its window: nothing to scroll sideways, and controls that can be hit.

import assert from "node:assert/strict";

/** Fails where `page` scrolls sideways, and names what sticks out. */
export async function assertNothingSticksOut(page, screen) {
  const found = await page.evaluate(() => {
    const width = document.scrollingElement.clientWidth;
    // What scrolls sideways by itself, such as a table in its frame, may be as wide as it likes.
    const isFramed = (element) => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible") return true;
      }
      return false;
    };
    const sticksOut = (element) => element.getBoundingClientRect().right > width + 1;
    return [...document.body.querySelectorAll("*")]
      .filter((element) => element.checkVisibility() && sticksOut(element) && !sticksOut(element.parentElement) && !isFramed(element))
      .map((element) => `${element.tagName.toLowerCase()}.${element.className} ends at ${element.getBoundingClientRect().right} of ${width}`);
  });
  assert.deepEqual(found, [], `${screen} sticks out at the right`);
}

/** What a thumb must hit: its least edge in pixels, and which controls that is about (WCAG 2.5.5). */
const thumb = {
  edge: 44,
  controls:
    ".primary, .danger, .person, .stop-button, .decision-bar button, .bottom-bar *, .ask-form *, .top-bar *, .filter-bar *, .dialog-head button, .banner button, a.button",
};
/** Least edge of everything that can be hit at all, links within text aside (WCAG 2.5.8). */
const least = 24;

/** Fails where a control that is in reach is too small to hit. */
export async function assertCanBeHit(page, screen) {
  const controls = await page.evaluate((important) => {
    const reach = document.querySelector("dialog[open]") ?? document;
    return [...reach.querySelectorAll("button, select, input, textarea, summary, nav a, a.button")]
      .filter((element) => element.checkVisibility())
      .map((element) => {
        // A box with a label is hit by its label, too.
        const target = element.matches("[type=checkbox], [type=radio]") ? element.closest("label") : element;
        const { width, height } = target.getBoundingClientRect();
        const name = (element.ariaLabel ?? element.textContent).trim().slice(0, 40);
        return { control: `${element.tagName.toLowerCase()} "${name}"`, width, height, important: element.matches(important) };
      });
  }, thumb.controls);
  assert.ok(controls.length > 0, `${screen} has no control at all`);
  // One of a pixel is there for screen readers alone.
  const small = controls.filter(({ width, height, important }) => width > 1 && Math.min(width, height) < (important ? thumb.edge : least));
  assert.deepEqual(small, [], `${screen} has controls that are too small to hit`);
}
