//! What a snapshot before the first change to a guest could save, whether there is room for it, and what it would cost.

use std::collections::BTreeSet;

use argus_types::action::ActionKind;
use argus_types::id::{GuestKey, GuestKind};
use argus_types::plan::Step;
use argus_types::proposal::{RiskLevel, SnapshotOption, SnapshotRoom};

use crate::catalogue;
use crate::facts::{Facts, GuestFacts};
use crate::value;

/// Less free than one part in so many of the whole storage is little.
const OF_STORAGE: u64 = 20;
/// Less free than one part in so many of what the snapshot may come to take is little.
const OF_SNAPSHOT: u64 = 4;

/// For a plan of medium or high risk: each guest with an outage or a move, and whether a snapshot first would be
/// possible or is already planned.
pub(crate) fn of(steps: &[Step], facts: &Facts, level: RiskLevel) -> Vec<SnapshotOption> {
    if level == RiskLevel::Low {
        return Vec::new();
    }
    let mut options: Vec<SnapshotOption> = Vec::new();
    let mut snapshotted: BTreeSet<GuestKey> = BTreeSet::new();
    for step in steps {
        let Some(target) = step.target.guest() else {
            continue;
        };
        let key = target.key();
        if step.action == ActionKind::Snapshot {
            snapshotted.insert(key);
        }
        if !catalogue::wants_snapshot_first(step.action) {
            continue;
        }
        if options.iter().any(|option| option.target.key() == key) {
            continue;
        }
        let planned = snapshotted.contains(&key);
        let guest = facts.guests.get(&key);
        let supported = guest.and_then(|guest| guest.snapshot_supported);
        let rooms = guest.map_or_else(Vec::new, |guest| rooms(guest, facts));
        options.push(SnapshotOption {
            target: target.clone(),
            feasible: planned || supported == Some(true),
            planned,
            note: note(planned, supported, target.kind, &rooms),
            rooms,
        });
    }
    options
}

/// The storages that the guest's own disks are on. A snapshot takes no space at first; from then on each block that
/// the guest writes over is kept as well, so it comes to at most the size of the disks (LVM thin, ZFS, Ceph and qcow2
/// are alike in this).
fn rooms(guest: &GuestFacts, facts: &Facts) -> Vec<SnapshotRoom> {
    let mut rooms: Vec<SnapshotRoom> = Vec::new();
    let disks = guest.disks.iter().flat_map(|disks| disks.values());
    for disk in disks.filter(|disk| !disk.medium) {
        let name = disk.storage.as_str();
        if let Some(room) = rooms.iter_mut().find(|room| room.storage == name) {
            room.most_bytes = room.most_bytes.zip(disk.size).map(|(a, b)| a + b);
            continue;
        }
        let seen = facts
            .storages
            .get(&(guest.node.clone(), disk.storage.clone()));
        rooms.push(SnapshotRoom {
            storage: name.to_owned(),
            free_bytes: seen.and_then(|seen| seen.available),
            total_bytes: seen.and_then(|seen| seen.total),
            most_bytes: disk.size,
        });
    }
    rooms
}

fn note(planned: bool, supported: Option<bool>, kind: GuestKind, rooms: &[SnapshotRoom]) -> String {
    let possible = match (planned, supported, kind) {
        (true, ..) => "The plan takes one before its first change to this guest.",
        (false, Some(true), GuestKind::Qemu) => {
            "Possible. It keeps the disks as they are before the change, not the memory."
        }
        (false, Some(true), GuestKind::Lxc) => {
            "Possible. It keeps the volumes as they are before the change."
        }
        (false, Some(false), _) => {
            return "Not possible: one of its volumes is on a storage without snapshots."
                .to_owned();
        }
        (false, None, _) => return "Proxmox did not say whether it is possible.".to_owned(),
    };
    let rooms = rooms.iter().map(|room| format!(" {}", words(room)));
    possible.to_owned() + &rooms.collect::<String>()
}

fn words(room: &SnapshotRoom) -> String {
    let storage = &room.storage;
    let free = match (room.free_bytes, room.total_bytes) {
        (Some(free), Some(total)) => {
            let (free, total) = (value::rough_size(free), value::rough_size(total));
            format!("On {storage} {free} of {total} are free")
        }
        (Some(free), None) => format!("On {storage} {} are free", value::rough_size(free)),
        (None, _) => format!("How much is free on {storage} is not known"),
    };
    let cost = room.most_bytes.map_or_else(
        || "and more as the guest writes".to_owned(),
        |most| {
            format!(
                "and at most {} as the guest writes",
                value::rough_size(most)
            )
        },
    );
    let little = if is_little(room) {
        " That is little room: delete the snapshot soon after the change."
    } else {
        ""
    };
    format!("{free}; it takes nothing at first, {cost}.{little}")
}

/// Whether the storage could run full while the snapshot is kept.
fn is_little(room: &SnapshotRoom) -> bool {
    let Some(free) = room.free_bytes else {
        return false;
    };
    let is_below = |whole: Option<u64>, parts| whole.is_some_and(|whole| free < whole / parts);
    is_below(room.total_bytes, OF_STORAGE) || is_below(room.most_bytes, OF_SNAPSHOT)
}
