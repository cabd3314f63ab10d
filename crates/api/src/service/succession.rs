//! What comes in place of what: whether a new proposal may, and what it does otherwise.

use argus_domain::{digest, plan_diff};
use argus_store::Store;
use argus_types::Timestamp;
use argus_types::id::{PersonId, ProposalId};
use argus_types::plan_diff::PlanDiff;
use argus_types::problem::ProblemCode;
use argus_types::proposal::Proposal;

use super::confirm::check::not_found;
use crate::problem::ApiProblem;

/// Refuses a predecessor that is not `author`'s own, may still become something, or has a successor.
pub async fn check(
    store: &Store,
    author: PersonId,
    id: ProposalId,
    now: Timestamp,
) -> Result<(), ApiProblem> {
    let stored = store.proposal(id, now).await?.ok_or_else(not_found)?;
    let before = stored.proposal;
    if before.author.id != author {
        return Err(ApiProblem::new(
            ProblemCode::Forbidden,
            "Only its author makes a successor of a proposal. Make a proposal of your own.",
        ));
    }
    if !before.state.may_be_superseded() {
        return Err(ApiProblem::new(
            ProblemCode::WrongState,
            format!(
                "The proposal is {}; only one that was asked to change, drifted or expired has a successor.",
                before.state.as_str().replace('_', " ")
            ),
        ));
    }
    match before.superseded_by {
        None => Ok(()),
        Some(_) => Err(taken()),
    }
}

/// Somebody was faster.
pub(super) fn taken() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::WrongState,
        "The proposal has a successor already.",
    )
}

/// A proposal and the one that it came in place of.
pub async fn pair(
    store: &Store,
    id: ProposalId,
    now: Timestamp,
) -> Result<(Proposal, ProposalId), ApiProblem> {
    let stored = store.proposal(id, now).await?.ok_or_else(not_found)?;
    match stored.proposal.supersedes {
        Some(before) => Ok((stored.proposal, before)),
        None => Err(ApiProblem::new(
            ProblemCode::WrongState,
            "This proposal came in place of no other one.",
        )),
    }
}

/// The plan of `after` beside the last plan of `before`.
pub async fn diff(
    store: &Store,
    before: ProposalId,
    after: &Proposal,
) -> Result<PlanDiff, ApiProblem> {
    let plan = store.present_plan(before).await?.ok_or_else(not_found)?;
    Ok(PlanDiff {
        before,
        before_digest: digest::of(&plan),
        after_digest: after.digest,
        steps: plan_diff::steps(&plan, &after.plan),
    })
}
