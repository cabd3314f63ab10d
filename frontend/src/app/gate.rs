//! Before a screen that needs a session: who is there, and where to go without one.

use leptos::prelude::*;

use crate::components::failure::Failure;
use crate::components::notice::Notice;
use crate::components::skeleton::Skeleton;
use crate::context::location::use_location;
use crate::context::session::{SessionContext, SessionState, use_session};
use crate::erased::{dynamic, effect, memo};
use crate::format::words::Tone;

/// Who is there, as far as that decides what is shown.
#[derive(Clone, Copy, PartialEq)]
pub enum Who {
    /// Being asked.
    Asking,
    /// Nobody; whether somebody was, until just now.
    Nobody {
        /// A session has ended.
        ended: bool,
    },
    /// Somebody who is signed in.
    Somebody,
    /// Argus could not be asked.
    Unknown,
}

/// Who is there. A session that is read again is the same somebody: it must not build a screen anew.
pub fn who(session: SessionContext) -> Memo<Who> {
    memo(move || match session.state.get() {
        SessionState::Asking => Who::Asking,
        SessionState::SignedOut { ended } => Who::Nobody { ended },
        SessionState::SignedIn(_) => Who::Somebody,
        SessionState::Unknown(_) => Who::Unknown,
    })
}

/// Shows `inside` to somebody; nobody is led to the sign-in.
pub fn gate(inside: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    let session = use_session();
    let who = who(session);
    let location = use_location();
    let misplaced = memo(move || !location.is_own());
    dynamic(move || {
        if misplaced.get() {
            return view! { <Misplaced /> }.into_any();
        }
        match who.get() {
            Who::Asking => view! { <Waiting label="Asking who is signed in" /> }.into_any(),
            Who::Nobody { ended } => view! { <ToSignIn ended=ended /> }.into_any(),
            Who::Somebody => inside(),
            Who::Unknown => view! { <Unreachable /> }.into_any(),
        }
    })
}

/// Something is asked or loaded.
#[component]
pub fn Waiting(
    /// What, for screen readers.
    label: &'static str,
) -> impl IntoView {
    view! {
        <main id="main" class="door" tabindex="-1">
            <Skeleton label=label />
        </main>
    }
}

#[component]
fn ToSignIn(ended: bool) -> impl IntoView {
    let location = use_location();
    effect(move || location.replace_by_sign_in(ended));
    view! { <Waiting label="Going to the sign-in" /> }
}

/// The server delivered one bundle for a path of the other one. Leading on would only come back here.
#[component]
fn Misplaced() -> impl IntoView {
    view! {
        <main id="main" class="door" tabindex="-1">
            <h1>"Argus"</h1>
            <Notice tone=Tone::Bad title="This address does not show what it should">
                <p>
                    "The web server in front of Argus does not know this path yet. Whoever runs Argus "
                    "has to bring its configuration up to date with this page."
                </p>
            </Notice>
        </main>
    }
}

/// Argus could not be asked who is signed in.
#[component]
pub fn Unreachable() -> impl IntoView {
    let session = use_session();
    let error = Signal::derive(move || match session.state.get() {
        SessionState::Unknown(error) => Some(error),
        _ => None,
    });
    view! {
        <main id="main" class="door" tabindex="-1">
            <h1>"Argus"</h1>
            <Failure error=error retry=Callback::new(move |()| session.ask()) />
        </main>
    }
}
