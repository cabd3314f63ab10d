//! Backups of guests, and new guests out of them.

use std::collections::BTreeSet;

use argus_types::action::{Action, ActionKind, BackupMode, Target};
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKey, GuestKind, NodeName, StorageName, Vmid, VolumeId};
use argus_types::plan::{
    Command, Field, GuestTarget, Lock, Privilege, StepClass, StopClass, VolumeTarget,
};

use super::copy::content;
use super::decide::{Decision, Setting};
use super::effect::{
    Effect, change, expect, on, on_guest, on_node, on_plugs, undone_by, undone_by_hand,
};
use super::guard::{Refusal, refuse, require_free_vmid, require_storage};
use super::words::{guest_label, named};
use crate::facts::{ArchiveFacts, GuestFacts};
use crate::twin::Twin;
use crate::value::{ABSENT, FREE, NONE, PRESENT, YES};

pub(super) fn run(
    guest: &GuestFacts,
    setting: Setting<'_>,
    storage: &StorageName,
    mode: BackupMode,
    protect: bool,
) -> Result<Command, Refusal> {
    require_storage(setting, &guest.node, storage, "backup")?;
    if guest.status == GuestStatus::Unknown {
        return super::guard::unknown_status(&guest_label(guest));
    }
    Ok(Command::Backup {
        storage: storage.clone(),
        mode,
        protect,
        note: setting.own_name(),
    })
}

pub(super) fn effect_of_run(command: &Command, guest: &GuestFacts, target: &GuestTarget) -> Effect {
    let Command::Backup {
        storage,
        mode,
        protect,
        note,
    } = command
    else {
        return Effect::blank();
    };
    let node = &target.node;
    let field = Field::Backup {
        storage: storage.clone(),
        note: note.clone(),
    };
    let mut parameters = vec![
        ("vmid", target.vmid.to_string()),
        ("storage", storage.to_string()),
        ("mode", mode.as_str().to_owned()),
        ("compress", "zstd".to_owned()),
        ("notes-template", note.clone()),
        // Nothing older is removed to make room for it.
        ("remove", "0".to_owned()),
    ];
    let mut changes = vec![change(format!("backup {note}"), ABSENT, PRESENT)];
    if *protect {
        parameters.push(("protected", "1".to_owned()));
        changes.push(change("protected from deletion", "no", "yes"));
    }
    if guest.status == GuestStatus::Running && *mode != BackupMode::Snapshot {
        let meanwhile = match mode {
            BackupMode::Stop => "down until the copy has begun, then running",
            _ => "standing still for the last part, then running",
        };
        changes.push(change("status", "running", meanwhile));
    }
    let mut privileges = on_guest(target, &["VM.Backup"]);
    privileges.extend(on(
        format!("/storage/{storage}"),
        &["Datastore.AllocateSpace"],
    ));
    Effect {
        action: ActionKind::Backup,
        title: format!("Back {} up to {storage}", named(target)),
        path: on_node(node, "vzdump"),
        parameters,
        changes,
        relies_on: vec![
            expect(field.clone(), ABSENT),
            expect(
                Field::StorageActive {
                    storage: storage.clone(),
                    node: node.clone(),
                },
                YES,
            ),
        ],
        proves: vec![
            expect(field, PRESENT),
            expect(Field::Status {}, guest.status.as_str()),
            expect(Field::Lock {}, NONE),
        ],
        undo: undone_by_hand("Delete the backup; its name is known once it is written."),
        class: StepClass::NaturalKey,
        max_attempts: 2,
        stop: StopClass::SafePoint,
        worst_case: Some(
            "Ended early inside Proxmox, the guest may keep the lock `backup` and half an archive is left.".to_owned(),
        ),
        timeout_s: 14_400,
        locks: vec![Lock::Backups { node: node.clone() }],
        privileges,
        ..Effect::blank()
    }
}

