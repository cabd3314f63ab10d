//! One person, over the list: rights, sessions, where their account is from.

use argus_types::account::PersonView;
use argus_types::id::PersonId;
use leptos::prelude::*;

use super::enabled::Enabled;
use super::facts::facts;
use super::human::{HumanForm, others};
use super::identities::Identities;
use super::rights_change::obstacle;
use super::rights_form::RightsForm;
use super::row::state;
use super::sessions::EndSessions;
use crate::components::certain::focus_soon;
use crate::components::dialog::Dialog;
use crate::components::icon::{Glyph, Icon};
use crate::components::pill::Pill;
use crate::context::load::Load;
use crate::context::session::use_session;
use crate::erased::{dynamic, memo};
use crate::format::words::Word;

const TITLE: &str = "person-title";

/// The sheet.
#[component]
pub fn PersonSheet(
    /// Who.
    id: PersonId,
    /// Everybody.
    people: Load<Vec<PersonView>>,
    /// Closes it.
    close: Callback<()>,
) -> impl IntoView {
    let said = RwSignal::new("");
    let changed = Callback::new(move |what| {
        said.set(what);
        people.reload();
        focus_soon(TITLE);
    });
    let person = memo(move || {
        people.data.with(|people| {
            let people = people.as_ref()?;
            people.iter().find(|one| one.person.id == id).cloned()
        })
    });
    let name = move || {
        person.with(|person| {
            person
                .as_ref()
                .map_or_else(|| "Somebody".to_owned(), |one| one.person.name.clone())
        })
    };
    view! {
        <Dialog labelled_by=TITLE class="dialog dialog-sheet" close=close>
            <div class="dialog-head">
                <h2 id=TITLE tabindex="-1">
                    {name}
                </h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close"
                    on:click=move |_| close.run(())
                >
                    <Icon glyph=Glyph::Cross />
                </button>
            </div>
            <div class="dialog-body sheet-body" data-testid="person-sheet">
                <p class="said" role="status">
                    {said}
                </p>
                {dynamic(move || match person.get() {
                    Some(person) => body(person, people, changed),
                    None => view! { <p>"There is no such account (any more)."</p> }.into_any(),
                })}
            </div>
        </Dialog>
    }
}

fn body(
    person: PersonView,
    people: Load<Vec<PersonView>>,
    changed: Callback<&'static str>,
) -> AnyView {
    let session = use_session();
    let own = untrack(|| session.person());
    let id = person.person.id;
    let is_own = own == Some(id);
    let (same, free) = people.data.with_untracked(|people| {
        let people = people.as_deref().unwrap_or_default();
        let same = people.iter().filter(|other| {
            person.human.is_some()
                && other.human == person.human
                && other.person.id != person.person.id
        });
        let same: Vec<_> = same.map(|other| other.person.name.clone()).collect();
        (same, others(&person, people))
    });
    let state: Word = state(&person);
    view! {
        <p class="sheet-state">
            <span class="role">{person.person.role.as_str()}</span>
            <Pill word=state />
        </p>
        {facts(&person, &same)}
        <section aria-labelledby="rights-form-title">
            <h3 id="rights-form-title">"Role and reach"</h3>
            {match obstacle(&person, own) {
                Some(why) => view! { <p class="fine">{why}</p> }.into_any(),
                None => view! { <RightsForm person=person.clone() changed=changed /> }.into_any(),
            }}
        </section>
        {(!is_own)
            .then(|| {
                view! {
                    <section aria-labelledby="access-title">
                        <h3 id="access-title">"Access"</h3>
                        <div class="actions">
                            <Enabled person=person.clone() changed=changed />
                            {(person.sessions > 0)
                                .then(|| {
                                    let question = format!("End all sessions of {}?", person.person.name);
                                    view! { <EndSessions id=id question=question changed=changed /> }
                                })}
                        </div>
                    </section>
                }
            })}
        {(!is_own && !free.is_empty())
            .then(|| {
                view! {
                    <section aria-labelledby="human-title">
                        <h3 id="human-title">"Who is behind it"</h3>
                        <HumanForm id=id people=free changed=changed />
                    </section>
                }
            })}
        <Identities identities=person.identities />
    }
    .into_any()
}
