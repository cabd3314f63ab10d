//! The browser's clock as a signal, one tick a second: countdowns and ages follow it.

use gloo_timers::callback::Interval;
use leptos::prelude::*;

use crate::format::moment::now_ms;

/// Milliseconds since the Unix epoch, renewed each second.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<i64>);

impl Clock {
    /// Starts the clock; it stops with the owner.
    pub fn start() -> Self {
        let now = RwSignal::new(now_ms());
        let ticking = Interval::new(1000, move || now.set(now_ms()));
        // Dropped with the owner, and with it the timer.
        StoredValue::new_local(ticking);
        Self(now)
    }

    /// Now, tracked.
    pub fn now(self) -> i64 {
        self.0.get()
    }

    /// Now, for one use.
    pub fn now_untracked(self) -> i64 {
        self.0.get_untracked()
    }
}

/// The page's clock.
pub fn use_clock() -> Clock {
    expect_context()
}
