//! `cargo xtask deny`: licences, sources, banned crates and security advisories, against a local advisory database.
//!
//! The database is a folder or an archive: `--advisories`, else `$ARGUS_ADVISORY_DB`, else `shared/advisory-db.tar.xz`
//! beside the clone, else what cargo-deny fetches itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::tools::cargo_tool::CargoTool;
use crate::{environment, process, terminal, workspace};

/// Options of `cargo xtask deny`.
#[derive(Args, Default)]
pub struct Options {
    /// Archive (.tar.xz) of the advisory database, for machines that cannot fetch it
    #[arg(long)]
    advisories: Option<PathBuf>,
}

/// Where cargo-deny is, if it is installed.
pub fn installed() -> Option<PathBuf> {
    CargoTool::deny().find()
}

/// Checks everything that deny.toml asks for.
pub fn run(options: &Options) -> Result<()> {
    CargoTool::deny().ensure()?;
    let archive = options
        .advisories
        .clone()
        .or_else(|| environment::variable("ARGUS_ADVISORY_DB").map(PathBuf::from))
        .or_else(|| {
            let beside = workspace::root()
                .parent()?
                .join("shared/advisory-db.tar.xz");
            beside.is_file().then_some(beside)
        });
    let mut command = workspace::cargo()?;
    command.args(["deny", "--locked", "--workspace", "--all-features"]);
    if let Some(archive) = archive {
        command
            .args(["--offline", "--config"])
            .arg(config_for(&unpack(&archive)?)?);
    }
    command.arg("check");
    process::run(&mut command)
}

/// cargo-deny's own name for a copy of the public database: a hash of its address. Should it ever change, the
/// check says that it finds no database.
const COPY: &str = "advisory-db-3157b0e258782691";

/// The archive as the git repository that cargo-deny wants, unpacked once; the folder that holds it.
fn unpack(archive: &Path) -> Result<PathBuf> {
    let home = environment::cache()?.join("advisory-dbs");
    let folder = home.join(COPY);
    let stamp = home.join("unpacked-from");
    let about =
        std::fs::metadata(archive).with_context(|| format!("cannot read {}", archive.display()))?;
    let wanted = format!(
        "{} {} {:?}",
        archive.display(),
        about.len(),
        about.modified()?
    );
    if folder.join(".git").is_dir()
        && std::fs::read_to_string(&stamp).is_ok_and(|old| old == wanted)
    {
        return Ok(home);
    }
    terminal::step("unpacking the advisory database", || {
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        process::run(
            Command::new("tar")
                .arg("-xJf")
                .arg(archive)
                .arg("-C")
                .arg(&folder),
        )?;
        let git = |arguments: &[&str]| {
            let identity = [
                "-c",
                "user.name=argus",
                "-c",
                "user.email=argus@localhost",
                "-c",
                "commit.gpgsign=false",
            ];
            process::output(
                Command::new("git")
                    .arg("-C")
                    .arg(&folder)
                    .args(identity)
                    .args(arguments),
            )
        };
        git(&["init", "--quiet", "--initial-branch=main"])?;
        git(&["add", "--all", "--force"])?;
        git(&["commit", "--quiet", "--no-verify", "--message=advisories"])
    })?;
    std::fs::write(stamp, wanted)?;
    Ok(home)
}

/// deny.toml with the databases in `home`.
fn config_for(home: &Path) -> Result<PathBuf> {
    let text = std::fs::read_to_string(workspace::root().join("deny.toml"))
        .context("cannot read deny.toml")?;
    let mut config: toml::Table = toml::from_str(&text).context("cannot parse deny.toml")?;
    config
        .entry("advisories")
        .or_insert_with(|| toml::Table::new().into())
        .as_table_mut()
        .context("[advisories] of deny.toml is no table")?
        .insert("db-path".to_owned(), home.display().to_string().into());
    let file = home.join("deny.toml");
    std::fs::write(&file, toml::to_string(&config)?)?;
    Ok(file)
}
