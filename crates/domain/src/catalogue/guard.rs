//! What stands in the way of actions of every family.

use argus_types::cluster::GuestStatus;
use argus_types::id::GuestKind;

use crate::catalogue::words::guest_label;
use crate::inventory::Inventory;
use crate::twin::TwinGuest;

/// Why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The part of the action that stands in the way, such as `/node`; empty for all of it.
    pub part: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

pub(super) fn refuse<T>(part: &'static str, message: String) -> Result<T, Refusal> {
    Err(Refusal { part, message })
}

/// What must be so for every action.
pub(super) fn check_guest(guest: &TwinGuest<'_>, inventory: &Inventory) -> Result<(), Refusal> {
    let label = guest_label(guest.facts);
    if guest.facts.template {
        return refuse(
            "/target",
            format!(
                "{label} is a template and cannot be changed this way; clone it in Proxmox and name the clone"
            ),
        );
    }
    if let Some(lock) = &guest.facts.lock {
        let kind = match guest.facts.key.kind {
            GuestKind::Qemu => "VM",
            GuestKind::Lxc => "CT",
        };
        return refuse(
            "/target",
            format!(
                "{label}: {kind} is locked ({lock}); wait until that is over, or look for its task in Proxmox if it has hung"
            ),
        );
    }
    if !inventory.is_online(&guest.node) {
        return refuse(
            "/target",
            format!(
                "{label} is on {}, which does not answer; bring the node back first",
                guest.node
            ),
        );
    }
    Ok(())
}

pub(super) fn require_known(
    guest: &TwinGuest<'_>,
    may: &[GuestStatus],
    verb: &str,
    instead: &str,
) -> Result<(), Refusal> {
    if may.contains(&guest.status) {
        return Ok(());
    }
    let label = guest_label(guest.facts);
    if guest.status == GuestStatus::Unknown {
        return unknown_status(&label);
    }
    let status = guest.status.as_str();
    refuse(
        "/target",
        format!("{label} is {status} and cannot {verb}; {instead}"),
    )
}

pub(super) fn unknown_status<T>(label: &str) -> Result<T, Refusal> {
    refuse(
        "/target",
        format!("Proxmox does not say whether {label} runs; look at its node and try again"),
    )
}

/// Refuses containers, for what Proxmox has for virtual machines only.
pub(super) fn require_vm(guest: &TwinGuest<'_>, why: &str) -> Result<(), Refusal> {
    match guest.facts.key.kind {
        GuestKind::Qemu => Ok(()),
        GuestKind::Lxc => refuse(
            "/target",
            format!("{} is a container: {why}", guest_label(guest.facts)),
        ),
    }
}
