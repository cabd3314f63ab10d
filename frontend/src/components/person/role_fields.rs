//! Which role.

use argus_types::person::Role;
use leptos::prelude::*;

use crate::components::choice::Choice;
use crate::context::faults::Faults;
use crate::format::words;

/// The three roles.
#[component]
pub fn RoleFields(
    /// What is chosen.
    role: RwSignal<Role>,
    /// What is wrong with it.
    faults: Faults,
) -> impl IntoView {
    let fault = faults.at("/role");
    view! {
        <fieldset class="choices-set">
            <legend>"Role"</legend>
            {Role::ALL
                .into_iter()
                .map(|value| {
                    view! {
                        <Choice
                            name="role"
                            chosen=role
                            value=value
                            label=value.as_str()
                            hint=words::role_purpose(value)
                        />
                    }
                })
                .collect_view()}
            <p class="field-error" role="alert">
                {fault}
            </p>
        </fieldset>
    }
}
