//! Everybody, with a search.

use argus_types::account::PersonView;
use leptos::prelude::*;

use super::filter::matches;
use super::row::PersonRow;
use crate::components::keyboard::FILTER_ID;
use crate::components::skeleton::Empty;
use crate::erased::{dynamic, memo};
use crate::format::count::count;

/// The list.
#[component]
pub fn PeopleList(
    /// Everybody.
    people: RwSignal<Option<Vec<PersonView>>>,
) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let found = memo(move || {
        let words = words.get();
        people.with(|people| {
            people.as_ref().map(|people| {
                people
                    .iter()
                    .filter(|person| matches(person, &words))
                    .cloned()
                    .collect::<Vec<_>>()
            })
        })
    });
    let none = memo(move || found.with(|found| found.as_ref().is_some_and(Vec::is_empty)));
    view! {
        <search class="filter-bar">
            <label class="field field-grow">
                <span class="visually-hidden">"Search people"</span>
                <input
                    id=FILTER_ID
                    type="search"
                    placeholder="Search by name, role, provider…  ( / )"
                    autocomplete="off"
                    spellcheck="false"
                    bind:value=words
                />
            </label>
        </search>
        <p class="fine" role="status">
            {dynamic(move || {
                found.with(|found| {
                    found.as_ref().map(|found| count(found.len(), "account", "accounts"))
                })
            })}
        </p>
        {dynamic(move || {
            none.get()
                .then(|| {
                    view! {
                        <Empty title="Nobody is found.">
                            <p>"Every word must say something about the person."</p>
                        </Empty>
                    }
                })
        })}
        <ul class="person-list" data-testid="people">
            <For
                each=move || found.get().unwrap_or_default()
                key=|person| (person.person.id, person.person.role, person.person.name.clone(), person.disabled_at, person.sessions, person.passkeys)
                let:person
            >
                <PersonRow person=person />
            </For>
        </ul>
    }
}
