//! How the draft of a proposal came about: the review's part about language models.

use argus_types::id::ProposalId;
use argus_types::problem::ProblemCode;
use leptos::prelude::*;

use crate::api::ApiError;
use crate::api::models::record as read_record;
use crate::api::part::Part;
use crate::components::drafting::record;
use crate::components::failure::Failure;
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::load::load;
use crate::context::session::use_api;
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::routes;

/// The page.
#[component]
pub fn Drafting(
    /// Which proposal.
    proposal: ProposalId,
) -> impl IntoView {
    set_title(|| "How it was drafted".to_owned());
    let api = use_api();
    let held = load(move || read_record(api, proposal));
    let missing = memo(move || {
        let code = |error: &Option<ApiError>| error.as_ref().and_then(ApiError::code);
        held.error.with(code) == Some(ProblemCode::NotFound)
    });
    view! {
        <h1>"How it was drafted"</h1>
        <nav class="segments" aria-label="Parts of the review">
            <a class="segment" href=routes::change(proposal)>
                "Plan"
            </a>
            <a class="segment" href=routes::drafting(proposal) aria-current="page">
                "AI"
            </a>
        </nav>
        {dynamic(move || {
            if missing.get() {
                view! {
                    <Empty title="There is no such proposal.">
                        <p>"The link may be mistyped."</p>
                    </Empty>
                }
                    .into_any()
            } else {
                view! { <Failure error=held.error retry=Callback::new(move |()| held.reload()) /> }
                    .into_any()
            }
        })}
        {dynamic(move || held.is_first().then(|| view! { <Skeleton lines=8 label="Reading the draft" /> }))}
        {dynamic(move || held.data.with(|held| held.as_ref().map(|held| record(Part(held)))))}
    }
}
