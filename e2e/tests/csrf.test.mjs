// A page of another origin in the browser of somebody who is signed in: it changes nothing, reads nothing, and hears nothing.

import assert from "node:assert/strict";
import { after } from "node:test";

import { get, propose, send } from "../api.mjs";
import { baseUrl } from "../browser.mjs";
import { stage } from "../stage.mjs";
import { stranger } from "../stranger.mjs";

const { act, enter } = stage();
let otto;
let waiting;
let before;
const servers = [];

after(() => Promise.all(servers.map((server) => server.close())));

/** What must be as it was. */
async function state() {
  const [proposal, stop, session, ledger] = await Promise.all(
    [`/api/actions/${waiting.id}`, "/api/emergency-stop", "/api/session", "/api/ledger?limit=1"].map((path) => get(otto, path)),
  );
  return { proposal: proposal.state, stop: stop.engaged, person: session.person.name, head: ledger.items[0].hash };
}

/** A window of the same browser at somebody else's page. It is not watched: its complaints are what is wanted. */
async function lured(sameSite) {
  const server = await stranger({ sameSite });
  servers.push(server);
  const page = await otto.context().newPage();
  const again = () => page.goto(server.origin);
  await again();
  return { page, again };
}

act("somebody is signed in, and has a change waiting", async () => {
  otto = await enter("Otto");
  waiting = await propose(otto, { action: "guest.snapshot.create", target: { kind: "lxc", vmid: 104 }, name: "not-by-csrf" });
  before = await state();
  assert.deepEqual([before.proposal, before.stop], ["in_review", false]);
});

act("a form of another origin changes nothing", async () => {
  for (const sameSite of [false, true]) {
    const { page, again } = await lured(sameSite);
    for (const path of [`/api/actions/${waiting.id}/cancel`, "/api/emergency-stop", "/api/account/tokens"]) {
      for (const enctype of ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"]) {
        const answered = page.waitForResponse((response) => response.url() === `${baseUrl}${path}` && response.request().method() === "POST");
        await page.evaluate(
          ([action, enctype]) => {
            const form = Object.assign(document.createElement("form"), { action, enctype, method: "post" });
            // With `text/plain` this becomes {"reason":"=x"}: JSON, but for its type.
            const field = Object.assign(document.createElement("input"), { name: '{"reason":"', value: 'x"}' });
            form.append(field);
            document.body.append(form);
            form.submit();
          },
          [`${baseUrl}${path}`, enctype],
        );
        const status = (await answered).status();
        assert.ok(status === 401 || status === 403 || status === 415, `${enctype} to ${path}: ${status}`);
        // The answer takes the place of the page, as it does with a real form.
        await page.waitForURL(`${baseUrl}${path}`);
        await again();
      }
    }
    assert.deepEqual(await state(), before);
  }
});

act("a script of another origin changes nothing and reads nothing", async () => {
  for (const sameSite of [false, true]) {
    const { page } = await lured(sameSite);
    // It even knows the token that only our page can read.
    const { csrf_token } = await get(otto, "/api/session");
    const results = await page.evaluate(
      async ([base, id, csrf]) => {
        const body = JSON.stringify({ reason: "x" });
        const json = { "content-type": "application/json", "x-csrf-token": csrf, "idempotency-key": crypto.randomUUID?.() ?? "0123456789abcdef" };
        const tried = {
          read: () => fetch(`${base}/api/session`, { credentials: "include" }),
          "read the cluster": () => fetch(`${base}/api/cluster`, { credentials: "include" }),
          cancel: () => fetch(`${base}/api/actions/${id}/cancel`, { method: "POST", credentials: "include", headers: json, body: "{}" }),
          stop: () => fetch(`${base}/api/emergency-stop`, { method: "POST", credentials: "include", headers: json, body }),
          "sign out": () => fetch(`${base}/api/session`, { method: "DELETE", credentials: "include", headers: { "x-csrf-token": csrf } }),
          "stop, unseen": () => fetch(`${base}/api/emergency-stop`, { method: "POST", mode: "no-cors", credentials: "include", headers: { "content-type": "text/plain" }, body }),
          beacon: async () => {
            navigator.sendBeacon(`${base}/api/emergency-stop`, new Blob([body], { type: "text/plain" }));
            throw new TypeError("nothing is told of a beacon");
          },
        };
        const outcome = {};
        for (const [what, run] of Object.entries(tried)) {
          outcome[what] = await run().then(
            (response) => `${response.type} ${response.status}`,
            (error) => error.name,
          );
        }
        return outcome;
      },
      [baseUrl, waiting.id, csrf_token],
    );
    // Even what asks for nothing but to send gets no answer to keep: answers are for our own origin alone.
    for (const [what, outcome] of Object.entries(results)) assert.equal(outcome, "TypeError", what);
    assert.deepEqual(await state(), before);
  }
});

act("another origin opens no WebSocket, not even with a ticket", async () => {
  for (const sameSite of [false, true]) {
    const { page } = await lured(sameSite);
    const address = baseUrl.replace("https:", "wss:");
    for (const path of ["/api/stream"]) {
      for (const withTicket of [false, true]) {
        const { ticket } = await (await send(otto, "/api/stream/tickets", {})).json();
        const protocols = withTicket ? ["argus", `ticket.${ticket}`] : ["argus"];
        const outcome = await open(page, `${address}${path}`, protocols);
        assert.equal(outcome, "error", `${path} ${withTicket ? "with" : "without"} a ticket`);
      }
    }
    // The same from our own page is taken, or the above would prove nothing.
    const { ticket } = await (await send(otto, "/api/stream/tickets", {})).json();
    assert.equal(await open(otto, `${address}/api/stream`, ["argus", `ticket.${ticket}`]), "open");
  }
});
/** Tries a WebSocket from within a page: `open` or `error`. */
function open(page, address, protocols) {
  return page.evaluate(
    ([address, protocols]) =>
      new Promise((resolve) => {
        const socket = new WebSocket(address, protocols);
        socket.onopen = () => {
          socket.close();
          resolve("open");
        };
        socket.onerror = () => resolve("error");
      }),
    [address, protocols],
  );
}

act("another origin cannot show the console within its own page", async () => {
  const { page } = await lured(true);
  await page.evaluate((src) => {
    const frame = Object.assign(document.createElement("iframe"), { src, id: "console" });
    const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
    document.body.append(frame);
    return loaded;
  }, `${baseUrl}/`);
  const frame = page.frames().find((one) => one !== page.mainFrame());
  assert.doesNotMatch(await frame.content(), /Argus/);
});

act("all is as it was", async () => {
  assert.deepEqual(await state(), before);
  assert.ok((await send(otto, `/api/actions/${waiting.id}/cancel`, {})).ok());
});
