//! One proposal as a page.

use argus_types::id::ProposalId;
use leptos::prelude::*;

use crate::components::review::{ProposalReview, follow};
use crate::context::title::set_title;
use crate::erased::memo;
use crate::routes;

/// The page.
#[component]
pub fn Change(
    /// Which.
    proposal: ProposalId,
) -> impl IntoView {
    let held = follow(proposal);
    let title = memo(move || {
        held.data.with(|held| {
            held.as_ref()
                .map_or_else(|| "Proposal".to_owned(), |held| held.title.clone())
        })
    });
    set_title(move || title.get());
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href=routes::CHANGES>"Changes"</a>
        </nav>
        <h1>{title}</h1>
        <ProposalReview id=proposal proposal=held />
    }
}
