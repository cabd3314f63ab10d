//! Goes on once somebody is in.

use leptos::prelude::*;

use crate::context::location::use_location;
use crate::context::session::{SessionState, use_session};
use crate::erased::{effect, memo};
use crate::routes::{self, back};

/// Leads whoever is signed in, or will be, to the screen that `asked` names, if that is one of this page; not
/// before it is `time`.
pub fn go_on(time: Signal<bool>, asked: impl Fn() -> Option<String> + 'static) {
    let location = use_location();
    when_inside(move |_| {
        if time.get() {
            location.replace(back::after_sign_in(asked().as_deref()));
        }
    });
}

/// Leads whoever came in by a code or a link, once `entered`: to their account, where they make the passkey that
/// is missing; with one, to the overview.
pub fn after_makeshift(entered: RwSignal<bool>) {
    let location = use_location();
    when_inside(move |has_passkey| {
        if entered.get() {
            location.replace(if has_passkey {
                routes::OVERVIEW
            } else {
                routes::ACCOUNT
            });
        }
    });
}

fn when_inside(go: impl Fn(bool) + 'static) {
    let session = use_session();
    let inside = memo(move || {
        session.state.with(|state| match state {
            SessionState::SignedIn(held) => Some(held.has_passkey),
            _ => None,
        })
    });
    effect(move || {
        if let Some(has_passkey) = inside.get() {
            go(has_passkey);
        }
    });
}
