//! `cargo xtask campaign NAME`: puts Argus to many inputs, in full. What each campaign does, counts and forbids is said
//! in `campaigns/`, where each also has a small form that the tests run. A campaign that is in full with the tests is one
//! of them, and this shows what it counts.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::{process, terminal, workspace};

/// Options of `cargo xtask campaign`.
#[derive(Args)]
pub struct Options {
    /// Which campaign (see docs/campaigns.md), and its own options: `cargo xtask campaign proposals --help`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    campaign: Vec<String>,
}

/// Campaigns that are tests of the executor, by name.
const TESTS: &[(&str, &str)] = &[
    (
        "faults",
        "faults::every_fault_at_every_entry_ends_rightly_and_doubles_nothing",
    ),
    (
        "tls",
        "impostors::who_cannot_prove_to_be_proxmox_gets_no_byte_of_a_token_and_is_named",
    ),
];

/// Builds the campaigns, runs one, and fails where something happened that must not.
pub fn run(options: &Options) -> Result<()> {
    let name = options.campaign.first().map(String::as_str);
    if let Some((_, test)) = TESTS.iter().find(|(one, _)| Some(*one) == name) {
        anyhow::ensure!(options.campaign.len() == 1, "this campaign has no options");
        return test_of_executor(test);
    }
    start(&options.campaign)
}

/// Options of `cargo xtask plan-eval`.
#[derive(Args)]
pub struct PlanEval {
    /// A set of cases (see docs/plan-eval.md), and the campaign's own options: `--planner`, `--only`, `--least`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Puts requests in words to a planner, and judges them by what their plans do.
pub fn plan_eval(options: &PlanEval) -> Result<()> {
    let arguments: Vec<&str> = options.arguments.iter().map(String::as_str).collect();
    plan_eval_with(&arguments)
}

/// The same with these arguments.
pub fn plan_eval_with(arguments: &[&str]) -> Result<()> {
    let name = std::iter::once("plan-eval");
    let arguments: Vec<&str> = name.chain(arguments.iter().copied()).collect();
    start(&arguments)
}

fn start(arguments: &[impl AsRef<std::ffi::OsStr>]) -> Result<()> {
    terminal::step("building the campaigns", || {
        process::run(workspace::cargo()?.args([
            "build",
            "--locked",
            "--package",
            "argus-campaigns",
        ]))
    })?;
    process::run(Command::new(workspace::binary("argus-campaigns")?).args(arguments))
}

/// Runs a test of the executor and shows what it says.
fn test_of_executor(name: &str) -> Result<()> {
    let package = ["test", "--locked", "--package", "argus-executor"];
    let only = ["--test", "simulator", "--", "--exact", name, "--nocapture"];
    process::run(workspace::cargo()?.args(package).args(only))
}
