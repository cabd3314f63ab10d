//! Whether the cluster still is as the plan relies on: reviewed, now, planned. Confirming looks again, and decides.

use argus_types::person::Permission;
use argus_types::plan_drift::{DriftedStep, DriftedValue, PlanDrift};
use argus_types::proposal::{Proposal, ProposalState};
use leptos::prelude::*;

use crate::api::drift::drift;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::skeleton::Skeleton;
use crate::context::load::{Load, load};
use crate::context::session::use_session;
use crate::erased::dynamic;
use crate::format::moment;

/// Reads it now, and when it is asked for again: the cluster is read for it. `None` for who decides nothing, and for
/// what is decided.
pub fn follow_drift(proposal: &Proposal) -> Option<Load<PlanDrift>> {
    let session = use_session();
    let decides = untrack(|| session.may(Permission::Confirm));
    let id = proposal.id;
    (decides && proposal.state == ProposalState::InReview)
        .then(|| load(move || drift(session.api, id)))
}

/// Whether the step needs a new look, as the cluster was read last; tracked.
pub fn needs_look(drift: Option<Load<PlanDrift>>, number: u16) -> bool {
    drift.is_some_and(|drift| {
        drift.data.with(|held| {
            let steps = held.as_ref().map_or(&[][..], |held| &held.steps);
            steps.iter().any(|step| step.number == number)
        })
    })
}

/// The panel.
#[component]
pub fn Drift(
    /// What was found.
    held: Load<PlanDrift>,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="drift-title" data-testid="drift">
            <div class="panel-head">
                <h3 id="drift-title">"Drift"</h3>
                <button
                    type="button"
                    class="button small"
                    disabled=move || held.loading.get()
                    on:click=move |_| held.reload()
                >
                    <Icon glyph=Glyph::Reboot />
                    {dynamic(move || if held.loading.get() { "Looking…" } else { "Look again" })}
                </button>
            </div>
            <Failure error=held.error />
            {dynamic(move || held.is_first().then(|| view! { <Skeleton lines=2 label="Comparing with the cluster" /> }))}
            <div role="status">{dynamic(move || held.data.get().map(told))}</div>
        </section>
    }
}

fn told(drift: PlanDrift) -> AnyView {
    let at = moment::clock(drift.checked_at);
    if drift.steps.is_empty() {
        return view! {
            <p class="drift-none tone-good">
                <Icon glyph=Glyph::Check />
                "No relied-on value changed since "
                {at}
                "."
            </p>
        }
        .into_any();
    }
    view! {
        <p>
            "Looked at " {at}
            ": only what follows needs a new look. Confirming would close the plan and say the same."
        </p>
        {drift.steps.into_iter().map(step).collect_view()}
    }
    .into_any()
}

fn step(step: DriftedStep) -> AnyView {
    view! {
        <div class="table-scroll">
            <table class="facts drift-table">
                <caption>
                    <span class="step-number">{step.number}</span>
                    " "
                    {step.title}
                </caption>
                <thead>
                    <tr>
                        <th scope="col">"value"</th>
                        <th scope="col">"reviewed"</th>
                        <th scope="col">"now"</th>
                        <th scope="col">"planned"</th>
                    </tr>
                </thead>
                <tbody>{step.values.into_iter().map(value).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Nothing is something to say, too.
fn said(value: String) -> String {
    if value.is_empty() {
        "nothing".to_owned()
    } else {
        value
    }
}

fn value(value: DriftedValue) -> AnyView {
    view! {
        <tr>
            <th scope="row">{value.label}</th>
            <td class="value-before">{said(value.reviewed)}</td>
            <td class="value-drifted">{said(value.now)}</td>
            <td>{value.planned.map_or_else(|| "as it is".to_owned(), said)}</td>
        </tr>
    }
    .into_any()
}
