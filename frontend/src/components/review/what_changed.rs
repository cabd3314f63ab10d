//! What a successor does otherwise than the plan that it came in place of.

use argus_types::id::ProposalId;
use argus_types::plan_diff::{FieldDiff, StepDiff};
use leptos::prelude::*;

use crate::api::diff::diff;
use crate::components::failure::Failure;
use crate::components::skeleton::Skeleton;
use crate::context::load::load;
use crate::context::session::use_api;
use crate::routes;

/// The list, read once: neither of the two plans changes unseen.
#[component]
pub fn WhatChanged(
    /// The successor.
    proposal: ProposalId,
    /// What it came in place of.
    before: ProposalId,
) -> impl IntoView {
    let api = use_api();
    let held = load(move || diff(api, proposal));
    view! {
        <section class="panel" aria-labelledby="what-changed" data-testid="what-changed">
            <h3 id="what-changed">"What changed"</h3>
            <p class="fine">
                "In place of " <a href=routes::change(before)>"an earlier plan"</a> "."
            </p>
            <Failure error=held.error retry=Callback::new(move |()| held.reload()) />
            {move || held.is_first().then(|| view! { <Skeleton lines=2 label="Comparing the plans" /> })}
            <ul>
                {move || {
                    held.data
                        .with(|held| held.as_ref().map(|held| held.steps.clone()))
                        .unwrap_or_default()
                        .into_iter()
                        .map(step)
                        .collect_view()
                }}
            </ul>
        </section>
    }
}

fn step(diff: StepDiff) -> AnyView {
    let (line, fields) = told(diff);
    view! {
        <li>
            <strong>{line}</strong>
            {(!fields.is_empty())
                .then(|| view! { <ul>{fields.into_iter().map(|field| view! { <li class="fine">{value(field)}</li> }).collect_view()}</ul> })}
        </li>
    }
    .into_any()
}

/// A step's line, and the values that differ.
fn told(diff: StepDiff) -> (String, Vec<FieldDiff>) {
    match diff {
        StepDiff::Added { number, title } => (format!("New: step {number}, {title}"), Vec::new()),
        StepDiff::Removed { number, title } => {
            (format!("Gone: step {number}, {title}"), Vec::new())
        }
        StepDiff::Changed {
            to, title, fields, ..
        } => (format!("Changed: step {to}, {title}"), fields),
        StepDiff::Same { from, to, title } if from == to => {
            (format!("As before: step {to}, {title}"), Vec::new())
        }
        StepDiff::Same { from, to, title } => {
            let line = format!("As before: step {to} (was {from}), {title}");
            (line, Vec::new())
        }
    }
}

fn value(diff: FieldDiff) -> String {
    let nothing = || "nothing".to_owned();
    format!(
        "{}: {} → {}",
        diff.field,
        diff.before.unwrap_or_else(nothing),
        diff.after.unwrap_or_else(nothing)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_difference_has_its_line() {
        let title = || "start web-01".to_owned();
        for (diff, line) in [
            (
                StepDiff::Added {
                    number: 2,
                    title: title(),
                },
                "New: step 2, start web-01",
            ),
            (
                StepDiff::Removed {
                    number: 1,
                    title: title(),
                },
                "Gone: step 1, start web-01",
            ),
            (
                StepDiff::Same {
                    from: 1,
                    to: 2,
                    title: title(),
                },
                "As before: step 2 (was 1), start web-01",
            ),
        ] {
            assert_eq!(told(diff).0, line);
        }
    }

    #[test]
    fn a_value_that_one_plan_lacks_is_said_to_be_nothing() {
        let diff = FieldDiff {
            field: "call.parameters.target".to_owned(),
            before: None,
            after: Some("pve2".to_owned()),
        };
        assert_eq!(value(diff), "call.parameters.target: nothing → pve2");
    }
}
