//! Whether a proposal's ground has moved, for whoever decides on it. Reading it closes nothing: confirming does.

use argus_domain::drift::Drifted;
use argus_store::Store;
use argus_types::id::ProposalId;
use argus_types::plan_drift::{DriftedStep, DriftedValue, PlanDrift};

use super::assessment::Assessor;
use super::confirm::check;
use crate::clock::SharedClock;
use crate::problem::ApiProblem;

/// Compares plans in review with the cluster.
#[derive(Clone)]
pub struct DriftReader {
    store: Store,
    clock: SharedClock,
    assessor: Assessor,
}

impl DriftReader {
    /// Compares by way of `assessor`, as confirming does.
    pub fn new(store: Store, clock: SharedClock, assessor: Assessor) -> Self {
        Self {
            store,
            clock,
            assessor,
        }
    }

    /// What the plan relies on that is otherwise by now; a problem where nobody can confirm the proposal any more.
    pub async fn read(&self, id: ProposalId) -> Result<PlanDrift, ApiProblem> {
        let stored = self.store.proposal(id, self.clock.now()).await?;
        let proposal = stored.ok_or_else(check::not_found)?.proposal;
        check::is_in_review(&proposal, self.clock.now())?;
        let checked = self.assessor.check(&proposal.plan).await?;
        Ok(PlanDrift {
            digest: proposal.digest,
            checked_at: self.clock.now(),
            steps: checked.drifted.into_iter().map(step).collect(),
        })
    }
}

fn step(drifted: Drifted) -> DriftedStep {
    let planned = drifted.planned;
    let values = drifted.evidence.into_iter().map(|evidence| {
        let made = planned.iter().find(|change| change.field == evidence.label);
        DriftedValue {
            planned: made.map(|change| change.after.clone()),
            label: evidence.label,
            reviewed: evidence.expected,
            now: evidence.observed,
        }
    });
    DriftedStep {
        number: drifted.step,
        title: drifted.title,
        values: values.collect(),
    }
}
