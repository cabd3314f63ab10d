//! Asking in words.

use leptos::ev;
use leptos::prelude::*;

use super::examples::Examples;
use super::why::{Why, WhyField};
use super::words::{Words, WordsOutcome};
use crate::components::icon::{Glyph, Icon};
use crate::context::drafting::who_drafts;
use crate::context::review::use_review;
use crate::context::session::use_api;
use crate::erased::dynamic;

/// A field for the request, and what came of it.
#[component]
pub fn WordsForm() -> impl IntoView {
    let api = use_api();
    let review = use_review();
    let drafts = who_drafts(api);
    let why = Why::new(None);
    let text = RwSignal::new(String::new());
    let words = Words::new(
        text,
        why,
        None,
        Callback::new(move |proposal| {
            text.set(String::new());
            why.clear();
            review.open(proposal);
        }),
    );
    let Words { wrong, asking, .. } = words;
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        words.ask();
    };
    let on_keys = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            words.ask();
        }
    };
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
                    {dynamic(move || drafts.data.get().map(|who| format!("Read by {}. ", who.says)))}
                    "You see the exact steps before anything happens."
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
        <WordsOutcome words=words />
        <Examples choose=Callback::new(move |example| text.set(example)) />
    }
}
