// argusctl as a person at a terminal runs it, with a folder of its own for what it keeps.

import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

import { stack, stateDir } from "./browser.mjs";

/** A fresh place to keep tokens in. */
export function home() {
  return mkdtempSync(join(stateDir, "argusctl-"));
}

/** Starts it. `said(pattern)` waits for a line, `ended` for its end with all that it said. */
export function argusctl(folder, ...parameters) {
  const child = spawn(stack.argusctl, parameters, {
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, "config") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const waiting = new Set();
  const look = () => waiting.forEach((one) => one());
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
      look();
    });
  }
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, text });
      look();
    });
  });
  const said = (pattern) =>
    new Promise((resolve, reject) => {
      const one = () => {
        const found = pattern.exec(text);
        if (!found && child.exitCode === null) return;
        waiting.delete(one);
        if (found) resolve(found);
        else reject(new Error(`argusctl ended (${child.exitCode}) without ${pattern}: ${text}`));
      };
      waiting.add(one);
      one();
    });
  return { said, ended, stop: () => child.kill() };
}
