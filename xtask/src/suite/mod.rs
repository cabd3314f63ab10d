//! `cargo xtask test`: everything, with one summary; and `cargo xtask ci`, which adds what a review needs.

mod cargo_tests;
mod counts;
mod summary;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use crate::postgres::{Durability, Postgres};
use crate::{
    codegen, deny, e2e, page, postgres, process, setup, sqlx, tidy, wasm_check, workspace,
};
pub use counts::Counts;
use summary::Summary;

/// Options of `cargo xtask test`.
#[derive(Args)]
pub struct Options {
    /// Only this part
    #[arg(long, value_enum)]
    only: Option<Part>,
}

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Tests within the crates; some use PostgreSQL
    Unit,
    /// Tests in the crates' `tests` folders: PostgreSQL, simulator, whole API
    Integration,
    /// The page in a browser, through nginx
    Browser,
}

/// Runs the parts and prints the summary; fails if one failed.
pub fn run(options: &Options) -> Result<()> {
    let mut summary = Summary::default();
    match options.only {
        None => everything(&mut summary)?,
        Some(part) => {
            let built = summary.check("build", cargo_tests::build)?;
            match part {
                Part::Browser => browser(&mut summary, built)?,
                Part::Unit if built => tests(&mut summary, &[cargo_tests::UNIT])?,
                Part::Integration if built => tests(&mut summary, &[cargo_tests::INTEGRATION])?,
                Part::Unit | Part::Integration => {}
            }
        }
    }
    finish(&summary)
}

/// Format, clippy, licences and advisories, then everything else.
pub fn run_ci() -> Result<()> {
    let mut summary = Summary::default();
    summary.check("format", || {
        process::run(workspace::cargo()?.args(["fmt", "--all", "--check"]))
    })?;
    summary.check("clippy", || {
        process::run(workspace::cargo()?.args([
            "clippy",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    if deny::installed().is_some() {
        summary.check("dependencies", || deny::run(&deny::Options::default()))?;
    } else {
        summary.skip(
            "dependencies",
            "cargo-deny is not installed; `cargo xtask deny` installs and runs it",
        );
    }
    everything(&mut summary)?;
    summary.check("sqlx data", || sqlx::run(&sqlx::Options::only_check()))?;
    finish(&summary)
}

fn everything(summary: &mut Summary) -> Result<()> {
    summary.check("tools", || {
        setup::for_page()?;
        setup::for_stack()?;
        setup::for_tests()
    })?;
    summary.count("house rules", tidy::count)?;
    // One build for all that follows: another selection of crates would mean other features and another build.
    let built = summary.check("build", cargo_tests::build)?;
    if built {
        tests(summary, &[cargo_tests::UNIT, cargo_tests::INTEGRATION])?;
        summary.count("examples", cargo_tests::examples)?;
        summary.check("generated", codegen::check)?;
    }
    summary.check("pure crates", wasm_check::run)?;
    browser(summary, built)
}

/// Runs each selection against one private PostgreSQL. The tests must have been built.
fn tests(summary: &mut Summary, selections: &[cargo_tests::Selection]) -> Result<()> {
    let data = postgres::data_folder("test")?;
    let folder = tempfile::tempdir()?;
    postgres::remove(&data)?;
    let mut database =
        Postgres::start(&data, &folder.path().join("postgres.log"), Durability::Off)?;
    for selection in selections {
        summary.count(selection.name, || {
            cargo_tests::run(selection, &database.superuser_url())
        })?;
    }
    database.stop();
    postgres::remove(&data)
}

/// Builds, unless that failed before, and tests in the browser.
fn browser(summary: &mut Summary, built: bool) -> Result<()> {
    let mut folder = None;
    summary.check("page", || {
        let built = page::ensure_built()?;
        folder = Some(built.clone());
        page::keep_budget(&built)
    })?;
    match folder {
        Some(folder) if built => summary.count("browser", || e2e::test(&folder, &[])),
        _ => {
            summary.fail("browser", "there is no page or no API to test");
            Ok(())
        }
    }
}

fn finish(summary: &Summary) -> Result<()> {
    summary.print();
    if summary.failed() > 0 {
        bail!("{} failed", summary.failed());
    }
    Ok(())
}
