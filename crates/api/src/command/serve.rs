//! `argus-api serve`.

use std::process::ExitCode;

use argus_api::{descriptors, server};

use super::{ConfigFile, block_on};

pub fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    if let Err(error) = descriptors::raise_limit() {
        tracing::warn!(%error, "the limit of open connections cannot be raised");
    }
    block_on(server::run(config))?;
    Ok(ExitCode::SUCCESS)
}
