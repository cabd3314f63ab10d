//! What a plan's token is let through to beyond its plan, because Proxmox's rights are too coarse to keep it apart. Each
//! row says which right it is. Whatever is not here is refused with 403, and a row that is refused has to go.

use argus_types::action::ActionKind as Kind;

use super::calls::{Other, Which};

/// At what the plan is about: the plan's own call among them.
pub fn here(kind: Kind) -> Vec<Which> {
    let entries: &[Kind] = match kind {
        // VM.PowerMgmt on the guest is one right for all that switches it.
        Kind::Start
        | Kind::Shutdown
        | Kind::Stop
        | Kind::Reboot
        | Kind::Reset
        | Kind::Suspend
        | Kind::Resume => POWER,
        _ => &[],
    };
    entries.iter().copied().map(Which::Of).collect()
}

/// Elsewhere.
pub fn elsewhere(_kind: Kind) -> Vec<Which> {
    let others: &[Other] = &[];
    others.iter().copied().map(Which::Other).collect()
}

const POWER: &[Kind] = &[
    Kind::Start,
    Kind::Shutdown,
    Kind::Stop,
    Kind::Reboot,
    Kind::Reset,
    Kind::Suspend,
    Kind::Resume,
];
