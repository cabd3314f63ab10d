//! What must hold of a proposal before anybody's word about it counts, and the problems that say so.

use argus_types::Timestamp;
use argus_types::id::PlanDigest;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Proposal, ProposalState, RiskLevel};
use argus_types::text::PlainText;

use crate::problem::ApiProblem;

/// Whether the plan of this digest can be decided on at `now`.
pub(in crate::service) fn is_open(
    proposal: &Proposal,
    digest: PlanDigest,
    now: Timestamp,
) -> Result<(), ApiProblem> {
    is_in_review(proposal, now)?;
    if proposal.digest == digest {
        return Ok(());
    }
    Err(ApiProblem::new(
        ProblemCode::DigestMismatch,
        "The plan has changed since you read it, or the digest is not this proposal's. Read it again.",
    ))
}

/// Whether the proposal can be decided on at `now`.
pub(in crate::service) fn is_in_review(
    proposal: &Proposal,
    now: Timestamp,
) -> Result<(), ApiProblem> {
    match proposal.state {
        ProposalState::InReview if proposal.expires_at > now => Ok(()),
        ProposalState::InReview | ProposalState::Expired => Err(expired(proposal)),
        _ => Err(wrong_state(proposal)),
    }
}

/// Whether somebody has said what is to become of a snapshot, where one could help.
pub(in crate::service) fn has_snapshot_decision(
    proposal: &Proposal,
    without: Option<&PlainText<500>>,
) -> Result<(), ApiProblem> {
    let could_snapshot = proposal
        .snapshots
        .iter()
        .any(|option| option.feasible && !option.planned);
    if proposal.risk.level < RiskLevel::Medium || !could_snapshot || without.is_some() {
        return Ok(());
    }
    Err(ApiProblem::new(
        ProblemCode::SnapshotDecisionMissing,
        "This plan has a medium or high risk and takes no snapshot first. Plan again with one \
         (POST …/snapshots), or say in `without_snapshot` why none is needed.",
    ))
}

pub(in crate::service) fn not_found() -> ApiProblem {
    ApiProblem::new(ProblemCode::NotFound, "There is no proposal with this id.")
}

pub(in crate::service) fn wrong_state(proposal: &Proposal) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::WrongState,
        format!(
            "The proposal is {}; only one in review can be decided on.",
            proposal.state.as_str().replace('_', " ")
        ),
    )
}

pub(in crate::service) fn expired(proposal: &Proposal) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::Expired,
        format!(
            "It could be confirmed until {}. Ask for the change again.",
            proposal.expires_at
        ),
    )
}

pub(in crate::service) fn stopped() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::EmergencyStopEngaged,
        "Nothing starts while the emergency stop is set. Two people, one of them an admin, can release it.",
    )
}

pub(in crate::service) fn step_up_needed() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::StepUpNeeded,
        "The step-up is missing, used, over, or was made for something else. Confirm with your passkey and try again.",
    )
}
