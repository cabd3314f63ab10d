//! What one step did, and what was seen before and after it.

use argus_types::execution::{Execution, StepProgress};
use leptos::prelude::*;

use crate::components::copy_button::CopyButton;
use crate::components::evidence::EvidenceTable;
use crate::components::moment::Moment;
use crate::components::notice::Notice;
use crate::components::pill::Pill;
use crate::erased::{dynamic, memo};
use crate::format::words::{self, Tone};

/// The chosen step, apart from its log and evidence.
#[component]
pub fn StepDetail(
    /// The execution.
    #[prop(into)]
    execution: Signal<Option<Execution>>,
    /// Which step.
    #[prop(into)]
    step: Signal<u16>,
) -> impl IntoView {
    let held = follow_step(execution, step);
    dynamic(move || held.get().map(detail))
}

fn detail(step: StepProgress) -> AnyView {
    let word = words::step_state(step.state);
    let upid = step.upid.clone();
    view! {
        <section class="step-detail" aria-labelledby="step-detail-title">
            <div class="step-detail-head">
                <h2 id="step-detail-title">{format!("{}. {}", step.number, step.title)}</h2>
                <Pill word=word />
            </div>
            {step
                .message
                .map(|message| view! { <Notice tone=word.tone title=message /> })}
            {(!step.warnings.is_empty()).then(|| warnings(step.warnings))}
            <dl class="step-facts">
                {upid
                    .map(|upid| {
                        view! {
                            <div>
                                <dt>"Task"</dt>
                                <dd class="upid">
                                    <code>{upid.clone()}</code>
                                    <CopyButton text=upid label="Copy the task's id" />
                                    {step
                                        .adopted
                                        .then(|| {
                                            view! {
                                                <span class="fine">
                                                    "found by looking, after its answer was lost"
                                                </span>
                                            }
                                        })}
                                </dd>
                            </div>
                        }
                    })}
                {step
                    .started_at
                    .map(|at| {
                        view! {
                            <div>
                                <dt>"Began"</dt>
                                <dd>
                                    <Moment at=at />
                                </dd>
                            </div>
                        }
                    })}
            </dl>
        </section>
    }
    .into_any()
}

/// What the task warned of, in Proxmox's words.
fn warnings(lines: Vec<String>) -> AnyView {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect();
    view! {
        <Notice tone=Tone::Warn title="Proxmox warned">
            <ul>{lines}</ul>
        </Notice>
    }
    .into_any()
}

/// What was seen before and after the chosen step.
#[component]
pub fn StepEvidence(
    /// The execution.
    #[prop(into)]
    execution: Signal<Option<Execution>>,
    /// Which step.
    #[prop(into)]
    step: Signal<u16>,
) -> impl IntoView {
    let held = follow_step(execution, step);
    dynamic(move || {
        let step = held.get()?;
        let nothing = step.pre_check.is_empty() && step.post_check.is_empty();
        (!nothing).then(|| {
            view! {
                <section class="panel evidence-columns" aria-label="Evidence">
                    {(!step.pre_check.is_empty())
                        .then(|| {
                            view! { <EvidenceTable caption="Checked before" rows=step.pre_check /> }
                        })}
                    {(!step.post_check.is_empty())
                        .then(|| {
                            view! { <EvidenceTable caption="Checked after" rows=step.post_check /> }
                        })}
                </section>
            }
        })
    })
}

fn follow_step(
    execution: Signal<Option<Execution>>,
    step: Signal<u16>,
) -> Memo<Option<StepProgress>> {
    memo(move || {
        let number = step.get();
        execution.with(|held| {
            held.as_ref()
                .and_then(|held| held.steps.iter().find(|step| step.number == number))
                .cloned()
        })
    })
}
