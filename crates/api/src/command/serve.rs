//! `argus-api serve`.

use std::process::ExitCode;

use argus_api::server;

use super::{ConfigFile, block_on};

pub fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    block_on(server::run(config))?;
    Ok(ExitCode::SUCCESS)
}
