//! Disks: larger, and elsewhere.

use argus_types::action::{Action, ActionKind};
use argus_types::cluster::GuestStatus;
use argus_types::id::{DiskKey, GuestKind, StorageName};
use argus_types::plan::{Command, Expectation, Field, GuestTarget, StepClass, StopClass};

use super::copy::content;
use super::decide::Setting;
use super::effect::{
    Effect, again, at_least, change, expect, final_because, on, on_guest, own, undone_by,
};
use super::guard::{Refusal, refuse, require_known, require_room, require_storage};
use super::words::{guest_label, named};
use crate::facts::{DiskFacts, GIB, GuestFacts};
use crate::twin::Twin;
use crate::value::{NONE, YES, size};

/// Whether the disk already is as large as that.
pub(super) fn is_so(guest: &GuestFacts, disk: &DiskKey, size_gib: u32) -> bool {
    guest.disk(disk).and_then(|disk| disk.size) == Some(u64::from(size_gib) * GIB)
}

pub(super) fn resize(
    guest: &GuestFacts,
    setting: Setting<'_>,
    disk: &DiskKey,
    size_gib: u32,
) -> Result<Command, Refusal> {
    let (facts, now) = require_disk(guest, disk)?;
    let after = u64::from(size_gib) * GIB;
    if after < now {
        return refuse(
            "/size_gib",
            format!(
                "{disk} of {} has {} already, and Proxmox makes no disk smaller",
                guest_label(guest),
                size(now)
            ),
        );
    }
    let storage = require_storage(
        setting,
        &guest.node,
        &facts.storage,
        content(guest.key.kind),
    )
    .map_err(at_disk)?;
    require_room(storage, &facts.storage, after - now).map_err(at_disk)?;
    Ok(Command::ResizeDisk {
        disk: disk.clone(),
        size_gib,
        digest: guest.digest().map(str::to_owned),
    })
}

pub(super) fn move_to(
    guest: &GuestFacts,
    setting: Setting<'_>,
    disk: &DiskKey,
    storage: &StorageName,
) -> Result<Command, Refusal> {
    let (_, bytes) = require_disk(guest, disk)?;
    let label = guest_label(guest);
    if guest.key.kind == GuestKind::Lxc {
        let may = [GuestStatus::Stopped];
        require_known(guest, &may, "have a disk moved", "shut it down first")?;
    }
    if !guest.snapshots.is_empty() {
        return refuse(
            "/disk",
            format!("{label} has snapshots, which would stay behind; delete them first"),
        );
    }
    let facts = require_storage(setting, &guest.node, storage, content(guest.key.kind))?;
    require_room(facts, storage, bytes)?;
    Ok(Command::MoveDisk {
        disk: disk.clone(),
        storage: storage.clone(),
        digest: guest.digest().map(str::to_owned),
    })
}

/// The disk, and its size in bytes.
fn require_disk<'a>(
    guest: &'a GuestFacts,
    disk: &DiskKey,
) -> Result<(&'a DiskFacts, u64), Refusal> {
    let label = guest_label(guest);
    let Some(disks) = &guest.disks else {
        return refuse(
            "/disk",
            format!(
                "the disks of {label} cannot be known after a rollback; do this in a proposal of its own afterwards"
            ),
        );
    };
    let own = || {
        let own = disks.iter().filter(|(_, disk)| !disk.medium);
        let own: Vec<&str> = own.map(|(key, _)| key.as_str()).collect();
        if own.is_empty() {
            "it has none".to_owned()
        } else {
            format!("it has {}", own.join(", "))
        }
    };
    match disks.get(disk) {
        None => refuse("/disk", format!("{label} has no disk {disk}; {}", own())),
        Some(facts) if facts.medium => refuse(
            "/disk",
            format!(
                "{disk} of {label} is a medium in a drive, not a disk; {}",
                own()
            ),
        ),
        Some(facts) => match facts.size {
            Some(bytes) => Ok((facts, bytes)),
            None => refuse(
                "/disk",
                format!("Proxmox does not say how large {disk} of {label} is; look at it there"),
            ),
        },
    }
}

fn at_disk(refusal: Refusal) -> Refusal {
    Refusal {
        part: "/disk",
        ..refusal
    }
}

