//! One decision on its way to the API.
//!
//! A decision has one idempotency key from the first click until Argus has decided about it: a lost answer
//! and a second click cannot become two effects. Another decision (another body) has another key.

use leptos::prelude::*;
use leptos::task::spawn_local;
use uuid::Uuid;

use super::outcome::{Outcome, outcome};
use crate::api::ApiError;

/// A decision on its way.
#[derive(Clone, Copy)]
pub struct Submission {
    /// Whether the answer is awaited.
    pub pending: RwSignal<bool>,
    /// Why it was not taken; `None` after it was.
    pub error: RwSignal<Option<ApiError>>,
    key: StoredValue<Option<(String, Uuid)>>,
}

impl Default for Submission {
    fn default() -> Self {
        Self::new()
    }
}

impl Submission {
    /// Nothing decided yet.
    pub fn new() -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(None),
            key: StoredValue::new(None),
        }
    }

    /// Sends what `send` makes of the key; `what` tells one decision from another. Ignored while an earlier
    /// one is under way. `done` runs when it was taken.
    pub fn run<T, R>(
        self,
        what: String,
        send: impl FnOnce(Uuid) -> R,
        done: impl FnOnce(T) + 'static,
    ) where
        R: Future<Output = Result<T, ApiError>> + 'static,
        T: 'static,
    {
        self.start(what, Box::new(move |key| outcome(send(key), done)));
    }

    /// [`Submission::run`], without types.
    pub(super) fn start(self, what: String, send: Box<dyn FnOnce(Uuid) -> Outcome<ApiError> + '_>) {
        if self.pending.get_untracked() {
            return;
        }
        let Some(key) = self.key_for(what) else {
            return;
        };
        self.pending.set(true);
        self.error.set(None);
        let sending = send(key);
        spawn_local(async move {
            let outcome = sending.await;
            if self.pending.try_set(false).is_some() {
                // Whoever decided has left the page; Argus has the decision all the same.
                return;
            }
            match outcome {
                Ok(take) => {
                    self.key.set_value(None);
                    take();
                }
                Err(error) => {
                    if error.is_definite() {
                        self.key.set_value(None);
                    }
                    self.error.set(Some(error));
                }
            }
        });
    }

    /// Whether the last attempt ended without an answer that decides: it may be sent again unchanged.
    pub fn is_open(self) -> bool {
        self.error
            .with(|error| error.as_ref().is_some_and(|error| !error.is_definite()))
    }

    fn key_for(self, what: String) -> Option<Uuid> {
        if let Some((earlier, key)) = self.key.get_value()
            && earlier == what
        {
            return Some(key);
        }
        match new_key() {
            Ok(key) => {
                self.key.set_value(Some((what, key)));
                Some(key)
            }
            Err(error) => {
                self.error.set(Some(error));
                None
            }
        }
    }
}

/// A key that nobody else will think of. `crypto.getRandomValues`, unlike `randomUUID`, also works on a LAN
/// address without a certificate.
pub fn new_key() -> Result<Uuid, ApiError> {
    let mut bytes = [0; 16];
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok())
        .map(|_| uuid::Builder::from_random_bytes(bytes).into_uuid())
        .ok_or_else(|| ApiError::Unreadable {
            status: 0,
            message: "this browser gives no random numbers".to_owned(),
        })
}
