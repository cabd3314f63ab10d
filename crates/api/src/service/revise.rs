//! Giving a proposal in review another plan: with snapshots first, or another of its ways. The plan has a digest of its
//! own, and no approval of an earlier one counts for it.

use argus_domain::policy::{Asked, Question};
use argus_store::{Revision, Store, StoredProposal};
use argus_types::action::Draft;
use argus_types::proposal::Proposal;
use http::StatusCode;
use serde_json::{Value, json};

use super::assessment::{Assessor, Source, not_plannable};
use super::confirm::check::wrong_state;
use super::policy::{InForce, Objection, record_objection};
use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// Makes revisions.
#[derive(Clone)]
pub struct Revise {
    store: Store,
    clock: SharedClock,
    assessor: Assessor,
}

/// What the next plan is made from.
pub(super) struct Another<'a> {
    /// Its actions alone.
    pub draft: &'a Draft,
    /// Which way of the proposal's draft that is.
    pub alternative: u8,
    /// Whether each guest gets a snapshot before its first outage or move.
    pub snapshots_first: bool,
    /// What the ledger calls a plan that the policy does not allow.
    pub act: &'static str,
    /// What the ledger calls the new plan.
    pub kind: Kind,
    /// What the ledger keeps beside it.
    pub why: Option<&'a str>,
}

impl Revise {
    /// Revisions that the policy in force lets through.
    pub fn new(store: Store, clock: SharedClock, assessor: Assessor) -> Self {
        Self {
            store,
            clock,
            assessor,
        }
    }

    /// Plans on fresh facts, and makes it the plan under review. `stored` is open.
    pub(super) async fn run(
        &self,
        once: &Once,
        stored: StoredProposal,
        another: &Another<'_>,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let mut proposal = stored.proposal;
        let id = proposal.id;
        let planned = self
            .assessor
            .assess(id, another.draft, another.snapshots_first)
            .await?
            .map_err(|errors| not_plannable(&errors, Source::Draft))?;
        let asked = Asked {
            origin: proposal.origin,
            by_token: stored.question.is_some_and(|question| question.by_token),
            with_reason: proposal.reason.is_some(),
            disputed: proposal.is_disputed(),
        };
        let question = Question::about(&planned, asked);
        let judged = InForce::now(&self.store).await?.judge(&question, now);
        if let Err(objection) = Objection::to_asking(&judged.verdict, question.with_reason) {
            let about = (another.act, format!("proposal/{id}"));
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
                    snapshots_first: another.snapshots_first,
                    alternative: another.alternative,
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
        proposal = Proposal {
            revision: proposal.revision + 1,
            title: planned.title,
            plan: planned.plan,
            digest: planned.digest,
            risk: planned.risk,
            snapshots: planned.snapshots,
            skipped: planned.skipped,
            impact: planned.impact,
            approvals_required,
            policy: Some(judged.clone()),
            approvals: 0,
            planned_at: now,
            expires_at,
            ..proposal
        };
        let reply = Reply::new(StatusCode::OK, &proposal)?;
        once.complete(&mut tx, &reply).await?;
        let body = entry(&proposal, another, judged.version);
        let subject = format!("proposal/{id}");
        let entry = record::entry(now, &once.person.name, another.kind, subject, body);
        tx.append_ledger(entry).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

fn entry(proposal: &Proposal, another: &Another<'_>, policy: u32) -> Value {
    json!({
        "digest": proposal.digest,
        "revision": proposal.revision,
        "way": another.alternative,
        "snapshots_first": another.snapshots_first,
        "approvals_required": proposal.approvals_required,
        "policy": policy,
        "reason": another.why,
    })
}
