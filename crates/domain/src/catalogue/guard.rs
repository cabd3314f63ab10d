//! What stands in the way of actions of every family.

use std::collections::BTreeSet;

use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKind, NodeName, StorageName, Vmid};

use super::decide::Setting;
use super::words::guest_label;
use crate::facts::{GIB, GuestFacts, StorageFacts};
use crate::inventory::Inventory;

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

/// What must be so for every action on a guest, apart from what `action` itself can do without.
pub(super) fn check_guest(
    guest: &GuestFacts,
    action: ActionKind,
    inventory: &Inventory,
) -> Result<(), Refusal> {
    let label = guest_label(guest);
    if guest.template && !is_for_templates(action) {
        return refuse(
            "/target",
            format!(
                "{label} is a template and cannot be changed this way; clone it in Proxmox and name the clone"
            ),
        );
    }
    // What was hibernated is locked until it is started again; a pool does not mind.
    let is_for_hibernated = matches!(
        action,
        ActionKind::Start | ActionKind::PoolAdd | ActionKind::PoolRemove
    );
    if let Some(lock) = &guest.lock
        && !(guest.is_hibernated() && is_for_hibernated)
    {
        let kind = match guest.key.kind {
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

/// What can be done with a template as with any other guest.
fn is_for_templates(action: ActionKind) -> bool {
    matches!(
        action,
        ActionKind::Clone
            | ActionKind::Destroy
            | ActionKind::Backup
            | ActionKind::SetConfig
            | ActionKind::PoolAdd
            | ActionKind::PoolRemove
    )
}

pub(super) fn require_known(
    guest: &GuestFacts,
    may: &[GuestStatus],
    verb: &str,
    instead: &str,
) -> Result<(), Refusal> {
    if may.contains(&guest.status) {
        return Ok(());
    }
    let label = guest_label(guest);
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
pub(super) fn require_vm(guest: &GuestFacts, why: &str) -> Result<(), Refusal> {
    match guest.key.kind {
        GuestKind::Qemu => Ok(()),
        GuestKind::Lxc => refuse(
            "/target",
            format!("{} is a container: {why}", guest_label(guest)),
        ),
    }
}

/// The number for a new guest: the one that was asked for, where it is free, or the lowest free one.
pub(super) fn require_free_vmid(
    setting: Setting<'_>,
    wanted: Option<Vmid>,
    part: &'static str,
) -> Result<Vmid, Refusal> {
    let taken: BTreeSet<Vmid> = setting
        .inventory()
        .guests
        .iter()
        .map(|guest| guest.key.vmid)
        .collect();
    match wanted {
        Some(vmid) if taken.contains(&vmid) => refuse(
            part,
            format!("{vmid} is taken; choose another number, or leave it out"),
        ),
        Some(vmid) => Ok(vmid),
        None => (Vmid::MIN..=Vmid::MAX)
            .filter_map(|number| Vmid::try_from(number).ok())
            .find(|vmid| !taken.contains(vmid))
            .ok_or_else(|| Refusal {
                part,
                message: "every number is taken".to_owned(),
            }),
    }
}

/// Whether the node can use the storage now, and for this.
pub(super) fn require_storage<'a>(
    setting: Setting<'a>,
    node: &NodeName,
    storage: &StorageName,
    content: &str,
) -> Result<&'a StorageFacts, Refusal> {
    let seen = &setting.twin.facts().storages;
    let Some(facts) = seen.get(&(node.clone(), storage.clone())) else {
        let has: Vec<String> = seen
            .iter()
            .filter(|((at, _), facts)| at == node && facts.holds(content))
            .map(|((_, name), _)| name.to_string())
            .collect();
        return refuse(
            "/storage",
            format!(
                "{node} has no storage {storage}; for this it has {}",
                if has.is_empty() {
                    "none".to_owned()
                } else {
                    has.join(", ")
                }
            ),
        );
    };
    if !facts.active {
        return refuse(
            "/storage",
            format!("{storage} cannot be used on {node} at the moment; look at it in Proxmox"),
        );
    }
    if !facts.holds(content) {
        return refuse(
            "/storage",
            format!(
                "{storage} does not take {content}, only {}; choose another storage",
                facts.content.join(", ")
            ),
        );
    }
    Ok(facts)
}

/// Whether so many bytes find room.
pub(super) fn require_room(
    facts: &StorageFacts,
    storage: &StorageName,
    bytes: u64,
) -> Result<(), Refusal> {
    match facts.available {
        Some(free) if free < bytes => refuse(
            "/storage",
            format!(
                "{storage} has {} GiB free and {} GiB are needed; make room or choose another storage",
                free / GIB,
                bytes.div_ceil(GIB)
            ),
        ),
        _ => Ok(()),
    }
}
