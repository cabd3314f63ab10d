//! `argus-api policy`: documents of the policy, from the shell.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use argus_api::clock::{Clock, SystemClock};
use argus_api::config::{DEFAULT_POLICY, HOME_LAB_POLICY, document_mistakes};
use argus_api::service::policy::{Installed, install};
use argus_domain::policy::Policy;
use argus_store::{PoolLimits, Store};
use clap::ValueEnum;

use super::{ConfigFile, block_on, complain, say};

/// A document that Argus brings along.
#[derive(Clone, Copy, ValueEnum)]
pub enum Shipped {
    /// An approval for every change, two for what destroys.
    Default,
    /// Approvals for high risk and for what destroys.
    HomeLab,
}

pub fn show(which: Shipped) -> ExitCode {
    say(match which {
        Shipped::Default => DEFAULT_POLICY,
        Shipped::HomeLab => HOME_LAB_POLICY,
    });
    ExitCode::SUCCESS
}

pub fn check(path: &Path) -> anyhow::Result<ExitCode> {
    let text = read(path)?;
    let policy = match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(_) => return Ok(explain(path, &text)),
    };
    say(&format!(
        "The policy is right: {} rule(s), digest {}.",
        policy.rules.len(),
        policy.digest()
    ));
    for weakness in policy.weaknesses() {
        say(&format!("Weakness: {weakness}"));
    }
    Ok(ExitCode::SUCCESS)
}

pub fn set(file: &ConfigFile, path: &Path, reason: &str) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let text = read(path)?;
    if Policy::parse(&text).is_err() {
        return Ok(explain(path, &text));
    }
    let installed = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        install(&store, &text, reason, SystemClock.now()).await
    })?;
    say(&match installed {
        Installed::Version(number) => {
            format!("Version {number} of the policy is in force. The ledger names this shell.")
        }
        Installed::Already => "The policy in force says the same; nothing was changed.".to_owned(),
    });
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Prints every mistake with its place.
fn explain(path: &Path, text: &str) -> ExitCode {
    for mistake in document_mistakes(path, text) {
        complain(&mistake.to_string());
    }
    ExitCode::FAILURE
}
