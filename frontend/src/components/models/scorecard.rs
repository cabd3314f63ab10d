//! What became of drafts, drafter by drafter.

use argus_types::drafting::{Scorecard, ScorecardRow};
use argus_types::proposal::Origin;
use leptos::prelude::*;

use crate::components::moment::Moment;

/// The table.
#[component]
pub fn ScorecardTable(
    /// The scorecard.
    card: Scorecard,
) -> impl IntoView {
    view! {
        <p class="fine">
            "Since " <Moment at=card.since /> ". Edited is confirmed as something else, or asked to change; failed is a draft \
             that schema or linter refused, even after the repair."
        </p>
        <div class="table-scroll">
            <table class="facts" data-testid="scorecard">
                <caption class="visually-hidden">"What became of drafts"</caption>
                <thead>
                    <tr>
                        {COLUMNS.map(|name| view! { <th scope="col">{name}</th> }).collect_view()}
                    </tr>
                </thead>
                <tbody>{card.rows.into_iter().map(|row| entry(&row)).collect_view()}</tbody>
            </table>
        </div>
    }
}

const COLUMNS: [&str; 11] = [
    "drafter",
    "proposals",
    "accepted",
    "edited",
    "rejected",
    "lapsed",
    "open",
    "failed",
    "asked back",
    "refused",
    "no answer",
];

fn entry(row: &ScorecardRow) -> AnyView {
    view! {
        <tr>
            <th scope="row">{drafter(row)}</th>
            {numbers(row).map(|number| view! { <td>{number}</td> }).collect_view()}
        </tr>
    }
    .into_any()
}

fn drafter(row: &ScorecardRow) -> String {
    match (&row.model, &row.provider) {
        (Some(model), Some(provider)) => format!("{model} by {provider}"),
        _ => Origin::BuiltInRules.label().to_owned(),
    }
}

fn numbers(row: &ScorecardRow) -> [u64; 10] {
    [
        row.proposals,
        row.accepted,
        row.edited,
        row.rejected,
        row.lapsed,
        row.open,
        row.schema_failed,
        row.clarified,
        row.refused,
        row.unanswered,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_a_column_and_rules_have_their_name() {
        let row = ScorecardRow {
            accepted: 7,
            unanswered: 2,
            ..ScorecardRow::default()
        };
        assert_eq!(numbers(&row).len() + 1, COLUMNS.len());
        let of = |name: &str| {
            let column = COLUMNS.iter().position(|column| *column == name).unwrap();
            numbers(&row)[column - 1]
        };
        assert_eq!((of("accepted"), of("no answer"), of("failed")), (7, 2, 0));
        assert_eq!(drafter(&row), "built-in rules, no language model");
    }
}
