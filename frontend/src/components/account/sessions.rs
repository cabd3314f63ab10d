//! One's open sessions.

use argus_types::account::SessionView;
use leptos::prelude::*;

use super::session_row::SessionRow;
use crate::api::account_sessions::end_others;
use crate::components::certain::{Certain, focus_soon};
use crate::components::failure::Failure;
use crate::components::skeleton::Skeleton;
use crate::context::load::Load;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::{dynamic, memo};

/// The heading, for reading to go on at.
pub const HEADING: &str = "sessions-title";

/// The panel.
#[component]
pub fn Sessions(
    /// The sessions.
    sessions: Load<Vec<SessionView>>,
) -> impl IntoView {
    let api = use_api();
    let open = RwSignal::new(false);
    let said = RwSignal::new("");
    let changed = Callback::new(move |what| {
        said.set(what);
        focus_soon(HEADING);
        sessions.reload();
    });
    let sending = Submission::new();
    let decide = Callback::new(move |()| {
        sending.run(
            "others".to_owned(),
            move |key| end_others(api, key),
            move |()| {
                open.set(false);
                changed.run("All other sessions have ended.");
            },
        );
    });
    let others = memo(move || {
        sessions.data.with(|sessions| {
            sessions
                .as_ref()
                .is_some_and(|sessions| sessions.iter().any(|session| !session.current))
        })
    });
    view! {
        <section class="panel" aria-labelledby=HEADING data-testid="sessions">
            <div class="panel-head">
                <h2 id=HEADING tabindex="-1">
                    "Sessions"
                </h2>
                {dynamic(move || {
                    others
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button small"
                                    on:click=move |_| open.set(true)
                                >
                                    "End all others"
                                </button>
                            }
                        })
                })}
            </div>
            <p class="fine">"Browsers that you are signed in with. End those you do not know."</p>
            <Failure error=sessions.error retry=Callback::new(move |()| sessions.reload()) />
            {dynamic(move || sessions.is_first().then(|| view! { <Skeleton lines=2 label="Reading your sessions" /> }))}
            <ul class="holdings">
                <For
                    each=move || sessions.data.get().unwrap_or_default()
                    key=|session| (session.id, session.last_seen_at)
                    let:session
                >
                    <SessionRow session=session changed=changed />
                </For>
            </ul>
            <p class="said" role="status">
                {said}
            </p>
            <Certain
                open=open
                title="End all other sessions?"
                meaning="Every other browser is signed out within seconds. This one stays."
                act="End all others"
                sending=sending
                decide=decide
            />
        </section>
    }
}
