//! Putting the evidence together: what the journal has, and what Proxmox shows now.

use argus_domain::{digest, resolution};
use argus_executor::ports::TaskState;
use argus_executor::{Afterwards, SeenTask};
use argus_store::{ExecutionRecord, Store};
use argus_types::Timestamp;
use argus_types::event::{Event, ExecutionEvent};
use argus_types::execution::{Execution, StepProgress};
use argus_types::id::ExecutionId;
use argus_types::plan::Step;
use argus_types::resolution::{ExecutionEvidence, Found, StepFound, TaskFound, TaskNow};

use super::{needs_a_person, no_execution};
use crate::problem::ApiProblem;

/// The evidence about an execution that waits for a person.
pub(super) async fn look(
    store: &Store,
    afterwards: &Afterwards,
    id: ExecutionId,
    now: Timestamp,
) -> Result<ExecutionEvidence, ApiProblem> {
    let execution = store.execution(id).await?.ok_or_else(no_execution)?;
    needs_a_person(execution.state)?;
    let (record, journal) = store.load_execution(id).await?.ok_or_else(no_execution)?;
    let held = store.held_resources(id).await?;
    let undecided = resolution::undecided(execution.state, &execution.steps);
    let planned = |progress: &StepProgress| {
        let mut steps = record.plan.steps.iter();
        steps.find(|step| step.number == progress.number)
    };
    let step = undecided.and_then(|progress| Some((progress, planned(progress)?)));
    let found = match step {
        Some((progress, step)) => {
            let seen = afterwards.look(&record.plan, step, &journal, now).await;
            let about = of_step(progress, &journal, seen);
            of_execution(&execution, &record, held, Some((about, step)))
        }
        None => of_execution(&execution, &record, held, None),
    };
    Ok(ExecutionEvidence {
        execution: id,
        digest: digest::of_evidence(&found),
        looked_at: now,
        found,
    })
}

fn of_execution(
    execution: &Execution,
    record: &ExecutionRecord,
    held: Vec<String>,
    about: Option<(StepFound, &Step)>,
) -> Found {
    let message = execution
        .steps
        .iter()
        .find(|step| {
            about
                .as_ref()
                .is_some_and(|(found, _)| found.number == step.number)
        })
        .and_then(|step| step.message.clone())
        .or_else(|| execution.message.clone())
        .unwrap_or_default();
    let not_started = match &about {
        Some((found, _)) => record
            .plan
            .steps
            .iter()
            .filter(|step| step.number > found.number)
            .count(),
        None => 0,
    };
    let places = match &about {
        Some((found, step)) => {
            let upids: Vec<_> = found.tasks.iter().map(|task| task.upid.as_str()).collect();
            resolution::places(step, &upids)
        }
        None => Vec::new(),
    };
    Found {
        message,
        held,
        not_started: u16::try_from(not_started).unwrap_or(u16::MAX),
        destructive: match &about {
            Some((_, step)) => resolution::is_destructive(step),
            // Nobody knows how far it came: the worst step counts.
            None => record.plan.steps.iter().any(resolution::is_destructive),
        },
        step: about.map(|(found, _)| found),
        places,
    }
}

fn of_step(
    progress: &StepProgress,
    journal: &[ExecutionEvent],
    seen: argus_executor::Seen,
) -> StepFound {
    let intent = journal.iter().rev().find_map(|entry| match &entry.event {
        Event::Intended {
            step,
            attempt,
            call,
            ..
        } if (*step, *attempt) == (progress.number, progress.attempt) => Some((entry.at, call)),
        _ => None,
    });
    let (now, now_unreadable) = match seen.state {
        Ok(evidence) => (evidence, None),
        Err(error) => (Vec::new(), Some(error.message)),
    };
    let (tasks, tasks_unreadable) = match seen.tasks {
        Ok(tasks) => (tasks.into_iter().map(of_task).collect(), None),
        Err(error) => (Vec::new(), Some(error.message)),
    };
    StepFound {
        number: progress.number,
        title: progress.title.clone(),
        attempt: progress.attempt,
        call: intent.map(|(_, call)| call.clone()),
        intended_at: intent.map(|(at, _)| at),
        pre_check: progress.pre_check.clone(),
        post_check: progress.post_check.clone(),
        now,
        now_unreadable,
        tasks,
        tasks_unreadable,
    }
}

fn of_task(seen: SeenTask) -> TaskFound {
    let (state, words) = match seen.state {
        Ok(TaskState::Running) => (TaskNow::Running, "running".to_owned()),
        Ok(TaskState::Ended { message, .. }) => (TaskNow::Ended, message),
        Err(error) => (TaskNow::Unreadable, error.message),
    };
    TaskFound {
        upid: seen.upid,
        own: seen.own,
        state,
        words,
    }
}
