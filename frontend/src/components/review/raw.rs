//! The proposal as the API has it, to read, copy and save.

use leptos::prelude::*;

use crate::components::copy_button::CopyButton;
use crate::components::download::download;
use crate::components::icon::{Glyph, Icon};

/// JSON.
#[component]
pub fn Raw(
    /// The proposal as JSON.
    text: String,
    /// The saved file's name.
    name: String,
) -> impl IntoView {
    let saved = text.clone();
    view! {
        <div class="raw">
            <p class="raw-tools">
                <CopyButton text=text.clone() label="Copy the JSON" />
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| download(&name, "application/json", &saved)
                >
                    <Icon glyph=Glyph::Download />
                    "Download"
                </button>
                <span class="fine">
                    "The digest is SHA-256 over the canonical form (RFC 8785) of " <code>"plan"</code> "."
                </span>
            </p>
            <pre tabindex="0">{text}</pre>
        </div>
    }
}
