// The API as the person of a window: with their cookies, their CSRF token and the origin that they are at.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

/** Reads. */
export async function get(page, path) {
  const answer = await page.request.get(path);
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** Sends, and leaves it to the caller what to make of the answer. */
export async function send(page, path, data) {
  const { csrf_token } = await get(page, "/api/session");
  return page.request.post(path, {
    data,
    headers: { origin: new URL(page.url()).origin, "x-csrf-token": csrf_token, "idempotency-key": randomUUID() },
  });
}

/** Proposes typed actions; the proposal. */
export async function propose(page, ...actions) {
  const answer = await send(page, "/api/actions/proposals", { draft: { actions } });
  const text = await answer.text();
  assert.ok(answer.ok(), `${answer.status()} ${text}`);
  const outcome = JSON.parse(text);
  assert.equal(outcome.outcome, "proposal", text);
  return outcome.proposal;
}

/** Confirms a proposal as it stands; the execution's id. */
export async function confirm(page, proposal, without_snapshot) {
  const answer = await send(page, `/api/actions/${proposal.id}/confirm`, { digest: proposal.digest, without_snapshot });
  const text = await answer.text();
  assert.ok(answer.ok(), `${answer.status()} ${text}`);
  return JSON.parse(text).execution;
}
