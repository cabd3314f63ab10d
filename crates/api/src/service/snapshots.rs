//! Planning a proposal again with a snapshot before each guest's first outage or move.

use argus_domain::approval::Rules;
use argus_store::{Revision, Store};
use argus_types::id::ProposalId;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{ProposalState, SnapshotFirst};
use http::StatusCode;
use serde_json::json;

use super::assessment::{Assessor, Source, not_plannable};
use super::confirm::check::{expired, not_found, wrong_state};
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
    rules: Rules,
    ttl_min: u32,
}

impl AddSnapshots {
    /// Revisions that can be confirmed for `ttl_min` minutes.
    pub fn new(
        store: Store,
        clock: SharedClock,
        assessor: Assessor,
        rules: Rules,
        ttl_min: u32,
    ) -> Self {
        Self {
            store,
            clock,
            assessor,
            rules,
            ttl_min,
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
        let approvals_required = self.rules.required(&planned.risk);
        let expires_at = now.plus_seconds(i64::from(self.ttl_min) * 60);
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
        proposal.approvals = 0;
        proposal.planned_at = now;
        proposal.expires_at = expires_at;
        let reply = Reply::new(StatusCode::OK, &proposal)?;
        once.complete(&mut tx, &reply).await?;
        let body = json!({ "digest": proposal.digest, "revision": proposal.revision, "snapshots_first": true, "approvals_required": approvals_required });
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
