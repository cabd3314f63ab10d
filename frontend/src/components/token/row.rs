//! One API token.

use argus_types::account::ApiTokenView;
use leptos::prelude::*;

use crate::api::api_tokens::revoke;
use crate::components::certain::{Certain, focus_soon};
use crate::components::icon::Glyph;
use crate::components::moment::{Age, Moment};
use crate::components::pill::Mark;
use crate::context::clock::use_clock;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::format::words::{self, Tone, Word};

const REVOKED: Word = Word {
    text: "revoked",
    tone: Tone::Quiet,
    glyph: Glyph::Cross,
};
const ENDED: Word = Word {
    text: "ended",
    tone: Tone::Quiet,
    glyph: Glyph::Clock,
};
const WORKS: Word = Word {
    text: "works",
    tone: Tone::Good,
    glyph: Glyph::Check,
};

/// The row.
#[component]
pub fn TokenRow(
    /// The token.
    token: ApiTokenView,
    /// The heading that reading goes on at.
    heading: &'static str,
    /// Runs when it was revoked.
    changed: Callback<()>,
) -> impl IntoView {
    let api = use_api();
    let now = use_clock().now_untracked();
    let word = if token.revoked_at.is_some() {
        REVOKED
    } else if token.expires_at.unix_millis() <= now {
        ENDED
    } else {
        WORKS
    };
    let open = RwSignal::new(false);
    let sending = Submission::new();
    let id = token.id;
    let decide = Callback::new(move |()| {
        sending.run(
            id.to_string(),
            move |key| revoke(api, id, key),
            move |()| {
                open.set(false);
                focus_soon(heading);
                changed.run(());
            },
        );
    });
    let name = token.name.clone();
    view! {
        <li class="holding">
            <div class="holding-text">
                <p class="holding-name">
                    <strong>{token.name}</strong>
                    <Mark word=word />
                </p>
                <p class="fine">{words::token_may(token.may)} " · " {token.scope.to_string()}</p>
                <p class="fine">
                    "Made " <Moment at=token.created_at /> " · ends " <Moment at=token.expires_at />
                    " · "
                    {match token.last_used_at {
                        Some(at) => view! { "used " <Age at=at /> }.into_any(),
                        None => view! { "never used" }.into_any(),
                    }}
                </p>
            </div>
            {(word == WORKS)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button small"
                            aria-label=format!("Revoke {name}")
                            on:click=move |_| open.set(true)
                        >
                            "Revoke"
                        </button>
                    }
                })}
            <Certain
                open=open
                title=format!("Revoke {name}?")
                meaning="Whatever uses it is refused from now on. It cannot be brought back."
                act="Revoke the token"
                sending=sending
                decide=decide
            />
        </li>
    }
}
