//! A policy as its document.

use leptos::prelude::*;

use crate::components::copy_button::CopyButton;
use crate::components::download::download;
use crate::components::icon::{Glyph, Icon};

/// The text, to read, copy and keep.
#[component]
pub fn Document(
    /// Which version it is of.
    number: u32,
    /// The text.
    text: String,
) -> impl IntoView {
    let kept = text.clone();
    let save = move |_| download(&format!("policy-{number}.toml"), "application/toml", &kept);
    view! {
        <div class="policy-document">
            <div class="actions">
                <CopyButton text=text.clone() label="Copy the document" worded=true />
                <button type="button" class="button" on:click=save>
                    <Icon glyph=Glyph::Download />
                    "Download"
                </button>
            </div>
            <pre tabindex="0" aria-label="The document" data-testid="document">
                {text}
            </pre>
        </div>
    }
}
