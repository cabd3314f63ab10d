//! `argus-api bootstrap` and `argus-api sign-in-link`.

use std::process::ExitCode;
use std::sync::Arc;

use argus_api::clock::{SharedClock, SystemClock};
use argus_api::service::sign_in::{LINK_TTL_MIN, make_link};
use argus_api::session::SessionKeys;
use argus_store::{PoolLimits, Store};
use argus_types::person::Role;
use argus_types::places;
use secrecy::ExposeSecret;

use super::{ConfigFile, block_on, say};

pub fn run(file: &ConfigFile, name: &str, role: Role) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let keys = SessionKeys::new(config.session_secret.clone());
    let clock: SharedClock = Arc::new(SystemClock);
    let token = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        Ok(make_link(&store, &keys, &clock, name, role).await?)
    })?;
    // Behind `#`, the secret stays in the browser: it is in no request line and no log.
    say(&format!(
        "Open this link within {LINK_TTL_MIN} minutes to sign in as {name} ({}). It works once.\n{}{}#{}",
        role.as_str(),
        config.public_origin,
        places::SIGN_IN_LINK,
        token.expose_secret()
    ));
    Ok(ExitCode::SUCCESS)
}
