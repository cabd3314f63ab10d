//! Everybody's accounts and rights, for admins.

use argus_types::id::PersonId;
use argus_types::person::Permission;
use leptos::prelude::*;

use crate::api::people::people;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::person::{Invite, PeopleList, PersonSheet};
use crate::components::skeleton::Skeleton;
use crate::context::load::load;
use crate::context::location::use_location;
use crate::context::session::{SessionState, use_session};
use crate::context::title::set_title;
use crate::erased::{dynamic, memo};
use crate::format::words::Tone;
use crate::routes;

/// The page; why it is not there, for everybody else.
#[component]
pub fn People() -> impl IntoView {
    set_title(|| "People".to_owned());
    let session = use_session();
    let obstacle = memo(move || {
        session.state.with(|state| match state {
            SessionState::SignedIn(held) => held
                .person
                .role
                .why_not(Permission::ManagePeople)
                .or_else(|| {
                    (!held.scope.is_everything()).then(|| {
                        format!(
                            "This needs a role that reaches everything; yours reaches {}.",
                            held.scope
                        )
                    })
                }),
            _ => None,
        })
    });
    dynamic(move || match obstacle.get() {
        Some(why) => view! {
            <h1>"People"</h1>
            <Notice tone=Tone::Info title="Admins manage people and rights">
                <p>{why} " " <a href=routes::ACCOUNT>"What you may do"</a></p>
            </Notice>
        }
        .into_any(),
        None => view! { <Everybody /> }.into_any(),
    })
}

#[component]
fn Everybody() -> impl IntoView {
    let session = use_session();
    let location = use_location();
    let everybody = load(move || people(session.api));
    let inviting = RwSignal::new(false);
    let close_invite = Callback::new(move |()| inviting.set(false));
    let reload = Callback::new(move |()| everybody.reload());
    let open = memo(move || {
        location
            .query("person")
            .and_then(|id| id.parse::<PersonId>().ok())
    });
    let there = memo(move || everybody.data.with(Option::is_some));
    let close_sheet = Callback::new(move |()| location.go(routes::PEOPLE));
    let known = move || {
        everybody.data.with_untracked(|people| {
            let people = people.as_deref().unwrap_or_default();
            people
                .iter()
                .map(|one| one.person.clone())
                .collect::<Vec<_>>()
        })
    };
    view! {
        <div class="page-head">
            <h1>"People"</h1>
            <button
                type="button"
                class="button primary"
                on:click=move |_| inviting.set(true)
            >
                <Icon glyph=Glyph::Person />
                "Invite somebody"
            </button>
        </div>
        <Failure error=everybody.error retry=reload />
        {dynamic(move || everybody.is_first().then(|| view! { <Skeleton lines=6 label="Reading who there is" /> }))}
        <PeopleList people=everybody.data />
        {dynamic(move || {
            inviting
                .get()
                .then(|| view! { <Invite people=known() close=close_invite changed=reload /> })
        })}
        {dynamic(move || {
            open.get()
                .filter(|_| there.get())
                .map(|id| view! { <PersonSheet id=id people=everybody close=close_sheet /> })
        })}
    }
}
