// A language model in this process, behind as much of Chat Completions as Argus speaks.
//
//   node server.mjs --weights model.gguf --threads 2
//
// It keeps to the schema of `response_format`: each token that would break it has no chance. One question at a time; the
// others wait. One line of JSON tells that it listens; SIGTERM ends it.

import { createServer } from "node:http";
import { basename } from "node:path";
import { parseArgs } from "node:util";

import { getLlama, LlamaChatSession } from "node-llama-cpp";

const { values: options } = parseArgs({
  options: {
    weights: { type: "string" },
    port: { type: "string", default: "0" },
    threads: { type: "string", default: "2" },
    /** Tokens of a question and its answer together. */
    context: { type: "string", default: "16384" },
  },
});
if (!options.weights) {
  console.error("which weights? node server.mjs --weights model.gguf");
  process.exit(2);
}

const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
const model = await llama.loadModel({ modelPath: options.weights });
const context = await model.createContext({
  contextSize: Number(options.context),
  threads: Number(options.threads),
});
const sequence = context.getSequence();
const grammars = new Map();

/** The grammar of a schema; made once, because it takes a while and the schema stays. */
async function grammarOf(schema) {
  const name = JSON.stringify(schema);
  if (!grammars.has(name)) {
    grammars.set(name, await llama.createGrammarForJsonSchema(inItsWords(schema)));
  }
  return grammars.get(name);
}

/** The library knows `oneOf` alone; where alternatives exclude each other, as ours do, `anyOf` says the same. */
function inItsWords(schema) {
  if (Array.isArray(schema)) return schema.map(inItsWords);
  if (schema === null || typeof schema !== "object") return schema;
  const entries = Object.entries(schema);
  return Object.fromEntries(
    entries.map(([key, value]) => [key === "anyOf" ? "oneOf" : key, inItsWords(value)]),
  );
}

async function complete({ messages, response_format: format, ...rest }) {
  const said = (role) => messages.filter((one) => one.role === role).map((one) => one.content);
  await sequence.clearHistory();
  const session = new LlamaChatSession({
    contextSequence: sequence,
    systemPrompt: [...said("system"), ...said("developer")].join("\n\n"),
  });
  const before = sequence.tokenMeter.getState();
  const { responseText, stopReason } = await session.promptWithMeta(said("user").join("\n\n"), {
    grammar: format?.json_schema ? await grammarOf(format.json_schema.schema) : undefined,
    maxTokens: rest.max_completion_tokens ?? rest.max_tokens ?? 4096,
    temperature: 0,
  });
  const used = sequence.tokenMeter.diff(before);
  session.dispose({ disposeSequence: false });
  return {
    id: "chatcmpl-local",
    object: "chat.completion",
    model: basename(options.weights),
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: responseText, refusal: null },
        finish_reason: stopReason === "maxTokens" ? "length" : "stop",
      },
    ],
    usage: {
      prompt_tokens: used.usedInputTokens,
      completion_tokens: used.usedOutputTokens,
      total_tokens: used.usedInputTokens + used.usedOutputTokens,
    },
  };
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function send(response, status, value) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

let line = Promise.resolve();
const server = createServer((request, response) => {
  const isAsked = request.method === "POST" && request.url === "/v1/chat/completions";
  if (!isAsked) return send(response, 404, { error: { message: "no such path", type: "invalid_request_error" } });
  line = line.then(async () => {
    try {
      send(response, 200, await complete(await body(request)));
    } catch (error) {
      console.error(error);
      send(response, 500, { error: { message: String(error?.message ?? error), type: "server_error" } });
    }
  });
});
server.listen(Number(options.port), "127.0.0.1", () => {
  console.log(JSON.stringify({ base_url: `http://127.0.0.1:${server.address().port}/v1` }));
});
process.on("SIGTERM", () => process.exit(0));
