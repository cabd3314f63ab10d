//! The generated contracts in `schemas/`: written by the API's own binary, and with `--check` compared.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{process, terminal, workspace};

/// Options of `cargo xtask codegen`.
#[derive(Args)]
pub struct Options {
    /// Write nothing; fail where a file is not fresh
    #[arg(long)]
    check: bool,
}

/// Writes or compares.
pub fn run(options: &Options) -> Result<()> {
    process::run(workspace::cargo()?.args([
        "build",
        "--locked",
        "--package",
        "argus-api",
        "--bin",
        "argus-api",
    ]))?;
    if options.check {
        check()
    } else {
        write(&workspace::root().join("schemas"))
    }
}

fn write(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    process::run(
        Command::new(workspace::binary("argus-api")?)
            .args(["schema", "--out"])
            .arg(folder),
    )?;
    terminal::say(&format!("wrote {}", folder.display()));
    Ok(())
}

/// Fails where a committed file differs from a generated one. The binary must have been built.
pub fn check() -> Result<()> {
    let fresh = tempfile::tempdir().context("cannot make a folder")?;
    process::output(
        Command::new(workspace::binary("argus-api")?)
            .args(["schema", "--out"])
            .arg(fresh.path()),
    )?;
    let problems = differences(
        &contents(fresh.path())?,
        &contents(&workspace::root().join("schemas"))?,
    );
    if problems.is_empty() {
        terminal::say("schemas/ is fresh");
        return Ok(());
    }
    bail!(
        "schemas/ is not what the types say; run `cargo xtask codegen` and commit:\n  {}",
        problems.join("\n  ")
    )
}

fn contents(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
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
        files.insert(name, std::fs::read(&path)?);
    }
    Ok(files)
}

/// What to say about each file that is missing, different or too much.
fn differences(fresh: &BTreeMap<String, Vec<u8>>, old: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, content) in fresh {
        match old.get(name) {
            None => problems.push(format!("{name} is missing")),
            Some(old) if old != content => problems.push(format!("{name} differs")),
            Some(_) => {}
        }
    }
    problems.extend(
        old.keys()
            .filter(|name| !fresh.contains_key(*name))
            .map(|name| format!("{name} is generated no more")),
    );
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_changed_and_left_over_files_are_all_named() {
        let map = |items: &[(&str, &str)]| -> BTreeMap<String, Vec<u8>> {
            items
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect()
        };
        let fresh = map(&[("a", "1"), ("b", "2"), ("c", "3")]);
        assert_eq!(
            differences(&fresh, &map(&[("b", "old"), ("c", "3"), ("d", "4")])),
            ["a is missing", "b differs", "d is generated no more"]
        );
        assert!(differences(&fresh, &fresh).is_empty());
    }
}