/// The guest that a backup was made of, by the archive's name: `vzdump-qemu-101-…` on files, `vm/101/…` on Proxmox
/// Backup Server.
pub(crate) fn owner_of_backup(volume: &VolumeId) -> Option<GuestKey> {
    let path = volume.path();
    let name = path.strip_prefix("backup/").unwrap_or(path);
    let (kind, rest) = if let Some(rest) = name.strip_prefix("vzdump-qemu-") {
        (GuestKind::Qemu, rest.split('-').next()?)
    } else if let Some(rest) = name.strip_prefix("vzdump-lxc-") {
        (GuestKind::Lxc, rest.split('-').next()?)
    } else if let Some(rest) = name.strip_prefix("vm/") {
        (GuestKind::Qemu, rest.split('/').next()?)
    } else if let Some(rest) = name.strip_prefix("ct/") {
        (GuestKind::Lxc, rest.split('/').next()?)
    } else {
        return None;
    };
    let vmid = Vmid::try_from(rest.parse::<u32>().ok()?).ok()?;
    Some(GuestKey { kind, vmid })
}

/// What Proxmox asks of who reads, changes or removes a backup: room on its storage, and the right to back up the guest
/// that it is of. One that is of no guest that shows takes the right over its whole storage.
pub(super) fn on_backup(volume: &VolumeId) -> Vec<Privilege> {
    let storage = format!("/storage/{}", volume.storage());
    let Some(owner) = owner_of_backup(volume) else {
        return on(storage, &["Datastore.Allocate"]);
    };
    let mut privileges = on(storage, &["Datastore.AllocateSpace"]);
    privileges.extend(on(format!("/vms/{}", owner.vmid), &["VM.Backup"]));
    privileges
}

/// The node that restores: the one that was asked for, or the one that the backed-up guest is on, or the first that
/// sees the backup.
pub(super) fn node_for(action: &Action, twin: &Twin) -> Option<NodeName> {
    let Action::Restore { volume, node, .. } = action else {
        return None;
    };
    if let Some(node) = node {
        return Some(node.clone());
    }
    let inventory = &twin.facts().inventory;
    let storage = volume.storage();
    let sees = |node: &NodeName| {
        inventory.is_online(node)
            && inventory
                .storages
                .iter()
                .any(|one| one.node == *node && one.name == storage.as_str())
    };
    let home = owner_of_backup(volume)
        .and_then(|key| inventory.guest(key))
        .map(|guest| &guest.node)
        .filter(|node| sees(node));
    home.or_else(|| inventory.seer_of(&storage)).cloned()
}

pub(super) fn restore(
    action: &Action,
    volume: &VolumeId,
    setting: Setting<'_>,
) -> Result<Decision, Refusal> {
    let Action::Restore {
        new_vmid,
        storage,
        start,
        ..
    } = action
    else {
        return refuse("", "this is not a restore".to_owned());
    };
    super::volume::require_backup(volume, setting)?;
    let Some(key) = owner_of_backup(volume) else {
        return refuse(
            "/volume",
            format!("{volume} is not named like a backup of a guest; restore it in Proxmox"),
        );
    };
    let node = node_for(action, setting.twin).filter(|node| setting.inventory().is_online(node));
    let Some(node) = node else {
        return refuse(
            "/node",
            format!(
                "no node that answers can restore {volume}; bring one back that sees its storage"
            ),
        );
    };
    require_storage(setting, &node, &volume.storage(), "backup").map_err(|refusal| Refusal {
        part: "/node",
        ..refusal
    })?;
    if let Some(storage) = storage {
        require_storage(setting, &node, storage, content(key.kind))?;
    }
    let vmid = require_free_vmid(setting, *new_vmid, "/new_vmid")?;
    Ok(Decision::Do(Command::Restore {
        kind: key.kind,
        vmid,
        storage: storage.clone(),
        start: *start,
    }))
}

/// Where Proxmox puts a container's disks when nobody says where.
const DEFAULT_STORAGE: &str = "local";

