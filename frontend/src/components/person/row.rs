//! One person in the list.

use argus_types::account::PersonView;
use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::components::pill::Mark;
use crate::context::ways::use_ways;
use crate::format::count::count;
use crate::format::way;
use crate::format::words::{Tone, Word};
use crate::routes;

const ENABLED: Word = Word {
    text: "enabled",
    tone: Tone::Good,
    glyph: Glyph::Check,
};
const DISABLED: Word = Word {
    text: "disabled",
    tone: Tone::Bad,
    glyph: Glyph::Cross,
};

/// Whether the account lets somebody in, in a word.
pub fn state(person: &PersonView) -> Word {
    if person.disabled_at.is_some() {
        DISABLED
    } else {
        ENABLED
    }
}

/// The row; all of it leads to the person's sheet.
#[component]
pub fn PersonRow(
    /// Who.
    person: PersonView,
) -> impl IntoView {
    let ways = use_ways();
    let word = state(&person);
    let identities: Vec<_> = person
        .identities
        .iter()
        .map(|detail| detail.identity.provider.clone())
        .collect();
    let passkeys = person.passkeys as usize;
    let way_in = move || {
        let mut names: Vec<String> = ways.data.with(|ways| {
            let providers = ways.as_ref().map_or(&[][..], |ways| &ways.providers);
            identities
                .iter()
                .map(|id| way::provider(id, providers))
                .collect()
        });
        if passkeys > 0 {
            names.push(count(passkeys, "passkey", "passkeys"));
        }
        if names.is_empty() {
            "no way in yet".to_owned()
        } else {
            names.join(", ")
        }
    };
    view! {
        <li class="person-row">
            <a href=routes::person(person.person.id) data-row-link="">
                <Icon glyph=Glyph::Person />
                {person.person.name}
            </a>
            <span class="person-role">
                <span class="role">{person.person.role.as_str()}</span>
            </span>
            <span class="fine">{way_in}</span>
            <span class="fine">{count(person.sessions as usize, "session", "sessions")}</span>
            <Mark word=word />
        </li>
    }
}
