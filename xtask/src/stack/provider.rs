//! An honest `OpenID` provider on loopback, whose people sign in by their user names alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::console::PATIENCE;
use crate::client::fresh_key;
use crate::process::Server;
use crate::{packages, tools, workspace};

/// The demo's people, from the root of the workspace.
pub const PEOPLE: &str = "e2e/peers/people.json";
/// The variable that the API reads the client's secret from; it goes with [`ID`].
pub(super) const SECRET_VARIABLE: &str = "ARGUS_OIDC_HOUSE_SECRET";
/// What the configuration calls it.
pub const ID: &str = "house";
/// What its button says.
const NAME: &str = "House account";
/// Argus' name there.
const CLIENT: &str = "argus";
/// Which of its groups gives which role.
const ROLES: [(&str, &str); 3] = [
    ("argus-viewers", "viewer"),
    ("argus-operators", "operator"),
    ("argus-admins", "admin"),
];

/// How a provider is started.
pub struct Plan {
    /// Where it listens. Accounts belong to their provider's address, so lasting ones need a lasting port.
    pub port: u16,
    /// The origins of the consoles that it sends people back to.
    pub origins: Vec<String>,
    /// Files with its people, from the root of the workspace; see `honest-provider.mjs`.
    pub people: Vec<&'static str>,
}

/// A running provider.
pub struct Provider {
    server: Server,
    issuer: String,
    secret: String,
    people: BTreeMap<String, Account>,
}

/// Somebody's account there.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    /// The person's name.
    pub name: String,
    /// The groups that they are in.
    #[serde(default)]
    pub groups: Vec<String>,
}

impl Account {
    /// The role that the account's groups give; none: whoever has it is not let in.
    pub fn role(&self) -> Option<&'static str> {
        ROLES
            .iter()
            .rev()
            .find(|(group, _)| self.groups.iter().any(|own| own == group))
            .map(|(_, role)| *role)
    }
}

impl Provider {
    /// Starts it and waits until it listens.
    pub(super) fn start(plan: &Plan, state: &Path, logs: &Path) -> Result<Self> {
        packages::PEERS.ensure()?;
        let node = tools::ensure("node", &["nodejs", "npm"], "the sign-in provider")?;
        let (users, people) = people(plan, state)?;
        let secret = fresh_key();
        let mut command = Command::new(node);
        command
            .current_dir(workspace::root().join("e2e/peers"))
            .env("PEER_CLIENT_SECRET", &secret)
            .args(["honest-provider.mjs", "--client-id", CLIENT])
            .args(["--port", &plan.port.to_string()])
            .arg("--users")
            .arg(users);
        for origin in &plan.origins {
            let back = format!("{origin}{}", argus_types::places::sign_in_callback(ID));
            command.args(["--redirect-uri", &back]);
        }
        let log = logs.join("provider.log");
        let mut server = Server::start("the OpenID provider", &mut command, &log)?;
        let issuer = server.wait_until(PATIENCE, || {
            #[derive(Deserialize)]
            struct Listens {
                issuer: String,
            }
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            Ok(text
                .lines()
                .find_map(|line| serde_json::from_str::<Listens>(line).ok()))
        })?;
        Ok(Self {
            server,
            issuer: issuer.issuer,
            secret,
            people,
        })
    }

    /// What it calls itself.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who has an account, by user name.
    pub fn people(&self) -> &BTreeMap<String, Account> {
        &self.people
    }

    /// Its process id.
    pub(super) fn process_id(&self) -> u32 {
        self.server.id()
    }

    pub(super) fn check(&mut self) -> Result<()> {
        self.server.check()
    }

    pub(super) fn stop(&mut self) {
        self.server.stop();
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    /// As `[[auth.oidc]]` of a console's configuration.
    pub(super) fn section(&self) -> Section<'_> {
        Section {
            id: ID,
            name: NAME,
            issuer: &self.issuer,
            client_id: CLIENT,
            scopes: ["groups"],
            person_claim: "employee_id",
            roles: ROLES.map(|(group, role)| Rule { group, role }),
        }
    }
}

/// `[[auth.oidc]]`
#[derive(Serialize)]
pub(super) struct Section<'a> {
    id: &'a str,
    name: &'a str,
    issuer: &'a str,
    client_id: &'a str,
    scopes: [&'a str; 1],
    person_claim: &'a str,
    roles: [Rule; ROLES.len()],
}

/// `[[auth.oidc.roles]]`
#[derive(Serialize)]
struct Rule {
    group: &'static str,
    role: &'static str,
}

/// All of the plan's people in one file for the provider, and as we know them.
fn people(plan: &Plan, state: &Path) -> Result<(PathBuf, BTreeMap<String, Account>)> {
    let mut all = serde_json::Map::new();
    for name in &plan.people {
        let file = workspace::root().join(name);
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let own: serde_json::Map<String, Value> = serde_json::from_str(&text)
            .with_context(|| format!("{} is no list of people", file.display()))?;
        all.extend(own);
    }
    let users = state.join("people.json");
    std::fs::write(&users, serde_json::to_vec_pretty(&all)?)
        .with_context(|| format!("cannot write {}", users.display()))?;
    let people = serde_json::from_value(Value::Object(all))
        .context("a person of the provider has no name, or groups that are no list")?;
    Ok((users, people))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_goes_into_the_variable_that_the_api_reads_for_this_provider() {
        assert_eq!(
            SECRET_VARIABLE,
            format!("ARGUS_OIDC_{}_SECRET", ID.to_ascii_uppercase())
        );
    }

    #[test]
    fn the_demo_has_somebody_of_each_role_and_two_admins() {
        let state = tempfile::tempdir().unwrap();
        let plan = Plan {
            port: 0,
            origins: Vec::new(),
            people: vec![PEOPLE],
        };
        let (_, people) = people(&plan, state.path()).unwrap();
        let with = |role| {
            people
                .values()
                .filter(|account| account.role() == Some(role))
                .count()
        };
        assert_eq!((with("viewer"), with("operator"), with("admin")), (1, 1, 2));
    }
}
