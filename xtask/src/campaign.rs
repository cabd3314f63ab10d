//! `cargo xtask campaign NAME`: puts Argus to many inputs, in full. What each campaign does, counts and forbids is said
//! in `campaigns/`, where each also has a small form that the tests run.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::{process, terminal, workspace};

/// Options of `cargo xtask campaign`.
#[derive(Args)]
pub struct Options {
    /// Which campaign (proposals, schedules, stops, races), and its own options: `cargo xtask campaign proposals --help`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    campaign: Vec<String>,
}

/// Builds the campaigns, runs one, and fails where something happened that must not.
pub fn run(options: &Options) -> Result<()> {
    terminal::step("building the campaigns", || {
        process::run(workspace::cargo()?.args([
            "build",
            "--locked",
            "--package",
            "argus-campaigns",
        ]))
    })?;
    process::run(Command::new(workspace::binary("argus-campaigns")?).args(&options.campaign))
}
