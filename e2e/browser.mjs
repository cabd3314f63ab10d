// Chromium as the tests use it, and where the stack is. `cargo xtask e2e` sets the variables.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with \`cargo xtask e2e\``);
  return value;
}

/** The console, through nginx, such as `https://localhost:40123`. */
export const baseUrl = needed("E2E_BASE_URL");
/** The folder with `stack.json` and `logs/`; screenshots of failures go there, too. */
export const stateDir = needed("E2E_STATE_DIR");
/** Where everything is, as xtask's `e2e.rs` writes it. */
export const stack = JSON.parse(readFileSync(join(stateDir, "stack.json"), "utf8"));
/** The simulator's control port: faults and the truth. */
export const simulatorUrl = stack.proxmox.control_url;

/** Starts Chromium so that it speaks to nobody but us. The caller closes it. */
export async function launch() {
  return chromium.launch({
    executablePath: needed("E2E_BROWSER"),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A browser window of its own: cookies are not shared. The tests' certificate is nobody's, hence unverified. */
export async function person(browser, options = {}) {
  const context = await browser.newContext({ baseURL: baseUrl, ignoreHTTPSErrors: true, ...options });
  context.setDefaultTimeout(15_000);
  return context;
}
