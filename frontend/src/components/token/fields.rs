//! The fields of an API token.

use argus_types::person::{Permission, TokenMay};
use leptos::prelude::*;

use super::draft::TokenDraft;
use crate::components::choice::Choice;
use crate::components::scope::ScopeFields;
use crate::components::text_field::TextField;
use crate::context::faults::Faults;
use crate::context::session::use_session;

/// Name, what it may do, where, for how long.
#[component]
pub fn TokenFields(
    /// What is written down.
    draft: TokenDraft,
    /// What is wrong with it.
    faults: Faults,
    /// Where the body has it: empty for the whole.
    pointer: &'static str,
    /// Where the body has its scope.
    scope_pointer: &'static str,
    /// Whether a dialog that opens with them begins here.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let session = use_session();
    let at = move |field: &str| faults.at(format!("{pointer}/{field}"));
    let may_fault = at("may");
    let why_not = untrack(|| session.role()).and_then(|role| role.why_not(Permission::Propose));
    view! {
        <TextField
            id="token-name"
            label="Name"
            value=draft.name
            fault=at("name")
            max=60
            first=first
            hint="What it is for: it stands in the ledger beside all that the token does."
        />
        <fieldset class="choices-set">
            <legend>"What it may do"</legend>
            <Choice
                name="may"
                chosen=draft.may
                value=TokenMay::Read
                label="Read"
                hint="The cluster, changes and the ledger."
            />
            <Choice
                name="may"
                chosen=draft.may
                value=TokenMay::Propose
                label="Read and ask for changes"
                hint="People decide on what it asks for. No token ever approves or confirms."
                why_not=why_not
            />
            <p class="field-error" role="alert">
                {may_fault}
            </p>
        </fieldset>
        <ScopeFields draft=draft.scope faults=faults pointer=scope_pointer />
        <TextField
            id="token-days"
            label="Days until it ends"
            value=draft.days
            fault=at("days")
            kind="number"
            max=3
            hint="1 to 365. It can be revoked at any time."
        />
    }
}
