//! What a successor does otherwise than the plan that it came in place of.

use argus_types::id::ProposalId;
use argus_types::plan_diff::FieldDiff;
use leptos::prelude::*;

use crate::api::diff::{ComparedStep, diff};
use crate::components::failure::Failure;
use crate::components::skeleton::Skeleton;
use crate::context::load::load;
use crate::context::session::use_api;
use crate::erased::dynamic;
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
            {dynamic(move || held.is_first().then(|| view! { <Skeleton lines=2 label="Comparing the plans" /> }))}
            <ul>
                {dynamic(move || {
                    held.data
                        .with(|held| held.as_ref().map(|held| held.steps.clone()))
                        .unwrap_or_default()
                        .into_iter()
                        .map(step)
                        .collect_view()
                })}
            </ul>
        </section>
    }
}

fn step(diff: ComparedStep) -> AnyView {
    let line = told(&diff);
    let fields = diff.fields;
    view! {
        <li>
            <strong>{line}</strong>
            {(!fields.is_empty())
                .then(|| view! { <ul>{fields.into_iter().map(|field| view! { <li class="fine">{value(field)}</li> }).collect_view()}</ul> })}
        </li>
    }
    .into_any()
}

/// A step's line.
fn told(diff: &ComparedStep) -> String {
    let ComparedStep {
        number,
        from,
        to,
        title,
        ..
    } = diff;
    match diff.is.as_str() {
        "added" => format!("New: step {number}, {title}"),
        "removed" => format!("Gone: step {number}, {title}"),
        "changed" => format!("Changed: step {to}, {title}"),
        _ if from == to => format!("As before: step {to}, {title}"),
        _ => format!("As before: step {to} (was {from}), {title}"),
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
    use argus_types::plan_diff::StepDiff;

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
                StepDiff::Changed {
                    from: 1,
                    to: 1,
                    title: title(),
                    fields: Vec::new(),
                },
                "Changed: step 1, start web-01",
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
            let said = serde_json::to_value(diff).unwrap();
            assert_eq!(told(&serde_json::from_value(said).unwrap()), line);
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
