//! A framed sentence: something to know, to look at, or that went wrong.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::erased::dynamic;
use crate::format::words::Tone;

/// A framed sentence.
#[component]
pub fn Notice(
    /// How loudly.
    tone: Tone,
    /// What it is about, in a few words.
    #[prop(into)]
    title: Signal<String>,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let glyph = match tone {
        Tone::Good => Glyph::Check,
        Tone::Quiet | Tone::Info => Glyph::Info,
        Tone::Bad => Glyph::Cross,
        Tone::Warn | Tone::Open => Glyph::Warn,
    };
    view! {
        <div class=format!("notice {}", tone.class())>
            <Icon glyph=glyph />
            <div class="notice-body">
                <p class="notice-title">{dynamic(move || title.get())}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
