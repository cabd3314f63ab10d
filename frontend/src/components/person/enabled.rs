//! Lets an account in, or not any more.

use argus_types::account::{PersonChange, PersonView, StepUpAct};
use leptos::prelude::*;

use crate::api::people::change;
use crate::components::certain::Certain;
use crate::components::failure::Failure;
use crate::components::passkey_failure::PasskeyFailure;
use crate::context::session::use_session;
use crate::context::step_up::SteppedUp;
use crate::context::submission::Submission;

/// The button. Keeping somebody out must be quick and takes no passkey; letting them in again does.
#[component]
pub fn Enabled(
    /// Who.
    person: PersonView,
    /// Runs when it is so.
    changed: Callback<&'static str>,
) -> impl IntoView {
    let id = person.person.id;
    let session = use_session();
    let open = RwSignal::new(false);
    let sending = Submission::new();
    let deciding = SteppedUp::new();
    let wanted = move |enabled, step_up| PersonChange {
        enabled: Some(enabled),
        step_up,
        ..PersonChange::default()
    };
    let disable = Callback::new(move |()| {
        sending.run(
            "disable".to_owned(),
            move |key| change(session.api, id, wanted(false, None), key),
            move |()| {
                open.set(false);
                changed.run("Disabled. Sessions and tokens have ended.");
            },
        );
    });
    let enable = move |_| {
        deciding.run(
            session,
            (StepUpAct::ManagePeople, id.to_string()),
            "enable".to_owned(),
            move |proof, key| change(session.api, id, wanted(true, Some(proof)), key),
            move |()| changed.run("Enabled."),
        );
    };
    let name = person.person.name;
    if person.disabled_at.is_some() {
        return view! {
            <button
                type="button"
                class="button"
                disabled=move || deciding.is_pending()
                on:click=enable
            >
                "Enable with your passkey"
            </button>
            <PasskeyFailure attempt=deciding.ceremony before="Not enabled." />
            <Failure error=deciding.sending.error before="Not enabled." />
        }
        .into_any();
    }
    view! {
        <button type="button" class="button" on:click=move |_| open.set(true)>
            "Disable"
        </button>
        <Certain
            open=open
            title=format!("Disable {name}?")
            meaning="Their sessions and API tokens end at once, and they cannot sign in until an admin enables the account again."
            act="Disable the account"
            sending=sending
            decide=disable
        />
    }
    .into_any()
}
