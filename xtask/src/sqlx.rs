//! `.sqlx`: what PostgreSQL says about each query, so that the workspace compiles without a database.
//!
//! The query macros write it themselves when they are compiled against a live database and told a folder; that is
//! all that sqlx's own command line does, which therefore needs not be installed.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::postgres::{Binaries, Durability, Postgres};
use crate::{postgres, process, terminal, workspace};

/// Options of `cargo xtask sqlx-prepare`.
#[derive(Args)]
pub struct Options {
    /// Write nothing; fail where the committed data is not fresh
    #[arg(long)]
    check: bool,
}

impl Options {
    /// As `--check`.
    pub fn only_check() -> Self {
        Self { check: true }
    }
}

/// Writes or compares.
pub fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let data = postgres::data_folder("sqlx")?;
    postgres::remove(&data)?;
    let result = describe_queries(folder.path(), &data);
    postgres::remove(&data)?;
    result?;
    let committed = workspace::root().join(".sqlx");
    let (fresh, old) = (names(folder.path())?, names(&committed)?);
    ensure!(!fresh.is_empty(), "no query was compiled");
    if options.check {
        // A file's name is its query's hash and its content follows from it and the migrations.
        for (name, content) in &fresh {
            if !old
                .iter()
                .any(|(old_name, old_content)| old_name == name && old_content == content)
            {
                bail!(".sqlx is not fresh ({name}); run `cargo xtask sqlx-prepare` and commit");
            }
        }
        ensure!(
            old.len() == fresh.len(),
            ".sqlx has data of queries that are gone; run `cargo xtask sqlx-prepare`"
        );
        terminal::say(&format!(".sqlx is fresh ({} queries)", fresh.len()));
        return Ok(());
    }
    for (name, _) in old
        .iter()
        .filter(|(name, _)| !fresh.iter().any(|(fresh_name, _)| fresh_name == name))
    {
        std::fs::remove_file(committed.join(name))?;
    }
    std::fs::create_dir_all(&committed)?;
    for (name, content) in &fresh {
        std::fs::write(committed.join(name), content)?;
    }
    terminal::say(&format!("wrote {} queries to .sqlx", fresh.len()));
    Ok(())
}

fn describe_queries(folder: &Path, data: &Path) -> Result<()> {
    let log = folder.with_extension("log");
    let mut server = Postgres::start(data, &log, Durability::Off)?;
    server.ensure_database("argus")?;
    let url = server.url("argus", "argus");
    migrate(&url)?;
    // cargo looks at times: a source that looks new makes the macros run again.
    let source = workspace::root().join("crates/store/src/lib.rs");
    File::options()
        .append(true)
        .open(&source)?
        .set_modified(SystemTime::now())?;
    let result = process::run(
        workspace::cargo()?
            .args([
                "check",
                "--package",
                "argus-store",
                "--all-targets",
                "--all-features",
            ])
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", folder)
            .env("DATABASE_URL", url),
    );
    server.stop();
    let _ = std::fs::remove_file(log);
    result
}

/// Applies the migrations in order, each in one transaction as the store does.
fn migrate(url: &str) -> Result<()> {
    let psql = Binaries::ensure()?.folder().join("psql");
    let mut files: Vec<_> = std::fs::read_dir(workspace::root().join("crates/store/migrations"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|kind| kind == "sql"));
    files.sort();
    for file in files {
        process::output(
            Command::new(&psql)
                .args(["-qX1", "-v", "ON_ERROR_STOP=1", "-d", url, "-f"])
                .arg(&file),
        )?;
    }
    Ok(())
}

fn names(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with("query-") {
            files.push((name, std::fs::read(&path)?));
        }
    }
    files.sort();
    Ok(files)
}
