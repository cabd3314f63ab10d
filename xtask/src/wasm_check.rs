//! The pure crates compile for the browser: the proof that they do no I/O.

use anyhow::Result;

use crate::process;
use crate::tools::wasm::{TARGET, Toolchain};

/// Fails unless `types`, `domain` and `ledger` compile for wasm32.
///
/// The frontend is compiled with them: it decides where browsers take randomness from, which a library must not.
pub fn run() -> Result<()> {
    let mut command = Toolchain::ensure()?.cargo()?;
    command.args(["check", "--locked", "--target", TARGET]);
    for package in [
        "argus-types",
        "argus-domain",
        "argus-ledger",
        "argus-frontend",
    ] {
        command.args(["--package", package]);
    }
    process::run(&mut command)
}
