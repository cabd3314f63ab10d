// A web server of somebody else: pages of another origin, for a signed-in person to run into.

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { dirname, join } from "node:path";

import { stack } from "./browser.mjs";

const page = "<!doctype html><title>Kittens</title><h1>Kittens</h1>";

/**
 * Serves an innocent page. With TLS it is at `https://localhost`, which for cookies is the same site as the console;
 * without, at `http://127.0.0.1`, which is another one.
 */
export async function stranger({ sameSite }) {
  const folder = dirname(stack.authority);
  const answer = (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end(page);
  const server = sameSite
    ? https.createServer({ cert: readFileSync(join(folder, "tls.pem")), key: readFileSync(join(folder, "tls.key")) }, answer)
    : http.createServer(answer);
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    origin: sameSite ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
