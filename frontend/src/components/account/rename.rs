//! Calls a passkey something else, in its place.

use argus_types::account::PasskeyName;
use argus_types::id::PasskeyId;
use leptos::ev;
use leptos::prelude::*;

use crate::api::passkeys::rename;
use crate::components::certain::focus_soon;
use crate::components::failure::Failure;
use crate::components::text_field::TextField;
use crate::context::faults::Faults;
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::format::plain::plain;

const FIELD: &str = "passkey-new-name";

/// The form.
#[component]
pub fn Rename(
    /// Which.
    id: PasskeyId,
    /// What it is called now.
    name: String,
    /// Whether the form is open.
    open: RwSignal<bool>,
    /// Runs when it has the new name.
    changed: Callback<&'static str>,
) -> impl IntoView {
    let api = use_api();
    let name = RwSignal::new(name);
    let sending = Submission::new();
    let faults = Faults::of(sending);
    focus_soon(FIELD);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let made = plain("/name", &name.get_untracked()).map_err(|fault| vec![fault]);
        if let Some(name) = faults.take(made) {
            sending.run(
                name.to_string(),
                move |key| rename(api, id, PasskeyName { name }, key),
                move |()| {
                    open.set(false);
                    changed.run("Renamed.");
                },
            );
        }
    };
    view! {
        <form class="inline-form" novalidate on:submit=send>
            <TextField id=FIELD label="New name" value=name fault=faults.at("/name") max=60 />
            <div class="actions">
                <button
                    type="submit"
                    class="button primary"
                    disabled=move || sending.pending.get()
                >
                    "Save"
                </button>
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    "Cancel"
                </button>
            </div>
            <Failure error=sending.error before="Not renamed." />
        </form>
    }
}
