//! `cargo xtask bench`: release builds, two empty databases and the page's weight for the measuring set in `benches/`.
//!
//! What is measured, beside what and against which goal is said there.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::postgres::{self, Durability, Postgres};
use crate::{environment, page, process, terminal, workspace};

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub struct Options {
    /// Which figures (reads, viewers, plans, steps, streams, redaction, memory, page); all where none is named
    figures: Vec<String>,
    /// Small sizes and short times: shows that measuring works, not how well Argus does
    #[arg(long)]
    quick: bool,
    /// Write all figures to this file as well
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Two runs are compared, each with a database of its own; steps are measured under another policy, which a database
/// keeps, and in two ways as well.
const DATABASES: [&str; 4] = ["bench_one", "bench_two", "bench_steps", "bench_steps_hasty"];

/// Builds, measures, and fails where a goal is missed.
pub fn run(options: &Options) -> Result<()> {
    let page = page::ensure_built()?;
    let weights = page::weights(&page)?;
    terminal::step("building for release", || {
        process::run(workspace::cargo()?.args([
            "build",
            "--locked",
            "--release",
            "--package",
            "argus-api",
            "--package",
            "argus-bench",
        ]))
    })?;
    let data = postgres::data_folder("bench")?;
    postgres::remove(&data)?;
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    // As in production: what a step costs includes waiting for the disk.
    let mut server = Postgres::start(&data, &folder.path().join("postgres.log"), Durability::On)?;
    let release = environment::target()?.join("release");
    let mut command = Command::new(release.join("argus-bench"));
    command
        .arg("measure")
        .args(&options.figures)
        .arg("--api")
        .arg(release.join("argus-api"));
    for (bundle, weight) in weights {
        command.arg("--page").arg(format!(
            "{}={},{}",
            bundle.name, weight.plain, weight.brotli
        ));
    }
    for name in DATABASES {
        server.ensure_database(name)?;
        command.arg("--database").arg(server.url(name, name));
    }
    if options.quick {
        command.arg("--quick");
    }
    if let Some(file) = &options.json {
        command.arg("--json").arg(file);
    }
    let measured = process::run(&mut command);
    server.stop();
    postgres::remove(&data)?;
    measured
}
