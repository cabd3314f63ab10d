//! Asks again for what could not go on: the new plan comes in place of the old one and says what it does otherwise.

use argus_types::id::ProposalId;
use argus_types::proposal::{Proposal, Question};
use argus_types::text::PlainText;
use leptos::ev;
use leptos::prelude::*;

use crate::api::propose::propose;
use crate::api::wish::Asking;
use crate::components::ask::{Questions, Why, WhyField, failure_beside};
use crate::components::failure::Failure;
use crate::context::location::use_location;
use crate::context::review::use_review;
use crate::context::session::use_session;
use crate::context::submission::Submission;
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
    let session = use_session();
    let review = use_review();
    let location = use_location();
    let text = RwSignal::new(words);
    let wrong = RwSignal::new(String::new());
    let questions = RwSignal::new(Vec::<Question>::new());
    let asking = Submission::new();
    let ask = move |words: String| {
        let request = match PlainText::new(words.trim()) {
            Ok(request) if !request.as_str().is_empty() => request,
            Ok(_) => return wrong.set("Write what you want to change.".to_owned()),
            Err(error) => return wrong.set(format!("The {error}.")),
        };
        wrong.set(String::new());
        let Some(reason) = why.given() else { return };
        questions.set(Vec::new());
        asking.run(
            format!("{words} {reason:?}"),
            move |key| {
                let asking = Asking {
                    request: Some(request),
                    supersedes: Some(before),
                    reason,
                    ..Asking::default()
                };
                propose(session.api, asking, key)
            },
            move |asked| {
                questions.set(asked.questions);
                if let Some(made) = asked.proposal {
                    review.close();
                    location.go(&routes::change(made.id));
                }
            },
        );
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        ask(text.get_untracked());
    };
    let answer = Callback::new(move |request: String| {
        text.set(request.clone());
        ask(request);
    });
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
        <Failure error=failure_beside(asking) />
        {dynamic(move || {
            let open = questions.get();
            (!open.is_empty())
                .then(|| view! { <Questions questions=open answer=answer pending=asking.pending /> })
        })}
    }
}
