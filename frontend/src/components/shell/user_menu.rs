//! Who is signed in, with which role and until when, and the way out.

use argus_types::person::Permission;
use leptos::prelude::*;

use crate::api::session::sign_out;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::session::{SessionState, use_session};
use crate::context::submission::Submission;
use crate::erased::dynamic;
use crate::format::{moment, words};
use crate::routes;

/// A menu that opens under the person's name.
#[component]
pub fn UserMenu() -> impl IntoView {
    let session = use_session();
    let leaving = Submission::new();
    let leave = move |_| {
        leaving.run(
            "sign out".to_owned(),
            move |key| sign_out(session.api, key),
            move |()| session.forget(),
        );
    };
    dynamic(move || match session.state.get() {
        SessionState::SignedIn(held) => view! {
            <details class="user-menu">
                <summary>
                    <Icon glyph=Glyph::Person />
                    <span class="user-name">{held.person.name.clone()}</span>
                    " "
                    <span class="role">{held.person.role.as_str()}</span>
                </summary>
                <div class="menu">
                    <p>
                        <strong>{held.person.name.clone()}</strong>
                        ", "
                        {words::role(held.person.role)}
                        "."
                    </p>
                    <p class="fine">{words::role_purpose(held.person.role)}</p>
                    <p class="fine">"Signed in until " {moment::full(held.expires_at)}</p>
                    <a href=routes::ACCOUNT class="menu-link">
                        "Your account"
                    </a>
                    {held
                        .permissions
                        .contains(&Permission::ManagePeople)
                        .then(|| {
                            view! {
                                <a href=routes::PEOPLE class="menu-link menu-link-phone">
                                    "People"
                                </a>
                            }
                        })}
                    {held
                        .permissions
                        .contains(&Permission::ManageModels)
                        .then(|| {
                            view! {
                                <a href=routes::MODELS class="menu-link menu-link-phone">
                                    "Language models"
                                </a>
                            }
                        })}
                    <a href=routes::POLICY class="menu-link menu-link-phone">
                        "Policy"
                    </a>
                    <a href=routes::LOGS class="menu-link menu-link-phone">
                        "Logs"
                    </a>
                    <button
                        type="button"
                        class="button"
                        disabled=move || leaving.pending.get()
                        on:click=leave
                    >
                        <Icon glyph=Glyph::Leave />
                        "Sign out"
                    </button>
                    <Failure error=leaving.error />
                </div>
            </details>
        }
        .into_any(),
        _ => ().into_any(),
    })
}
