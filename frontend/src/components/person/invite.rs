//! Invites somebody: the form, and then the link in its place. Takes the admin's passkey.

use argus_types::account::{InvitationInput, InvitationMade, StepUpAct};
use argus_types::person::Person;
use leptos::ev;
use leptos::prelude::*;

use super::human::PersonSelect;
use super::invite_draft::InviteDraft;
use super::role_fields::RoleFields;
use crate::api::invitations::invite;
use crate::components::dialog::Dialog;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::components::passkey_failure::PasskeyFailure;
use crate::components::scope::ScopeFields;
use crate::components::shown_once::ShownOnce;
use crate::components::text_field::TextField;
use crate::context::faults::Faults;
use crate::context::session::use_session;
use crate::context::step_up::SteppedUp;
use crate::erased::dynamic;

/// What the assertion for an invitation is about.
const SUBJECT: &str = "invitation";

/// The dialog.
#[component]
pub fn Invite(
    /// Who has an account already.
    people: Vec<Person>,
    /// Closes it.
    close: Callback<()>,
    /// Runs when somebody was invited.
    changed: Callback<()>,
) -> impl IntoView {
    let made = RwSignal::new(None::<InvitationMade>);
    let draft = InviteDraft::new();
    view! {
        <Dialog labelled_by="invite-title" class="dialog" close=close>
            <div class="dialog-head">
                <h2 id="invite-title">"Invite somebody"</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Close"
                    on:click=move |_| close.run(())
                >
                    <Icon glyph=Glyph::Cross />
                </button>
            </div>
            {dynamic(move || {
                if let Some(made) = made.get() {
                    return view! { <Made made=made close=close /> }.into_any();
                }
                let people = people.clone();
                view! {
                    <Form people=people draft=draft made=made close=close changed=changed />
                }
                    .into_any()
            })}
        </Dialog>
    }
}

#[component]
fn Made(made: InvitationMade, close: Callback<()>) -> impl IntoView {
    view! {
        <div class="dialog-body">
            <p>
                <strong>{made.person.name}</strong>
                " gets in by this link, once, until "
                <Moment at=made.expires_at />
                "."
            </p>
            <ShownOnce
                title="The invitation"
                advice="Hand it over in a way that only they can read. Whoever opens it first has the account."
                secret=made.link
            />
        </div>
        <div class="dialog-foot">
            <span class="spacer"></span>
            <button type="button" class="button primary" on:click=move |_| close.run(())>
                "I have it"
            </button>
        </div>
    }
}

#[component]
fn Form(
    people: Vec<Person>,
    draft: InviteDraft,
    made: RwSignal<Option<InvitationMade>>,
    close: Callback<()>,
    changed: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let deciding = SteppedUp::new();
    let faults = Faults::of(deciding.sending);
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = faults.take(draft.input()) {
            deciding.run(
                session,
                (StepUpAct::ManagePeople, SUBJECT.to_owned()),
                format!("{input:?}"),
                move |proof, key| {
                    let input = InvitationInput {
                        step_up: Some(proof),
                        ..input
                    };
                    invite(session.api, input, key)
                },
                move |answer| {
                    made.set(Some(answer));
                    changed.run(());
                },
            );
        }
    };
    view! {
        <form class="dialog-form" novalidate on:submit=send>
            <div class="dialog-body">
                <TextField
                    id="invite-name"
                    label="Name"
                    value=draft.name
                    fault=faults.at("/name")
                    max=100
                    first=true
                    hint="As it stands beside all that they do."
                />
                <RoleFields role=draft.role faults=faults />
                <ScopeFields draft=draft.scope faults=faults pointer="/scope" />
                <PersonSelect
                    id="invite-human"
                    label="They already have the account"
                    nobody="None: somebody new, for whom I vouch"
                    people=people
                    chosen=draft.same_human_as
                    fault=faults.at("/same_human_as")
                />
                <TextField
                    id="invite-hours"
                    label="Hours for which the link works"
                    value=draft.hours
                    fault=faults.at("/hours")
                    kind="number"
                    max=3
                    hint="1 to 168, which is a week."
                />
                <PasskeyFailure attempt=deciding.ceremony before="Not invited." />
                <Failure error=deciding.sending.error before="Not invited." />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>
                    "Cancel"
                </button>
                <button
                    type="submit"
                    class="button primary"
                    disabled=move || deciding.is_pending()
                >
                    "Invite with your passkey"
                </button>
            </div>
        </form>
    }
}
