//! Environment variables and the folders that follow from them; nothing else in xtask reads the environment.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace;

/// The variable's value, if it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "the home of environment variables in xtask"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The names of variables that begin with one of these.
pub fn names_that_begin(beginnings: &[&str]) -> Vec<OsString> {
    std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| {
            let name = name.to_string_lossy();
            beginnings.iter().any(|one| name.starts_with(one))
        })
        .collect()
}

/// `PATH`, with `first` before everything else.
pub fn path_with(first: &Path) -> OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(first.to_owned()).chain(std::env::split_paths(&old));
    std::env::join_paths(all).unwrap_or(old)
}

/// The folders in which programs are looked for: `PATH`, and the system folders that ordinary users lack there.
pub fn program_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    for folder in ["/usr/local/sbin", "/usr/sbin", "/sbin"] {
        folders.push(PathBuf::from(folder));
    }
    folders
}

/// Where tools, builds and demo data live: `$ARGUS_CACHE`, else `argus` in the user's cache folder.
pub fn cache() -> Result<PathBuf> {
    let folder = variable("ARGUS_CACHE")
        .map(PathBuf::from)
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| Path::new(&cache).join("argus")))
        .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".cache/argus")))
        .context(
            "neither ARGUS_CACHE nor HOME is set: set ARGUS_CACHE to a folder for tools and builds",
        )?;
    let folder = std::path::absolute(folder)?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// Where cargo builds for this machine: what the caller says, else a folder of this clone's own in the cache.
///
/// Clones must not share one unless they are made anew each time, as continuous integration does: cargo tells
/// changed sources by their age, and would take another clone's younger build for this one's.
pub fn target() -> Result<PathBuf> {
    match variable("CARGO_TARGET_DIR") {
        Some(folder) => Ok(std::path::absolute(folder)?),
        None => Ok(cache()?.join(format!("target-{}", workspace::clone_id()))),
    }
}

/// Where cargo builds for the browser; apart, because another compiler may build it. Shared as [`target`] is.
pub fn wasm_target() -> Result<PathBuf> {
    let folder = match variable("CARGO_TARGET_DIR") {
        Some(_) => "target-wasm".to_owned(),
        None => format!("target-wasm-{}", workspace::clone_id()),
    };
    Ok(cache()?.join(folder))
}

/// Where installed tools are; `bin` below it goes before `PATH`.
pub fn tools() -> Result<PathBuf> {
    Ok(cache()?.join("tools"))
}

/// Whether this process is root, whom PostgreSQL refuses.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
