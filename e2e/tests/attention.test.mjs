// A migration whose request is lost on its way: Argus cannot decide what became of it, a person looks and says so, and
// the guest is free again.

import assert from "node:assert/strict";

import { assertAccessible } from "../accessible.mjs";
import { confirm, get, propose, send } from "../api.mjs";
import { assertNothingSticksOut } from "../fits.mjs";
import { Execution } from "../pages/execution.mjs";
import { kinds } from "../pages/lists.mjs";
import { shoot } from "../shots.mjs";
import { clearFaults, guest, loseNextCall } from "../simulator.mjs";
import { stage } from "../stage.mjs";

const { act, enter } = stage();
const vmid = 102;
let otto;
let execution;
let id;

/** The part of the page in which somebody decides. */
const form = () => otto.getByTestId("resolve");

act("a lost request leaves the execution to a person, and the start page says so", async () => {
  otto = await enter("Otto");
  const { node: here } = await guest(vmid);
  const there = here === "pve1" ? "pve2" : "pve1";
  const proposal = await propose(
    otto,
    { action: "guest.migrate", target: { kind: "qemu", vmid }, node: there },
    { action: "guest.snapshot.create", target: { kind: "qemu", vmid }, name: "never-taken" },
  );
  await loseNextCall(`/${vmid}/migrate`);
  id = await confirm(otto, proposal, "it is a test");
  execution = await Execution.open(otto, id);
  await execution.waitFor("A person must look");
  await clearFaults();
  await execution.result.getByText("1 later step did not start.").waitFor();
  await otto.goto("/");
  await otto.getByText(/1 change needing attention/).waitFor();
});

act("what there is to look at stands on one page: the request, what is there now, the tasks, and where to look", async () => {
  execution = await Execution.open(otto, id);
  await execution.result.getByRole("link", { name: "What there is to look at" }).click();
  const evidence = otto.getByTestId("evidence");
  await evidence.getByText(new RegExp(`^POST /nodes/.*/${vmid}/migrate`)).waitFor();
  const now = otto.getByRole("table", { name: /what is there now/ });
  assert.match(await now.innerText(), /node[\s\S]*no/);
  await evidence.getByText("Proxmox' list has no task that could be this step's.").waitFor();
  await evidence.getByText(new RegExp(`qm status ${vmid}`)).first().waitFor();
  await form().getByText(`qemu/${vmid} is given back to other changes at once.`).first().waitFor();
  await shoot(otto, "attention");
  await assertAccessible(otto, "attention");
  for (const width of [390, 768, 1440]) {
    await otto.setViewportSize({ width, height: 900 });
    await assertNothingSticksOut(otto, `attention at ${width} px`);
  }
});

act("it takes one of the two answers and a note, and works by keyboard", async () => {
  const record = form().getByRole("button", { name: "Record it" });
  await record.focus();
  await otto.keyboard.press("Enter");
  await form().getByText("Say first whether it happened.").waitFor();
  await form().getByRole("radio", { name: /^It happened/ }).focus();
  await otto.keyboard.press("ArrowDown");
  assert.ok(await form().getByRole("radio", { name: /^It did not happen/ }).isChecked());
  await record.focus();
  await otto.keyboard.press("Enter");
  await form().getByText("Say what you saw.").waitFor();
});

act("a viewer sees the evidence and is told who decides", async () => {
  const vera = await enter("Vera");
  await vera.goto(`/attention/${id}`);
  await vera.getByTestId("evidence").getByText(/Why a person must look/).waitFor();
  await vera.getByText("An operator has to look and say what became of it.").waitFor();
  assert.equal(await vera.getByTestId("resolve").count(), 0);
});

act("what was said is shown in place of the question, and the guest is free", async () => {
  await form().getByLabel(/^What you saw/).fill("It is where it was.");
  await form().getByRole("button", { name: "Record it" }).click();
  await otto.getByText("Looked at: it did not happen").waitFor();
  await otto.getByText(/Otto, .*It is where it was\./).waitFor();
  assert.equal(await form().count(), 0);
  await shoot(otto, "attention-resolved");
  await assertAccessible(otto, "attention-resolved");
  const again = await propose(otto, {
    action: "guest.snapshot.create",
    target: { kind: "qemu", vmid },
    name: "after-looking",
  });
  const collisions = await get(otto, `/api/actions/${again.id}/collisions`);
  assert.deepEqual(collisions.items, []);
  const withdrawn = await send(otto, `/api/actions/${again.id}/cancel`, {});
  assert.ok(withdrawn.ok());
});

act("the execution, the start page and the ledger tell the same", async () => {
  execution = await Execution.open(otto, id);
  await execution.waitFor("Looked at: it did not happen");
  await execution.result.getByText("Otto looked: It is where it was.").waitFor();
  await otto.goto(`/ledger?subject=execution/${id}`);
  await otto.getByTestId("records").getByText("execution.resolved").waitFor();
  assert.ok((await kinds(otto)).includes("execution.ended"));
  await otto.goto("/");
  await otto.getByRole("heading", { name: "What needs you" }).waitFor();
  assert.equal(await otto.getByText(/needing attention/).count(), 0);
});

act("an execution that needs nobody says so, and one that is not there too", async () => {
  const proposal = await propose(otto, {
    action: "guest.snapshot.create",
    target: { kind: "qemu", vmid: 103 },
    name: "needs-nobody",
  });
  const other = await confirm(otto, proposal, "it is a test");
  await otto.goto(`/attention/${other}`);
  await otto.getByText("Nobody has to look.").waitFor();
  await otto.goto("/attention/01997000-0000-7000-8000-000000000000");
  await otto.getByText("There is no such execution.").waitFor();
});
