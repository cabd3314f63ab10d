// A change is taken back: from its execution's page by way of a proposal that is reviewed as every other.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { confirm, propose, send } from "../api.mjs";
import { assertNothingSticksOut } from "../fits.mjs";
import { Execution } from "../pages/execution.mjs";
import { shoot } from "../shots.mjs";
import { changeGuest, guest } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
const vmid = 108;
let otto;
let execution;
let id;
let undo;

act("a change that is done offers to be undone", async () => {
  otto = await enter("Otto");
  // Other files start it.
  await changeGuest(vmid, { status: "stopped" });
  assert.equal((await guest(vmid)).status, "stopped");
  const proposal = await propose(otto, { action: "guest.start", target: { kind: "qemu", vmid } });
  id = await confirm(otto, proposal, "it is a test");
  execution = await Execution.open(otto, id);
  await execution.waitFor(/^Succeeded/);
  assert.equal((await guest(vmid)).status, "running");
  await otto.getByRole("link", { name: "Undo…" }).click();
  await otto.waitForURL(`**/undo/${id}`);
  await otto.getByTestId("undo").getByText(/It is a change as every other/).waitFor();
  await shoot(otto, "undo");
  await assertAccessible(otto, "undo");
  for (const width of [390, 768, 1440]) {
    await otto.setViewportSize({ width, height: 900 });
    await assertNothingSticksOut(otto, `undo at ${width} px`);
  }
});

act("what comes of it is a proposal in review, which names what it undoes", async () => {
  await otto.getByLabel(/^Why/).fill("it was the wrong machine");
  await otto.getByRole("button", { name: "Propose the undo" }).click();
  await otto.waitForURL(/\/changes\//);
  undo = otto.url().split("/").pop();
  await otto.getByText(/^Shut down/).first().waitFor();
  await otto.getByText("it was the wrong machine").first().waitFor();
  await otto.getByRole("link", { name: "The execution that it undoes" }).waitFor();
  assert.equal((await guest(vmid)).status, "running", "nothing was done");
});

act("while it stands there is no second one, and the page leads to it", async () => {
  execution = await Execution.open(otto, id);
  await otto.getByText("An undo of it is in review or under way.").waitFor();
  assert.ok(await otto.getByRole("button", { name: "Undo…" }).isDisabled());
  const link = otto.getByRole("link", { name: "The change that undoes it" });
  assert.ok((await link.getAttribute("href")).endsWith(`/changes/${undo}`));
  await assertAccessible(otto, "undo-stands");
});

act("once it is withdrawn there may be another", async () => {
  const withdrawn = await send(otto, `/api/actions/${undo}/cancel`, {});
  assert.ok(withdrawn.ok());
  execution = await Execution.open(otto, id);
  await otto.getByRole("link", { name: "Undo…" }).waitFor();
  await otto.goto("/undo/01997000-0000-7000-8000-000000000000");
  await otto.getByText("There is no such execution.").waitFor();
});
