//! The process' clock and source of ids: the one place that asks the machine what time it is.

use std::sync::Arc;

use argus_types::Timestamp;
use time::OffsetDateTime;
use uuid::Uuid;

/// Tells the time and makes ids; tests bring their own.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
    /// An id that sorts by its time of making (UUID version 7).
    fn new_id(&self) -> Uuid;
}

/// A clock that everybody shares.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the home of the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::new(OffsetDateTime::now_utc())
    }

    #[expect(clippy::disallowed_methods, reason = "the home of new ids")]
    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
