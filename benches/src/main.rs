//! `argus-bench`: measures Argus beside something else in the same run, and holds the outcome to a goal.
//!
//! `cargo xtask bench` builds it, gives it two databases and the page's weight, and starts it. It may use anything
//! of Argus; nothing may use it. Rows say what they compare and how in their own module:
//!
//! - [`reads`]: the cached inventory against a bare handler;
//! - [`open_door`]: the same read without authentication, which `reads` measures as well;
//! - [`viewers`]: requests to Proxmox with and without people watching;
//! - [`plans`]: planning and looking for drift on ten thousand guests;
//! - [`steps`]: an executed step against the calls that it makes;
//! - [`streams`]: the executor with and without people who follow what it does;
//! - [`redaction`]: redacting a log against a bare regular expression of the same patterns;
//! - [`memory`]: the API process with and without viewers;
//! - [`page`]: what a first visit loads.

mod argus;
mod cluster;
mod disk;
mod itself;
mod load;
mod memory;
mod open_door;
mod page;
mod person;
mod plans;
mod raw_calls;
mod reads;
mod redaction;
mod report;
mod roof;
mod row;
mod steps;
mod streams;
mod viewers;
mod watchers;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use report::Report;
use tokio::signal::unix::{SignalKind, signal};

/// Measures Argus; `cargo xtask bench` calls this.
#[derive(Parser)]
#[command(version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures
    Measure(Options),
    /// Serves Argus with one more route, for anybody: what signed-in reads are compared with
    OpenDoor {
        /// Argus' configuration
        #[arg(long)]
        config: PathBuf,
    },
    /// Serves files from memory by a bare handler: what reads are compared with
    Roof {
        /// Where to listen
        #[arg(long)]
        listen: SocketAddr,
        /// Files; the first is `/0`
        files: Vec<PathBuf>,
    },
}

/// What to measure, and with what.
#[derive(Args)]
pub struct Options {
    /// Which rows; all where none is named
    rows: Vec<Part>,
    /// The API's binary, a release build
    #[arg(long)]
    api: PathBuf,
    /// An empty database; four times: two that are compared, and two for steps, which live under another policy
    #[arg(long, num_args = 1)]
    database: Vec<String>,
    /// Bytes of one of the page's bundles before and after brotli, as `name=before,after`; once for each
    #[arg(long, num_args = 1, value_parser = page::parse)]
    page: Vec<page::Bundle>,
    /// Small sizes and short times: shows that it works, not how well
    #[arg(long)]
    quick: bool,
    /// Writes all figures here as well
    #[arg(long)]
    json: Option<PathBuf>,
}

/// A group of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The cached inventory
    Reads,
    /// Requests to Proxmox
    Viewers,
    /// Planning, and looking for drift
    Plans,
    /// The cost of a step
    Steps,
    /// People who follow executions
    Streams,
    /// What stands before a language model
    Redaction,
    /// The API's memory
    Memory,
    /// The page's weight
    Page,
}

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    match run(command_line.command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            report::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// `false` where a goal is missed.
fn run(command: Command) -> Result<bool> {
    let runtime = tokio::runtime::Runtime::new().context("the runtime does not start")?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        // Leaving here drops what was started, and with it the processes.
        tokio::select! {
            done = work(command) => done,
            _ = terminate.recv() => anyhow::bail!("stopped"),
            _ = tokio::signal::ctrl_c() => anyhow::bail!("stopped"),
        }
    })
}

async fn work(command: Command) -> Result<bool> {
    match command {
        Command::Roof { listen, files } => roof::serve(listen, &files).await.map(|()| true),
        Command::OpenDoor { config } => open_door::serve(&config).await.map(|()| true),
        Command::Measure(options) => measure(&options).await,
    }
}

async fn measure(options: &Options) -> Result<bool> {
    let wanted = |part| options.rows.is_empty() || options.rows.contains(&part);
    let mut report = Report::begin(options.quick);
    if wanted(Part::Reads) {
        report.take(reads::measure(options).await.context("reads")?);
    }
    if wanted(Part::Viewers) {
        report.take([viewers::measure(options).await.context("viewers")?]);
    }
    if wanted(Part::Plans) {
        report.take(plans::measure(options).await.context("plans")?);
    }
    if wanted(Part::Steps) {
        report.take(steps::measure(options).await.context("steps")?);
    }
    if wanted(Part::Streams) {
        report.take(streams::measure(options).await.context("streams")?);
    }
    if wanted(Part::Redaction) {
        report.take(redaction::measure(options).context("redaction")?);
    }
    if wanted(Part::Memory) {
        report.take([memory::measure(options).await.context("memory")?]);
    }
    if wanted(Part::Page) {
        report.take(options.page.iter().map(page::row));
    }
    report.end(options.json.as_deref())
}

impl Options {
    /// A database, by number.
    fn database(&self, number: usize) -> Result<&str> {
        self.database
            .get(number)
            .map(String::as_str)
            .context("four databases are needed: --database URL, four times")
    }

    /// The full size, or the quick one.
    fn size<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }
}
