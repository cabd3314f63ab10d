//! The request is carried out and its answer never comes.

use argus_proxmox_sim::FaultKind;
use argus_types::execution::ExecutionState;
use argus_types::plan::StepClass;

use super::stage::{Stage, ensure, every};

#[tokio::test]
async fn every_entry_whose_answer_is_lost_happens_once_and_is_told_as_it_is() {
    every(async |kind| {
        let stage = Stage::set(kind).await;
        let tasks = stage.tasks();
        let id = stage.lab.confirm(vec![stage.action.clone()]).await;
        let plan = stage.lab.plan(id).await;
        let step = &plan.steps[0];
        let (method, path) = (&step.call.method, &step.call.path);
        stage.lab.fault_of(method, path, FaultKind::AcceptThenDrop);
        let _process = stage.lab.process("a");
        let ended = stage.lab.ended(id).await;
        let unsafe_to_repeat = step.class == StepClass::UnsafeToRepeat;
        let told = ended.state == ExecutionState::Succeeded
            || unsafe_to_repeat && ended.state == ExecutionState::NeedsAttention;
        ensure(told, || format!("{ended:#?}"))?;
        if ended.state == ExecutionState::Succeeded {
            ensure(stage.is_seen(), || {
                "the simulator shows otherwise".to_owned()
            })?;
        }
        let made = stage.tasks() - tasks;
        let most = if stage.row.task.is_some() {
            plan.steps.len()
        } else {
            0
        };
        ensure(made <= most, || format!("{made} tasks were made"))?;
        let sent = stage.sent(method, path);
        ensure(!unsafe_to_repeat || sent == 1, || {
            format!("it was sent {sent} times")
        })
    })
    .await;
}
