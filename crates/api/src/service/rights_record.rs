//! What the ledger says about changes of what people are trusted with: always what was and what is.

use argus_ledger::Entry;
use argus_store::{StoredRights, Tx};
use argus_types::Timestamp;
use argus_types::id::PersonId;
use serde_json::{Value, json};

use crate::auth_event;
use crate::record::{self, Kind};

/// A change that has been made and is to be recorded.
#[derive(Debug, Clone)]
pub struct Change {
    kind: Kind,
    person: PersonId,
    body: Value,
    source: &'static str,
}

impl Change {
    /// Something about a person; `source` is of a closed list, for metrics.
    pub fn new(kind: Kind, person: PersonId, source: &'static str, mut body: Value) -> Self {
        body["source"] = source.into();
        Self {
            kind,
            person,
            body,
            source,
        }
    }

    /// All that differs between two pictures of a person; what else belongs to it is in `why`.
    pub fn between(
        before: &StoredRights,
        after: &StoredRights,
        source: &'static str,
        why: &Value,
    ) -> Vec<Self> {
        let person = after.person.id;
        let mut changes = Vec::new();
        let (was, is) = (given(before), given(after));
        if was != is {
            let body = json!({ "from": was, "to": is, "why": why });
            changes.push(Self::new(Kind::PersonRoleChanged, person, source, body));
        }
        let (was, is) = (account(before), account(after));
        if was != is {
            let body = json!({ "before": was, "after": is, "why": why });
            changes.push(Self::new(Kind::PersonChanged, person, source, body));
        }
        changes
    }

    /// Its entry; the change counts from here on.
    pub fn entry(self, at: Timestamp, actor: &str) -> Entry {
        auth_event::count(self.kind, self.source);
        let subject = format!("person/{}", self.person);
        record::entry(at, actor, self.kind, subject, self.body)
    }
}

/// Writes the entries. Comes last in a transaction.
pub async fn append(
    tx: &mut Tx,
    changes: Vec<Change>,
    at: Timestamp,
    actor: &str,
) -> Result<(), argus_store::Error> {
    for change in changes {
        tx.append_ledger(change.entry(at, actor)).await?;
    }
    Ok(())
}

/// The role and how far it reaches.
pub fn given(rights: &StoredRights) -> Value {
    json!({ "role": rights.person.role, "scope": rights.scope })
}

/// The rest.
fn account(rights: &StoredRights) -> Value {
    json!({
        "name": rights.person.name,
        "human": rights.human,
        "enabled": rights.disabled.is_none(),
        "disabled_reason": rights.disabled,
    })
}
