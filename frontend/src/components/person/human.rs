//! Says that two accounts are one human being's. Takes the admin's passkey.

use argus_types::account::{PersonChange, PersonView, StepUpAct};
use argus_types::id::PersonId;
use argus_types::person::Person;
use leptos::ev;
use leptos::prelude::*;

use crate::api::people::change;
use crate::components::failure::Failure;
use crate::components::passkey_failure::PasskeyFailure;
use crate::context::faults::{Faults, fault};
use crate::context::session::use_session;
use crate::context::step_up::SteppedUp;

/// The accounts that `person` is not joined with yet.
pub fn others(person: &PersonView, people: &[PersonView]) -> Vec<Person> {
    people
        .iter()
        .filter(|other| other.person.id != person.person.id)
        .filter(|other| person.human.is_none() || other.human != person.human)
        .map(|other| other.person.clone())
        .collect()
}

/// A choice of one of `people`, by its id.
#[component]
pub fn PersonSelect(
    /// The field's id, once in the page.
    id: &'static str,
    /// What it is for.
    label: &'static str,
    /// What stands for nobody.
    nobody: &'static str,
    /// Whom to choose from.
    people: Vec<Person>,
    /// Who is chosen.
    chosen: RwSignal<Option<PersonId>>,
    /// What is wrong with it.
    fault: Signal<String>,
) -> impl IntoView {
    let note = format!("{id}-note");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                id=id
                aria-describedby=note.clone()
                on:change:target=move |event| chosen.set(event.target().value().parse().ok())
            >
                <option value="">{nobody}</option>
                {people
                    .into_iter()
                    .map(|person| {
                        view! {
                            <option value=person.id.to_string()>
                                {person.name} " (" {person.role.as_str()} ")"
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            <p id=note class="field-error" role="alert">
                {fault}
            </p>
        </div>
    }
}

/// The form.
#[component]
pub fn HumanForm(
    /// Who.
    id: PersonId,
    /// The other accounts.
    people: Vec<Person>,
    /// Runs when they are joined.
    changed: Callback<&'static str>,
) -> impl IntoView {
    let session = use_session();
    let chosen = RwSignal::new(None::<PersonId>);
    let deciding = SteppedUp::new();
    let faults = Faults::of(deciding.sending);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let made = chosen
            .get_untracked()
            .ok_or_else(|| vec![fault("/same_human_as", "Choose an account.")]);
        if let Some(other) = faults.take(made) {
            deciding.run(
                session,
                (StepUpAct::ManagePeople, id.to_string()),
                other.to_string(),
                move |proof, key| {
                    let wanted = PersonChange {
                        same_human_as: Some(other),
                        step_up: Some(proof),
                        ..PersonChange::default()
                    };
                    change(session.api, id, wanted, key)
                },
                move |()| changed.run("They count as one human from now on."),
            );
        }
    };
    view! {
        <form class="sheet-form" novalidate on:submit=send>
            <PersonSelect
                id="same-human"
                label="The same human as"
                nobody="Choose an account…"
                people=people
                chosen=chosen
                fault=faults.at("/same_human_as")
            />
            <p class="fine">
                "Accounts of one human count once where a plan takes several people."
            </p>
            <div class="actions">
                <button type="submit" class="button" disabled=move || deciding.is_pending()>
                    "Join them with your passkey"
                </button>
            </div>
            <PasskeyFailure attempt=deciding.ceremony before="Not joined." />
            <Failure error=deciding.sending.error before="Not joined." />
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::person::filter::tests::somebody;

    #[test]
    fn an_account_can_be_joined_with_any_that_it_is_not_joined_with_yet() {
        let id = |number: u8| format!("00000000-0000-0000-0000-{number:012}");
        let account = |number, human: Option<u8>| {
            let mut account = somebody("Ada", "admin", false);
            account.person.id = id(number).parse().unwrap();
            account.human = human.map(|human| serde_json::from_value(id(human).into()).unwrap());
            account
        };
        let people = [account(1, Some(9)), account(2, Some(9)), account(3, None)];
        let found = |person| {
            let found = others(person, &people);
            found.into_iter().map(|other| other.id).collect::<Vec<_>>()
        };
        assert_eq!(found(&people[0]), [people[2].person.id]);
        assert_eq!(
            found(&people[2]),
            [people[0].person.id, people[1].person.id]
        );
    }
}
