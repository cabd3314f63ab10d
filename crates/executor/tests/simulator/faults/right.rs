//! What is the right end of a step that met a fault: one table.

use argus_domain::check;
use argus_types::execution::ExecutionState::{self, Failed, NeedsAttention, Succeeded};
use argus_types::plan::{Step, StepClass};

use super::kind::Fate;

/// Every end that is right. `leaves_task` says whether Proxmox makes a task of the step.
///
/// | what became of the request | safe to repeat (R, I, N) | unsafe to repeat (U) |
/// |---|---|---|
/// | refused in Proxmox's own words | failed | failed |
/// | never arrived, once | succeeded by another attempt | the same |
/// | never arrived, at every attempt | failed, attempts used up | the same |
/// | never arrived, and nobody knows | succeeded by another attempt | a person, after one attempt |
/// | the same at every attempt | failed, attempts used up | a person, after one attempt |
/// | carried out, and nobody knows | succeeded | succeeded where task or state tells, else a person |
/// | a task without an end | a person, leases kept | the same |
/// | a task that nobody knows | succeeded where state tells, else a person | the same |
pub fn ends(fate: Fate, step: &Step, leaves_task: bool) -> &'static [ExecutionState] {
    let is_unsafe = step.class == StepClass::UnsafeToRepeat;
    match fate {
        Fate::LostBefore { .. } if is_unsafe => &[NeedsAttention],
        // A client that makes something of the answer knows after all.
        Fate::LostAfter if is_unsafe && !leaves_task && !check::tells(step) => {
            &[NeedsAttention, Succeeded]
        }
        Fate::NeverEnds if leaves_task => &[NeedsAttention],
        Fate::Gone if leaves_task => &[Succeeded, NeedsAttention],
        Fate::Refused | Fate::NotSent { always: true } | Fate::LostBefore { always: true } => {
            &[Failed]
        }
        Fate::NotSent { always: false }
        | Fate::LostBefore { always: false }
        | Fate::LostAfter
        | Fate::NeverEnds
        | Fate::Gone => &[Succeeded],
    }
}

/// Whether the request never reached a handler, so that nothing may have changed.
pub fn leaves_all_as_it_was(fate: Fate, state: ExecutionState) -> bool {
    state != Succeeded
        && matches!(
            fate,
            Fate::Refused | Fate::NotSent { .. } | Fate::LostBefore { .. }
        )
}
