//! The review as a dialog over the present screen.

use argus_types::id::ProposalId;
use leptos::prelude::*;

use super::view::{ProposalReview, follow};
use crate::components::dialog::Dialog;
use crate::components::icon::{Glyph, Icon};
use crate::context::review::use_review;
use crate::erased::{dynamic, memo};
use crate::routes;

/// Shows the proposal that is open for review, if any. Closing decides nothing.
#[component]
pub fn ProposalReviewModal() -> impl IntoView {
    let review = use_review();
    dynamic(move || review.current().map(|id| view! { <Open proposal=id /> }))
}

#[component]
fn Open(proposal: ProposalId) -> impl IntoView {
    let review = use_review();
    let held = follow(proposal);
    let close = Callback::new(move |()| review.close());
    let title = memo(move || {
        held.data.with(|held| {
            held.as_ref()
                .map_or_else(|| "Proposal".to_owned(), |held| held.title.clone())
        })
    });
    view! {
        <Dialog labelled_by="review-title" class="dialog dialog-review" close=close>
            <div class="dialog-head">
                <h2 id="review-title">{title}</h2>
                <span on:click=move |_| close.run(())>
                    <a href=routes::change(proposal) class="page-link">
                        "Open as a page"
                    </a>
                </span>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close, deciding nothing"
                    on:click=move |_| close.run(())
                >
                    <Icon glyph=Glyph::Cross />
                </button>
            </div>
            <ProposalReview id=proposal proposal=held />
        </Dialog>
    }
}
