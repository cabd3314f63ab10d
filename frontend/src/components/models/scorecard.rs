//! What became of drafts, drafter by drafter.

use argus_types::proposal::Origin;
use leptos::prelude::*;

use crate::api::part::Part;
use crate::components::moment::Moment;

/// The columns: what they say, and what they are called in a `ScorecardRow`.
const COLUMNS: [(&str, &str); 10] = [
    ("proposals", "proposals"),
    ("accepted", "accepted"),
    ("edited", "edited"),
    ("rejected", "rejected"),
    ("lapsed", "lapsed"),
    ("open", "open"),
    ("failed", "schema_failed"),
    ("asked back", "clarified"),
    ("refused", "refused"),
    ("no answer", "unanswered"),
];

/// The table: `Scorecard`.
pub fn table(card: Part<'_>) -> AnyView {
    let heads = COLUMNS.map(|(name, _)| view! { <th scope="col">{name}</th> }.into_any());
    view! {
        <p class="fine">
            "Since " {card.moment("since").map(|since| view! { <Moment at=since /> })}
            ". Edited is confirmed as something else, or asked to change; failed is a draft that schema or linter refused, \
             even after the repair."
        </p>
        <div class="table-scroll">
            <table class="facts" data-testid="scorecard">
                <caption class="visually-hidden">"What became of drafts"</caption>
                <thead>
                    <tr>
                        <th scope="col">"drafter"</th>
                        {heads.collect_view()}
                    </tr>
                </thead>
                <tbody>{card.all("rows").into_iter().map(entry).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn entry(row: Part<'_>) -> AnyView {
    let cells = COLUMNS.map(|(_, field)| view! { <td>{row.text(field)}</td> }.into_any());
    view! {
        <tr>
            <th scope="row">{drafter(row)}</th>
            {cells.collect_view()}
        </tr>
    }
    .into_any()
}

fn drafter(row: Part<'_>) -> String {
    match (row.maybe("model"), row.maybe("provider")) {
        (Some(model), Some(provider)) => format!("{model} by {provider}"),
        _ => Origin::BuiltInRules.label().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use argus_types::drafting::ScorecardRow;
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_number_of_the_contract_has_its_column_and_rules_have_their_name() {
        let mut row = ScorecardRow::default();
        let value = serde_json::to_value(&row).unwrap();
        let fields = value.as_object().unwrap();
        let numbers = fields.iter().filter(|(_, value)| value.is_u64());
        assert_eq!(numbers.count(), COLUMNS.len());
        for (_, field) in COLUMNS {
            assert!(fields.get(field).is_some_and(Value::is_u64), "{field}");
        }
        assert_eq!(drafter(Part(&value)), "built-in rules, no language model");
        row.model = Some("m1".to_owned());
        row.provider = Some("main".to_owned());
        let value = serde_json::to_value(&row).unwrap();
        assert_eq!(drafter(Part(&value)), "m1 by main");
    }
}
