//! Who is signed in.

use argus_types::id::PersonId;
use argus_types::person::{Permission, Role, Session};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::PageTransitionEvent;

use crate::api::{self, Api, ApiError};

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
}

impl SessionContext {
    /// Asks who is signed in.
    pub fn start() -> Self {
        let state = RwSignal::new(SessionState::Asking);
        let api = Api::new(Callback::new(move |()| {
            state.update(|state| {
                let ended = matches!(
                    state,
                    SessionState::SignedIn(_) | SessionState::SignedOut { ended: true }
                );
                *state = SessionState::SignedOut { ended };
            });
        }));
        let context = Self { state, api };
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
                    self.state.set(SessionState::SignedIn(session));
                }
                Err(error) if error.is_signed_out() => {}
                Err(error) => self.state.set(SessionState::Unknown(error)),
            }
        });
    }

    /// Forgets the session, after it was ended.
    pub fn forget(self) {
        self.api.set_csrf_token(None);
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
}

/// The page's session.
pub fn use_session() -> SessionContext {
    expect_context()
}

/// The way to the API.
pub fn use_api() -> Api {
    use_session().api
}
