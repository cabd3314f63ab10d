//! Confirming: the second phase. One person starts exactly one plan, named by its digest, on fresh facts.

use argus_domain::drift;
use argus_store::{Closing, Created, NewExecution, Store, StoredProposal};
use argus_types::Timestamp;
use argus_types::id::{ExecutionId, ProposalId};
use argus_types::plan::Evidence;
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::{Confirmation, Proposal, ProposalState, RiskLevel};
use argus_types::text::PlainText;
use http::StatusCode;
use serde_json::json;

use super::assessment::Assessor;
use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// Confirms proposals.
#[derive(Clone)]
pub struct Confirm {
    store: Store,
    clock: SharedClock,
    assessor: Assessor,
}

impl Confirm {
    /// Confirms what `assessor` can plan again.
    pub fn new(store: Store, clock: SharedClock, assessor: Assessor) -> Self {
        Self {
            store,
            clock,
            assessor,
        }
    }

    /// Starts the execution of the plan that `confirmation` names, or says why not.
    pub async fn run(
        &self,
        once: &Once,
        id: ProposalId,
        confirmation: &Confirmation,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let stored = self.store.proposal(id).await?.ok_or_else(not_found)?;
        check(&stored.proposal, confirmation, self.clock.now())?;
        let changed = self.changes(&stored).await?;
        if changed.is_empty() {
            self.start(once, &stored, confirmation).await
        } else {
            self.drifted(once, &stored, changed).await
        }
    }

    /// What the plan relies on and finds changed: the same draft planned again must give the same digest.
    async fn changes(&self, stored: &StoredProposal) -> Result<Vec<Evidence>, ApiProblem> {
        let now = self
            .assessor
            .assess(stored.proposal.id, &stored.draft, stored.snapshots_first)
            .await?;
        Ok(drift::differences(&stored.proposal.plan, &now))
    }

    async fn start(
        &self,
        once: &Once,
        stored: &StoredProposal,
        confirmation: &Confirmation,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let execution = ExecutionId(self.clock.new_id());
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let id = stored.proposal.id;
        let mut proposal = tx.lock_proposal(id).await?.ok_or_else(not_found)?.proposal;
        check(&proposal, confirmation, now)?;
        let closing = Closing {
            to: ProposalState::Confirmed,
            by: Some(once.person.id),
            at: now,
            reason: confirmation
                .without_snapshot
                .as_ref()
                .map(PlainText::as_str),
            drift: &[],
        };
        tx.close_proposal(id, closing).await?;
        // Held until the commit, so that a stop that comes now waits and then finds this execution.
        if tx.hold_emergency_stop().await?.engaged {
            return Err(stopped());
        }
        let subject = format!("proposal/{id}");
        let body = json!({
            "digest": proposal.digest,
            "execution": execution,
            "without_snapshot": confirmation.without_snapshot,
        });
        tx.append_ledger(record::entry(
            now,
            &once.person.name,
            Kind::ProposalConfirmed,
            subject,
            body,
        ))
        .await?;
        let created = tx
            .create_execution(NewExecution {
                id: execution,
                proposal: id,
                revision: proposal.revision,
                confirmed_by: &once.person,
                at: now,
            })
            .await?;
        match created {
            Created::Yes => {}
            Created::EmergencyStop => return Err(stopped()),
            Created::Already => return Err(wrong_state(&proposal)),
        }
        proposal.state = ProposalState::Confirmed;
        proposal.closed_by = Some(once.person.clone());
        proposal.closed_at = Some(now);
        proposal.closed_reason = closing.reason.map(str::to_owned);
        proposal.execution = Some(execution);
        let reply = Reply::new(StatusCode::ACCEPTED, &proposal)?;
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }

    async fn drifted(
        &self,
        once: &Once,
        stored: &StoredProposal,
        changed: Vec<Evidence>,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let id = stored.proposal.id;
        let mut tx = self.store.begin().await?;
        let closing = Closing {
            to: ProposalState::Drifted,
            by: Some(once.person.id),
            at: now,
            reason: None,
            drift: &changed,
        };
        tx.lock_proposal(id).await?;
        if tx.close_proposal(id, closing).await? {
            let subject = format!("proposal/{id}");
            let body = json!({ "digest": stored.proposal.digest, "changed": changed });
            tx.append_ledger(record::entry(
                now,
                &once.person.name,
                Kind::ProposalDrifted,
                subject,
                body,
            ))
            .await?;
        }
        tx.commit().await?;
        let errors = changed
            .iter()
            .map(|evidence| FieldError {
                pointer: String::new(),
                message: format!(
                    "{}: was {}, is {}",
                    evidence.label, evidence.expected, evidence.observed
                ),
            })
            .collect();
        Err(ApiProblem::new(
            ProblemCode::Drifted,
            "Something that the plan relies on changed since it was made; nothing was done. Ask for the change again.",
        )
        .with_errors(errors))
    }
}

/// Whether `confirmation` may start `proposal` at `now`.
fn check(
    proposal: &Proposal,
    confirmation: &Confirmation,
    now: Timestamp,
) -> Result<(), ApiProblem> {
    match proposal.state {
        ProposalState::InReview => {}
        ProposalState::Expired => return Err(expired(proposal)),
        _ => return Err(wrong_state(proposal)),
    }
    if proposal.expires_at <= now {
        return Err(expired(proposal));
    }
    if proposal.digest != confirmation.digest {
        return Err(ApiProblem::new(
            ProblemCode::DigestMismatch,
            "The plan has changed since you read it, or the digest is not this proposal's. Read it again.",
        ));
    }
    let could_snapshot = proposal
        .snapshots
        .iter()
        .any(|option| option.feasible && !option.planned);
    if proposal.risk.level >= RiskLevel::Medium
        && could_snapshot
        && confirmation.without_snapshot.is_none()
    {
        return Err(ApiProblem::new(
            ProblemCode::SnapshotDecisionMissing,
            "This plan has a medium or high risk and takes no snapshot first. Plan again with one \
             (POST …/snapshots), or say in `without_snapshot` why none is needed.",
        ));
    }
    Ok(())
}

pub(super) fn not_found() -> ApiProblem {
    ApiProblem::new(ProblemCode::NotFound, "There is no proposal with this id.")
}

pub(super) fn wrong_state(proposal: &Proposal) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::WrongState,
        format!(
            "The proposal is {}; only one in review can be decided on.",
            proposal.state.as_str().replace('_', " ")
        ),
    )
}

pub(super) fn expired(proposal: &Proposal) -> ApiProblem {
    ApiProblem::new(
        ProblemCode::Expired,
        format!(
            "It could be confirmed until {}. Ask for the change again.",
            proposal.expires_at
        ),
    )
}

fn stopped() -> ApiProblem {
    ApiProblem::new(
        ProblemCode::EmergencyStopEngaged,
        "Nothing starts while the emergency stop is set. An admin can release it.",
    )
}
