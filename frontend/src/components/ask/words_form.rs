//! Asking in words.

use argus_types::proposal::{Origin, Question};
use argus_types::text::PlainText;
use leptos::ev;
use leptos::prelude::*;

use super::examples::Examples;
use super::outcome::Questions;
use super::why::{Why, WhyField, failure_beside};
use crate::api::propose::propose;
use crate::api::wish::Asking;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::review::use_review;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::dynamic;

/// A field for the request, and what came of it. The text stays until a proposal was made.
#[component]
pub fn WordsForm() -> impl IntoView {
    let api = use_api();
    let review = use_review();
    let text = RwSignal::new(String::new());
    let wrong = RwSignal::new(String::new());
    let questions = RwSignal::new(Vec::<Question>::new());
    let why = Why::new(None);
    let asking = Submission::new();

    let ask = move |words: String| {
        let request = match PlainText::new(words.trim()) {
            Ok(request) if !request.as_str().is_empty() => request,
            Ok(_) => return wrong.set("Write what you want to change.".to_owned()),
            Err(error) => return wrong.set(format!("The {error}.")),
        };
        wrong.set(String::new());
        let Some(reason) = why.given() else { return };
        // What was asked back was about other words.
        questions.set(Vec::new());
        asking.run(
            format!("{words} {reason:?}"),
            move |key| {
                let asking = Asking {
                    request: Some(request),
                    reason,
                    ..Asking::default()
                };
                propose(api, asking, key)
            },
            move |asked| {
                questions.set(asked.questions);
                if let Some(proposal) = asked.proposal {
                    text.set(String::new());
                    why.clear();
                    review.open(proposal.id);
                }
            },
        );
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        ask(text.get_untracked());
    };
    let on_keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            ask(text.get_untracked());
        }
    };
    let answer = Callback::new(move |request: String| {
        text.set(request.clone());
        ask(request);
    });
    view! {
        <form class="ask-form" on:submit=submit>
            <label class="field">
                <span>"What shall change?"</span>
                <textarea
                    rows="3"
                    maxlength="2000"
                    spellcheck="false"
                    placeholder="snapshot web-01, then move it to pve2"
                    bind:value=text
                    on:keydown=on_keys
                    aria-describedby="ask-origin"
                ></textarea>
            </label>
            <p class="field-error" role="alert">
                {wrong}
            </p>
            <WhyField why=why asking=asking />
            <div class="ask-foot">
                <p class="fine" id="ask-origin">
                    "Read by " {Origin::BuiltInRules.label()}
                    ". You see the exact steps before anything happens."
                </p>
                <button type="submit" class="button primary" disabled=move || asking.pending.get()>
                    {dynamic(move || {
                        if asking.pending.get() {
                            view! { <Icon glyph=Glyph::Progress /> "Planning…" }.into_any()
                        } else {
                            view! { "Plan it" }.into_any()
                        }
                    })}
                </button>
            </div>
        </form>
        <Failure error=failure_beside(asking) />
        {dynamic(move || {
            let open = questions.get();
            (!open.is_empty())
                .then(|| view! { <Questions questions=open answer=answer pending=asking.pending /> })
        })}
        <Examples choose=Callback::new(move |example| text.set(example)) />
    }
}
