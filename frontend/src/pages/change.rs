//! One proposal as a page.

use argus_types::id::ProposalId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::not_found::NotFound;
use crate::components::review::{ProposalReview, follow};
use crate::context::title::set_title;
use crate::routes;

/// The page.
#[component]
pub fn Change() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            params
                .get("id")
                .and_then(|text| text.parse::<ProposalId>().ok())
        })
    });
    move || match id.get() {
        Some(id) => view! { <Shown proposal=id /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Shown(proposal: ProposalId) -> impl IntoView {
    let held = follow(proposal);
    let title = Memo::new(move |_| {
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
        <ProposalReview proposal=held />
    }
}
