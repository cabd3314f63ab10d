//! What is on its way inside Proxmox while the stop is set, and what a stop means for it.

use argus_store::Store;
use argus_types::emergency::StepInside;
use argus_types::execution::{ExecutionSummary, StepState};

use crate::problem::ApiProblem;
use crate::service::within::Within;
use crate::session::Reach;

/// The steps of `running` that `reach` covers, whose request may have left and whose end was not seen yet.
pub(super) async fn of(
    store: &Store,
    within: &Within,
    reach: &Reach,
    running: &[ExecutionSummary],
) -> Result<Vec<StepInside>, ApiProblem> {
    let mut inside = Vec::new();
    for one in running {
        if !within.sees_execution(reach, one.id).await? {
            continue;
        }
        let (Some(execution), Some(record)) = (
            store.execution(one.id).await?,
            store.execution_record(one.id).await?,
        ) else {
            continue;
        };
        let under_way = execution.steps.into_iter().zip(&record.plan.steps);
        inside.extend(
            under_way
                .filter(|(progress, _)| is_inside(progress.state))
                .map(|(progress, step)| StepInside {
                    execution: one.id,
                    number: step.number,
                    title: step.title.clone(),
                    state: progress.state,
                    upid: progress.upid,
                    stop_class: step.stop_class,
                    worst_case: step.worst_case.clone(),
                }),
        );
    }
    Ok(inside)
}

fn is_inside(state: StepState) -> bool {
    matches!(
        state,
        StepState::Intended | StepState::Indeterminate | StepState::Submitted | StepState::Observed
    )
}
