//! One passkey.

use argus_types::account::PasskeyView;
use leptos::prelude::*;

use super::passkeys::HEADING;
use super::rename::Rename;
use crate::api::passkeys::remove;
use crate::components::certain::{Certain, focus_soon};
use crate::components::icon::Glyph;
use crate::components::moment::{Age, Moment};
use crate::components::pill::Mark;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::dynamic;
use crate::format::words::{Tone, Word};

const COPIED: Word = Word {
    text: "copied",
    tone: Tone::Bad,
    glyph: Glyph::Warn,
};

/// The row.
#[component]
pub fn PasskeyRow(
    /// The passkey.
    passkey: PasskeyView,
    /// Runs when something changed, with what did.
    changed: Callback<&'static str>,
) -> impl IntoView {
    let api = use_api();
    let id = passkey.id;
    let (open, renaming) = (RwSignal::new(false), RwSignal::new(false));
    let sending = Submission::new();
    let decide = Callback::new(move |()| {
        sending.run(
            id.to_string(),
            move |key| remove(api, id, key),
            move |()| {
                open.set(false);
                focus_soon(HEADING);
                changed.run("Removed. Delete it from your device, too: it opens nothing any more.");
            },
        );
    });
    let title = format!("Remove {}?", passkey.name);
    view! {
        <li class="holding">
            {dynamic(move || {
                let name = passkey.name.clone();
                if renaming.get() {
                    return view! { <Rename id=id name=name open=renaming changed=changed /> }.into_any();
                }
                view! {
                    <div class="holding-text">
                        <p class="holding-name">
                            <strong>{name.clone()}</strong>
                            {passkey.cloned_at.map(|_| view! { <Mark word=COPIED /> })}
                        </p>
                        <p class="fine">
                            "Added " <Moment at=passkey.created_at /> " · "
                            {match passkey.last_used_at {
                                Some(at) => view! { "used " <Age at=at /> }.into_any(),
                                None => view! { "never used" }.into_any(),
                            }}
                        </p>
                        {passkey
                            .cloned_at
                            .map(|at| {
                                view! {
                                    <p>
                                        "A copy of it was used, seen " <Moment at=at />
                                        ". It opens nothing any more: remove it, and end sessions you do not know."
                                    </p>
                                }
                            })}
                    </div>
                    <div class="actions">
                        <button
                            type="button"
                            class="button small"
                            aria-label=format!("Rename {name}")
                            on:click=move |_| renaming.set(true)
                        >
                            "Rename"
                        </button>
                        <button
                            type="button"
                            class="button small"
                            aria-label=format!("Remove {name}")
                            on:click=move |_| open.set(true)
                        >
                            "Remove"
                        </button>
                    </div>
                }
                    .into_any()
            })}
            <Certain
                open=open
                title=title
                meaning="It opens nothing any more from now on. If it was lost or stolen, end your other sessions as well."
                act="Remove the passkey"
                sending=sending
                decide=decide
            />
        </li>
    }
}
