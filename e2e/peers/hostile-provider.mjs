// An OpenID provider that lies on request: `oauth2-mock-server`, with whatever it says bent on the way out.
//
//   node hostile-provider.mjs --port 0
//
// - `PUT /lies` takes what to bend from now on, and replaces what was bent before; `DELETE /lies` makes it honest:
//     {"claims": {"aud": "other", "nonce": null},    set, or take away with null; "at_hash": "right" is worked out
//      "header": {"kid": "x"},                        the same for the token's header
//      "signature": "none" | "public_key" | "stranger" | "broken",
//      "algorithm": "RS256" | "PS256",                how the provider's own RSA key signs
//      "token": {"status": 302, "headers": {}, "body": {}},   instead of the token endpoint's answer
//      "redirect": {"iss": "https://x", "code": null},        parameters of the way back
//      "discovery": {"issuer": "https://x"}}                  the same for the discovery document
// - `POST /keys/rotate` signs with a new key and forgets the old one.
// - `GET /asked` tells how often discovery document, keys and tokens were asked for.
//
// One line of JSON tells that it listens; SIGTERM ends it, and with `--with-stdin` the end of its input does, too.

import { constants, createHash, createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

import { JWKStore, OAuth2Issuer, OAuth2Service } from "oauth2-mock-server";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "with-stdin": { type: "boolean", default: false },
  },
});

/** Signs with its newest key alone. Codes that were given before stay good. */
class Forgetful extends OAuth2Issuer {
  #store = new JWKStore();

  get keys() {
    return this.#store;
  }

  async rotate() {
    const store = new JWKStore();
    await store.generate("RS256");
    this.#store = store;
  }
}

const paths = { "/.well-known/openid-configuration": "discovery", "/jwks": "keys", "/token": "token" };
const asked = { discovery: 0, keys: 0, token: 0 };
let lies = {};
const issuer = new Forgetful();
await issuer.rotate();
const service = new OAuth2Service(issuer);
service.on("beforeResponse", ({ body }) => {
  body.id_token = bentToken(body.id_token, body.access_token);
});
service.on("beforeAuthorizeRedirect", ({ url }) => {
  for (const [name, value] of Object.entries(lies.redirect ?? {})) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
});

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
await new Promise((resolve, reject) => {
  server.once("error", reject).listen(Number(options.port), "127.0.0.1", resolve);
});
const own = `http://localhost:${server.address().port}`;
issuer.url = own;
console.log(JSON.stringify({ issuer: own }));

process.once("SIGTERM", stop);
if (options["with-stdin"]) process.stdin.resume().once("end", stop);

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

async function handle(request, response) {
  const { pathname } = new URL(request.url, own);
  if (pathname === "/lies") {
    lies = request.method === "PUT" ? JSON.parse(await text(request)) : {};
    return response.writeHead(204).end();
  }
  if (pathname === "/keys/rotate") {
    await issuer.rotate();
    return response.writeHead(204).end();
  }
  if (pathname === "/asked") {
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(asked));
  }
  const what = paths[pathname];
  if (what) asked[what] += 1;
  if (what === "token" && lies.token) {
    await text(request);
    const { status, headers, body } = lies.token;
    return response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
  }
  if (what === "discovery" && lies.discovery) bendBody(response, lies.discovery);
  return service.requestHandler(request, response);
}

function bentToken(honest, accessToken) {
  const [header, payload] = honest.split(".").slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  const key = issuer.keys.toJSON(true)[0];
  const named = { none: "none", public_key: "HS256" }[lies.signature] ?? lies.algorithm ?? "RS256";
  const claims = bent(payload, lies.claims);
  if (claims.at_hash === "right") {
    claims.at_hash = createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
  }
  const signed = [bent({ ...header, alg: named, kid: key.kid }, lies.header), claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${signature(signed, key).toString("base64url")}`;
}

function signature(signed, jwk) {
  const algorithm = lies.algorithm ?? "RS256";
  switch (lies.signature) {
    case "none":
      return Buffer.alloc(0);
    case "public_key": {
      // The oldest trick: the key that everybody has, used as a shared secret.
      const pem = createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
      return createHmac("sha256", pem).update(signed).digest();
    }
    case "stranger":
      return rsa(signed, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey, algorithm);
    case "broken": {
      const right = rsa(signed, { key: jwk, format: "jwk" }, algorithm);
      right[0] ^= 1;
      return right;
    }
    default:
      return rsa(signed, { key: jwk, format: "jwk" }, algorithm);
  }
}

function rsa(signed, key, algorithm) {
  const padded = algorithm === "PS256" ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
  return sign("sha256", Buffer.from(signed), { ...(key.format ? key : { key }), ...padded });
}

function bent(honest, changes = {}) {
  const result = { ...honest, ...changes };
  for (const [name, value] of Object.entries(changes)) if (value === null) delete result[name];
  return result;
}

function bendBody(response, changes) {
  const end = response.end.bind(response);
  response.end = (body) => {
    const whole = JSON.stringify(bent(JSON.parse(body.toString()), changes));
    response.setHeader("content-length", Buffer.byteLength(whole));
    response.removeHeader("etag");
    return end(whole);
  };
}

async function text(request) {
  let whole = "";
  for await (const part of request.setEncoding("utf8")) whole += part;
  return whole;
}
