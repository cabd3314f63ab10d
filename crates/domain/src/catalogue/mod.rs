//! The action catalogue: whether an action makes sense for a guest, and the complete step that it becomes.
//!
//! Adding an action means one arm in [`decide()`] and one in each function of [`step`]; the compiler finds
//! them all.

mod decide;
mod step;
mod words;

pub(crate) use decide::{Decision, Refusal, Setting, decide};
pub(crate) use step::step;
pub(crate) use words::{guest_label, target_label, verb};
