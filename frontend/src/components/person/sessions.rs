//! Ends all sessions of somebody.

use argus_types::id::PersonId;
use leptos::prelude::*;

use crate::api::people::end_sessions;
use crate::components::certain::Certain;
use crate::context::session::use_api;
use crate::context::submission::Submission;

/// The button.
#[component]
pub fn EndSessions(
    /// Whose.
    id: PersonId,
    /// The question before it.
    question: String,
    /// Runs when they have ended.
    changed: Callback<&'static str>,
) -> impl IntoView {
    let api = use_api();
    let open = RwSignal::new(false);
    let sending = Submission::new();
    let decide = Callback::new(move |()| {
        sending.run(
            "end".to_owned(),
            move |key| end_sessions(api, id, key),
            move |()| {
                open.set(false);
                changed.run("All their sessions have ended.");
            },
        );
    });
    view! {
            <button type="button" class="button" on:click=move |_| open.set(true)>
                "End all sessions"
            </button>
            <Certain
                open=open
                title=question
                meaning="They are signed out everywhere within seconds, and can sign in again. To keep them out, disable the account."
                act="End the sessions"
                sending=sending
                decide=decide
            />
    }
}
