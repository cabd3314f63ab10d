//! The cluster as the drafting port sees it: names and numbers, no free text.

use std::collections::BTreeSet;

use argus_domain::facts::{BackupFacts, DiskFacts, Facts, GuestFacts, GuestWanted, Wanted};
use argus_domain::inventory::Inventory as Known;
use argus_llm::ask::{Channel, FreeText};
use argus_llm::{
    Details, DraftTarget, GuestKind, Scene, SceneBackup, SceneDisk, SceneGuest, SceneSnapshot,
};
use argus_types::Timestamp;
use argus_types::cluster::{Cluster, GuestStatus};
use argus_types::guest_config::ConfigKey;
use argus_types::id::{self, DiskKey, GuestKey, NodeName, Vmid};

/// What a storage says that may hold backups.
const BACKUPS: &str = "backup";

/// What the inventory tells.
pub fn of(cluster: &Cluster, now: Timestamp) -> Scene {
    let tags: BTreeSet<String> = cluster
        .guests
        .iter()
        .flat_map(|guest| guest.tags.iter().cloned())
        .collect();
    let storages: BTreeSet<String> = cluster
        .storages
        .iter()
        .map(|storage| storage.name.clone())
        .collect();
    Scene {
        guests: cluster.guests.iter().map(guest).collect(),
        nodes: cluster
            .nodes
            .iter()
            .map(|node| node.name.to_string())
            .collect(),
        pools: cluster.pools.clone(),
        tags: tags.into_iter().collect(),
        storages: storages.into_iter().collect(),
        now_s: now.unix_millis() / 1000,
        ..Scene::default()
    }
}

fn guest(guest: &argus_types::cluster::Guest) -> SceneGuest {
    SceneGuest {
        kind: match guest.kind {
            id::GuestKind::Qemu => GuestKind::Qemu,
            id::GuestKind::Lxc => GuestKind::Lxc,
        },
        vmid: guest.vmid.get(),
        name: guest.name.clone(),
        node: guest.node.to_string(),
        tags: guest.tags.clone(),
        pool: guest.pool.clone(),
        running: guest.status == GuestStatus::Running,
        template: guest.template,
    }
}

/// Guests by the names that facts have for them.
pub fn keys(targets: &[DraftTarget]) -> Vec<GuestKey> {
    let key = |target: &DraftTarget| {
        Some(GuestKey {
            kind: match target.kind {
                GuestKind::Qemu => id::GuestKind::Qemu,
                GuestKind::Lxc => id::GuestKind::Lxc,
            },
            vmid: Vmid::try_from(target.vmid).ok()?,
        })
    };
    targets.iter().filter_map(key).collect()
}

/// What to read about these guests: their settings, disks, snapshots and backups, and where backups can go.
pub fn wanted(guests: &[GuestKey], known: &Known) -> Wanted {
    let mut wanted = Wanted::default();
    for listing in guests.iter().filter_map(|key| known.guest(*key)) {
        if !known.is_online(&listing.node) {
            continue;
        }
        let mut guest = GuestWanted::at(listing.node.clone());
        guest.snapshots = true;
        guest.backups = true;
        wanted.guests.insert(listing.key, guest);
        wanted
            .nodes
            .entry(listing.node.clone())
            .or_default()
            .storages = true;
    }
    wanted
}

/// Adds what was read.
pub fn detail(scene: &mut Scene, facts: &Facts) {
    for (key, guest) in &facts.guests {
        scene.details.insert(target(*key), details(guest, facts));
    }
}

/// A guest as drafts name it.
pub fn target(key: GuestKey) -> DraftTarget {
    DraftTarget {
        kind: match key.kind {
            id::GuestKind::Qemu => GuestKind::Qemu,
            id::GuestKind::Lxc => GuestKind::Lxc,
        },
        vmid: key.vmid.get(),
    }
}

/// What people noted about guests.
pub fn notes(facts: &Facts) -> Vec<FreeText> {
    let noted = facts.guests.iter().filter_map(|(key, guest)| {
        let text = guest.setting(ConfigKey::Description)?;
        (!text.trim().is_empty()).then(|| FreeText {
            target: target(*key),
            channel: Channel::GuestNotes,
            text: text.to_owned(),
        })
    });
    noted.collect()
}

fn details(guest: &GuestFacts, facts: &Facts) -> Details {
    let number = |key| guest.setting(key).and_then(|value| value.parse().ok());
    let disks = guest.disks.as_ref();
    let snapshots = guest.snapshots.iter().map(|snapshot| SceneSnapshot {
        name: snapshot.name.clone(),
        taken_s: snapshot.taken,
    });
    let backups = guest.kept.backups.as_ref();
    Details {
        cores: number(ConfigKey::Cores),
        memory_mib: number(ConfigKey::Memory),
        disks: disks.map(|disks| disks.iter().filter_map(disk).collect()),
        snapshots: Some(snapshots.collect()),
        backups: backups.map(|backups| backups.iter().filter_map(backup).collect()),
        backup_storages: backup_storages(&guest.node, facts),
    }
}

fn disk((key, disk): (&DiskKey, &DiskFacts)) -> Option<SceneDisk> {
    (!disk.medium).then(|| SceneDisk {
        key: key.as_str().to_owned(),
        storage: disk.storage.to_string(),
        bytes: disk.size,
    })
}

fn backup(backup: &BackupFacts) -> Option<SceneBackup> {
    Some(SceneBackup {
        volume: backup.volume.as_ref()?.to_string(),
        taken_s: backup.taken,
    })
}

/// `None` where the node's storages were not read.
fn backup_storages(node: &NodeName, facts: &Facts) -> Option<Vec<String>> {
    let mut here = facts
        .storages
        .iter()
        .filter(|((at, _), _)| at == node)
        .peekable();
    here.peek()?;
    let fit = here.filter(|(_, storage)| storage.active && storage.holds(BACKUPS));
    Some(fit.map(|((_, name), _)| name.to_string()).collect())
}
