//! For every value that a step can rely on: the cluster with another value in its place.

use std::collections::BTreeMap;

use argus_domain::facts::{BackupFacts, Facts, GuestFacts};
use argus_types::action::HaState;
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKind, NodeName, Vmid};
use argus_types::plan::{Field, StepTarget};

use crate::cluster::{replication, storage};
use crate::fixture::{guest, key, listing, node, snapshot};

/// Gives `field` of `target` another value.
pub fn flip(facts: &mut Facts, target: &StepTarget, field: &Field) {
    if flip_of_cluster(facts, field) {
        return;
    }
    match target {
        StepTarget::Guest(target) => {
            let guest = facts.guests.get_mut(&target.key());
            flip_of_guest(guest.expect("the step is about it"), field);
        }
        StepTarget::Node(target) => flip_of_node(facts, &target.node, field),
        StepTarget::Volume(target) => {
            let seen = facts.volumes.get_mut(&target.volume);
            let seen = seen.expect("the step is about it");
            match (field, seen) {
                (Field::Volume {}, seen) => *seen = None,
                (Field::VolumeProtected {}, Some(seen)) => seen.protected = !seen.protected,
                (Field::VolumeUser {}, Some(seen)) => seen.user = Some(key(GuestKind::Qemu, 101)),
                _ => panic!("no step on a volume relies on {field:?}"),
            }
        }
    }
}

fn flip_of_node(facts: &mut Facts, node: &NodeName, field: &Field) {
    let Field::Service { service } = field else {
        panic!("no step on a node relies on {field:?}");
    };
    let state = facts.nodes.get_mut(node).expect("the step is about it");
    state.services.insert(*service, "stopped".to_owned());
}

/// Whether the field is about no target.
fn flip_of_cluster(facts: &mut Facts, field: &Field) -> bool {
    match field {
        Field::Quorate {} => facts.inventory.quorate = Some(false),
        Field::NodeOnline { node } => {
            let mut nodes = facts.inventory.nodes.iter_mut();
            let found = nodes.find(|one| one.name == *node).expect("it is there");
            found.online = !found.online;
        }
        Field::QuorateWithout { node } => {
            for other in &mut facts.inventory.nodes {
                other.online &= other.name == *node;
            }
        }
        Field::NodeRuns { node } => add_guest(facts, 900, node.clone(), GuestStatus::Running),
        Field::VmidHolder { vmid } => add_holder(facts, *vmid),
        Field::StorageActive { storage, node } => {
            let seen = facts.storages.get_mut(&(node.clone(), storage.clone()));
            seen.expect("it was read").active = false;
        }
        Field::StorageFree { storage, node } => {
            let seen = facts.storages.get_mut(&(node.clone(), storage.clone()));
            seen.expect("it was read").available = Some(0);
        }
        _ => return false,
    }
    true
}

pub fn add_guest(facts: &mut Facts, vmid: u32, at: NodeName, status: GuestStatus) {
    let mut other = guest(GuestKind::Qemu, vmid, "other", status);
    other.node = at;
    facts.inventory.guests.push(listing(&other));
}

fn add_holder(facts: &mut Facts, vmid: Vmid) {
    add_guest(facts, vmid.get(), node("pve2"), GuestStatus::Stopped);
}

fn flip_of_guest(guest: &mut GuestFacts, field: &Field) {
    match field {
        Field::Node {} => guest.node = node("pve9"),
        Field::Status {} => {
            guest.status = match guest.status {
                GuestStatus::Stopped => GuestStatus::Running,
                _ => GuestStatus::Stopped,
            }
        }
        Field::Lock {} => guest.lock = Some("backup".to_owned()),
        Field::Name {} => guest.name.push('x'),
        Field::Identity {} => guest.identity = Some("another".to_owned()),
        Field::Template {} => guest.template = !guest.template,
        Field::HaManaged {} => guest.ha_managed = !guest.ha_managed,
        Field::HaState {} => {
            guest.kept.ha = Some(match guest.kept.ha.flatten() {
                None => Some(HaState::Disabled),
                Some(_) => None,
            });
        }
        Field::Pool {} => guest.kept.pool = Some(Some("flipped".to_owned())),
        Field::Snapshot { name } => {
            let before = guest.snapshots.len();
            guest.snapshots.retain(|one| one.name != name.as_str());
            if guest.snapshots.len() == before {
                guest.snapshots.push(snapshot(name.as_str()));
            }
        }
        Field::Snapshots {} => guest.snapshots.push(snapshot("flipped")),
        Field::GrownFrom {} => guest.grown_from = Some("flipped".to_owned()),
        Field::SnapshotSupported {} => guest.snapshot_supported = Some(false),
        Field::MigrateAllowed { to } => {
            guest.migrate.insert(to.clone(), Err("flipped".to_owned()));
        }
        Field::ReplicationTarget { job } => {
            let jobs = BTreeMap::from([(*job, replication("pve9"))]);
            guest.kept.replication = Some(jobs);
        }
        Field::Backup { storage, note } => {
            let backup = BackupFacts {
                storage: storage.clone(),
                volume: None,
                taken: None,
                verified: None,
                protected: false,
                notes: Some(note.clone()),
            };
            guest.kept.backups.get_or_insert_default().push(backup);
        }
        _ => flip_of_configuration(guest, field),
    }
}

fn flip_of_configuration(guest: &mut GuestFacts, field: &Field) {
    let config = guest.config.as_mut().expect("it was read");
    let disks = guest.disks.as_mut().expect("they were read");
    match field {
        Field::Config { key } => {
            config.values.insert(*key, "flipped".to_owned());
        }
        Field::ConfigDigest {} => config.digest = Some("flipped".to_owned()),
        Field::Agent {} => config.agent = !config.agent,
        Field::DiskSize { disk } => {
            let disk = disks.get_mut(disk).expect("the step is about it");
            disk.size = disk.size.map(|bytes| bytes + 1);
        }
        Field::DiskStorage { disk } => {
            let disk = disks.get_mut(disk).expect("the step is about it");
            disk.storage = storage("flipped");
        }
        _ => panic!("no step on a guest relies on {field:?}"),
    }
}
