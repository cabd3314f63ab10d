//! What only the server's own shell may do: release the emergency stop alone, and name people for breaking glass.
//! Whoever may log in there may do anything; the ledger says that it was done from there.

use argus_store::{Error, StopActor, Store};
use argus_types::Timestamp;
use serde_json::json;

use crate::record::{self, Kind};

/// Releases the emergency stop without a second person. `false` where it was not set.
pub async fn release_emergency_stop(
    store: &Store,
    reason: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let mut tx = store.begin().await?;
    tx.lock_emergency_stop().await?;
    let done = tx
        .release_emergency_stop(StopActor::Shell, None, now, Some(reason))
        .await?;
    tx.commit().await?;
    Ok(done)
}

/// What came of naming somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// It is so now.
    Changed,
    /// It was so before.
    Already,
    /// Nobody has this name.
    Nobody,
    /// More than one account has it.
    Several,
}

/// Names the person of this name for breaking glass, or takes that back.
pub async fn name_for_break_glass(
    store: &Store,
    name: &str,
    named: bool,
    now: Timestamp,
) -> Result<Named, Error> {
    let people = store.people().await?;
    let mut found = people.into_iter().filter(|person| person.name == name);
    let person = match (found.next(), found.next()) {
        (Some(person), None) => person,
        (None, _) => return Ok(Named::Nobody),
        (Some(_), Some(_)) => return Ok(Named::Several),
    };
    let mut tx = store.begin().await?;
    if !tx.name_for_break_glass(person.id, named).await? {
        return Ok(Named::Already);
    }
    let body = json!({ "name": person.name, "named": named });
    let subject = format!("person/{}", person.id);
    let kind = Kind::BreakGlassNamed;
    tx.append_ledger(record::entry(now, record::SHELL, kind, subject, body))
        .await?;
    tx.commit().await?;
    Ok(Named::Changed)
}
