//! A secret that is shown this one time.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use super::download::download;
use super::icon::{Glyph, Icon};

/// The secret, with ways to take it away.
#[component]
pub fn ShownOnce(
    /// What it is, in a few words.
    title: &'static str,
    /// What to do with it.
    advice: &'static str,
    /// The secret; several lines for several secrets.
    secret: String,
    /// The name of the file to save it in; empty for none.
    #[prop(optional)]
    file: &'static str,
) -> impl IntoView {
    let kept = secret.clone();
    view! {
        <div class="shown-once" role="group" aria-label=title>
            <p class="notice-title" role="status">
                {title}
                ": shown only now."
            </p>
            <p class="fine">{advice}</p>
            <pre tabindex="0" data-testid="secret">{secret.clone()}</pre>
            <div class="actions">
                <CopyButton text=secret label="Copy" worded=true />
                {(!file.is_empty())
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| download(file, "text/plain", &kept)
                            >
                                <Icon glyph=Glyph::Download />
                                "Save as a file"
                            </button>
                        }
                    })}
            </div>
        </div>
    }
}
