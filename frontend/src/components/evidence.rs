//! Expected against observed, as a table.

use argus_types::plan::Evidence;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What was found where something was expected.
#[component]
pub fn EvidenceTable(
    /// The table's name.
    caption: &'static str,
    /// What the middle column is called, such as `reviewed`.
    #[prop(default = "expected")]
    expected: &'static str,
    /// What the right column is called.
    #[prop(default = "observed")]
    observed: &'static str,
    /// The rows.
    rows: Vec<Evidence>,
) -> impl IntoView {
    view! {
        <div class="table-scroll">
            <table class="facts">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">"value"</th>
                        <th scope="col">{expected}</th>
                        <th scope="col">{observed}</th>
                        <th scope="col">"holds"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(evidence: Evidence) -> impl IntoView {
    let (class, glyph, word) = if evidence.holds {
        ("mark tone-good", Glyph::Check, "yes")
    } else {
        ("mark tone-bad", Glyph::Cross, "no")
    };
    view! {
        <tr>
            <th scope="row">{evidence.label}</th>
            <td>{evidence.expected}</td>
            <td>{evidence.observed}</td>
            <td>
                <span class=class>
                    <Icon glyph=glyph />
                    {word}
                </span>
            </td>
        </tr>
    }
}
