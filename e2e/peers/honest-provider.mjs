// An OpenID provider that keeps to the standard: the certified `oidc-provider`, with a page to choose who one is.
//
//   node honest-provider.mjs --client-id argus --redirect-uri http://localhost:1/back --users users.json
//
// `--users` is a JSON file: {"ada": {"name": "Ada", "email": "ada@example.lan", "groups": ["ops"], "employee_id": 17}}.
// Nobody has a password. One line of JSON tells that it listens; SIGTERM ends it, and with `--with-stdin` the end of
// its input does, too, so that it does not outlive a test that was killed.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { parseArgs } from "node:util";

import Provider from "oidc-provider";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    /** What it calls itself; its own address where this is not given. */
    issuer: { type: "string" },
    "client-id": { type: "string", default: "argus" },
    /** A client without a secret proves itself by PKCE alone. `PEER_CLIENT_SECRET` keeps it out of lists of processes. */
    "client-secret": { type: "string", default: process.env.PEER_CLIENT_SECRET },
    "redirect-uri": { type: "string", multiple: true, default: [] },
    "post-logout-redirect-uri": { type: "string", multiple: true, default: [] },
    users: { type: "string" },
    cert: { type: "string" },
    key: { type: "string" },
    /** RS256, PS256, ES256 or EdDSA. */
    algorithm: { type: "string", default: "RS256" },
    /** client_secret_basic or client_secret_post. */
    "secret-in": { type: "string", default: "client_secret_basic" },
    "with-stdin": { type: "boolean", default: false },
  },
});

const users = options.users ? JSON.parse(readFileSync(options.users, "utf8")) : {};
const secure = Boolean(options.cert && options.key);
const server = secure
  ? createSecureServer({ cert: readFileSync(options.cert), key: readFileSync(options.key) })
  : createServer();

await new Promise((resolve, reject) => {
  server.once("error", reject).listen(Number(options.port), "127.0.0.1", resolve);
});
const own = `${secure ? "https" : "http"}://localhost:${server.address().port}`;
const issuer = options.issuer ?? own;
const provider = new Provider(issuer, configuration());
// The library would otherwise say each error of a client on its own; the client shall say it.
provider.on("server_error", (_context, error) => console.error(error));
const answer = provider.callback();
server.on("request", (request, response) => {
  const uid = /^\/sign-in\/([\w-]+)$/.exec(new URL(request.url, own).pathname)?.[1];
  const work = uid ? signIn(request, response) : answer(request, response);
  Promise.resolve(work).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
console.log(JSON.stringify({ issuer }));

process.once("SIGTERM", stop);
if (options["with-stdin"]) process.stdin.resume().once("end", stop);

function stop() {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

function configuration() {
  const secret = options["client-secret"];
  const proof = secret ? options["secret-in"] : "none";
  return {
    clients: [
      {
        client_id: options["client-id"],
        client_secret: secret,
        token_endpoint_auth_method: proof,
        redirect_uris: options["redirect-uri"],
        post_logout_redirect_uris: options["post-logout-redirect-uri"],
        grant_types: ["authorization_code", "refresh_token"],
        id_token_signed_response_alg: options.algorithm,
      },
    ],
    clientAuthMethods: [proof],
    jwks: { keys: [signingKey(options.algorithm)] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    scopes: ["openid", "offline_access", "profile", "email", "groups"],
    claims: {
      openid: ["sub"],
      profile: ["name", "preferred_username", "employee_id"],
      email: ["email"],
      groups: ["groups"],
    },
    // Into the ID token, where most providers that companies run put them.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    ttl: { AccessToken: 900, IdToken: 900, Interaction: 600, Grant: 86400, Session: 86400, RefreshToken: 86400 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
    findAccount: (_context, id) =>
      Object.hasOwn(users, id)
        ? { accountId: id, claims: async () => ({ sub: id, preferred_username: id, ...users[id] }) }
        : undefined,
  };
}

function signingKey(algorithm) {
  const kinds = {
    RS256: ["rsa", { modulusLength: 2048 }],
    PS256: ["rsa", { modulusLength: 2048 }],
    ES256: ["ec", { namedCurve: "P-256" }],
    EdDSA: ["ed25519", {}],
  };
  const { privateKey } = generateKeyPairSync(...kinds[algorithm]);
  return { ...privateKey.export({ format: "jwk" }), alg: algorithm, use: "sig", kid: randomBytes(8).toString("hex") };
}

/** The page: who one is, or not at all. What the client asks for is granted without another page. */
async function signIn(request, response) {
  const { params, prompt } = await provider.interactionDetails(request, response);
  if (request.method !== "POST") return page(response, 200);
  const form = new URLSearchParams(await text(request));
  if (form.get("answer") === "cancel") {
    return finish(request, response, { error: "access_denied", error_description: "the person cancelled" });
  }
  const name = form.get("user") ?? "";
  if (!Object.hasOwn(users, name)) return page(response, 422, `Nobody here is called “${name}”.`);
  const grant = new provider.Grant({ accountId: name, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  return finish(request, response, {
    login: { accountId: name },
    consent: { grantId: await grant.save() },
  });
}

function finish(request, response, result) {
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function text(request) {
  let whole = "";
  for await (const part of request.setEncoding("utf8")) {
    whole += part;
    if (whole.length > 10_000) throw new Error("the form is too long");
  }
  return whole;
}

function page(response, status, complaint) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Sign in to the test provider</title></head>
  <body>
    <main>
      <h1>Sign in to the test provider</h1>
      ${complaint ? `<p role="alert">${escaped(complaint)}</p>` : ""}
      <form method="post">
        <label for="user">User name</label>
        <input id="user" name="user" autocomplete="username" autofocus>
        <button name="answer" value="sign-in">Sign in</button>
        <button name="answer" value="cancel" formnovalidate>Cancel</button>
      </form>
    </main>
  </body>
</html>
`);
}

function escaped(words) {
  return words.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
