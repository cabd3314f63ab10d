//! Until when a lease provably holds, by this process' own clock.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Counted from before each request for the lease, so that it ends here no later than in the database. No wall clock
/// has a say.
#[derive(Debug)]
pub(crate) struct Held(Mutex<Instant>);

impl Held {
    /// Of a lease of this time that was asked for then.
    pub(crate) fn new(asked_at: Instant, ttl: Duration) -> Self {
        Self(Mutex::new(asked_at + ttl))
    }

    /// It was renewed.
    pub(crate) fn renewed(&self, asked_at: Instant, ttl: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = asked_at + ttl;
    }

    /// Whether nobody else can have it at this moment.
    pub(crate) fn holds(&self) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) > Instant::now()
    }
}
