// The review of a proposal, in its dialog or on its page.

/** The dialog over the present screen. */
export function reviewDialog(page) {
  return new Review(page.getByRole("dialog"));
}

/** The proposal's own page. */
export async function openReview(page, id) {
  await page.goto(`/changes/${id}`);
  const review = new Review(page.getByRole("main"));
  await review.steps.first().waitFor();
  return review;
}

/** What stands in a review. */
export class Review {
  constructor(root) {
    this.root = root;
    this.steps = root.getByTestId("step");
    this.decisionBar = root.getByTestId("decision-bar");
    this.obstacle = root.locator("#confirm-reason");
    this.confirm = root.getByRole("button", { name: /^Confirm and run/ });
    this.approvals = root.getByTestId("approvals");
    this.approve = root.getByRole("button", { name: /^Approve as / });
    this.cannotApprove = root.getByTestId("cannot-approve");
    this.reject = root.getByRole("button", { name: "Reject" });
    this.withdraw = root.getByRole("button", { name: "Withdraw" });
    this.takeBack = root.getByRole("button", { name: "Take my approval back" });
    this.downloadApprovals = root.getByRole("button", { name: "Download the signed approvals" });
    this.whatChanged = root.getByTestId("what-changed");
    this.snapshotPrompt = root.getByTestId("snapshot-prompt");
    this.close = root.getByRole("button", { name: "Close, deciding nothing" });
  }

  /** The plan's whole digest, which the short one carries as its title. */
  async digest() {
    return this.root.locator("code[title]").getAttribute("title");
  }

  /** Decides against a snapshot. */
  async goOnWithoutSnapshot(why) {
    await this.root.getByRole("radio", { name: "Go on without a snapshot" }).check();
    await this.root.getByRole("textbox", { name: "Why (kept in the ledger)" }).fill(why);
  }

  /** Opens what asks once more before an approval. */
  async askToApprove() {
    await this.approve.click();
    const dialog = this.dialog(/^Approve as /);
    await dialog.waitFor();
    return dialog;
  }

  /** Approves with the passkey of the window's device. */
  async approveWithPasskey() {
    const dialog = await this.askToApprove();
    await dialog.getByRole("button", { name: "Approve with your passkey" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  /** Says no, and why. */
  async rejectBecause(why) {
    await this.reject.click();
    const dialog = this.dialog("Reject this plan?");
    await dialog.getByRole("textbox", { name: /^Why/ }).fill(why);
    await dialog.getByRole("button", { name: "Reject the plan" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  /** Asks for another plan. */
  async requestChanges(note) {
    await this.root.getByRole("button", { name: "Request changes" }).click();
    const dialog = this.dialog("Request changes of this plan?");
    await dialog.getByRole("textbox", { name: /^What must be different/ }).fill(note);
    await dialog.getByRole("button", { name: "Request changes" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  /** Asks again, for a plan in place of this one. */
  async succeedWith(words) {
    const form = this.root.getByTestId("make-successor");
    await form.getByRole("textbox", { name: "What shall change instead?" }).fill(words);
    await form.getByRole("button", { name: "Plan a successor" }).click();
  }

  /** A dialog over the review. */
  dialog(name) {
    return this.root.page().getByRole("dialog", { name });
  }

  /** Has the plan made anew with a snapshot in it. */
  async planSnapshot() {
    await this.root.getByRole("radio", { name: "Take a snapshot first (recommended)" }).check();
    await this.root.getByRole("button", { name: "Plan with a snapshot" }).click();
  }
}
