//! One execution: its steps at the left, the chosen step with its log at the right.

use argus_types::Timestamp;
use argus_types::execution::{Execution as Held, StepState};
use argus_types::id::ExecutionId;
use argus_types::problem::ProblemCode;
use leptos::prelude::*;

use crate::api::ApiError;
use crate::components::execution::{
    Followed, LogView, ResultBanner, StepDetail, StepEvidence, StepList, StopPanel, UndoLine,
    follow,
};
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::components::pill::Pill;
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::clock::use_clock;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::format::duration::fine_duration;
use crate::format::words;
use crate::routes;

/// The step to look at when nobody chose one: the first that is not simply done, else the last.
fn interesting(execution: &Held) -> u16 {
    execution
        .steps
        .iter()
        .find(|step| step.state != StepState::Succeeded)
        .or(execution.steps.last())
        .map_or(1, |step| step.number)
}

/// The page.
#[component]
pub fn Execution(
    /// Which.
    execution: ExecutionId,
) -> impl IntoView {
    let id = execution;
    let followed = follow(id);
    let execution = followed.execution;
    let held = Signal::derive(move || execution.data.get());
    let chosen = RwSignal::new(None::<u16>);
    let selected = memo(move || {
        chosen.get().unwrap_or_else(|| {
            execution
                .data
                .with(|held| held.as_ref().map_or(1, interesting))
        })
    });
    let title = memo(move || {
        execution.data.with(|held| {
            held.as_ref()
                .map_or_else(|| "Execution".to_owned(), |held| held.title.clone())
        })
    });
    set_title(move || title.get());
    let missing = move || {
        execution
            .error
            .with(|error| error.as_ref().and_then(ApiError::code))
            == Some(ProblemCode::NotFound)
    };
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=routes::CHANGES>"Changes"</a>
        </nav>
        <h1>{title}</h1>
        {dynamic(move || {
            if missing() {
                view! {
                    <Empty title="There is no such execution.">
                        <p>"The link may be mistyped."</p>
                    </Empty>
                }
                    .into_any()
            } else {
                view! {
                    <Failure
                        error=execution.error
                        retry=Callback::new(move |()| execution.reload())
                    />
                }
                    .into_any()
            }
        })}
        {dynamic(move || execution.is_first().then(|| view! { <Skeleton lines=8 label="Reading the execution" /> }))}
        <Show when=move || execution.data.with(Option::is_some)>
            <Facts followed=followed />
            <ResultBanner execution=held />
            <StopPanel execution=execution />
            <UndoLine execution=held />
            <div class="run-columns">
                <StepList
                    execution=held
                    selected=selected
                    select=Callback::new(move |step| chosen.set(Some(step)))
                />
                <div class="run-side">
                    <StepDetail execution=held step=selected />
                    <LogView journal=followed.journal step=selected id=id />
                    <StepEvidence execution=held step=selected />
                </div>
            </div>
        </Show>
    }
}

#[component]
fn Facts(followed: Followed) -> impl IntoView {
    let clock = use_clock();
    let held = followed.execution.data;
    let elapsed = move || {
        held.with(|held| {
            held.as_ref().map(|held| {
                let end = held
                    .ended_at
                    .map_or_else(|| clock.now(), Timestamp::unix_millis);
                fine_duration(end - held.started_at.unix_millis())
            })
        })
    };
    let fixed = memo(move || {
        held.with(|held| {
            held.as_ref().map(|held| {
                (
                    held.proposal,
                    held.id,
                    held.digest,
                    held.confirmed_by.name.clone(),
                    held.started_at,
                    held.state,
                    held.resolution.is_some(),
                )
            })
        })
    });
    let stream = move || {
        let over = fixed.with(|fixed| fixed.as_ref().is_some_and(|fixed| fixed.5.is_final()));
        match (over, followed.connected.get()) {
            (true, _) => "",
            (false, true) => "live",
            (false, false) => "connecting to the log…",
        }
    };
    dynamic(move || {
        fixed.get().map(|(proposal, id, digest, by, started, state, resolved)| {
            view! {
                <div class="review-head">
                <p class="review-pills">
                    <Pill word=words::execution(state, resolved) />
                    <span class="fine">
                        <Icon glyph=Glyph::Clock />
                        {elapsed}
                    </span>
                    <span class="fine">{stream}</span>
                </p>
                <dl class="review-facts">
                    <div>
                        <dt>"Confirmed by"</dt>
                        <dd>{by} ", " <Moment at=started /></dd>
                    </div>
                    <div>
                        <dt>"Plan"</dt>
                        <dd>
                            <a href=routes::change(proposal)>
                                <code>{digest.short()}</code>
                            </a>
                        </dd>
                    </div>
                    <div>
                        <dt>"Recorded"</dt>
                        <dd>
                            <a href=routes::ledger_of(&format!("execution/{id}"))>"in the ledger"</a>
                        </dd>
                    </div>
                </dl>
                </div>
            }
        })
    })
}
