// The language model of the second console, played by a test: it says what it is told and remembers what it was sent.

import { EventEmitter } from "node:events";
import { createServer } from "node:http";

import { stack } from "./browser.mjs";

/** What the console calls its provider and the model. */
export const provider = "gpu";
export const model = "script-1";

/** Listens where the console's provider is said to be, until it is closed. */
export async function languageModel() {
  const played = new Played();
  const server = createServer((request, response) => played.answer(request, response));
  await new Promise((resolve, reject) => server.once("error", reject).listen(stack.late.model_port, "127.0.0.1", resolve));
  played.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return played;
}

/** Emits `left` when somebody hangs up on a question before its answer. */
class Played extends EventEmitter {
  /** The bodies that it was sent, byte for byte, in their order. */
  seen = [];
  #next = silence;

  /** From now on it answers every question with this text. */
  says(text) {
    this.#next = () => text;
  }

  /** From now on it answers each question as `answer` does, which is given the question's whole body. */
  does(answer) {
    this.#next = answer;
  }

  /** From now on it takes questions and says nothing. */
  isSilent() {
    this.#next = silence;
  }

  async answer(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    this.seen.push(body);
    const text = await this.#next(JSON.parse(body));
    if (text === undefined) {
      response.once("close", () => this.emit("left"));
      return;
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(completion(text)));
  }
}

function silence() {
  return undefined;
}

function completion(content) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    model,
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content } }],
    usage: { prompt_tokens: 2_100, completion_tokens: 60, total_tokens: 2_160 },
  };
}

/** A plan of one snapshot, by a name of the model's own where one is given. */
export function snapshotOf(vmid, name = null) {
  return said("plan", {
    summary: "A snapshot of one guest.",
    steps: [
      {
        action: "guest.snapshot.create",
        target: { kind: "qemu", vmid },
        params: { name, include_memory: null },
        rationale: "The request says so.",
      },
    ],
  });
}

/** Questions instead of a plan, each with choices. */
export function asksBack(text, ...choices) {
  return said("clarify", { questions: [{ text, choices }] });
}

/** A refusal. */
export function refuses(refusal) {
  return said("refuse", { refusal });
}

function said(kind, rest) {
  return JSON.stringify({ kind, summary: "", questions: [], refusal: "", steps: [], ...rest });
}
