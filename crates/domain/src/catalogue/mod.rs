//! The action catalogue: whether an action makes sense for a guest, and the complete step that it becomes.
//!
//! ```text
//! action --decide--> command --effect--> effect (one literal an action) --step--> the plan's step
//! ```
//!
//! A family has a module, with both halves side by side: when an action is possible, and what its command sends,
//! relies on, brings about and can be taken back by. Adding an action means one arm in [`decide()`], one in [`effect()`],
//! and what the compiler then asks for.

mod config;
mod decide;
mod effect;
mod guard;
mod migrate;
mod power;
mod snapshot;
mod words;

use argus_types::action::ActionKind;

pub(crate) use decide::{Decision, Setting, decide};
pub(crate) use effect::step;
pub(crate) use guard::Refusal;
pub(crate) use words::{guest_label, target_label, verb};

/// Whether people are offered a snapshot before the action: it ends, moves or changes something that a snapshot could
/// bring back.
pub(crate) fn wants_snapshot_first(action: ActionKind) -> bool {
    match action {
        ActionKind::Shutdown
        | ActionKind::Stop
        | ActionKind::Reboot
        | ActionKind::Reset
        | ActionKind::Rollback
        | ActionKind::SetConfig
        | ActionKind::Migrate => true,
        ActionKind::Start
        | ActionKind::Suspend
        | ActionKind::Resume
        | ActionKind::Snapshot
        | ActionKind::DeleteSnapshot => false,
    }
}
