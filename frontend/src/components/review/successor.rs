//! Asks again for what could not go on: the new plan comes in place of the old one and says what it does otherwise.

use argus_types::id::ProposalId;
use argus_types::proposal::Proposal;
use leptos::ev;
use leptos::prelude::*;

use crate::components::ask::{Why, WhyField, Words, WordsOutcome};
use crate::context::location::use_location;
use crate::context::review::use_review;
use crate::context::session::use_session;
use crate::erased::dynamic;
use crate::routes;

/// The form, for the author of a proposal that may have a successor and has none; else the way to the one it has.
#[component]
pub fn Successor(
    /// The proposal.
    proposal: Proposal,
) -> impl IntoView {
    let session = use_session();
    if let Some(id) = proposal.superseded_by {
        return view! {
            <p>
                <a href=routes::change(id) data-testid="successor">
                    "See the plan that came in its place"
                </a>
            </p>
        }
        .into_any();
    }
    let is_author = session.person() == Some(proposal.author.id);
    if !is_author || !proposal.state.may_be_superseded() {
        return ().into_any();
    }
    let (words, reason) = (proposal.request.unwrap_or_default(), proposal.reason);
    view! { <Again before=proposal.id words=words why=Why::new(reason) /> }.into_any()
}

#[component]
fn Again(before: ProposalId, words: String, why: Why) -> impl IntoView {
    let review = use_review();
    let location = use_location();
    let text = RwSignal::new(words);
    let made = Callback::new(move |id| {
        review.close();
        location.go(&routes::change(id));
    });
    let words = Words::new(text, why, Some(before), made);
    let Words { wrong, asking, .. } = words;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        words.ask();
    };
    view! {
        <form class="ask-form" data-testid="make-successor" on:submit=submit>
            <label class="field">
                <span>"What shall change instead?"</span>
                <textarea rows="3" maxlength="2000" spellcheck="false" bind:value=text></textarea>
            </label>
            <p class="field-error" role="alert">
                {wrong}
            </p>
            <WhyField why=why asking=asking />
            <button type="submit" class="button primary" disabled=move || asking.pending.get()>
                {dynamic(move || if asking.pending.get() { "Planning…" } else { "Plan a successor" })}
            </button>
        </form>
        <WordsOutcome words=words />
    }
}
