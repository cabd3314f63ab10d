//! Takes a text to the clipboard.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::icon::{Glyph, Icon};

use crate::erased::dynamic;

#[derive(Clone, Copy, PartialEq)]
enum Copied {
    No,
    Yes,
    Refused,
}

/// A button that copies `text`.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What it is called.
    label: &'static str,
    /// Whether the label stands beside the drawing.
    #[prop(optional)]
    worded: bool,
) -> impl IntoView {
    let copied = RwSignal::new(Copied::No);
    let copy = move |_| {
        let writing = window().navigator().clipboard().write_text(&text);
        spawn_local(async move {
            // The clipboard is refused on plain HTTP away from the own machine, and by some settings.
            let outcome = match JsFuture::from(writing).await {
                Ok(_) => Copied::Yes,
                Err(_) => Copied::Refused,
            };
            copied.try_set(outcome);
            TimeoutFuture::new(3_000).await;
            copied.try_set(Copied::No);
        });
    };
    view! {
        <button
            type="button"
            class=if worded { "button" } else { "icon-button" }
            aria-label=label
            title=label
            on:click=copy
        >
            {dynamic(move || match copied.get() {
                Copied::Yes => view! { <Icon glyph=Glyph::Check /> },
                Copied::Refused => view! { <Icon glyph=Glyph::Cross /> },
                Copied::No => view! { <Icon glyph=Glyph::Copy /> },
            })}
            {worded.then_some(label)}
            <span class="visually-hidden" role="status">
                {dynamic(move || match copied.get() {
                    Copied::Yes => "Copied",
                    Copied::Refused => "The browser refused; select the text and copy it",
                    Copied::No => "",
                })}
            </span>
        </button>
    }
}
