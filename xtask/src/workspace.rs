//! The clone: its root, its tracked files, and cargo as it is to be called in it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::environment;

/// The root of the clone that xtask was called in, as cargo tells it; what it was built from, without cargo.
/// The two differ where clones share a build folder.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let xtask = environment::variable("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned());
        Path::new(&xtask)
            .parent()
            .expect("xtask is a folder of the workspace")
            .to_owned()
    })
}

/// Eight letters that tell this clone from others, for folders in the shared cache.
pub fn clone_id() -> String {
    let digest = Sha256::digest(root().as_os_str().as_encoded_bytes());
    hex::encode(&digest[..4])
}

/// cargo in the root, building into the cache, with our tools first on `PATH`. What the cargo that started xtask says
/// of xtask's own package is taken out: build scripts that look at it would run again each time somebody changes
/// between cargo and xtask, and everything above them with them.
pub fn cargo() -> Result<Command> {
    let mut command =
        Command::new(environment::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    for name in environment::names_that_begin(&["CARGO_PKG_", "CARGO_MANIFEST_"]) {
        command.env_remove(name);
    }
    command
        .current_dir(root())
        .env("CARGO_TARGET_DIR", environment::target()?)
        .env(
            "PATH",
            environment::path_with(&environment::tools()?.join("bin")),
        );
    Ok(command)
}

/// A binary that the dev profile built.
pub fn binary(name: &str) -> Result<PathBuf> {
    Ok(environment::target()?.join("debug").join(name))
}

/// Files that git tracks or would track, relative to the root, sorted.
pub fn files() -> Result<Vec<PathBuf>> {
    let output = Command::new("git")
        .current_dir(root())
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
        ])
        .output()
        .context("cannot run git: install it (apt-get install git)")?;
    ensure!(
        output.status.success(),
        "git ls-files failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let mut files: Vec<PathBuf> = String::from_utf8(output.stdout)
        .context("a file name is not UTF-8")?
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|file| root().join(file).is_file())
        .collect();
    files.sort();
    Ok(files)
}

/// The version that Cargo.lock has for a package.
pub fn locked_version(package: &str) -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Lock {
        package: Vec<Locked>,
    }
    #[derive(serde::Deserialize)]
    struct Locked {
        name: String,
        version: String,
    }
    let text =
        std::fs::read_to_string(root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let lock: Lock = toml::from_str(&text).context("cannot parse Cargo.lock")?;
    lock.package
        .into_iter()
        .find(|locked| locked.name == package)
        .map(|locked| locked.version)
        .with_context(|| format!("Cargo.lock has no {package}"))
}
