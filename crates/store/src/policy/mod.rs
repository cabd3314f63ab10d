//! Versions of the policy and the decisions on them.

mod read;
mod write;

use argus_types::Timestamp;
use argus_types::approval::Verdict;
use argus_types::id::{HumanId, PersonId, PlanDigest};
use argus_types::policy::{PolicyState, PolicyVersion};
use uuid::Uuid;

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPolicy {
    /// As it is listed.
    pub version: PolicyVersion,
    /// The version that was active when it was proposed.
    pub made_from: Option<u32>,
    /// The document.
    pub text: String,
}

/// A version to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewPolicyVersion<'a> {
    /// The document.
    pub text: &'a str,
    /// Of its content.
    pub digest: PlanDigest,
    /// Why.
    pub reason: &'a str,
    /// Now.
    pub at: Timestamp,
}

/// A decision to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewPolicyApproval<'a> {
    /// Its id.
    pub id: Uuid,
    /// The version, locked by [`Tx::lock_policy`].
    pub version: u32,
    /// Who decides.
    pub person: PersonId,
    /// The human behind that account.
    pub human: Option<HumanId>,
    /// Their word.
    pub verdict: Verdict,
    /// Why.
    pub comment: Option<&'a str>,
    /// Now.
    pub at: Timestamp,
    /// From then on it counts no more.
    pub expires_at: Timestamp,
}

/// How a proposed version ends without becoming active.
#[derive(Debug, Clone, Copy)]
pub struct PolicyClosing<'a> {
    /// `rejected` or `withdrawn`.
    pub to: PolicyState,
    /// Now.
    pub at: Timestamp,
    /// The reason given.
    pub reason: Option<&'a str>,
}
