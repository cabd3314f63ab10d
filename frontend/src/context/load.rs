//! Something read from the API and kept: the last good data stays while a newer read is under way or failed.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::outcome::{Outcome, outcome};
use crate::api::ApiError;
use crate::erased::effect;

/// What was read last, and what the present read came to.
pub struct Load<T: Send + Sync + 'static> {
    /// The last good data.
    pub data: RwSignal<Option<T>>,
    /// Why the last read failed; `None` after a good one.
    pub error: RwSignal<Option<ApiError>>,
    /// Whether a read is under way.
    pub loading: RwSignal<bool>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Load<T> {}

impl<T: Send + Sync + 'static> Load<T> {
    /// Reads again.
    pub fn reload(self) {
        self.again
            .try_update(|again| *again = again.wrapping_add(1));
    }

    /// Whether nothing has come yet and nothing has failed.
    pub fn is_first(self) -> bool {
        self.data.with(Option::is_none) && self.error.with(Option::is_none)
    }
}

/// Reads with `fetch` now, whenever a signal that it reads changes, and at [`Load::reload`]. An answer that
/// was overtaken by a later read is dropped.
pub fn load<T, F, R>(fetch: F) -> Load<T>
where
    T: Send + Sync + 'static,
    F: Fn() -> R + 'static,
    R: Future<Output = Result<T, ApiError>> + 'static,
{
    let load = Load {
        data: RwSignal::new(None),
        error: RwSignal::new(None),
        loading: RwSignal::new(true),
        again: RwSignal::new(0),
    };
    let fetch = move || outcome(fetch(), move |data| load.data.set(Some(data)));
    follow(load.again, load.error, load.loading, Box::new(fetch));
    load
}

/// Reads with `fetch`, which keeps what came by itself; without types.
fn follow(
    again: RwSignal<u32>,
    error: RwSignal<Option<ApiError>>,
    loading: RwSignal<bool>,
    fetch: Box<dyn Fn() -> Outcome<ApiError>>,
) {
    let latest = StoredValue::new(0_u32);
    effect(move || {
        again.track();
        let reading = fetch();
        latest.update_value(|number| *number = number.wrapping_add(1));
        let mine = latest.get_value();
        loading.set(true);
        spawn_local(async move {
            let outcome = reading.await;
            // `None`: whoever asked is gone.
            if latest.try_get_value() != Some(mine) {
                return;
            }
            match outcome {
                Ok(take) => {
                    take();
                    error.set(None);
                }
                Err(failed) => error.set(Some(failed)),
            }
            loading.set(false);
        });
    });
}
