//! Releasing the emergency stop: one person asks, another one agrees, and one of the two is an admin.

use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::emergency::{EmergencyStop, EmergencyStopRelease};
use argus_types::id::StepUpId;
use argus_types::person::{Person, Role};
use leptos::prelude::*;

use super::part::{Part, part};
use crate::api::emergency_stop;
use crate::components::moment::Moment;
use crate::components::passkey_missing::PasskeyMissing;
use crate::context::clock::use_clock;
use crate::context::emergency::use_emergency;
use crate::context::load::Load;
use crate::context::session::{SessionContext, use_session};
use crate::context::step_up::{SteppedUp, has_passkey};
use crate::erased::{dynamic, effect, memo};

/// What an admin's passkey is asked for; the API calls it the same.
const SUBJECT: &str = "emergency_stop";
/// For so long a first part waits for the second, in seconds.
const WAITS_S: i64 = 600;

/// Who asked, and until when that counts: no countdown, which would be read out every second.
#[component]
pub fn Asked(
    /// Who.
    by: Person,
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let clock = use_clock();
    let emergency = use_emergency();
    let until = at.plus_seconds(WAITS_S);
    let over = memo(move || until.unix_millis() <= clock.now());
    effect(move || {
        if over.get() {
            emergency.reload();
        }
    });
    view! {
        <p data-testid="release-asked">
            <strong>{by.name}</strong>
            " asked to release it at "
            <Moment at=at />
            "; a second person must agree, one of the two an admin. It counts until "
            <Moment at=until />
            "."
        </p>
    }
}

/// The button for the person's part, or why there is none.
#[component]
pub fn Release(
    /// Who asked, while that counts.
    asked_by: Option<Person>,
    /// The part on its way.
    releasing: SteppedUp,
) -> impl IntoView {
    let session = use_session();
    let left = memo(move || {
        let own = session.person().zip(session.role())?;
        let is_admin = own.1 >= Role::Admin;
        // Tracked: a passkey that is added under this very banner counts at once.
        let lacks = is_admin && !has_passkey(session);
        Some((part(own, asked_by.as_ref()), is_admin, lacks))
    });
    dynamic(move || {
        left.get().map(|(part, is_admin, lacks)| {
            view! {
                <div class="banner-aside" data-testid="release">
                    {match part {
                        Part::Ask => button("Ask to release", (is_admin, lacks), releasing),
                        Part::Agree => button("Agree and release", (is_admin, lacks), releasing),
                        Part::None(why) => view! { <p>{why}</p> }.into_any(),
                    }}
                </div>
            }
        })
    })
}

fn button(label: &'static str, (is_admin, lacks): (bool, bool), releasing: SteppedUp) -> AnyView {
    let session = use_session();
    let emergency = use_emergency();
    let send = move |_| take_part(label, is_admin, releasing, (session, emergency));
    view! {
        {lacks.then(|| view! { <PasskeyMissing /> })}
        <button
            type="button"
            class="button"
            disabled=move || lacks || releasing.is_pending()
            on:click=send
        >
            {dynamic(move || {
                if releasing.ceremony.pending.get() {
                    "Waiting for your passkey…"
                } else if releasing.sending.pending.get() {
                    "Sending…"
                } else {
                    label
                }
            })}
        </button>
    }
    .into_any()
}

/// An admin shows a passkey first. `what` tells asking from agreeing.
fn take_part(
    what: &str,
    is_admin: bool,
    releasing: SteppedUp,
    (session, emergency): (SessionContext, Load<EmergencyStop>),
) {
    let send = move |step_up: Option<StepUpId>, key| {
        let release = EmergencyStopRelease {
            reason: None,
            step_up,
        };
        emergency_stop::release(session.api, release, key)
    };
    let done = move |()| emergency.reload();
    if is_admin {
        let act = (StepUpAct::ReleaseEmergencyStop, SUBJECT.to_owned());
        releasing.run(
            session,
            act,
            what.to_owned(),
            move |proof, key| send(Some(proof), key),
            done,
        );
    } else {
        releasing
            .sending
            .run(what.to_owned(), move |key| send(None, key), done);
    }
}
