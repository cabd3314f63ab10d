//! People, managed on the server's own shell: for when nobody is left who can get in, or everybody can.
//!
//! Whoever gets here owns the machine, so nothing is asked of them but that what they do makes sense. It is recorded.

use argus_store::{PeopleFilter, Store, StoredRights, Tx};
use argus_types::account::{DisabledReason, PersonView, RoleSource};
use argus_types::person::Role;
use argus_types::scope::Scope;
use serde_json::json;

use crate::clock::SharedClock;
use crate::record;
use crate::service::rights_record::{self, Change};

/// Where rights come from here, in records and metrics.
const SOURCE: &str = "shell";

/// What to do with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Let them in again.
    Enable,
    /// Let them in no more, and end their sessions and tokens.
    Disable,
    /// Give them this role everywhere.
    Role(Role),
}

/// Why an order was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Nobody is called that.
    #[error("nobody is called {0:?}; `argus-api people list` names everybody")]
    Nobody(String),
    /// Several are.
    #[error("several people are called {name:?}: use `--name` with one of the ids {}", ids.join(", "))]
    Several {
        /// The name.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// Their groups say what they are.
    #[error(
        "the role of {0:?} comes from the groups of their provider: change them there, or `[[auth.oidc.roles]]`, or \
         disable the account"
    )]
    OfGroups(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] argus_store::Error),
}

/// Everybody but seeded people, by name.
pub async fn list(
    store: &Store,
    clock: &SharedClock,
    idle_s: i64,
) -> Result<Vec<PersonView>, argus_store::Error> {
    let now = clock.now();
    store
        .people_in_full(PeopleFilter {
            only: None,
            demo: false,
            now,
            idle_since: now.plus_seconds(-idle_s),
        })
        .await
}

/// Carries an order out on the person of this name or id, and gives them as they are now.
pub async fn carry_out(
    store: &Store,
    clock: &SharedClock,
    name: &str,
    order: Order,
) -> Result<StoredRights, Refused> {
    let at = clock.now();
    let mut tx = store.begin().await?;
    tx.lock_rights().await?;
    let before = find(&mut tx, name).await?;
    let id = before.person.id;
    let mut after = before.clone();
    let mut why = json!({});
    match order {
        Order::Disable => {
            let sessions = tx.end_sessions_of(id, None).await?;
            let ended = tx.disable_person(id, DisabledReason::Admin, at).await?;
            after.disabled = Some(DisabledReason::Admin);
            why["ended_sessions"] = sessions.into();
            why["revoked_tokens"] = ended.tokens.into();
        }
        Order::Enable if before.disabled == Some(DisabledReason::NoRole) => {
            return Err(Refused::OfGroups(before.person.name));
        }
        Order::Enable => {
            tx.enable_person(id).await?;
            after.disabled = None;
        }
        Order::Role(_) if before.role_source == RoleSource::Groups => {
            return Err(Refused::OfGroups(before.person.name));
        }
        Order::Role(role) => {
            after.person.role = role;
            after.scope = Scope::default();
            if after != before {
                tx.give_role(id, role, &after.scope, RoleSource::Shell, None, at)
                    .await?;
                after.role_source = RoleSource::Shell;
            }
        }
    }
    let changes = Change::between(&before, &after, SOURCE, &why);
    rights_record::append(&mut tx, changes, at, record::SHELL).await?;
    tx.commit().await?;
    Ok(after)
}

/// The one person of this name or id.
async fn find(tx: &mut Tx, name: &str) -> Result<StoredRights, Refused> {
    let everybody = tx.everybodys_rights().await?;
    let mut found: Vec<StoredRights> = everybody
        .into_iter()
        .filter(|rights| rights.person.name == name || rights.person.id.to_string() == name)
        .collect();
    match found.len() {
        0 => Err(Refused::Nobody(name.to_owned())),
        1 => Ok(found.remove(0)),
        _ => Err(Refused::Several {
            name: name.to_owned(),
            ids: found
                .iter()
                .map(|rights| rights.person.id.to_string())
                .collect(),
        }),
    }
}
