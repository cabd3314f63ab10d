//! Why the risk is what it is, and which wishes need no step.

use argus_types::proposal::{Risk, Skipped};
use leptos::prelude::*;

use crate::components::pill::Mark;
use crate::format::words;

/// The reasons, the weightiest first.
#[component]
pub fn RiskReasons(
    /// The risk.
    risk: Risk,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="risk-title">
            <h3 id="risk-title">"Risk"</h3>
            {risk
                .reasons
                .is_empty()
                .then(|| view! { <p>"No rule found anything: easily taken back, no outage."</p> })}
            <ul class="reasons">
                {risk
                    .reasons
                    .into_iter()
                    .map(|reason| {
                        let steps = reason
                            .steps
                            .iter()
                            .map(u16::to_string)
                            .collect::<Vec<_>>()
                            .join(", ");
                        view! {
                            <li>
                                <Mark word=words::risk(reason.level) />
                                <span>{reason.text}</span>
                                {(!steps.is_empty())
                                    .then(|| view! { <span class="fine">"step " {steps}</span> })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}

/// Wishes that need no step.
#[component]
pub fn SkippedWishes(
    /// The wishes.
    skipped: Vec<Skipped>,
) -> impl IntoView {
    (!skipped.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="skipped-title">
                <h3 id="skipped-title">"Asked for, nothing to do"</h3>
                <ul class="reasons">
                    {skipped
                        .into_iter()
                        .map(|wish| {
                            view! {
                                <li>
                                    <span>{wish.title}</span>
                                    <span class="fine">{wish.reason}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}
