//! `argus-api emergency-stop release`: for an installation of one person.

use std::process::ExitCode;

use argus_api::clock::{Clock, SystemClock};
use argus_api::service::shell;
use argus_store::{PoolLimits, Store};

use super::{ConfigFile, block_on, complain, say};

pub fn release(file: &ConfigFile, reason: &str) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let released = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        let now = SystemClock.now();
        Ok(shell::release_emergency_stop(&store, reason, now).await?)
    })?;
    if released {
        say(
            "The emergency stop is released. What it stopped stays stopped; the ledger names this shell.",
        );
        Ok(ExitCode::SUCCESS)
    } else {
        complain("the emergency stop is not set");
        Ok(ExitCode::FAILURE)
    }
}
