//! Who is signed in.

use argus_types::id::PersonId;
use argus_types::person::{Permission, Role, Session};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::PageTransitionEvent;

use crate::api::{self, Api, ApiError};

/// The access is renewed this long before it ends, in seconds.
const AHEAD_S: u32 = 60;
/// Bounds of the wait for it, in seconds.
const LEAST_WAIT_S: u32 = 5;
const LONGEST_WAIT_S: u32 = 86_400;
/// A renewal that could not be done is tried again after this long, in seconds.
const RETRY_S: u32 = 15;

/// What is known about the session.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionState {
    /// Being asked.
    Asking,
    /// Nobody is signed in; whether somebody was, until just now.
    SignedOut {
        /// A session has ended.
        ended: bool,
    },
    /// Somebody is.
    SignedIn(Session),
    /// Argus could not be asked.
    Unknown(ApiError),
}

/// The session and the way to the API that goes with it.
#[derive(Clone, Copy)]
pub struct SessionContext {
    /// What is known.
    pub state: RwSignal<SessionState>,
    /// How to reach Argus.
    pub api: Api,
    renewing: StoredValue<Option<Timeout>, LocalStorage>,
}

impl SessionContext {
    /// Asks who is signed in.
    pub fn start() -> Self {
        let state = RwSignal::new(SessionState::Asking);
        let api = Api::new(Callback::new(move |()| end(state)));
        let context = Self {
            state,
            api,
            renewing: StoredValue::new_local(None),
        };
        context.ask();
        // A page that the browser kept while it showed another one may have outlived its session, or the lack
        // of one.
        let kept = window_event_listener_untyped("pageshow", move |event| {
            if event
                .dyn_into::<PageTransitionEvent>()
                .is_ok_and(|event| event.persisted())
            {
                context.ask_from_anew();
            }
        });
        on_cleanup(move || kept.remove());
        context
    }

    fn ask_from_anew(self) {
        self.state.maybe_update(|state| {
            let is_out = matches!(state, SessionState::SignedOut { .. });
            if is_out {
                *state = SessionState::Asking;
            }
            is_out
        });
        self.ask();
    }

    /// Asks again who is signed in.
    pub fn ask(self) {
        spawn_local(async move {
            match api::session::session(self.api).await {
                Ok(session) => {
                    self.api.set_csrf_token(Some(session.csrf_token.clone()));
                    self.renew_in(renewal_wait(session.access_expires_in_s));
                    self.state.set(SessionState::SignedIn(session));
                }
                Err(error) if error.is_unauthenticated() => end(self.state),
                Err(error) => self.unanswered(error),
            }
        });
    }

    /// Argus could not be asked. Who was signed in stays so until Argus says otherwise.
    fn unanswered(self, error: ApiError) {
        let is_in = self
            .state
            .with_untracked(|state| matches!(state, SessionState::SignedIn(_)));
        if is_in {
            self.renew_in(RETRY_S);
        } else {
            self.state.set(SessionState::Unknown(error));
        }
    }

    /// Renews the access in so many seconds, and asks anew who is signed in. What was planned before is not done.
    fn renew_in(self, seconds: u32) {
        let timeout = Timeout::new(seconds * 1000, move || {
            spawn_local(async move {
                match self.api.renew().await {
                    Ok(()) => self.ask(),
                    Err(error) if error.is_unauthenticated() => {}
                    Err(error) => self.unanswered(error),
                }
            });
        });
        self.renewing.try_set_value(Some(timeout));
    }

    /// Forgets the session, after it was ended.
    pub fn forget(self) {
        self.api.set_csrf_token(None);
        self.renewing.set_value(None);
        self.state.set(SessionState::SignedOut { ended: false });
    }

    /// The role of whoever is signed in, tracked.
    pub fn role(self) -> Option<Role> {
        self.state.with(|state| match state {
            SessionState::SignedIn(session) => Some(session.person.role),
            _ => None,
        })
    }

    /// Who is signed in, tracked.
    pub fn person(self) -> Option<PersonId> {
        self.state.with(|state| match state {
            SessionState::SignedIn(session) => Some(session.person.id),
            _ => None,
        })
    }

    /// Whether the person may, as Argus says; tracked.
    pub fn may(self, permission: Permission) -> bool {
        self.state.with(|state| match state {
            SessionState::SignedIn(session) => session.permissions.contains(&permission),
            _ => false,
        })
    }

    /// Whether the person's role reaches everything, tracked.
    pub fn reaches_everything(self) -> bool {
        self.state.with(
            |state| matches!(state, SessionState::SignedIn(held) if held.scope.is_everything()),
        )
    }
}

/// Nobody is signed in, as Argus says; however often it says so.
fn end(state: RwSignal<SessionState>) {
    state.update(|state| {
        let ended = matches!(
            state,
            SessionState::SignedIn(_) | SessionState::SignedOut { ended: true }
        );
        *state = SessionState::SignedOut { ended };
    });
}

/// How long to wait before an access is renewed that ends in so many seconds: most of that time, so that no call
/// meets the end.
fn renewal_wait(ends_in_s: u32) -> u32 {
    (ends_in_s - AHEAD_S.min(ends_in_s / 2)).clamp(LEAST_WAIT_S, LONGEST_WAIT_S)
}

/// The page's session.
pub fn use_session() -> SessionContext {
    expect_context()
}

/// The way to the API.
pub fn use_api() -> Api {
    use_session().api
}

#[cfg(test)]
mod tests {
    use super::renewal_wait;

    #[test]
    fn access_is_renewed_a_minute_before_it_ends_and_a_short_one_halfway() {
        assert_eq!(renewal_wait(900), 840);
        assert_eq!(renewal_wait(120), 60);
        assert_eq!(renewal_wait(40), 20);
    }

    #[test]
    fn no_answer_makes_the_page_renew_without_a_pause_or_overflows_a_timer() {
        assert_eq!(renewal_wait(0), 5);
        assert!(i32::try_from(u64::from(renewal_wait(u32::MAX)) * 1000).is_ok());
    }
}
