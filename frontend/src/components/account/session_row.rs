//! One session.

use argus_types::account::SessionView;
use leptos::prelude::*;

use crate::api::account_sessions::end;
use crate::components::failure::Failure;
use crate::components::icon::Glyph;
use crate::components::moment::{Age, Moment};
use crate::components::pill::Pill;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::context::ways::use_ways;
use crate::erased::dynamic;
use crate::format::way::way;
use crate::format::words::{Tone, Word};

const CURRENT: Word = Word {
    text: "this one",
    tone: Tone::Info,
    glyph: Glyph::Person,
};

/// The row. One's own session ends by signing out.
#[component]
pub fn SessionRow(
    /// The session.
    session: SessionView,
    /// Runs when it has ended, with what to say.
    changed: Callback<&'static str>,
) -> impl IntoView {
    let api = use_api();
    let ways = use_ways();
    let sending = Submission::new();
    let id = session.id;
    let finish = move |_| {
        sending.run(
            id.to_string(),
            move |key| end(api, id, key),
            move |()| changed.run("The session has ended."),
        );
    };
    let name = session.device.clone();
    let opened = session.way;
    view! {
        <li class="holding">
            <div class="holding-text">
                <p class="holding-name">
                    <strong>{session.device}</strong>
                    {session.current.then(|| view! { <Pill word=CURRENT /> })}
                </p>
                <p class="fine">
                    {dynamic(move || {
                        ways.data
                            .with(|ways| {
                                way(&opened, ways.as_ref().map_or(&[], |ways| &ways.providers))
                            })
                    })} " · from " <span class="mono">{session.address}</span>
                </p>
                <p class="fine">
                    "Since " <Moment at=session.created_at /> " · used "
                    <Age at=session.last_seen_at /> " · ends " <Moment at=session.expires_at />
                    " at the latest"
                </p>
                <Failure error=sending.error before="Not ended." />
            </div>
            {(!session.current)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button small"
                            aria-label=format!("End the session of {name}")
                            disabled=move || sending.pending.get()
                            on:click=finish
                        >
                            "End"
                        </button>
                    }
                })}
        </li>
    }
}
