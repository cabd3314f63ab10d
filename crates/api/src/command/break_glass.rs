//! `argus-api people break-glass`: who may confirm without approvals in an emergency.

use std::process::ExitCode;

use argus_api::clock::{Clock, SystemClock};
use argus_api::service::shell::{self, Named};
use argus_store::{PoolLimits, Store};

use super::{ConfigFile, block_on, complain, say};

pub fn run(file: &ConfigFile, name: &str, named: bool) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let outcome = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        let now = SystemClock.now();
        Ok(shell::name_for_break_glass(&store, name, named, now).await?)
    })?;
    let may = if named {
        "may break glass"
    } else {
        "may not break glass"
    };
    match outcome {
        Named::Changed => say(&format!(
            "{name} {may} now, as long as their role is admin. The ledger says so."
        )),
        Named::Already => say(&format!("{name} {may} already; nothing was changed.")),
        Named::Nobody => {
            complain(&format!(
                "nobody is called {name}: write the name as the page shows it"
            ));
            return Ok(ExitCode::FAILURE);
        }
        Named::Several => {
            complain(&format!(
                "more than one account is called {name}: rename all but one first"
            ));
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
