// A language model's client through argusctl mcp, in both of the protocol's eras: it reads, it proposes, and it can do
// nothing else.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";

import { get } from "../api.mjs";
import { argusctl, home } from "../argusctl.mjs";
import { baseUrl, stack } from "../browser.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
const folder = home();
const started = [];
let otto;

after(() => started.forEach((program) => program.kill()));

/** Starts the server as a client does. `ask` sends a request and waits for its answer, `end` closes its input. */
function mcp(meta) {
  const child = spawn(stack.argusctl, ["mcp"], {
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, "config") },
    stdio: ["pipe", "pipe", "pipe"],
  });
  started.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => child.once("close", resolve));
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  let id = 0;
  const ask = async (method, params = {}) => {
    id += 1;
    send({ id, method, params: meta ? { ...params, _meta: meta } : params });
    // Whatever stands on standard output is a message.
    const answer = JSON.parse((await lines.next()).value);
    assert.equal(answer.id, id);
    return answer;
  };
  const call = async (name, parameters = {}) => (await ask("tools/call", { name, arguments: parameters })).result;
  const end = () => {
    child.stdin.end();
    return ended;
  };
  return { ask, call, send, end };
}

async function greeted(version) {
  const client = mcp();
  const { result } = await client.ask("initialize", {
    protocolVersion: version,
    capabilities: {},
    clientInfo: { name: "e2e", version: "1" },
  });
  assert.equal(result.protocolVersion, version);
  client.send({ method: "notifications/initialized" });
  return client;
}

async function login(...options) {
  const program = argusctl(folder, "login", "--server", baseUrl, "--ca-file", stack.authority, ...options);
  const [, address] = await program.said(/Open (\S+) and compare the code: (\S+)/);
  await otto.goto(address);
  await otto.getByRole("button", { name: "Allow" }).click();
  await otto.getByText("Allowed").first().waitFor();
  const { code, text } = await program.ended;
  assert.equal(code, 0, text);
}

act("without a token it says on standard error what to do", async () => {
  const { code, text } = await argusctl(home(), "mcp").ended;
  assert.notEqual(code, 0);
  assert.match(text, /argusctl login/);
});

act("a token that reads shows the cluster and is offered nothing that proposes", async () => {
  otto = await enter("Otto");
  await login();
  const client = await greeted("2025-06-18");
  const { result } = await client.ask("tools/list");
  const names = result.tools.map(({ name }) => name);
  assert.ok(names.includes("guests"), names);
  assert.ok(!names.some((name) => name.startsWith("propose")), names);
  const { structuredContent: found } = await client.call("guests", { name: "cache-01" });
  assert.equal(found.found, 1);
  assert.equal(found.stale, false);
  assert.equal(await client.end(), 0);
});

act("a token that proposes makes a proposal that waits for people", async () => {
  await login("--propose");
  const client = mcp({
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  });
  const { result: offered } = await client.ask("tools/list");
  for (const { name, annotations } of offered.tools) {
    assert.equal(annotations.destructiveHint, false, name);
    assert.doesNotMatch(name, /approve|confirm|cancel|release|resolve|schedule/);
  }
  const made = await client.call("propose", { request: "snapshot cache-01" });
  assert.equal(made.isError, false, JSON.stringify(made));
  const { address, proposal } = made.structuredContent;
  assert.equal(address, `${baseUrl}/changes/${proposal.id}`);
  const { items } = await get(otto, "/api/actions?limit=1");
  assert.equal(items[0].id, proposal.id);
  assert.equal(items[0].state, "in_review");
  const { structuredContent: seen } = await client.call("proposal", { id: proposal.id });
  assert.equal(seen.digest, proposal.digest);
  await client.end();
});

act("typed actions of the catalogue are judged by the server, which says what is wrong and where", async () => {
  const client = await greeted("2025-11-25");
  const { structuredContent: known } = await client.call("action_catalogue", { action: "guest.start" });
  assert.equal(known.schema.properties.action.const, "guest.start");
  const wrong = await client.call("propose_actions", { actions: [{ action: "guest.start", target: { vmid: "x" } }] });
  assert.equal(wrong.isError, true);
  assert.match(JSON.stringify(wrong.structuredContent.errors), /\/draft\/actions\/0/);
  const unknown = await client.ask("tools/call", { name: "confirm", arguments: {} });
  assert.equal(unknown.error.code, -32602);
  await client.end();
});
