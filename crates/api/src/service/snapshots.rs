//! Planning a proposal again with a snapshot before each guest's first outage or move.

use argus_domain::policy::{Asked, Question};
use argus_store::{Revision, Store};
use argus_types::id::ProposalId;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{ProposalState, SnapshotFirst};
use http::StatusCode;
use serde_json::json;

use super::assessment::{Assessor, Source, not_plannable};
use super::confirm::check::{expired, not_found, wrong_state};
use super::policy::{InForce, Objection, record_objection};
use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// Revises proposals.
#[derive(Clone)]
pub struct AddSnapshots {
    store: Store,
    clock: SharedClock,
    assessor: Assessor,
}

impl AddSnapshots {
    /// Revisions that the policy in force lets through.
    pub fn new(store: Store, clock: SharedClock, assessor: Assessor) -> Self {
        Self {
            store,
            clock,
            assessor,
        }
    }

    /// Gives the proposal a new revision with its own digest.
    pub async fn run(
        &self,
        once: &Once,
        id: ProposalId,
        input: &SnapshotFirst,
    ) -> Result<Reply, ApiProblem> {
        if let Some(reply) = once.earlier(&self.store).await? {
            return Ok(reply);
        }
        let now = self.clock.now();
        let stored = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        let mut proposal = stored.proposal;
        if proposal.state != ProposalState::InReview {
            return Err(wrong_state(&proposal));
        }
        if proposal.digest != input.digest {
            return Err(ApiProblem::new(
                ProblemCode::DigestMismatch,
                "The plan has changed since you read it. Read it again.",
            ));
        }
        if proposal.expires_at <= now {
            return Err(expired(&proposal));
        }
        let planned = self
            .assessor
            .assess(id, &stored.draft, true)
            .await?
            .map_err(|errors| not_plannable(&errors, Source::Draft))?;
        let asked = Asked {
            origin: proposal.origin,
            by_token: stored.question.is_some_and(|question| question.by_token),
            with_reason: proposal.reason.is_some(),
        };
        let question = Question::about(&planned, asked);
        let judged = InForce::now(&self.store).await?.judge(&question, now);
        if let Err(objection) = Objection::to_asking(&judged.verdict, question.with_reason) {
            let about = ("revise", format!("proposal/{id}"));
            return Err(record_objection(&self.store, once, now, about, objection).await?);
        }
        let approvals_required = judged.verdict.approvals;
        let minutes = i64::from(judged.verdict.expires_after_min);
        let expires_at = now.plus_seconds(minutes * 60);
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let revised = tx
            .revise_proposal(
                id,
                proposal.revision,
                Revision {
                    title: &planned.title,
                    plan: &planned.plan,
                    digest: planned.digest,
                    risk: &planned.risk,
                    snapshots: &planned.snapshots,
                    skipped: &planned.skipped,
                    impact: &planned.impact,
                    snapshots_first: true,
                    placements: &planned.placements,
                    approvals_required,
                    policy: Some(&judged),
                    question: Some(&question),
                    planned_by: once.person.id,
                    planned_at: now,
                    expires_at,
                },
            )
            .await?;
        if !revised {
            return Err(wrong_state(&proposal));
        }
        proposal.revision += 1;
        proposal.title = planned.title;
        proposal.plan = planned.plan;
        proposal.digest = planned.digest;
        proposal.risk = planned.risk;
        proposal.snapshots = planned.snapshots;
        proposal.skipped = planned.skipped;
        proposal.impact = planned.impact;
        proposal.approvals_required = approvals_required;
        proposal.policy = Some(judged.clone());
        proposal.approvals = 0;
        proposal.planned_at = now;
        proposal.expires_at = expires_at;
        let reply = Reply::new(StatusCode::OK, &proposal)?;
        once.complete(&mut tx, &reply).await?;
        let body = json!({ "digest": proposal.digest, "revision": proposal.revision, "snapshots_first": true, "approvals_required": approvals_required, "policy": judged.version });
        let subject = format!("proposal/{id}");
        tx.append_ledger(record::entry(
            now,
            &once.person.name,
            Kind::ProposalRevised,
            subject,
            body,
        ))
        .await?;
        tx.commit().await?;
        Ok(reply)
    }
}
