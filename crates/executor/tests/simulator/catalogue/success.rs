//! Undisturbed, and refused by Proxmox.

use std::collections::BTreeMap;

use argus_executor::adapter;
use argus_proxmox_sim::FaultKind;
use argus_types::execution::{ExecutionState, StepState};
use argus_types::plan::Plan;

use super::stage::{Stage, ensure, every};
use super::truth::Truth;
use crate::description;

#[tokio::test]
async fn every_entry_does_what_it_says_with_the_very_request_that_was_reviewed() {
    every(async |kind| {
        let stage = Stage::set(kind).await;
        let (plan, ended) = stage.play().await;
        ensure(ended.state == ExecutionState::Succeeded, || {
            format!("{ended:#?}")
        })?;
        ensure(stage.is_seen(), || {
            "the simulator shows otherwise".to_owned()
        })?;
        ensure(stage.row.task.is_none() || stage.tasks() > 0, || {
            "no task of its type".to_owned()
        })?;
        are_sent_as_reviewed(&stage, &plan)?;
        are_documented(&plan)
    })
    .await;
}

/// The simulator saw each step's request, part by part and in order, and no other that changes anything.
fn are_sent_as_reviewed(stage: &Stage, plan: &Plan) -> Result<(), String> {
    let requests = stage.lab.simulator.requests();
    let seen: Vec<(&str, &str, &BTreeMap<String, String>)> = requests
        .last
        .iter()
        .filter(|seen| {
            let asked = plan
                .steps
                .iter()
                .any(|step| step.call.path == seen.call && step.call.method == seen.method);
            seen.method != "GET" || asked
        })
        .map(|seen| (seen.method.as_str(), seen.call.as_str(), &seen.parameters))
        .collect();
    let reviewed: Vec<_> = plan
        .steps
        .iter()
        .map(|step| &step.call)
        .map(|call| (call.method.as_str(), call.path.as_str(), &call.parameters))
        .collect();
    ensure(seen == reviewed, || {
        format!("reviewed {reviewed:?}, seen {seen:?}")
    })
}

fn are_documented(plan: &Plan) -> Result<(), String> {
    let description = description::read();
    for step in &plan.steps {
        let call = adapter::plain_call(step).map_err(|error| error.to_string())?;
        ensure(adapter::is_as_reviewed(&call, &step.call), || {
            format!("{call:?} is not {:?}", step.call)
        })?;
        description.check(&call)?;
    }
    Ok(())
}

#[tokio::test]
async fn every_entry_that_proxmox_refuses_fails_and_changes_nothing() {
    every(async |kind| {
        let stage = Stage::set(kind).await;
        let tasks = stage.tasks();
        for code in [403, 500] {
            // The world goes on by itself, but nothing that lasts may change.
            let before = Truth::of(&stage.lab.simulator).lasting();
            let id = stage.lab.confirm(vec![stage.action.clone()]).await;
            let first = stage.lab.plan(id).await.steps.remove(0);
            let refusal = FaultKind::Status {
                code,
                reason: "the lab says no".to_owned(),
                body: Some(r#"{"data":null,"message":"the lab says no\n"}"#.to_owned()),
            };
            stage
                .lab
                .fault_of(&first.call.method, &first.call.path, refusal);
            let _process = stage.lab.process("a");
            let ended = stage.lab.ended(id).await;
            ensure(ended.state == ExecutionState::Failed, || {
                format!("{code}: {ended:#?}")
            })?;
            let states: Vec<_> = ended.steps.iter().map(|step| step.state).collect();
            ensure(
                states[0] == StepState::Failed
                    && states[1..].iter().all(|one| *one == StepState::NotStarted),
                || format!("{code}: {states:?}"),
            )?;
            ensure(stage.tasks() == tasks, || {
                format!("{code}: a task was made")
            })?;
            let after = Truth::of(&stage.lab.simulator).lasting();
            ensure(after == before, || {
                format!("{code}: before {before}\nafter {after}")
            })?;
        }
        Ok(())
    })
    .await;
}