/// The storages that a restored guest's disks come to: the one that was asked for, or Proxmox's own choice.
fn goes_to(
    kind: GuestKind,
    storage: Option<&StorageName>,
    archive: Option<&ArchiveFacts>,
) -> BTreeSet<StorageName> {
    match (storage, kind) {
        (Some(storage), _) => BTreeSet::from([storage.clone()]),
        (None, GuestKind::Lxc) => DEFAULT_STORAGE.parse().into_iter().collect(),
        (None, GuestKind::Qemu) => archive
            .map(|archive| archive.storages.clone())
            .unwrap_or_default(),
    }
}

pub(super) fn effect_of_restore(command: &Command, target: &VolumeTarget, twin: &Twin) -> Effect {
    let Command::Restore {
        kind,
        vmid,
        storage,
        start,
    } = command
    else {
        return Effect::blank();
    };
    let VolumeTarget { volume, node } = target;
    let mut parameters = vec![("vmid", vmid.to_string())];
    match kind {
        GuestKind::Qemu => parameters.push(("archive", volume.to_string())),
        GuestKind::Lxc => parameters.extend([
            ("ostemplate", volume.to_string()),
            ("restore", "1".to_owned()),
        ]),
    }
    // New network addresses: the backed-up guest may still run.
    parameters.push(("unique", "1".to_owned()));
    parameters.extend(
        storage
            .as_ref()
            .map(|storage| ("storage", storage.to_string())),
    );
    let mut privileges = on(format!("/vms/{vmid}"), &["VM.Allocate"]);
    privileges.extend(on_backup(volume));
    let known = twin.facts().volumes.get(volume).and_then(Option::as_ref);
    let archive = known.and_then(|facts| facts.archive.as_ref());
    let mut room = goes_to(*kind, storage.as_ref(), archive);
    room.remove(&volume.storage());
    for storage in room {
        privileges.extend(on(
            format!("/storage/{storage}"),
            &["Datastore.AllocateSpace"],
        ));
    }
    privileges.extend(on_plugs(archive.iter().flat_map(|archive| &archive.plugs)));
    if *start {
        parameters.push(("start", "1".to_owned()));
        privileges.extend(on(format!("/vms/{vmid}"), &["VM.PowerMgmt"]));
    }
    let mut relies_on = vec![
        expect(Field::Volume {}, PRESENT),
        expect(Field::VmidHolder { vmid: *vmid }, FREE),
        expect(Field::NodeOnline { node: node.clone() }, YES),
    ];
    relies_on.extend(storage.as_ref().map(|storage| {
        expect(
            Field::StorageActive {
                storage: storage.clone(),
                node: node.clone(),
            },
            YES,
        )
    }));
    let then = if *start { " and start it" } else { "" };
    Effect {
        action: ActionKind::Restore,
        title: format!("Restore {volume} as {kind} {vmid} on {node}{then}"),
        path: on_node(node, kind.as_str()),
        parameters,
        changes: vec![change(
            format!("guest {vmid}"),
            ABSENT,
            if *start { "as in the backup, running" } else { "as in the backup" },
        )],
        relies_on,
        proves: vec![expect(Field::VmidHolder { vmid: *vmid }, kind.as_str())],
        undo: undone_by(
            Action::Destroy {
                target: Target {
                    kind: *kind,
                    vmid: *vmid,
                    node: None,
                },
                purge: false,
            },
            format!("Destroy the new guest {vmid}."),
        ),
        class: StepClass::NaturalKey,
        max_attempts: 2,
        stop: StopClass::SafePoint,
        worst_case: Some(
            "Ended early inside Proxmox, half a guest is left under the new number, with the lock `create`.".to_owned(),
        ),
        timeout_s: 14_400,
        locks: vec![Lock::Guest {
            kind: *kind,
            vmid: *vmid,
        }],
        privileges,
        ..Effect::blank()
    }
}
