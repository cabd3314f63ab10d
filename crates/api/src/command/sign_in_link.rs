//! `argus-api bootstrap` and `argus-api sign-in-link`.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::bail;
use argus_api::clock::{SharedClock, SystemClock};
use argus_api::service::sign_in::{LINK_TTL_MIN, make_link};
use argus_api::session::SessionKeys;
use argus_store::{PoolLimits, Store};
use argus_types::account::RoleSource;
use argus_types::person::Role;
use argus_types::places;
use secrecy::ExposeSecret;

use super::{ConfigFile, block_on, complain, say};

/// Makes the first admin, and another one only while none of them can get in otherwise.
pub fn bootstrap(file: &ConfigFile, name: &str) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let ready = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        Ok(store.an_admin_has_a_way_in().await?)
    })?;
    if ready {
        complain(
            "there is an admin who can sign in: let them invite others, or use \
             `argus-api sign-in-link --name NAME --role admin` where they lost their way in",
        );
        return Ok(ExitCode::FAILURE);
    }
    run(file, name, Role::Admin)
}

pub fn run(file: &ConfigFile, name: &str, role: Role) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let keys = SessionKeys::new(config.session_secret.clone());
    let clock: SharedClock = Arc::new(SystemClock);
    let token = block_on(async {
        let store = Store::connect(&config.database_url, PoolLimits::default()).await?;
        store.migrate().await?;
        check_groups(&store, name, role).await?;
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

/// Refuses what a link cannot give: a role to somebody whose groups give it.
async fn check_groups(store: &Store, name: &str, role: Role) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    let everybody = tx.everybodys_rights().await?;
    let known = everybody
        .iter()
        .find(|rights| rights.person.name == name && rights.role_source == RoleSource::Groups);
    let Some(known) = known else { return Ok(()) };
    if known.disabled.is_some() {
        bail!(
            "{name} is shut out: `argus-api people enable`, or the groups of their provider, open the account"
        );
    }
    if known.person.role != role {
        bail!(
            "the groups of {name} give the role {}: ask for that one, or use another name for another account",
            known.person.role.as_str()
        );
    }
    Ok(())
}
