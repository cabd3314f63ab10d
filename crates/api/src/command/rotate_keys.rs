//! `argus-api keys rotate`.

use std::process::ExitCode;
use std::sync::Arc;

use argus_api::clock::{SharedClock, SystemClock};
use argus_api::session::rotate;
use argus_identity::access_token::rotation::Due;
use argus_store::{PoolLimits, Store};
use argus_types::Timestamp;

use super::{ConfigFile, block_on, complain, say};

pub fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let clock: SharedClock = Arc::new(SystemClock);
    let plan = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        Ok(rotate(&store, &clock, Due::Now).await?)
    })?;
    if let Some(key) = plan.add {
        say(&format!(
            "The new key {} signs from {} on.",
            key.kid,
            Timestamp::new(key.signs_from)
        ));
        return Ok(ExitCode::SUCCESS);
    }
    match plan.postponed_until {
        Some(until) => complain(&format!(
            "the rotation before this one is not over yet: try again after {}",
            Timestamp::new(until)
        )),
        None => complain("a new key is about to take over already"),
    }
    Ok(ExitCode::FAILURE)
}
