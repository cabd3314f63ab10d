//! Something that takes a passkey, on its way: the person is asked, then Argus.
//!
//! Unlike a [`Submission`](super::submission::Submission) it has no key that outlives it. What a person shows to an
//! authenticator counts once; trying again is another ceremony.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::outcome::{Outcome, outcome};
use crate::passkey::Failure;

/// A ceremony on its way.
#[derive(Clone, Copy)]
pub struct Attempt {
    /// Whether the person or Argus is being waited for.
    pub pending: RwSignal<bool>,
    /// Why it brought nothing; `None` after it did.
    pub failure: RwSignal<Option<Failure>>,
}

impl Default for Attempt {
    fn default() -> Self {
        Self::new()
    }
}

impl Attempt {
    /// Nothing tried yet.
    pub fn new() -> Self {
        Self {
            pending: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Carries out `ceremony`; `done` runs with what it brought. Ignored while an earlier one is under way: a
    /// browser shows one at a time.
    pub fn run<T: 'static>(
        self,
        ceremony: impl Future<Output = Result<T, Failure>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.pending.get_untracked() {
            return;
        }
        self.follow(outcome(ceremony, done));
    }

    fn follow(self, ceremony: Outcome<Failure>) {
        self.pending.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let outcome = ceremony.await;
            if self.pending.try_set(false).is_some() {
                // Whoever was asked has left the screen.
                return;
            }
            match outcome {
                Ok(take) => take(),
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}