fn digest_of(digest: Option<&String>) -> (Option<Expectation>, Option<(&'static str, String)>) {
    let expectation = digest.map(|digest| expect(Field::ConfigDigest {}, digest.clone()));
    let parameter = digest.map(|digest| ("digest", digest.clone()));
    (expectation, parameter)
}

pub(super) fn effect_of_resize(
    command: &Command,
    guest: &GuestFacts,
    target: &GuestTarget,
    twin: &Twin,
) -> Effect {
    let Command::ResizeDisk {
        disk,
        size_gib,
        digest,
    } = command
    else {
        return Effect::blank();
    };
    let after = u64::from(*size_gib) * GIB;
    let now = guest.disk(disk).and_then(|disk| disk.size).unwrap_or(0);
    let before = size(now);
    let field = Field::DiskSize { disk: disk.clone() };
    let (relied_digest, sent_digest) = digest_of(digest.as_ref());
    let mut relies_on = vec![expect(field.clone(), before.clone())];
    relies_on.extend(relied_digest);
    let mut privileges = on_guest(target, &["VM.Config.Disk"]);
    if let Some(facts) = guest.disk(disk) {
        let storage = facts.storage.clone();
        privileges.extend(on(
            format!("/storage/{storage}"),
            &["Datastore.AllocateSpace"],
        ));
        let node = target.node.clone();
        let seen = twin.facts().storages.get(&(node.clone(), storage.clone()));
        if seen.is_some_and(|seen| seen.available.is_some()) {
            let more = after.saturating_sub(now).div_ceil(GIB);
            relies_on.push(at_least(Field::StorageFree { storage, node }, more));
        }
    }
    let mut parameters = vec![("disk", disk.to_string()), ("size", format!("{size_gib}G"))];
    parameters.extend(sent_digest);
    Effect {
        action: ActionKind::ResizeDisk,
        title: format!("Enlarge {disk} of {} to {size_gib} GiB", named(target)),
        method: "PUT",
        path: own(target, "resize"),
        parameters,
        changes: vec![change(format!("size of {disk}"), before, size(after))],
        relies_on,
        proves: vec![expect(field, size(after)), expect(Field::Lock {}, NONE)],
        undo: final_because("Proxmox makes no disk smaller."),
        stop: StopClass::RunsToItsEnd,
        timeout_s: 600,
        privileges,
        ..Effect::blank()
    }
}

pub(super) fn effect_of_move(
    command: &Command,
    guest: &GuestFacts,
    target: &GuestTarget,
) -> Effect {
    let Command::MoveDisk {
        disk,
        storage,
        digest,
    } = command
    else {
        return Effect::blank();
    };
    let facts = guest.disk(disk);
    let from = facts.map_or_else(|| NONE.to_owned(), |disk| disk.storage.to_string());
    let field = Field::DiskStorage { disk: disk.clone() };
    let (relied_digest, sent_digest) = digest_of(digest.as_ref());
    let mut relies_on = vec![
        expect(field.clone(), from.clone()),
        expect(Field::Snapshots {}, NONE),
        expect(
            Field::StorageActive {
                storage: storage.clone(),
                node: target.node.clone(),
            },
            YES,
        ),
    ];
    if let Some(bytes) = facts.and_then(|disk| disk.size) {
        let field = Field::StorageFree {
            storage: storage.clone(),
            node: target.node.clone(),
        };
        relies_on.push(at_least(field, bytes.div_ceil(GIB)));
    }
    relies_on.extend(relied_digest);
    let (path, key) = match target.kind {
        GuestKind::Qemu => ("move_disk", "disk"),
        GuestKind::Lxc => ("move_volume", "volume"),
    };
    let mut parameters = vec![
        (key, disk.to_string()),
        ("storage", storage.to_string()),
        ("delete", "1".to_owned()),
    ];
    parameters.extend(sent_digest);
    let mut privileges = on_guest(target, &["VM.Config.Disk"]);
    privileges.extend(on(
        format!("/storage/{storage}"),
        &["Datastore.AllocateSpace"],
    ));
    Effect {
        action: ActionKind::MoveDisk,
        title: format!("Move {disk} of {} from {from} to {storage}", named(target)),
        path: own(target, path),
        parameters,
        changes: vec![change(format!("storage of {disk}"), from.clone(), storage.to_string())],
        relies_on,
        proves: vec![
            expect(field, storage.to_string()),
            expect(Field::Lock {}, NONE),
        ],
        undo: match from.parse() {
            Ok(from) => undone_by(
                Action::MoveDisk {
                    target: again(target),
                    disk: disk.clone(),
                    storage: from,
                },
                "Move it back.",
            ),
            Err(_) => final_because("Where it was is not known."),
        },
        class: StepClass::UnsafeToRepeat,
        stop: StopClass::SafePoint,
        worst_case: Some(
            "Ended early inside Proxmox, the disk stays where it was and half a copy is left on the new storage."
                .to_owned(),
        ),
        timeout_s: 14_400,
        privileges,
        ..Effect::blank()
    }
}
