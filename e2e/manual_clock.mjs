// A second console with a database of its own, whose clock a test sets forward. It never goes back.

import { readFileSync, renameSync, writeFileSync } from "node:fs";

import { stack } from "./browser.mjs";

const { base_url, offset_file } = stack.late;

/** Options of a window at that console. */
export const late = { baseURL: base_url };

/** Moves the console's time of day on. Its next look at the clock sees it. */
export function advance(seconds) {
  const ahead = Number(readFileSync(offset_file, "utf8")) + seconds;
  // In one go: a clock that is read while it is written would stand still at best.
  writeFileSync(`${offset_file}.next`, `+${ahead}\n`);
  renameSync(`${offset_file}.next`, offset_file);
}
