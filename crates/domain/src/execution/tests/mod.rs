//! The state machine, event by event.

mod journal;
mod properties;
mod stops;
mod walks;
