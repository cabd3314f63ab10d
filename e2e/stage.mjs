// Who is on stage in a test file: a browser, a window for each person, and what the windows complain about.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { launch, person } from "./browser.mjs";
import { signIn } from "./pages/door.mjs";
import { shotsDir } from "./shots.mjs";

/** What Chromium says about every answer that is no success; those are asserted where they matter. */
const ordinary = /^Failed to load resource:/;

/**
 * One browser for a test file. Windows stay open from act to act and close with the file, which fails when the page
 * threw, logged an error or broke its own content security policy. What the file brings about itself it `expects`.
 */
export function stage({ expects } = {}) {
  const windows = new Map();
  const complaints = new Set();
  let browser;
  let broken;

  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual([...complaints], [], "the browser's console");
  });

  /**
   * A test that goes on where the one before it ended, and that is not played where that one failed. Pictures of
   * all windows tell how things stood at the failure, where pictures are wanted.
   */
  function act(name, play) {
    return test(name, async (context) => {
      if (broken) return context.skip(`it goes on from "${broken}", which failed`);
      try {
        await play();
      } catch (error) {
        broken = name;
        await failed(name);
        error.message += await said();
        throw error;
      }
    });
  }

  /** What the windows tell their people at this moment: mostly why it failed. */
  async function said() {
    let told = "";
    for (const [name, page] of windows) {
      if (page.isClosed()) continue;
      const texts = await page.locator("[role=alert], [role=status]").allInnerTexts();
      const words = texts.map((text) => text.replace(/\s+/g, " ").trim()).filter(Boolean);
      if (words.length > 0) told += ` [${name} reads: ${words.join(" | ")}]`;
    }
    return told;
  }

  async function failed(act) {
    if (!shotsDir) return;
    for (const [name, page] of windows) {
      if (page.isClosed()) continue;
      await page.screenshot({ path: join(shotsDir, `failed ${act.replaceAll("/", " ")} ${name}.png`) });
    }
  }

  /** A window in which nobody is signed in. */
  async function open(name, options = {}) {
    const context = await person(browser, { reducedMotion: "reduce", viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    watch(page, name);
    return page;
  }

  function watch(page, name) {
    page.on("pageerror", (error) => complaints.add(`${name}: ${error}`));
    // Nothing of ours asks in a box of the browser's own; who gets one to open runs a script within the page.
    page.on("dialog", async (dialog) => {
      complaints.add(`${name}: a box opened: ${dialog.message()}`);
      await dialog.dismiss();
    });
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !ordinary.test(text) && !expects?.test(text)) complaints.add(`${name}: ${text}`);
    });
    windows.set(name, page);
  }

  /** Another window of the same browser: with the cookies of `page`, and as closely watched. */
  async function beside(page, name) {
    const other = await page.context().newPage();
    watch(other, name);
    return other;
  }

  /** A window in which one of the demo's people is signed in. */
  async function enter(name, options = {}) {
    const page = await open(name, options);
    await signIn(page, name);
    return page;
  }

  return { act, open, beside, enter };
}
