//! A state in a word, with its glyph and tone.

use leptos::prelude::*;

use super::icon::Icon;
use crate::format::words::Word;

/// A state with a frame around it.
#[component]
pub fn Pill(
    /// The state.
    word: Word,
) -> impl IntoView {
    view! {
        <span class=format!("pill {}", word.tone.class())>
            <Icon glyph=word.glyph />
            {word.text}
        </span>
    }
}

/// A state within a line of text.
#[component]
pub fn Mark(
    /// The state.
    word: Word,
) -> impl IntoView {
    view! {
        <span class=format!("mark {}", word.tone.class())>
            <Icon glyph=word.glyph />
            {word.text}
        </span>
    }
}
