//! From a draft to an execution that the next replica takes up.

use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use argus_domain::facts::wanted;
use argus_domain::planner::{PlanInput, plan};
use argus_executor::sight;
use argus_store::{Closing, Created, NewBrokenGlass, NewExecution, NewProposal};
use argus_types::action::Draft;
use argus_types::id::{ExecutionId, HumanId, PersonId, ProposalId};
use argus_types::person::{Person, Role};
use argus_types::proposal::{Origin, Proposal, ProposalState};
use uuid::Uuid;

use super::cluster::CLUSTER;
use super::{Stage, now};

/// Tries before the last one, whose error counts.
const TRIES: u32 = 4;
/// Between two of them.
const PAUSE: Duration = Duration::from_secs(1);

/// Who does everything here.
pub fn admin() -> Person {
    Person {
        id: PersonId(Uuid::from_u128(1)),
        name: "Anna".to_owned(),
        role: Role::Admin,
    }
}

impl Stage {
    pub(super) async fn take_on_people(&self) -> Result<()> {
        let mut tx = self.store.begin().await?;
        tx.upsert_person(&admin(), true, now()).await?;
        Ok(tx.commit().await?)
    }

    /// Plans the draft on fresh facts and keeps it for review. The guests must still be where they began.
    pub async fn propose(&self, draft: &Draft) -> Result<ProposalId> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = ProposalId(Uuid::from_u128(0x1000 + u128::from(number)));
        let wanted =
            wanted(draft, &self.listed).map_err(|error| anyhow!("cannot be read: {error:?}"))?;
        let facts = sight::facts(&self.client, self.listed.clone(), &wanted).await?;
        let planned = plan(PlanInput {
            proposal: id,
            cluster: CLUSTER.parse().context("a cluster id")?,
            draft,
            facts: &facts,
            snapshots_first: false,
        })
        .map_err(|errors| anyhow!("cannot be planned: {errors:?}"))?;
        let destructive = planned.risk.destructive;
        let proposal = Proposal {
            id,
            cluster: planned.plan.cluster.clone(),
            revision: 1,
            state: ProposalState::InReview,
            title: planned.title,
            author: admin(),
            origin: Origin::Draft,
            drafted_by: None,
            request: None,
            reason: None,
            plan: planned.plan,
            digest: planned.digest,
            risk: planned.risk,
            snapshots: planned.snapshots,
            skipped: planned.skipped,
            impact: planned.impact,
            policy: None,
            approvals_required: if destructive { 2 } else { 0 },
            approvals: 0,
            created_at: now(),
            planned_at: now(),
            expires_at: now().plus_seconds(3600),
            closed_by: None,
            closed_at: None,
            closed_reason: None,
            drift: Vec::new(),
            execution: None,
            supersedes: None,
            superseded_by: None,
            schedule: None,
            undoes: None,
        };
        let mut tx = self.store.begin().await?;
        tx.insert_proposal(NewProposal {
            proposal: &proposal,
            draft,
            snapshots_first: false,
            placements: &planned.placements,
            question: None,
        })
        .await?;
        if destructive {
            // What two people would approve elsewhere, one breaks the glass for.
            tx.name_for_break_glass(admin().id, true).await?;
            tx.break_glass(NewBrokenGlass {
                proposal: id,
                person: admin().id,
                human: HumanId(admin().id.0),
                reason: "a campaign has one person who does everything",
                at: now(),
            })
            .await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// The same, again where a machine that is busy let a read wait for too long.
    pub async fn propose_patiently(&self, draft: &Draft) -> Result<ProposalId> {
        for _ in 0..TRIES {
            if let Ok(id) = self.propose(draft).await {
                return Ok(id);
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.propose(draft).await
    }

    /// Confirms it: from the commit on any replica may take it up.
    pub async fn confirm(&self, id: ProposalId) -> Result<ExecutionId> {
        let mut tx = self.store.begin().await?;
        let closing = Closing {
            to: ProposalState::Confirmed,
            by: Some(admin().id),
            at: now(),
            reason: None,
            drift: &[],
        };
        ensure!(
            tx.close_proposal(id, closing).await?,
            "the proposal was not in review"
        );
        let execution = ExecutionId(id.0);
        let created = tx
            .create_execution(NewExecution {
                id: execution,
                proposal: id,
                revision: 1,
                confirmed_by: &admin(),
                at: now(),
            })
            .await?;
        ensure!(
            created == Created::Yes,
            "the execution is not new: {created:?}"
        );
        tx.commit().await?;
        Ok(execution)
    }
}
