//! Other proposals that want the same.

use std::collections::BTreeSet;

use argus_types::Timestamp;
use argus_types::collision::{CollidesWith, Collision, Standing};
use argus_types::execution::{Execution, ExecutionState, StepState};
use argus_types::id::{ExecutionId, ProposalId};
use argus_types::plan::{Lock, Plan, Step};

use super::{Met, Surroundings};

/// Another proposal, with what it still wants for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its title; absent where whoever asks does not reach it.
    pub title: Option<String>,
    /// How far it is.
    pub standing: Standing,
    /// Its execution, where it has one.
    pub execution: Option<ExecutionId>,
    /// What it wants or has.
    pub locks: BTreeSet<Lock>,
    /// When it is over at the latest, where that is known.
    pub until: Option<Timestamp>,
}

impl Rival {
    /// One in review, which nobody can confirm after `expires_at`.
    pub fn in_review(
        plan: &Plan,
        title: Option<String>,
        approved: bool,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            proposal: plan.proposal,
            title,
            standing: if approved {
                Standing::Approved
            } else {
                Standing::Waiting
            },
            execution: None,
            locks: super::locks(plan),
            until: Some(expires_at),
        }
    }

    /// One that is carried out, or left something behind. `None` where it wants nothing any more.
    pub fn executing(
        plan: &Plan,
        title: Option<String>,
        execution: &Execution,
        now: Timestamp,
    ) -> Option<Self> {
        // What somebody has looked at keeps nothing any more.
        if execution.resolution.is_some() {
            return None;
        }
        let standing = match execution.state {
            ExecutionState::Running | ExecutionState::Stopping => Standing::Executing,
            ExecutionState::NeedsAttention => Standing::NeedsAttention,
            ExecutionState::Succeeded | ExecutionState::Failed | ExecutionState::Stopped => {
                return None;
            }
        };
        let left: Vec<&Step> = plan
            .steps
            .iter()
            .filter(|step| {
                let progress = execution.steps.iter().find(|one| one.number == step.number);
                progress.is_none_or(|progress| is_left(progress.state, execution.state))
            })
            .collect();
        let seconds: i64 = left.iter().map(|step| i64::from(step.timeout_s)).sum();
        let locks: BTreeSet<Lock> = left.iter().flat_map(|step| step.locks.clone()).collect();
        (!locks.is_empty()).then(|| Self {
            proposal: plan.proposal,
            title,
            standing,
            execution: Some(execution.id),
            locks,
            until: (standing == Standing::Executing).then(|| now.plus_seconds(seconds)),
        })
    }

    fn is_at_work(&self) -> bool {
        matches!(
            self.standing,
            Standing::Executing | Standing::NeedsAttention
        )
    }

    fn sentence(&self, over: &str) -> String {
        let title = self.title.as_ref().map_or_else(
            || "Another proposal, which your role does not reach,".to_owned(),
            |title| format!("“{title}”"),
        );
        match self.standing {
            Standing::Executing => {
                format!("{title} is being carried out and still needs {over}.")
            }
            Standing::NeedsAttention => format!(
                "{title} cannot go on without a person and keeps {over} until somebody has looked."
            ),
            Standing::Approved => format!(
                "{title} can be confirmed at any time and needs {over} too; whoever comes second may find it changed."
            ),
            Standing::Waiting => format!(
                "{title} is in review and needs {over} too; whoever comes second may find it changed."
            ),
        }
    }
}

/// Whether a step still wants its locks. Nothing starts any more in an execution that is not running.
fn is_left(step: StepState, execution: ExecutionState) -> bool {
    match step {
        StepState::Succeeded | StepState::Failed | StepState::NotStarted => false,
        StepState::Pending => execution == ExecutionState::Running,
        StepState::Checking
        | StepState::PreChecked
        | StepState::Intended
        | StepState::Submitted
        | StepState::Indeterminate
        | StepState::Observed
        | StepState::NeedsAttention => true,
    }
}

pub(super) fn collisions(plan: &Plan, around: &Surroundings) -> Vec<Collision> {
    let others = around.rivals.iter();
    others
        .filter(|rival| rival.proposal != plan.proposal)
        .filter_map(|rival| meeting(plan, rival))
        .collect()
}

fn meeting(plan: &Plan, rival: &Rival) -> Option<Collision> {
    let mut met = Met::default();
    for step in &plan.steps {
        for lock in step.locks.iter().filter(|lock| rival.locks.contains(lock)) {
            met.add(step, lock);
        }
    }
    if met.is_nothing() {
        return None;
    }
    // What it left behind is never given back by waiting; a queue for a storage or a node's backups is.
    let blocks = rival.standing == Standing::NeedsAttention
        || (rival.is_at_work() && met.over.iter().any(moves_the_ground));
    let text = rival.sentence(&met.words());
    let with = match &rival.title {
        None => CollidesWith::HiddenProposal {
            standing: rival.standing,
        },
        Some(title) => CollidesWith::Proposal {
            proposal: rival.proposal,
            title: title.clone(),
            standing: rival.standing,
            execution: rival.execution,
        },
    };
    Some(Collision {
        until: rival.until,
        ..met.collision(with, blocks, text)
    })
}

/// Whether another one that has this lock changes what a plan that wants it was made on.
fn moves_the_ground(lock: &Lock) -> bool {
    match lock {
        Lock::Maintenance {} | Lock::Node { .. } | Lock::Guest { .. } => true,
        Lock::Backups { .. } | Lock::Storage { .. } => false,
    }
}
