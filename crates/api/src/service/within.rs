//! What a caller reaches: by pools and tags as they were last seen, never by what a request says of them.

use std::collections::BTreeSet;

use argus_store::Store;
use argus_types::action::Draft;
use argus_types::id::{ClusterId, ExecutionId, GuestKey, ProposalId};
use argus_types::plan::Plan;
use argus_types::problem::ProblemCode;
use argus_types::proposal::ProposalSummary;

use crate::collector::Inventory;
use crate::problem::ApiProblem;
use crate::session::Reach;

/// Checks reaches.
#[derive(Clone)]
pub struct Within {
    store: Store,
    inventory: Inventory,
}

impl Within {
    /// Checks against what `inventory` knows.
    pub fn new(store: Store, inventory: Inventory) -> Self {
        Self { store, inventory }
    }

    /// Whether `reach` covers every one of these guests. One that nobody knows is covered by what covers everything.
    pub fn covers(
        &self,
        reach: &Reach,
        cluster: &ClusterId,
        guests: impl IntoIterator<Item = GuestKey>,
    ) -> bool {
        self.first_outside(reach, cluster, guests).is_none()
    }

    /// Refuses a draft about something outside: a guest, or what is not about one guest at all.
    pub fn require_draft(
        &self,
        reach: &Reach,
        cluster: &ClusterId,
        draft: &Draft,
    ) -> Result<(), ApiProblem> {
        let subjects = || draft.all_actions().map(|action| action.subject().guest());
        if subjects().any(|guest| guest.is_none()) {
            self.require_cluster(reach, cluster)?;
        }
        self.require(reach, cluster, subjects().flatten())
    }

    /// Refuses guests outside.
    pub fn require(
        &self,
        reach: &Reach,
        cluster: &ClusterId,
        guests: impl IntoIterator<Item = GuestKey>,
    ) -> Result<(), ApiProblem> {
        match self.first_outside(reach, cluster, guests) {
            None => Ok(()),
            Some(guest) => Err(ApiProblem::new(
                ProblemCode::OutOfScope,
                format!("Your role does not reach {guest}. An admin can widen its scope."),
            )),
        }
    }

    /// Whether a plan is visible: somebody who reaches none or not all of it does not learn that it exists.
    pub fn sees_plan(&self, reach: &Reach, plan: &Plan) -> bool {
        let about_guests = plan.steps.iter().all(|step| step.target.guest().is_some());
        (about_guests || reach.covers_cluster(&plan.cluster))
            && self.covers(reach, &plan.cluster, guests_of(plan))
    }

    /// Refuses what is about the whole cluster.
    pub fn require_cluster(&self, reach: &Reach, cluster: &ClusterId) -> Result<(), ApiProblem> {
        if reach.covers_cluster(cluster) {
            return Ok(());
        }
        Err(ApiProblem::new(
            ProblemCode::OutOfScope,
            format!("This is about all of {cluster}, and your role reaches only a part of it."),
        ))
    }

    /// Refuses what is about more than one cluster.
    pub fn require_everything(&self, reach: &Reach) -> Result<(), ApiProblem> {
        if reach.is_everything() {
            return Ok(());
        }
        Err(ApiProblem::new(
            ProblemCode::OutOfScope,
            "This takes a role without a limited scope.",
        ))
    }

    /// Whether a proposal exists and is visible.
    pub async fn sees_proposal(&self, reach: &Reach, id: ProposalId) -> Result<bool, ApiProblem> {
        if reach.is_everything() {
            return Ok(true);
        }
        let plan = self.store.present_plan(id).await?;
        Ok(plan.is_some_and(|plan| self.sees_plan(reach, &plan)))
    }

    /// Whether an execution exists and is visible.
    pub async fn sees_execution(&self, reach: &Reach, id: ExecutionId) -> Result<bool, ApiProblem> {
        if reach.is_everything() {
            return Ok(true);
        }
        let record = self.store.execution_record(id).await?;
        Ok(record.is_some_and(|record| self.sees_plan(reach, &record.plan)))
    }

    /// Refuses a proposal that is not visible, as if there were none.
    pub async fn require_proposal(&self, reach: &Reach, id: ProposalId) -> Result<(), ApiProblem> {
        if self.sees_proposal(reach, id).await? {
            return Ok(());
        }
        Err(ApiProblem::new(
            ProblemCode::NotFound,
            "There is no proposal with this id.",
        ))
    }

    /// Refuses an execution that is not visible, as if there were none.
    pub async fn require_execution(
        &self,
        reach: &Reach,
        id: ExecutionId,
    ) -> Result<(), ApiProblem> {
        if self.sees_execution(reach, id).await? {
            return Ok(());
        }
        Err(ApiProblem::new(
            ProblemCode::NotFound,
            "There is no execution with this id.",
        ))
    }

    /// Refuses ledger records about `subject`. A role that does not reach everywhere sees those of the proposals and
    /// executions that it sees.
    pub async fn require_subject(
        &self,
        reach: &Reach,
        subject: Option<&str>,
    ) -> Result<(), ApiProblem> {
        if reach.is_everything() {
            return Ok(());
        }
        let nothing = |_| {
            ApiProblem::new(
                ProblemCode::NotFound,
                "The subject's id is not a UUID, so there is nothing with it.",
            )
        };
        match subject.and_then(|subject| subject.split_once('/')) {
            Some(("proposal", id)) => {
                let id = id.parse().map_err(nothing)?;
                self.require_proposal(reach, id).await
            }
            Some(("execution", id)) => {
                let id = id.parse().map_err(nothing)?;
                self.require_execution(reach, id).await
            }
            _ => self.require_everything(reach),
        }
    }

    /// What is visible of a page of proposals: it may come out short, or empty with more behind it.
    pub async fn seen(
        &self,
        reach: &Reach,
        proposals: Vec<ProposalSummary>,
    ) -> Result<Vec<ProposalSummary>, ApiProblem> {
        if reach.is_everything() {
            return Ok(proposals);
        }
        let mut seen = Vec::with_capacity(proposals.len());
        for proposal in proposals {
            if self.sees_proposal(reach, proposal.id).await? {
                seen.push(proposal);
            }
        }
        Ok(seen)
    }

    fn first_outside(
        &self,
        reach: &Reach,
        cluster: &ClusterId,
        guests: impl IntoIterator<Item = GuestKey>,
    ) -> Option<GuestKey> {
        if reach.covers_cluster(cluster) {
            return None;
        }
        let snapshot = self.inventory.snapshot().ok();
        guests.into_iter().find(|key| {
            let known = snapshot.as_ref().and_then(|snapshot| {
                let mut guests = snapshot.cluster.guests.iter();
                guests.find(|guest| guest.kind == key.kind && guest.vmid == key.vmid)
            });
            known.is_none_or(|guest| !reach.covers(cluster, guest.pool.as_deref(), &guest.tags))
        })
    }
}

fn guests_of(plan: &Plan) -> BTreeSet<GuestKey> {
    plan.steps
        .iter()
        .filter_map(|step| step.target.key())
        .collect()
}
