//! Proposals and their revisions.

mod read;
mod write;

use argus_types::Timestamp;
use argus_types::action::Draft;
use argus_types::id::{PersonId, PlanDigest};
use argus_types::plan::{Evidence, Plan};
use argus_types::proposal::{Proposal, ProposalState, Risk, Skipped, SnapshotOption};

/// A proposal to keep. Its state must be `in_review` and its revision 1.
#[derive(Debug, Clone, Copy)]
pub struct NewProposal<'a> {
    /// As people will read it.
    pub proposal: &'a Proposal,
    /// What it was planned from; planned from again when it is confirmed.
    pub draft: &'a Draft,
    /// Whether the planner was told to take a snapshot before each guest's first change.
    pub snapshots_first: bool,
}

/// A new plan for a proposal in review.
#[derive(Debug, Clone, Copy)]
pub struct Revision<'a> {
    /// The new title.
    pub title: &'a str,
    /// The new plan.
    pub plan: &'a Plan,
    /// Its digest.
    pub digest: PlanDigest,
    /// Its risk.
    pub risk: &'a Risk,
    /// What a snapshot first could save.
    pub snapshots: &'a [SnapshotOption],
    /// Wishes that need no step.
    pub skipped: &'a [Skipped],
    /// See [`NewProposal::snapshots_first`].
    pub snapshots_first: bool,
    /// Now.
    pub planned_at: Timestamp,
    /// After this nobody can confirm it.
    pub expires_at: Timestamp,
}

/// How a proposal leaves review.
#[derive(Debug, Clone, Copy)]
pub struct Closing<'a> {
    /// Where it goes; not `in_review`.
    pub to: ProposalState,
    /// Who; `None` where time did it.
    pub by: Option<PersonId>,
    /// Now.
    pub at: Timestamp,
    /// The reason given, or what changed.
    pub reason: Option<&'a str>,
    /// What was found changed.
    pub drift: &'a [Evidence],
}

/// A proposal as it is kept.
#[derive(Debug, Clone)]
pub struct StoredProposal {
    /// As people read it.
    pub proposal: Proposal,
    /// What it was planned from.
    pub draft: Draft,
    /// See [`NewProposal::snapshots_first`].
    pub snapshots_first: bool,
}

/// Which proposals to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProposalFilter {
    /// Only those in this state.
    pub state: Option<ProposalState>,
    /// Only those of this author.
    pub author: Option<PersonId>,
}
