//! `argus-campaigns`: puts Argus to many inputs, and counts what must not happen.
//!
//! `cargo xtask campaign NAME` builds it and starts it; each campaign also runs in small with the tests. It may use
//! anything of Argus; nothing may use it.
//!
//! - [`proposals`]: malformed and almost right proposals;
//! - [`schedules`]: the executor as a seeded simulation;
//! - [`stops`]: emergency stops at random moments;
//! - [`races`]: several replicas at once for one and the same;
//! - [`streams`]: people who follow executions, stall, and lose their connection;
//! - [`kills`]: executors' processes that die at every boundary of a step;
//! - [`zombies`]: those that are frozen past their leases and wake up;
//! - [`database`]: a PostgreSQL that goes away in each phase of a step;
//! - [`clocks`]: replicas whose clocks are wrong;
//! - [`soak`]: all of it at random, for half an hour;
//! - [`plan_eval`]: requests in words, judged by what their plans do.
//!
//! [`stage`] is what those begin with that need a cluster and a database, [`replica`] the process that they harm.

mod clocks;
mod database;
mod kills;
mod memory;
mod plan_eval;
mod proposals;
mod races;
mod replica;
mod schedules;
mod soak;
mod stage;
mod stops;
mod streams;
mod zombies;

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

/// Puts Argus to many inputs; `cargo xtask campaign` calls this.
#[derive(Parser)]
#[command(version, about)]
struct CommandLine {
    #[command(subcommand)]
    campaign: Campaign,
}

#[derive(Subcommand)]
enum Campaign {
    /// Malformed and almost right proposals: none wrongly taken, no panic
    Proposals(proposals::Options),
    /// People who follow executions: nothing lost, nothing out of order
    Streams(streams::Options),
    /// The executor as a seeded simulation: nothing done twice, nothing lost
    Schedules(schedules::Options),
    /// Executors killed at every boundary of a step: nothing twice, nothing lost
    Kills(kills::Options),
    /// Emergency stops at random moments: no step starts after one
    Stops(stops::Options),
    /// Several replicas at once: one wins, nothing is done twice
    Races(races::Options),
    /// Executors frozen past their leases: nothing changes by their hand when they wake
    Zombies(zombies::Options),
    /// A database that goes away in each phase of a step: nothing twice, and the step resolved soon
    Database(database::Options),
    /// Executors whose clocks are wrong: nothing twice, no lease stolen
    Clocks(clocks::Options),
    /// Processes and the database die at random for half an hour: nothing twice, nothing lost, nothing grows
    Soak(soak::Options),
    /// Requests in words, judged by what their plans do to a cluster: none wrong
    PlanEval(plan_eval::Options),
    /// One replica's executor, which other campaigns start
    #[command(hide = true)]
    Replica(replica::Options),
}

fn main() -> ExitCode {
    match run(CommandLine::parse().campaign) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr().lock(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// `false` where something happened that must not.
fn run(campaign: Campaign) -> Result<bool> {
    let runtime = tokio::runtime::Runtime::new().context("the runtime does not start")?;
    match campaign {
        Campaign::Proposals(options) => {
            let outcome = runtime.block_on(proposals::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Streams(options) => {
            let outcome = runtime.block_on(streams::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Schedules(options) => {
            let outcome = schedules::run(options)?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Kills(options) => {
            let outcome = runtime.block_on(kills::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Stops(options) => {
            let outcome = runtime.block_on(stops::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Races(options) => {
            let outcome = runtime.block_on(races::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Zombies(options) => {
            let outcome = runtime.block_on(zombies::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Database(options) => {
            let outcome = runtime.block_on(database::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Clocks(options) => {
            let outcome = runtime.block_on(clocks::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Soak(options) => {
            let outcome = runtime.block_on(soak::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::PlanEval(options) => {
            let outcome = runtime.block_on(plan_eval::run(options))?;
            say(&outcome.lines());
            Ok(outcome.holds())
        }
        Campaign::Replica(options) => {
            runtime.block_on(replica::run(options))?;
            Ok(true)
        }
    }
}

/// Lines to standard output; a closed pipe ends nothing.
fn say(lines: &[String]) {
    let mut out = std::io::stdout().lock();
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
}
