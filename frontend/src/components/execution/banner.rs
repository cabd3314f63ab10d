//! How an execution stands, in words.

use argus_types::execution::{Execution, ExecutionState, StepState};
use argus_types::resolution::Outcome;
use leptos::prelude::*;

use crate::components::notice::Notice;
use crate::erased::{dynamic, memo};
use crate::format::count::count;
use crate::format::words;
use crate::routes;

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
                let look = held.state == ExecutionState::NeedsAttention;
                let look = look.then(|| routes::attention(held.id));
                (word.tone, headline(held), meaning(held), look)
            })
        })
    });
    view! {
        <div role="status" data-testid="result">
            {dynamic(move || {
                said.get()
                    .map(|(tone, title, meaning, look)| {
                        view! {
                            <Notice tone=tone title=title>
                                {meaning
                                    .into_iter()
                                    .map(|sentence| view! { <p>{sentence}</p> })
                                    .collect_view()}
                                {look
                                    .map(|look| {
                                        view! {
                                            <p>
                                                <a href=look>"What there is to look at"</a>
                                            </p>
                                        }
                                    })}
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
        ExecutionState::NeedsAttention => match &execution.resolution {
            None => "A person must look",
            Some(said) if said.verdict == Outcome::ItHappened => "Looked at: it happened",
            Some(_) => "Looked at: it did not happen",
        }
        .to_owned(),
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
        sentences.push(match &execution.resolution {
            None => "Argus sends nothing more, and keeps what it works on reserved until a person has looked.".to_owned(),
            Some(said) => format!("{} looked: {}", said.by.name, said.note),
        });
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
