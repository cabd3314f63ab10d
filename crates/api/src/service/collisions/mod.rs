//! What a plan would meet if it started now: shown in its review, and looked at again when somebody starts it.

mod around;

use argus_domain::collision::{self, Rival};
use argus_domain::facts::Facts;
use argus_domain::inventory::Inventory as Known;
use argus_store::{Store, StoredProposal, StoredRival, Tx, Wanted};
use argus_types::Timestamp;
use argus_types::collision::{Collision, Collisions};
use argus_types::id::{ExecutionId, ProposalId};
use argus_types::problem::{FieldError, ProblemCode};
use argus_types::proposal::{Proposal, ProposalState};

use super::confirm::check::{not_found, wrong_state};
use super::within::Within;
use crate::clock::SharedClock;
use crate::collector::{GoingOn, Inventory, OnDemand};
use crate::problem::ApiProblem;
use crate::session::Reach;

/// Finds collisions.
#[derive(Clone)]
pub struct Collide {
    store: Store,
    clock: SharedClock,
    inventory: Inventory,
    on_demand: OnDemand,
    within: Within,
}

/// What was found before a start that nothing blocks.
pub struct Free {
    /// Executions that were looked at: none of them is in the way.
    known: Vec<ExecutionId>,
}

impl Collide {
    /// Looks at proposals in `store`, guests in `inventory`, tasks and jobs through `on_demand`, for people as far as
    /// they see `within` their reach.
    pub fn new(
        store: Store,
        clock: SharedClock,
        inventory: Inventory,
        on_demand: OnDemand,
        within: Within,
    ) -> Self {
        Self {
            store,
            clock,
            inventory,
            on_demand,
            within,
        }
    }

    /// What the plan in review would meet, as it was seen some seconds ago at most: looking costs Proxmox the same
    /// however many people look.
    pub async fn view(&self, reach: &Reach, id: ProposalId) -> Result<Collisions, ApiProblem> {
        let now = self.clock.now();
        let stored = self.store.proposal(id, now).await?.ok_or_else(not_found)?;
        let proposal = stored.proposal;
        if proposal.state != ProposalState::InReview {
            return Err(wrong_state(&proposal));
        }
        let known = Known::from(&*self.inventory.fresh()?);
        let listed_at = self.inventory.snapshot()?.observed_at;
        let going_on = self.on_demand.going_on(now).await?;
        let rivals = self.rivals(reach, &proposal, now).await?;
        let (around, unseen) = around::put_together(now, known, &going_on, rivals);
        Ok(Collisions {
            proposal: id,
            digest: proposal.digest,
            checked_at: going_on.at.min(listed_at),
            ends_by: collision::ends_by(&proposal.plan, now),
            items: collision::find(&proposal.plan, &around),
            unseen,
        })
    }

    /// Refuses a start that something blocks, by fresh reads and the `facts` of this moment.
    pub(super) async fn require_free(
        &self,
        reach: &Reach,
        stored: &StoredProposal,
        facts: &Facts,
    ) -> Result<Free, ApiProblem> {
        let now = self.clock.now();
        let proposal = &stored.proposal;
        let going_on: GoingOn = self.on_demand.going_on_now(now).await?;
        let rivals = self.rivals(reach, proposal, now).await?;
        let known = rivals.iter().filter_map(|rival| rival.execution).collect();
        let listed = collision::refreshed(facts);
        let (around, _) = around::put_together(now, listed, &going_on, rivals);
        let mut found = collision::find(&proposal.plan, &around);
        found.retain(|collision| collision.blocks);
        match found.split_first() {
            None => Ok(Free { known }),
            Some((first, _)) => Err(refusal(first, &found)),
        }
    }

    async fn rivals(
        &self,
        reach: &Reach,
        proposal: &Proposal,
        now: Timestamp,
    ) -> Result<Vec<Rival>, ApiProblem> {
        let locks = collision::locks(&proposal.plan);
        let found = self.store.rivals(wanted(proposal, &locks), now).await?;
        let mut rivals = Vec::with_capacity(found.len());
        for one in found {
            let seen = self.within.sees_proposal(reach, one.proposal).await?;
            rivals.extend(self.rival(one, seen, now).await?);
        }
        Ok(rivals)
    }

    /// `None` where it came to its end meanwhile.
    async fn rival(
        &self,
        found: StoredRival,
        seen: bool,
        now: Timestamp,
    ) -> Result<Option<Rival>, ApiProblem> {
        let title = seen.then_some(found.title);
        if let Some(id) = found.execution {
            let record = self.store.execution_record(id).await?;
            let execution = self.store.execution(id).await?;
            return Ok(record.zip(execution).and_then(|(record, execution)| {
                Rival::executing(&record.plan, title, &execution, now)
            }));
        }
        let stored = self.store.proposal(found.proposal, now).await?;
        let in_review = stored.filter(|stored| stored.proposal.state == ProposalState::InReview);
        Ok(in_review.map(|stored| {
            let proposal = stored.proposal;
            let approved = proposal.approvals >= proposal.approvals_required;
            Rival::in_review(&proposal.plan, title, approved, proposal.expires_at)
        }))
    }
}

impl Free {
    /// Whether it still is: nobody started another plan that wants the same since, and nobody does before the end of
    /// `tx`.
    pub(super) async fn require_still(
        &self,
        tx: &mut Tx,
        proposal: &Proposal,
        now: Timestamp,
    ) -> Result<(), ApiProblem> {
        let locks = collision::locks(&proposal.plan);
        let rivals = tx.hold_rivals(wanted(proposal, &locks), now).await?;
        let mut started = rivals.iter().filter_map(|rival| rival.execution);
        if started.all(|execution| self.known.contains(&execution)) {
            return Ok(());
        }
        Err(ApiProblem::new(
            ProblemCode::Collides,
            "Another plan that wants the same was started a moment ago. Look at the collisions, and confirm again when \
             it is over.",
        ))
    }
}

fn wanted<'a>(
    proposal: &'a Proposal,
    locks: &'a std::collections::BTreeSet<argus_types::plan::Lock>,
) -> Wanted<'a> {
    Wanted {
        proposal: proposal.id,
        cluster: &proposal.cluster,
        locks,
    }
}

fn refusal(first: &Collision, all: &[Collision]) -> ApiProblem {
    let until = first
        .until
        .map_or_else(String::new, |until| format!(", by {until} at the latest"));
    let detail = format!(
        "{} Nothing was done, and the proposal stays in review: confirm it again when that is over{until}.",
        first.text
    );
    let errors = all.iter().map(|collision| FieldError {
        pointer: String::new(),
        message: collision.text.clone(),
    });
    ApiProblem::new(ProblemCode::Collides, detail).with_errors(errors.collect())
}
