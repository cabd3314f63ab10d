//! How an execution stands, in words.

use argus_types::execution::{Execution, ExecutionState, StepState};
use leptos::prelude::*;

use crate::components::notice::Notice;
use crate::erased::{dynamic, memo};
use crate::format::count::count;
use crate::format::words;

/// The sentence and what it means; said aloud when it changes.
#[component]
pub fn ResultBanner(
    /// The execution.
    #[prop(into)]
    execution: Signal<Option<Execution>>,
) -> impl IntoView {
    let said = memo(move || {
        execution.with(|held| {
            held.as_ref().map(|held| {
                let word = words::execution_state(held.state);
                (word.tone, headline(held), meaning(held))
            })
        })
    });
    view! {
        <div role="status" data-testid="result">
            {dynamic(move || {
                said.get()
                    .map(|(tone, title, meaning)| {
                        view! {
                            <Notice tone=tone title=title>
                                {meaning
                                    .into_iter()
                                    .map(|sentence| view! { <p>{sentence}</p> })
                                    .collect_view()}
                            </Notice>
                        }
                    })
            })}
        </div>
    }
}

fn headline(execution: &Execution) -> String {
    let all = count(execution.steps.len(), "step", "steps");
    let done = execution
        .steps
        .iter()
        .filter(|step| step.state == StepState::Succeeded)
        .count();
    match execution.state {
        ExecutionState::Running => format!("Running: {done} of {all} done"),
        ExecutionState::Stopping => "Stopping: no further step starts".to_owned(),
        ExecutionState::Succeeded => format!("Succeeded: {all} done, each seen on fresh state"),
        ExecutionState::Failed => failed(execution),
        ExecutionState::Stopped => format!("Stopped: {done} of {all} done"),
        ExecutionState::NeedsAttention => "A person must look".to_owned(),
    }
}

fn failed(execution: &Execution) -> String {
    execution
        .steps
        .iter()
        .find(|step| step.state == StepState::Failed)
        .map_or_else(
            || "Failed".to_owned(),
            |step| match &step.message {
                Some(message) => format!("Step {} failed: {message}", step.number),
                None => format!("Step {} failed", step.number),
            },
        )
}

fn meaning(execution: &Execution) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(stop) = &execution.stop {
        let what = if stop.emergency {
            "set the emergency stop"
        } else {
            "asked to stop this execution"
        };
        let why = stop
            .reason
            .as_ref()
            .map_or_else(String::new, |reason| format!(": {reason}"));
        sentences.push(format!("{} {what}{why}.", stop.by));
    }
    if execution.state == ExecutionState::Stopping {
        sentences.push(
            "What already runs inside Proxmox is followed to its end and reported as it is."
                .to_owned(),
        );
    }
    if execution.state == ExecutionState::NeedsAttention {
        for step in &execution.steps {
            if step.state == StepState::NeedsAttention {
                let message = step.message.as_deref().unwrap_or("the outcome is open");
                sentences.push(format!("Step {}: {message}.", step.number));
            }
        }
        sentences.push(
            "Look at the guest and its task list in Proxmox. Argus sends nothing more and keeps the guest reserved until a person has looked."
                .to_owned(),
        );
    }
    let unstarted = execution
        .steps
        .iter()
        .filter(|step| step.state == StepState::NotStarted)
        .count();
    if unstarted > 0 {
        sentences.push(format!(
            "{} did not start.",
            count(unstarted, "later step", "later steps")
        ));
    }
    if let Some(message) = &execution.message
        && !matches!(execution.state, ExecutionState::Succeeded)
    {
        sentences.push(message.clone());
    }
    sentences
}
