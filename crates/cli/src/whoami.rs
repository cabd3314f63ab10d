//! `argusctl whoami` and `logout`: which token this is, and forgetting it.

use std::path::Path;

use argus_types::{paths, places};

use crate::credentials::{Credentials, forget as remove};
use crate::server::Server;

/// Says which token this is, and asks the server whether it takes it.
pub fn run(file: &Path, say: &mut impl FnMut(&str)) -> anyhow::Result<()> {
    let credentials = Credentials::read(file)?;
    say(&format!(
        "The token {:?} at {} may {} until {}.",
        credentials.name,
        credentials.server,
        credentials.may.as_str(),
        credentials.expires_at
    ));
    let _: serde_json::Value =
        Server::of(&credentials)?.get(&format!("{}?limit=1", paths::ACTIONS))?;
    say("The server takes it.");
    Ok(())
}

/// Forgets the token here, and says where it ends for good.
pub fn forget(file: &Path, say: &mut impl FnMut(&str)) -> anyhow::Result<()> {
    let known = Credentials::read(file);
    if !remove(file)? {
        say("There was no token here.");
        return Ok(());
    }
    match known {
        Ok(known) => say(&format!(
            "The token is forgotten here. It still works: revoke {:?} at {}{}.",
            known.name,
            known.server,
            places::ACCOUNT
        )),
        Err(_) => say(
            "What was kept here could not be read, and is gone. Revoke the token in the console.",
        ),
    }
    Ok(())
}
