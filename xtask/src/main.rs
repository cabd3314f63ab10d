//! Every chore a person does more than once, as `cargo xtask <chore>`.
//!
//! What it fetches or builds goes to a cache folder outside the clone ([`environment`]); what it starts it stops
//! again by process id ([`process`]). It talks to loopback only, and knows the product by its contract
//! (`argus-types`), its command lines and its files, never by its code.

mod bench;
mod campaign;
mod check;
mod client;
mod codegen;
mod demo;
mod deny;
mod e2e;
mod environment;
mod events;
mod interrupt;
mod leftovers;
mod nginx;
mod packages;
mod page;
mod ports;
mod postgres;
mod process;
mod real_model;
mod serve;
mod setup;
mod sqlx;
mod stack;
mod suite;
mod terminal;
mod tidy;
mod tools;
mod wasm_check;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the Argus workspace.
///
/// Tools and builds live in `$ARGUS_CACHE`, or `argus` in the user's cache folder.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", version, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Find or install what building, testing and the demo need
    Setup,
    /// Start a whole cluster to play with: PostgreSQL, simulator, API and page
    Demo(demo::Options),
    /// Run Argus against your own Proxmox, as .env says, with the page and a private PostgreSQL
    Serve(serve::Options),
    /// Run everything: house rules, unit, PostgreSQL, simulator, page, browser; one summary
    Test(suite::Options),
    /// Run the browser tests against nginx, API, simulator and PostgreSQL
    E2e(e2e::Options),
    /// Check the house rules that a compiler cannot
    Tidy,
    /// Write the generated contracts in schemas/
    Codegen(codegen::Options),
    /// Measure, as ratios against something measured in the same run
    Bench(bench::Options),
    /// Put Argus to many inputs, and count what must not happen
    Campaign(campaign::Options),
    /// Put requests in words to a planner, and judge them by what their plans do to a cluster
    PlanEval(campaign::PlanEval),
    /// Have a real language model on this machine draft, and judge its plans; fetches a gigabyte of weights once
    RealModel(real_model::Options),
    /// Build the page into frontend/dist: compressed, with its content security policy
    BuildPage(page::Options),
    /// Run what continuous integration runs: format, clippy, licences and advisories, then `test`
    Ci,
    /// Start a private PostgreSQL for development and print its URL; Ctrl-C stops it
    Pg(postgres::Options),
    /// Write .sqlx, what the database says about each query
    SqlxPrepare(sqlx::Options),
    /// Check licences, sources and security advisories of the dependencies
    Deny(deny::Options),
}

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    let result = interrupt::listen().and_then(|()| match command_line.chore {
        Chore::Setup => setup::run(),
        Chore::Demo(options) => demo::run(&options),
        Chore::Serve(options) => serve::run(&options),
        Chore::Test(options) => suite::run(&options),
        Chore::E2e(options) => e2e::run(&options),
        Chore::Tidy => tidy::run(),
        Chore::Codegen(options) => codegen::run(&options),
        Chore::Bench(options) => bench::run(&options),
        Chore::Campaign(options) => campaign::run(&options),
        Chore::PlanEval(options) => campaign::plan_eval(&options),
        Chore::RealModel(options) => real_model::run(&options),
        Chore::BuildPage(options) => page::run(&options),
        Chore::Ci => suite::run_ci(),
        Chore::Pg(options) => postgres::run(&options),
        Chore::SqlxPrepare(options) => sqlx::run(&options),
        Chore::Deny(options) => deny::run(&options),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<interrupt::Interrupted>() => {
            terminal::say("stopped");
            ExitCode::from(130)
        }
        Err(error) => {
            terminal::error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
