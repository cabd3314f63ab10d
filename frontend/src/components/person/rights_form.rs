//! Changes somebody's role and how far it reaches. Takes the admin's passkey.

use argus_types::account::{PersonChange, PersonView, StepUpAct};
use leptos::ev;
use leptos::prelude::*;

use super::rights_change::difference;
use super::role_fields::RoleFields;
use crate::api::people::change;
use crate::components::failure::Failure;
use crate::components::passkey_failure::PasskeyFailure;
use crate::components::scope::{ScopeDraft, ScopeFields};
use crate::context::faults::Faults;
use crate::context::session::use_session;
use crate::context::step_up::SteppedUp;

/// The form.
#[component]
pub fn RightsForm(
    /// Who.
    person: PersonView,
    /// Runs when they have the new rights.
    changed: Callback<&'static str>,
) -> impl IntoView {
    let session = use_session();
    let id = person.person.id;
    let role = RwSignal::new(person.person.role);
    let scope = ScopeDraft::of(&person.scope);
    let deciding = SteppedUp::new();
    let faults = Faults::of(deciding.sending);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let made = scope
            .scope("/scope")
            .and_then(|scope| difference(&person, role.get_untracked(), scope));
        if let Some(wanted) = faults.take(made) {
            deciding.run(
                session,
                (StepUpAct::ManagePeople, id.to_string()),
                format!("{wanted:?}"),
                move |proof, key| {
                    let wanted = PersonChange {
                        step_up: Some(proof),
                        ..wanted
                    };
                    change(session.api, id, wanted, key)
                },
                move |()| changed.run("The rights are changed, from now on."),
            );
        }
    };
    view! {
        <form class="sheet-form" novalidate on:submit=send>
            <RoleFields role=role faults=faults />
            <ScopeFields draft=scope faults=faults pointer="/scope" />
            <div class="actions">
                <button
                    type="submit"
                    class="button primary"
                    disabled=move || deciding.is_pending()
                >
                    "Change the rights with your passkey"
                </button>
            </div>
            <PasskeyFailure attempt=deciding.ceremony before="Not changed." />
            <Failure error=deciding.sending.error before="Not changed." />
        </form>
    }
}
