//! The whole record of a draft.

use argus_types::drafting::DraftRecord;
use argus_types::proposal::Origin;
use leptos::prelude::*;

use super::exchange::exchange;
use super::lint::{compared, reports};
use super::provenance::provenance;
use crate::components::notice::Notice;
use crate::format::words::Tone;

/// The record.
#[component]
pub fn Record(
    /// What is kept.
    record: DraftRecord,
) -> impl IntoView {
    let by = record
        .drafted_by
        .as_ref()
        .map_or_else(|| record.origin.label().to_owned(), |by| by.label());
    let no_exchange = record.exchanges.is_empty() && !record.is_withheld;
    let has_model_text = record
        .provenance
        .iter()
        .flat_map(|action| &action.parameters)
        .any(|parameter| parameter.by_model);
    view! {
        <section class="panel" aria-labelledby="drafter-title">
            <h2 id="drafter-title">"Who drafted it"</h2>
            <p data-testid="drafted-by">
                <strong>{by}</strong>
            </p>
            {(record.origin == Origin::Model)
                .then(|| {
                    view! {
                        <p class="fine">
                            "A model proposes text and decides nothing: what it wrote was held to the schema, to the \
                             request and to the live cluster, and the plan was made by Argus."
                        </p>
                    }
                })}
            {record.counterfactual.map(compared)}
            {no_exchange.then(|| view! { <p class="quiet-line">"No language model was asked for it."</p> })}
        </section>
        {(!record.provenance.is_empty())
            .then(|| {
                view! {
                    <section class="panel" aria-labelledby="provenance-title">
                        <h2 id="provenance-title">"Where each parameter comes from"</h2>
                        {has_model_text
                            .then(|| {
                                view! {
                                    <p class="fine">
                                        <mark class="by-model">"Marked"</mark>
                                        " is text that a language model wrote."
                                    </p>
                                }
                            })}
                        {provenance(record.provenance)}
                    </section>
                }
            })}
        {(!record.linter.is_empty())
            .then(|| {
                view! {
                    <section class="panel" aria-labelledby="lint-title" data-testid="lint">
                        <h2 id="lint-title">"What the linter said"</h2>
                        {reports(record.linter)}
                    </section>
                }
            })}
        {record
            .is_withheld
            .then(|| {
                view! {
                    <Notice tone=Tone::Info title="What was sent is not shown to you">
                        <p>"It is about more than your scope reaches."</p>
                    </Notice>
                }
            })}
        {record.exchanges.into_iter().map(exchange).collect_view()}
        {record
            .schema_sha256
            .map(|digest| {
                view! {
                    <p class="fine digest-line">"SHA-256 of the schema: " <code>{digest}</code></p>
                }
            })}
    }
}
