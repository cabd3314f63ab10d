//! Proposals and their revisions.

mod alternative;
mod read;
mod rivals;
mod write;

use argus_domain::policy::Question;
use argus_types::Timestamp;
use argus_types::action::Draft;
use argus_types::id::{PersonId, PlanDigest, ProposalId};
use argus_types::impact::Impact;
use argus_types::plan::{Evidence, Plan};
use argus_types::policy::Judgement;
use argus_types::proposal::{Proposal, ProposalState, Risk, Skipped, SnapshotOption};
use argus_types::scope::Placement;

pub use alternative::{NewAlternative, StoredAlternative};
pub use rivals::{StoredRival, Wanted};

use crate::approval::Matter;

/// A proposal to keep. Its state must be `in_review` and its revision 1.
#[derive(Debug, Clone, Copy)]
pub struct NewProposal<'a> {
    /// As people will read it.
    pub proposal: &'a Proposal,
    /// What it was planned from; planned from again when it is confirmed.
    pub draft: &'a Draft,
    /// Whether the planner was told to take a snapshot before each guest's first change.
    pub snapshots_first: bool,
    /// Where the plan's guests are, as far as a scope asks.
    pub placements: &'a [Placement],
    /// What the policy was asked about the plan; its answer is the proposal's. Absent where none judged.
    pub question: Option<&'a Question>,
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
    /// What it brings about beside what its steps say.
    pub impact: &'a Impact,
    /// See [`NewProposal::snapshots_first`].
    pub snapshots_first: bool,
    /// Which way of the draft the plan is; 0 is the draft's own actions.
    pub alternative: u8,
    /// See [`NewProposal::placements`].
    pub placements: &'a [Placement],
    /// How many different people must approve it.
    pub approvals_required: u8,
    /// What the policy says of it.
    pub policy: Option<&'a Judgement>,
    /// See [`NewProposal::question`].
    pub question: Option<&'a Question>,
    /// Who had it made.
    pub planned_by: PersonId,
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
    /// See [`Revision::alternative`].
    pub alternative: u8,
    /// See [`NewProposal::placements`].
    pub placements: Vec<Placement>,
    /// See [`NewProposal::question`].
    pub question: Option<Question>,
}

impl StoredProposal {
    /// What approvals of it are judged by, at `now`. Those of a confirmed one are the ones that held when it was.
    pub fn matter(&self, now: Timestamp) -> Matter<'_> {
        let proposal = &self.proposal;
        let confirmed_at = match proposal.state {
            ProposalState::Confirmed => proposal.closed_at,
            _ => None,
        };
        Matter {
            cluster: &proposal.cluster,
            placements: &self.placements,
            revision: proposal.revision,
            digest: proposal.digest,
            required: proposal.approvals_required,
            own_approval: proposal
                .policy
                .as_ref()
                .is_some_and(|judged| judged.verdict.own_approval),
            confirmed_at: confirmed_at.unwrap_or(now),
            now,
        }
    }
}

/// Which proposal has this plan before people now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanInReview {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its present revision.
    pub revision: u32,
}

/// Which proposals to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProposalFilter {
    /// Only those in this state.
    pub state: Option<ProposalState>,
    /// Only those of this author.
    pub author: Option<PersonId>,
}
