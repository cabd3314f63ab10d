//! Ledger records about tokens. Kinds and bodies are a contract, as those of steps are. No secret is in any.

use argus_store::journal::Entry;
use argus_types::Timestamp;
use serde_json::{Value, json};

use super::name::Name;
use super::rights::Rights;

/// Written before Proxmox is asked.
pub(super) fn intended(
    at: Timestamp,
    name: &Name,
    token: &str,
    rights: &Rights,
    expire: u64,
) -> Entry {
    let body = json!({ "token": token, "rights": rights.in_words(), "expires_at": expire });
    entry(at, name, "plan_token.intended", body)
}

/// It is there, and has exactly the rights that were intended.
pub(super) fn made(at: Timestamp, name: &Name, token: &str) -> Entry {
    entry(at, name, "plan_token.made", json!({ "token": token }))
}

/// Proxmox has it no more, or never had it.
pub(super) fn removed(at: Timestamp, name: &Name, token: &str) -> Entry {
    entry(at, name, "plan_token.removed", json!({ "token": token }))
}

/// Proxmox did not remove it.
pub(super) fn not_removed(at: Timestamp, name: &Name, token: &str, why: &str) -> Entry {
    let body = json!({ "token": token, "why": why });
    entry(at, name, "plan_token.not_removed", body)
}

fn entry(at: Timestamp, name: &Name, kind: &str, body: Value) -> Entry {
    Entry {
        at: at.to_string(),
        actor: crate::record::ACTOR.to_owned(),
        kind: kind.to_owned(),
        subject: format!("execution/{}", name.execution),
        body,
    }
}
