//! The whole record of a draft.

use argus_types::proposal::Origin;
use leptos::prelude::*;

use super::exchange::exchange;
use super::lint::{compared, report};
use super::provenance::{action, by_model};
use super::suspect::suspects;
use crate::api::part::Part;
use crate::api::propose::drafter as of_model;

/// The record: `DraftRecord`.
pub fn record(record: Part<'_>) -> AnyView {
    let exchanges = record.all("exchanges");
    let withheld = record.is("is_withheld");
    let asked = if withheld {
        "What was sent is about more than your scope reaches, and is not shown to you."
    } else if exchanges.is_empty() {
        "No language model was asked for it."
    } else {
        "A model proposes text and decides nothing: what it wrote was held to the schema, to the request and to the live \
         cluster, and the plan was made by Argus."
    };
    let provenance = record.all("provenance");
    let marks = provenance
        .iter()
        .flat_map(|action| action.all("parameters"))
        .any(|parameter| parameter.is("by_model"));
    let provenance = provenance.into_iter().map(action).collect();
    let linter = record.all("linter").into_iter().map(report).collect();
    view! {
        <section class="panel" aria-label="Who drafted it">
            <h2>"Who drafted it"</h2>
            <p data-testid="drafted-by">
                <strong>{drafter(record)}</strong>
            </p>
            <p class="fine">{asked}</p>
            {record.get("counterfactual").map(compared)}
        </section>
        {suspects(record.all("suspects"))}
        {panel("Where each parameter comes from", provenance)}
        {marks
            .then(|| view! { <p class="fine">{by_model("Marked".to_owned())} " is text that a language model wrote."</p> })}
        {panel("What the linter said", linter)}
        {exchanges.into_iter().map(exchange).collect_view()}
        {record
            .maybe("schema_sha256")
            .map(|digest| view! { <p class="fine digest-line">"SHA-256 of the schema: " <code>{digest}</code></p> })}
    }
    .into_any()
}

fn panel(title: &'static str, parts: Vec<AnyView>) -> Option<AnyView> {
    (!parts.is_empty()).then(|| {
        view! {
            <section class="panel" aria-label=title>
                <h2>{title}</h2>
                {parts}
            </section>
        }
        .into_any()
    })
}

/// Who or what wrote the draft, in words.
fn drafter(record: Part<'_>) -> String {
    if let Some(by) = record.get("drafted_by") {
        return of_model(by);
    }
    let origin = record.text("origin");
    let known = origin.parse::<Origin>();
    known.map_or(origin, |known| known.label().to_owned())
}

#[cfg(test)]
mod tests {
    use argus_types::drafting::{DraftRecord, DraftedBy};

    use super::*;

    #[test]
    fn the_drafter_is_said_as_in_the_review() {
        let mut held = DraftRecord {
            origin: Origin::BuiltInRules,
            drafted_by: None,
            provenance: Vec::new(),
            exchanges: Vec::new(),
            is_withheld: false,
            schema_sha256: None,
            linter: Vec::new(),
            counterfactual: None,
            suspects: Vec::new(),
        };
        let said = |held: &DraftRecord| {
            let value = serde_json::to_value(held).unwrap();
            drafter(Part(&value))
        };
        assert_eq!(said(&held), Origin::BuiltInRules.label());
        let by = DraftedBy {
            provider: "main".to_owned(),
            model: "m1".to_owned(),
            is_local: true,
            differs: false,
            wrote: Vec::new(),
            suspects: 0,
        };
        held.origin = Origin::Model;
        held.drafted_by = Some(by.clone());
        assert_eq!(said(&held), by.label());
    }
}
