//! What is known of a person, and where their role comes from.

use argus_types::account::{DisabledReason, PersonView, RoleSource};
use leptos::prelude::*;

use crate::components::moment::Moment;
use crate::format::count::count;

/// The facts; `others` are the names of the same human's other accounts.
pub fn facts(person: &PersonView, others: &[String]) -> impl IntoView + use<> {
    let source = source(person);
    let disabled = person.disabled_at.map(|at| (at, person.disabled_reason));
    let human = match (person.human.is_some(), others.is_empty()) {
        (false, _) => {
            "Not known: this account cannot give an approval that two people must give.".to_owned()
        }
        (true, true) => "This is their only account.".to_owned(),
        (true, false) => format!(
            "The same as {}: together they count once.",
            others.join(", ")
        ),
    };
    view! {
        <dl class="pairs">
            <dt>"Role"</dt>
            <dd>{person.person.role.as_str()} ", since " <Moment at=person.role_since /></dd>
            <dt>"Comes from"</dt>
            <dd>{source}</dd>
            <dt>"Reaches"</dt>
            <dd>{person.scope.to_string()}</dd>
            <dt>"Human"</dt>
            <dd>{human}</dd>
            <dt>"Breaks glass"</dt>
            <dd>
                {if person.may_break_glass {
                    "Yes. Taken back on the server's own shell only."
                } else {
                    "No. Given on the server's own shell only."
                }}
            </dd>
            <dt>"Has"</dt>
            <dd>{has(person)}</dd>
            <dt>"Account made"</dt>
            <dd>
                <Moment at=person.created_at />
            </dd>
            {disabled
                .map(|(at, reason)| {
                    view! {
                        <dt>"Disabled"</dt>
                        <dd>
                            <Moment at=at />
                            {match reason {
                                Some(DisabledReason::NoRole) => ": no group of theirs maps to a role any more",
                                Some(DisabledReason::Admin) => ": by an admin",
                                None => "",
                            }}
                        </dd>
                    }
                })}
        </dl>
    }
}

/// Where the role comes from, and so where it is changed.
fn source(person: &PersonView) -> String {
    match (person.role_source, &person.role_granted_by) {
        (RoleSource::Groups, _) => {
            "The sign-in provider's groups, looked at again at each sign-in.".to_owned()
        }
        (RoleSource::Shell, _) => "The server's own shell.".to_owned(),
        (RoleSource::Admin, Some(name)) => format!("Given by {name}."),
        (RoleSource::Admin, None) => "Given by an admin.".to_owned(),
    }
}

fn has(person: &PersonView) -> String {
    [
        count(person.passkeys as usize, "passkey", "passkeys"),
        count(person.sessions as usize, "open session", "open sessions"),
        count(person.tokens as usize, "API token", "API tokens"),
    ]
    .join(", ")
}
