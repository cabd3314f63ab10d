//! The demo's door: three people, no proof.

use argus_types::person::Person;
use leptos::prelude::*;

use crate::api::sign_in;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::format::words;

/// The door.
#[component]
pub fn DemoDoor(
    /// Who may be chosen.
    people: Vec<Person>,
) -> impl IntoView {
    let session = use_session();
    let entering = Submission::new();
    view! {
        <section aria-labelledby="demo-title">
            <h2 id="demo-title">"Sign in to the demo as"</h2>
            <ul class="people">
                {people
                    .into_iter()
                    .map(|person| {
                        let id = person.id;
                        let enter = move |_| {
                            entering
                                .run(
                                    id.to_string(),
                                    move |key| sign_in::demo(session.api, id, key),
                                    move |()| session.ask(),
                                );
                        };
                        view! {
                            <li>
                                <button
                                    type="button"
                                    class="person"
                                    disabled=move || entering.pending.get()
                                    on:click=enter
                                >
                                    <span class="person-name">
                                        <Icon glyph=Glyph::Person />
                                        {person.name}
                                    </span>
                                    <span class="role">{person.role.as_str()}</span>
                                    <span class="fine">{words::role_purpose(person.role)}</span>
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <Failure error=entering.error />
            <p class="fine">"These three people exist in the demo only."</p>
        </section>
    }
}
