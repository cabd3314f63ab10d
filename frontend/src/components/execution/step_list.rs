//! The steps of an execution with how each stands.

use argus_types::execution::{Execution, StepProgress};
use leptos::prelude::*;

use crate::components::pill::Mark;
use crate::context::clock::use_clock;
use crate::erased::{dynamic, memo};
use crate::format::duration::fine_duration;
use crate::format::words;

/// The list; a click shows a step's log and evidence.
#[component]
pub fn StepList(
    /// The execution.
    #[prop(into)]
    execution: Signal<Option<Execution>>,
    /// The chosen step.
    #[prop(into)]
    selected: Signal<u16>,
    /// Chooses a step.
    select: Callback<u16>,
) -> impl IntoView {
    let numbers = memo(move || {
        execution.with(|held| {
            held.as_ref().map_or_else(Vec::new, |held| {
                held.steps.iter().map(|step| step.number).collect()
            })
        })
    });
    view! {
        <ol class="run-steps" aria-label="Steps">
            {dynamic(move || {
                numbers
                    .get()
                    .into_iter()
                    .map(|number| {
                        view! { <StepItem execution=execution number=number selected=selected select=select /> }
                    })
                    .collect_view()
            })}
        </ol>
    }
}

#[component]
fn StepItem(
    execution: Signal<Option<Execution>>,
    number: u16,
    selected: Signal<u16>,
    select: Callback<u16>,
) -> impl IntoView {
    let clock = use_clock();
    let step = memo(move || {
        execution.with(|held| {
            held.as_ref()
                .and_then(|held| held.steps.iter().find(|step| step.number == number))
                .cloned()
        })
    });
    let length = move || {
        step.with(|step| {
            let step = step.as_ref()?;
            let began = step.started_at?;
            let end = match step.ended_at {
                Some(end) => end.unix_millis(),
                None => clock.now(),
            };
            Some(fine_duration(end - began.unix_millis()))
        })
    };
    let text = move |read: fn(&StepProgress) -> String| {
        move || step.with(|step| step.as_ref().map(read).unwrap_or_default())
    };
    view! {
        <li class="run-step" class:selected=move || selected.get() == number data-testid="run-step">
            <button
                type="button"
                aria-current=move || if selected.get() == number { "step" } else { "false" }
                data-row-link=""
                on:click=move |_| select.run(number)
            >
                <span class="step-number">{number}</span>
                <span class="run-step-body">
                    <span class="run-step-title">{text(|step| step.title.clone())}</span>
                    <span class="run-step-facts">
                        {dynamic(move || {
                            step.with(|step| step.as_ref().map(|step| words::step_state(step.state)))
                                .map(|word| view! { <Mark word=word /> })
                        })}
                        <span class="fine">
                            {text(|step| {
                                if step.attempt > 1 { format!("attempt {}", step.attempt) } else { String::new() }
                            })}
                        </span>
                        <span class="fine">{length}</span>
                    </span>
                </span>
            </button>
        </li>
    }
}
