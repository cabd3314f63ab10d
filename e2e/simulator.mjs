// The simulated Proxmox by its control port: the truth about the cluster, and faults.

import assert from "node:assert/strict";

import { simulatorUrl } from "./browser.mjs";

async function ask(path, options) {
  const answer = await fetch(`${simulatorUrl}${path}`, options);
  assert.ok(answer.ok, `${path}: ${answer.status} ${await (answer.ok ? "" : answer.text())}`);
  return answer.status === 204 ? undefined : answer.json();
}

/** A guest as it really is. */
export async function guest(vmid) {
  const { guests } = await ask("/state");
  const found = guests.find((one) => one.vmid === vmid);
  assert.ok(found, `the simulator has no guest ${vmid}`);
  return found;
}

/** Every task of this kind on this guest, such as `qmsnapshot`. */
export async function tasksOf(vmid, kind) {
  const tasks = await ask("/tasks");
  return tasks.filter((task) => task.upid.includes(`:${kind}:${vmid}:`));
}

/** The next task that a call below a path with `part` in it starts does not end until the faults are cleared. */
export function holdNextTask(part) {
  return ask("/faults", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ match: { method: "POST", path_contains: part }, count: 1, kind: "task_never_ends" }),
  });
}

/** The next call below a path with `part` in it is lost before Proxmox looks at it; nobody is told. */
export function loseNextCall(part) {
  return ask("/faults", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ match: { method: "POST", path_contains: part }, count: 1, kind: "drop_before" }),
  });
}

/** The next task that a call below a path with `part` in it starts writes so many lines, over so many of its own ms. */
export function writeLongLog(part, lines, ms) {
  return ask("/faults", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      match: { method: "POST", path_contains: part },
      count: 1,
      kind: { task_writes: { lines, ms } },
    }),
  });
}

/** Takes all faults away; tasks that were held go on. */
export function clearFaults() {
  return ask("/faults", { method: "DELETE" });
}

/** Changes a guest behind Argus' back: its name, its configuration and more, as the simulator's control port says. */
export function changeGuest(vmid, change) {
  return ask(`/guests/${vmid}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(change),
  });
}
