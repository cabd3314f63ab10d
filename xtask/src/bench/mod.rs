//! `cargo xtask bench`: builds what is measured as it is shipped, starts a database that waits for the disk, and
//! lets `argus-bench` measure. What is measured, and beside what, stands there.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::postgres::{self, Durability, Postgres};
use crate::{environment, page, process, terminal, workspace};

/// The rows that `argus-bench` knows.
const ROWS: [&str; 5] = ["reads", "viewers", "steps", "memory", PAGE];
/// The one that needs the built page and nothing else.
const PAGE: &str = "page";
/// Two Arguses are compared in one row, each with a database of its own.
const DATABASES: [&str; 2] = ["argus_one", "argus_two"];

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub struct Options {
    /// Which rows; all where none is named
    #[arg(value_parser = PossibleValuesParser::new(ROWS))]
    rows: Vec<String>,
    /// Small sizes and short times: shows that it works, not how well
    #[arg(long)]
    quick: bool,
    /// Writes all figures to this file as well
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Options {
    fn want(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|wanted| wanted == row)
    }
}

/// Measures; fails where a goal is missed.
pub fn run(options: &Options) -> Result<()> {
    let weight = if options.want(PAGE) {
        let built = page::ensure_built()?;
        let (plain, brotli) = (page::plain_weight(&built)?, page::weight(&built)?);
        Some(format!("{plain},{brotli}"))
    } else {
        None
    };
    build()?;
    let folder = tempfile::tempdir()?;
    let data = postgres::data_folder("bench")?;
    postgres::remove(&data)?;
    let mut database = terminal::step("starting PostgreSQL", || {
        let log = folder.path().join("postgres.log");
        let database = Postgres::start(&data, &log, Durability::On)?;
        for name in DATABASES {
            database.ensure_database(name)?;
        }
        Ok(database)
    })?;
    let measured = measure(options, weight.as_deref(), &database);
    database.stop();
    postgres::remove(&data)?;
    measured
}

fn build() -> Result<()> {
    terminal::step("building the API and the measuring set for release", || {
        process::run(workspace::cargo()?.args([
            "build",
            "--locked",
            "--release",
            "--package",
            "argus-api",
            "--package",
            "argus-bench",
        ]))
    })
}

fn measure(options: &Options, weight: Option<&str>, database: &Postgres) -> Result<()> {
    let built = environment::target()?.join("release");
    let mut command = std::process::Command::new(built.join("argus-bench"));
    command
        .arg("measure")
        .args(&options.rows)
        .arg("--api")
        .arg(built.join("argus-api"));
    for name in DATABASES {
        command.arg("--database").arg(database.url(name, name));
    }
    if let Some(weight) = weight {
        command.arg("--page").arg(weight);
    }
    if options.quick {
        command.arg("--quick");
    }
    if let Some(file) = &options.json {
        command.arg("--json").arg(std::path::absolute(file)?);
    }
    process::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(rows: &[&str]) -> Options {
        Options {
            rows: rows.iter().map(|row| (*row).to_owned()).collect(),
            quick: false,
            json: None,
        }
    }

    #[test]
    fn naming_no_row_wants_all_and_naming_one_wants_that() {
        assert!(ROWS.iter().all(|row| naming(&[]).want(row)));
        let one = naming(&[PAGE]);
        assert!(one.want(PAGE) && !one.want("reads"));
    }
}
