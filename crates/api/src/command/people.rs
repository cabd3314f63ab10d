//! `argus-api people`.

use std::process::ExitCode;
use std::sync::Arc;

use argus_api::clock::{SharedClock, SystemClock};
use argus_api::service::people::shell::{self, Order};
use argus_store::{PoolLimits, Store};
use argus_types::account::PersonView;

use super::{ConfigFile, block_on, say};

/// Prints everybody.
pub fn list(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let clock: SharedClock = Arc::new(SystemClock);
    let people = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        Ok(shell::list(&store, &clock, config.lifetimes.idle_s).await?)
    })?;
    for view in &people {
        say(&line(view));
    }
    Ok(ExitCode::SUCCESS)
}

/// Carries an order out on one person.
pub fn order(file: &ConfigFile, name: &str, order: Order) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let clock: SharedClock = Arc::new(SystemClock);
    let after = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        Ok(shell::carry_out(&store, &clock, name, order).await?)
    })?;
    let state = match after.disabled {
        None => "can sign in",
        Some(_) => "cannot sign in, and every session and token has ended",
    };
    let (name, role) = (&after.person.name, after.person.role.as_str());
    say(&format!("{name}: {role} within {}; {state}.", after.scope));
    Ok(ExitCode::SUCCESS)
}

/// One person on one line.
fn line(view: &PersonView) -> String {
    let state = match view.disabled_reason {
        None => "enabled".to_owned(),
        Some(reason) => format!("disabled ({})", reason.as_str()),
    };
    format!(
        "{}  {}  {} within {} (from {})  {state}  {} passkeys, {} provider accounts, {} sessions, {} tokens",
        view.person.id,
        view.person.name,
        view.person.role.as_str(),
        view.scope,
        view.role_source.as_str(),
        view.passkeys,
        view.identities.len(),
        view.sessions,
        view.tokens,
    )
}
