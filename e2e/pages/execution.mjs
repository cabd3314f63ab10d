// An execution as it goes on.

/** How long a plan of two steps may take: the simulator's tasks last seconds, and the machine may be slow. */
const patience = 90_000;

/** What stands on an execution's page. */
export class Execution {
  constructor(page) {
    this.page = page;
    this.result = page.getByTestId("result");
    this.log = page.getByRole("log");
    this.stopAfterStep = page.getByRole("button", { name: "Stop after this step" });
  }

  /** Goes to it. */
  static async open(page, id) {
    await page.goto(`/executions/${id}`);
    const execution = new Execution(page);
    await execution.result.getByText(/./).first().waitFor();
    return execution;
  }

  /** One step of the list, from 1. */
  step(number) {
    return this.page.getByTestId("run-step").nth(number - 1);
  }

  /** Shows a step's evidence and log. */
  async select(number) {
    await this.step(number).getByRole("button").click();
    await this.page.getByRole("heading", { level: 2, name: new RegExp(`^${number}\\. `) }).waitFor();
  }

  /** A row of the evidence, in `Checked before` or `Checked after`. */
  evidence(table) {
    return this.page.getByRole("table", { name: table }).getByRole("row");
  }

  /** Waits until the headline says this. */
  async waitFor(headline) {
    await this.result.getByText(headline).waitFor({ timeout: patience });
  }
}
