//! Refusals by the rules about people: recorded in the ledger before they are answered. Whoever tries to be two people
//! leaves a trace.

use argus_domain::approval::Refusal;
use argus_store::Store;
use argus_types::Timestamp;
use serde_json::json;

use super::Once;
use crate::auth_event;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// A refusal with what it was about.
#[derive(Debug)]
pub struct Refused<'a> {
    /// What was tried: `approve`, `reject`, `request_changes`, `confirm`, `break_glass`, `review`,
    /// `release_emergency_stop` or `resolve`.
    pub act: &'static str,
    /// About what, as the ledger names it.
    pub subject: &'a str,
    /// Why not.
    pub refusal: Refusal,
}

/// Writes the refusal down and gives the problem that it is.
pub async fn record(
    store: &Store,
    once: &Once,
    now: Timestamp,
    refused: Refused<'_>,
) -> Result<ApiProblem, ApiProblem> {
    let Refused {
        act,
        subject,
        refusal,
    } = refused;
    let body = json!({ "act": act, "class": refusal.class(), "reason": refusal.clause() });
    let kind = Kind::DecisionRefused;
    let entry = record::entry(now, &once.person.name, kind, subject.to_owned(), body);
    let mut tx = store.begin().await?;
    tx.append_ledger(entry).await?;
    tx.commit().await?;
    auth_event::count(kind, refusal.class());
    Ok(refusal.into())
}
