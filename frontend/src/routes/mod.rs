//! Where each screen lives. Links are built here, so that a path has one spelling.
//!
//! The page is two bundles, so that nobody loads the screens for people, passkeys and records to look at guests, nor
//! the other way round. Each knows its own screens; going to a path of the other one loads the page anew.

pub mod back;
pub mod console;
pub mod office;

use argus_types::id::{ExecutionId, GuestKey, PersonId, ProposalId};
use argus_types::places;
pub use argus_types::places::{
    ACCOUNT, ATTENTION, DEVICE, DRAFTING, INVITATION, LEDGER, LOGS, MODELS, PEOPLE, POLICY,
    SIGN_IN, SIGN_IN_CALLBACK, SIGN_IN_LINK, UNDO, is_within, sign_in_callback,
};

/// In by a recovery code.
pub const SIGN_IN_RECOVERY: &str = "/sign-in/recovery";
/// Nodes and guests.
pub const OVERVIEW: &str = "/";
/// Ask for a change.
pub const ASK: &str = "/ask";
/// Every proposal.
pub const CHANGES: &str = "/changes";
/// Another policy, before anybody decides on it.
pub const POLICY_DRAFT: &str = "/policy/propose";
/// Above every execution; no screen of its own.
const EXECUTIONS: &str = "/executions";

/// One proposal.
pub fn change(id: ProposalId) -> String {
    format!("{CHANGES}/{id}")
}

/// One execution.
pub fn execution(id: ExecutionId) -> String {
    format!("{EXECUTIONS}/{id}")
}

/// What a person must look at of one execution.
pub fn attention(id: ExecutionId) -> String {
    format!("{ATTENTION}/{id}")
}

/// What takes one execution back.
pub fn undo(id: ExecutionId) -> String {
    format!("{UNDO}/{id}")
}

/// How the draft of one proposal came about.
pub fn drafting(id: ProposalId) -> String {
    format!("{DRAFTING}/{id}")
}

/// The overview with one guest's sheet open.
pub fn guest(key: GuestKey) -> String {
    format!("{OVERVIEW}?guest={key}")
}

/// Everybody, with one person's sheet open.
pub fn person(id: PersonId) -> String {
    format!("{PEOPLE}?person={id}")
}

/// One version of the policy.
pub fn policy_version(number: u32) -> String {
    format!("{POLICY}/{number}")
}

/// The overview with the focus in the guest filter, whose element is `field`.
pub fn guest_filter(field: &str) -> String {
    format!("{OVERVIEW}#{field}")
}

/// The ledger's records about one thing, such as `proposal/01997…`.
pub fn ledger_of(subject: &str) -> String {
    format!("{LEDGER}?subject={subject}")
}

/// One of the two programs that the page is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundle {
    /// Guests, asking, changes.
    Console,
    /// Signing in, accounts and people, ledger and logs.
    Office,
}

impl Bundle {
    /// The one that shows `path`.
    pub fn of(path: &str) -> Self {
        if places::is_of_office(path) {
            Self::Office
        } else {
            Self::Console
        }
    }
}

/// `path` without a slash at its end; the overview's path is nothing else.
fn bare(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => OVERVIEW,
        path => path,
    }
}
