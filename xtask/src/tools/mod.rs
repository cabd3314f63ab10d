//! What a machine must have: found where it is, installed where we may, asked for with the exact line otherwise.

pub mod apt;
pub mod cargo_tool;
pub mod monitoring;
pub mod wasm;

use std::path::PathBuf;

use anyhow::Result;

use crate::environment;

/// The program, from our tools folder, `PATH` or the system folders.
pub fn find(program: &str) -> Option<PathBuf> {
    let ours = environment::tools().ok().map(|tools| tools.join("bin"));
    ours.into_iter()
        .chain(environment::program_folders())
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// The program, installed from the distribution's package where it is missing.
pub fn ensure(program: &str, packages: &[&str], what_for: &str) -> Result<PathBuf> {
    if let Some(path) = find(program) {
        return Ok(path);
    }
    apt::install(packages, what_for)?;
    find(program).ok_or_else(|| {
        anyhow::anyhow!(
            "{} was installed, yet there is no {program} on the PATH",
            packages.join(" ")
        )
    })
}
