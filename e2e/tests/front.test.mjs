// nginx before page and API: headers, compression, caching, limits. No browser.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { test } from "node:test";

import { baseUrl, stack } from "../browser.mjs";

/** One request; the body as a buffer. */
function ask(path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = https.request(new URL(path, baseUrl), { method, headers, rejectUnauthorized: false, agent: false }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** One path of each of the page's bundles. */
const bundles = { console: "/", office: "/sign-in" };

/** The names of the hashed assets of both bundles. */
async function assets() {
  const names = new Set();
  for (const [bundle, path] of Object.entries(bundles)) {
    const { body } = await ask(path);
    const own = body.toString().match(/\/[\w.-]+-[0-9a-f]{12,16}(?:_bg)?\.(?:css|js|svg|wasm)/g) ?? [];
    assert.ok(own.some((name) => name.startsWith(`/${bundle}-`) && name.endsWith(".wasm")), `${path} does not load the ${bundle} bundle`);
    for (const name of own) names.add(name);
  }
  return [...names];
}

const fixed = {
  "strict-transport-security": /^max-age=\d+/,
  "x-content-type-options": /^nosniff$/,
  "x-frame-options": /^DENY$/,
  "referrer-policy": /^no-referrer$/,
  "cross-origin-opener-policy": /^same-origin$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "permissions-policy": /camera=\(\)/,
  "content-security-policy": /default-src 'none'.*frame-ancestors 'none'/,
};

test("every answer carries each security header exactly once, refusals included", async () => {
  const [asset] = await assets();
  const answers = {
    page: await ask("/"),
    "a path of the page": await ask("/changes/1"),
    "a path of the office": await ask("/people/1"),
    asset: await ask(asset),
    "missing asset": await ask("/gone-0123456789abcdef.js"),
    api: await ask("/api/health/live"),
    "refused by the API": await ask("/api/cluster"),
    "unknown path of the API": await ask("/api/nothing"),
    "refused by nginx": await ask("/api/actions/proposals", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: Buffer.alloc(300_000, "x"),
    }),
    "WebSocket without a session": await ask("/api/stream", {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
      },
    }),
  };
  for (const [what, answer] of Object.entries(answers)) {
    for (const [name, wanted] of Object.entries(fixed)) {
      const value = answer.headers[name];
      assert.match(value ?? "", wanted, `${what}: ${name}`);
      assert.ok(!/nosniff.*nosniff|DENY.*DENY|max-age.*max-age/.test(value), `${what}: ${name} twice`);
    }
    assert.ok(!/\d/.test(answer.headers.server ?? ""), `${what}: the server tells its version`);
  }
});

test("the page's policy allows each bundle's own loader by hash and no inline code besides", async () => {
  for (const path of Object.values(bundles)) {
    const { headers, body } = await ask(path);
    const policy = headers["content-security-policy"];
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'( 'sha256-[\w+/]+=*')*;/);
    assert.ok(!policy.includes("unsafe-inline") && !policy.includes("'unsafe-eval'"), policy);
    const [, loader] = body.toString().match(/<script type="?module"?>([^]*?)<\/script>/);
    const hash = createHash("sha256").update(loader).digest("base64");
    assert.ok(policy.includes(`'sha256-${hash}'`), `${path}: the loader is not allowed`);
  }
});

test("each path of the office brings that bundle, by whole parts of the path, every other path the console", async () => {
  const loads = async (path) => (await ask(path)).body.toString().match(/\/(\w+)-[0-9a-f]{12,16}_bg\.wasm/)?.[1];
  for (const place of ["/sign-in", "/invitation", "/device", "/account", "/people", "/policy", "/ledger", "/logs"]) {
    for (const path of [place, `${place}/`, `${place}/x`, `${place}?back=/`]) assert.equal(await loads(path), "office", path);
    assert.equal(await loads(`${place}s`), "console", `${place}s`);
  }
  for (const path of ["/", "/changes", "/changes/people", "/x/sign-in"]) assert.equal(await loads(path), "console", path);
});

test("assets come in brotli or gzip as the browser wishes, with their own type, and are kept for ever", async () => {
  const types = { css: "text/css", js: "application/javascript", svg: "image/svg+xml", wasm: "application/wasm" };
  for (const asset of await assets()) {
    const plain = await ask(asset);
    for (const [accept, encoding] of [
      ["gzip, deflate, br", "br"],
      ["gzip", "gzip"],
      ["br;q=0, gzip", "gzip"],
      ["identity", undefined],
    ]) {
      const answer = await ask(asset, { headers: { "accept-encoding": accept } });
      assert.equal(answer.status, 200, `${asset} ${accept}`);
      assert.equal(answer.headers["content-encoding"], encoding, `${asset} ${accept}`);
      assert.ok(answer.headers["content-type"].startsWith(types[asset.split(".").pop()]), answer.headers["content-type"]);
      assert.match(answer.headers["cache-control"], /immutable/);
      assert.match(answer.headers.vary, /accept-encoding/i);
      if (encoding && plain.body.length > 1000) assert.ok(answer.body.length < plain.body.length, `${asset} is not smaller in ${encoding}`);
    }
  }
});

test("the page itself is asked for again each time, and a missing asset is not the page", async () => {
  for (const path of ["/changes", "/account"]) {
    const answer = await ask(path, { headers: { "accept-encoding": "gzip" } });
    assert.equal(answer.headers["cache-control"], "no-cache", path);
    assert.equal(answer.headers["content-encoding"], "gzip", path);
    assert.match(answer.headers["content-type"], /^text\/html/, path);
  }
  const missing = await ask("/gone-0123456789abcdef.js");
  assert.equal(missing.status, 404);
  assert.equal(missing.headers["cache-control"], undefined);
  assert.equal((await ask("/.brotli/index.html.br")).status === 200 && (await ask("/.brotli/x.js")).status === 200, false);
  assert.equal((await ask("/content-security-policy.txt")).status, 404);
});

test("a body above the limit is refused in the API's own form", async () => {
  const answer = await ask("/api/actions/proposals", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: Buffer.alloc(300_000, "x"),
  });
  assert.equal(answer.status, 413);
  const problem = JSON.parse(answer.body);
  assert.equal(problem.code, "body_too_large");
  assert.equal(problem.status, 413);
  assert.ok(problem.request_id);
});

test("a forged address or request id does not survive nginx", async () => {
  const answer = await ask("/api/nothing", { headers: { "x-forwarded-for": "203.0.113.9", "x-request-id": "forged-by-the-caller" } });
  assert.equal(answer.status, 404);
  const id = answer.headers["x-request-id"];
  assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(JSON.parse(answer.body).request_id, id);
});

test("plain HTTP only leads to TLS", async () => {
  const answer = await new Promise((resolve, reject) => {
    http.get({ host: "127.0.0.1", port: stack.http_port, path: "/changes?x=1", headers: { host: "localhost" } }, resolve).on("error", reject);
  });
  answer.resume();
  assert.equal(answer.statusCode, 308);
  assert.equal(answer.headers.location, "https://localhost/changes?x=1");
});

test("old TLS is refused", async () => {
  for (const version of ["TLSv1", "TLSv1.1"]) {
    const { hostname, port } = new URL(baseUrl);
    await assert.rejects(
      new Promise((resolve, reject) => {
        https
          .get({ hostname, port, minVersion: "TLSv1", maxVersion: version, ciphers: "DEFAULT:@SECLEVEL=0", rejectUnauthorized: false, agent: false }, resolve)
          .on("error", reject);
      }),
      version,
    );
  }
});
