//! One step of a plan, with everything that a reviewer must know about it.

use std::fmt::Write;

use argus_types::plan::{CallPreview, Change, Expectation, Step, StepTarget, Tolerance};
use leptos::prelude::*;

use crate::components::guest::quick_actions::glyph;
use crate::components::icon::{Glyph, Icon};
use crate::erased::dynamic;
use crate::format::duration::duration;
use crate::format::words;

/// The card.
#[component]
pub fn StepCard(
    /// The step.
    step: Step,
    /// Whether what it relies on changed since the review.
    look: Memo<bool>,
    /// Texts of the plan that a language model wrote.
    wrote: Vec<String>,
) -> impl IntoView {
    let id = format!("step-{}", step.number);
    let labelled = id.clone();
    let target = match &step.target {
        StepTarget::Node(_) => "node".to_owned(),
        other => format!("{} on {}", other.what(), other.node()),
    };
    let wrote = of_model(&step.call, wrote);
    let managed = step.target.is_ha_managed();
    let reserves = step.locks.iter().map(ToString::to_string);
    let reserves = reserves.collect::<Vec<_>>().join(", ");
    let undo_glyph = if step.undo.possible {
        Glyph::Check
    } else {
        Glyph::Warn
    };
    let undo_tone = if step.undo.possible {
        "mark tone-good"
    } else {
        "mark tone-warn"
    };
    view! {
        <li class="step-card" aria-labelledby=labelled data-testid="step">
            <div class="step-head">
                <span class="step-number">{step.number}</span>
                <Icon glyph=glyph(step.action) />
                <h3 id=id>{step.title}</h3>
                {dynamic(move || {
                    look.get()
                        .then(|| {
                            view! {
                                <span class="pill tone-warn" data-testid="needs-look">
                                    <Icon glyph=Glyph::Warn />
                                    "needs a new look"
                                </span>
                            }
                        })
                })}
            </div>
            <p class="step-target">
                <strong>{step.target.name().to_owned()}</strong>
                <span class="fine">{target}</span>
                {managed.then(|| view! { <span class="chip">"managed by HA"</span> })}
            </p>
            {(!wrote.is_empty())
                .then(|| {
                    view! {
                        <p class="fine">
                            "The language model wrote: " <mark class="by-model">{wrote.join(", ")}</mark>
                        </p>
                    }
                        .into_any()
                })}
            <Changes changes=step.changes />
            <div class="step-columns">
                <Expectations title="Must hold before" rows=step.read_set />
                <Expectations title="Must be seen after" rows=step.post_checks />
            </div>
            <dl class="step-facts">
                <div>
                    <dt>"Taking it back"</dt>
                    <dd>
                        <span class=undo_tone>
                            <Icon glyph=undo_glyph />
                            {if step.undo.possible { "possible" } else { "not possible" }}
                        </span>
                        " "
                        {step.undo.how}
                    </dd>
                </div>
                <div>
                    <dt>"If the answer is lost"</dt>
                    <dd>{words::step_class(step.class)}</dd>
                </div>
                <div>
                    <dt>"If somebody stops it"</dt>
                    <dd>{words::stop_class(step.stop_class)} " " {step.worst_case}</dd>
                </div>
                <div>
                    <dt>"Has for itself"</dt>
                    <dd>{reserves}</dd>
                </div>
                <div>
                    <dt>"Waits at most"</dt>
                    <dd>
                        {duration(i64::from(step.timeout_s) * 1000)}
                        {(step.max_attempts > 1).then(|| format!(", {} attempts", step.max_attempts))}
                    </dd>
                </div>
                <div>
                    <dt>"Privileges"</dt>
                    <dd>
                        {step
                            .privileges
                            .into_iter()
                            .map(|privilege| {
                                view! {
                                    <code>{format!("{} on {}", privilege.name, privilege.path)}</code>
                                    " "
                                }
                            })
                            .collect_view()}
                    </dd>
                </div>
            </dl>
            <Call call=step.call />
        </li>
    }
}

/// Those texts of a language model that go to Proxmox with this call.
fn of_model(call: &CallPreview, mut wrote: Vec<String>) -> Vec<String> {
    wrote.retain(|text| call.parameters.values().any(|value| value == text));
    wrote
}

#[component]
fn Changes(changes: Vec<Change>) -> impl IntoView {
    (!changes.is_empty()).then(|| {
        view! {
            <div class="table-scroll">
                <table class="facts changes-table">
                    <caption class="visually-hidden">"What the step changes"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"value"</th>
                            <th scope="col">"before"</th>
                            <th scope="col">"after"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {changes
                            .into_iter()
                            .map(|change| {
                                view! {
                                    <tr>
                                        <th scope="row">{change.field}</th>
                                        <td class="value-before">{change.before}</td>
                                        <td class="value-after">
                                            <Icon glyph=Glyph::Move />
                                            {change.after}
                                        </td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
        }
    })
}

#[component]
fn Expectations(title: &'static str, rows: Vec<Expectation>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        view! {
            <div class="expectations">
                <h4>{title}</h4>
                <ul>
                    {rows
                        .into_iter()
                        .map(|row| {
                            view! {
                                <li>
                                    <span>{row.label}</span>
                                    " "
                                    <code>
                                        {(row.tolerance == Tolerance::AtLeast).then_some("at least ")}
                                        {row.value}
                                    </code>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
}

/// The very request that goes to Proxmox.
#[component]
pub fn Call(
    /// The request.
    call: CallPreview,
) -> impl IntoView {
    let mut text = format!("{} /api2/json{}", call.method, call.path);
    for (name, value) in call.parameters {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n    {name} = {value}");
    }
    view! {
        <details class="call">
            <summary>"The request to Proxmox"</summary>
            <pre tabindex="0">{text}</pre>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_that_go_with_the_call_are_said_to_be_the_models() {
        let call = CallPreview {
            method: "POST".to_owned(),
            path: "/nodes/pve1/qemu/101/snapshot".to_owned(),
            parameters: [("snapname".to_owned(), "before-work".to_owned())].into(),
        };
        let wrote = ["before-work", "before", "notes of another step"].map(str::to_owned);
        assert_eq!(of_model(&call, wrote.to_vec()), ["before-work"]);
    }
}
