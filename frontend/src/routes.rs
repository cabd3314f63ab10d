//! Where each screen lives. Links are built here, so that a path has one spelling.

use argus_types::id::{ExecutionId, GuestKey, ProposalId};

/// Nodes and guests.
pub const OVERVIEW: &str = "/";
/// Ask for a change.
pub const ASK: &str = "/ask";
/// Every proposal.
pub const CHANGES: &str = "/changes";
/// Who did what.
pub const LEDGER: &str = "/ledger";
/// Logs of the cluster and its nodes.
pub const LOGS: &str = "/logs";
/// Where a one-time link leads; its secret is the fragment, which no server ever sees.
pub const SIGN_IN_LINK: &str = "/sign-in/link";

/// One proposal.
pub fn change(id: ProposalId) -> String {
    format!("{CHANGES}/{id}")
}

/// One execution.
pub fn execution(id: ExecutionId) -> String {
    format!("/executions/{id}")
}

/// The overview with one guest's sheet open.
pub fn guest(key: GuestKey) -> String {
    format!("{OVERVIEW}?guest={key}")
}

/// The ledger's records about one thing, such as `proposal/01997…`.
pub fn ledger_of(subject: &str) -> String {
    format!("{LEDGER}?subject={subject}")
}
