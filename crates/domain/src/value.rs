//! How a value of the cluster is written where it is expected or observed.
//!
//! Planner, twin and executor all write values through here, so that they can never disagree about a spelling.

use argus_types::guest_config::ConfigKey;
use argus_types::id::Vmid;
use argus_types::plan::{Field, StepTarget};

use crate::facts::{ConfigFacts, Facts, GIB, GuestFacts};
use crate::inventory::GuestListing;

/// A fact that holds.
pub const YES: &str = "yes";
/// A fact that does not hold.
pub const NO: &str = "no";
/// No lock, no identity, no pool.
pub const NONE: &str = "none";
/// It is there and finished.
pub const PRESENT: &str = "present";
/// It is not there.
pub const ABSENT: &str = "absent";
/// Proxmox did not say; never equal to anything expected.
pub const UNKNOWN: &str = "unknown";
/// A setting that is not set.
pub const DEFAULT: &str = "default";
/// A vmid that no guest has.
pub const FREE: &str = "free";
/// A service that runs.
pub const RUNNING: &str = "running";
/// Proxmox's lock of a virtual machine whose memory is on disk.
pub const HIBERNATED: &str = "suspended";

/// What facts of a single moment cannot hold: what became different since the step was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Since {
    /// Whether the guest was started.
    pub restarted: Option<bool>,
    /// Whether the node booted.
    pub node_restarted: Option<bool>,
    /// Whether the replication job that the step is about succeeded.
    pub replicated: Option<bool>,
    /// Whether Proxmox said that it did what was asked.
    pub said_done: Option<bool>,
}

/// A setting as it is.
pub fn config(facts: &ConfigFacts, key: ConfigKey) -> String {
    facts.values.get(&key).cloned().unwrap_or_else(|| {
        // A switch that is not set is off, and a guest without tags or notes has none.
        match key {
            ConfigKey::Onboot | ConfigKey::Protection => NO,
            ConfigKey::Tags | ConfigKey::Description => "",
            ConfigKey::Cores
            | ConfigKey::Memory
            | ConfigKey::Balloon
            | ConfigKey::CpuLimit
            | ConfigKey::Boot => DEFAULT,
        }
        .to_owned()
    })
}

/// `yes` or `no`.
pub fn yes_no(fact: bool) -> &'static str {
    if fact { YES } else { NO }
}

/// `present` or `absent`.
pub fn presence(there: bool) -> &'static str {
    if there { PRESENT } else { ABSENT }
}

/// A size in the largest unit that writes it without a fraction.
pub fn size(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    if bytes.is_multiple_of(GIB) {
        format!("{} GiB", bytes / GIB)
    } else if bytes.is_multiple_of(MIB) {
        format!("{} MiB", bytes / MIB)
    } else {
        format!("{bytes} bytes")
    }
}

/// A size as people speak of room: whole GiB, or whole MiB below one.
pub fn rough_size(bytes: u64) -> String {
    if bytes < GIB {
        format!("{} MiB", bytes >> 20)
    } else {
        format!("{} GiB", bytes / GIB)
    }
}

/// What the facts say about `field` of `target`; `None` where they say nothing.
pub fn of(field: &Field, target: &StepTarget, facts: &Facts, since: Since) -> Option<String> {
    match target {
        StepTarget::Guest(guest) => match facts.guests.get(&guest.key()) {
            Some(seen) => of_guest(field, seen, since),
            None if *field == (Field::Guest {}) => facts
                .absent
                .contains(&guest.key())
                .then(|| ABSENT.to_owned()),
            None => None,
        },
        StepTarget::Node(_) => of_node(field, target, facts, since),
        StepTarget::Volume(volume) => facts
            .volumes
            .get(&volume.volume)
            .and_then(|seen| of_volume(field, seen.as_ref())),
    }
    .or_else(|| of_cluster(field, facts, since))
}

fn of_guest(field: &Field, guest: &GuestFacts, since: Since) -> Option<String> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| NONE.to_owned());
    let text = match field {
        Field::Node {} => guest.node.to_string(),
        Field::Status {} => guest.status.as_str().to_owned(),
        Field::Lock {} => or_none(&guest.lock),
        Field::Name {} => guest.name.clone(),
        Field::Identity {} => or_none(&guest.identity),
        Field::Template {} => yes_no(guest.template).to_owned(),
        Field::HaManaged {} => yes_no(guest.ha_managed).to_owned(),
        Field::HaState {} => guest
            .kept
            .ha?
            .map_or(NONE, argus_types::action::HaState::as_str)
            .to_owned(),
        Field::Pool {} => or_none(guest.kept.pool.as_ref()?),
        Field::Guest {} => PRESENT.to_owned(),
        Field::Snapshot { name } => presence(guest.snapshot(name.as_str()).is_some()).to_owned(),
        Field::Snapshots {} => {
            let mut names: Vec<&str> = guest
                .snapshots
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            names.sort_unstable();
            if names.is_empty() {
                NONE.to_owned()
            } else {
                names.join(", ")
            }
        }
        Field::GrownFrom {} => or_none(&guest.grown_from),
        Field::Config { key } => guest.setting(*key)?,
        Field::ConfigDigest {} => guest.digest()?.to_owned(),
        Field::DiskSize { disk } => match guest.disks.as_ref()?.get(disk) {
            Some(disk) => size(disk.size?),
            None => NONE.to_owned(),
        },
        Field::DiskStorage { disk } => match guest.disks.as_ref()?.get(disk) {
            Some(disk) => disk.storage.to_string(),
            None => NONE.to_owned(),
        },
        Field::SnapshotSupported {} => yes_no(guest.snapshot_supported?).to_owned(),
        Field::MigrateAllowed { to } => yes_no(guest.migrate.get(to)?.is_ok()).to_owned(),
        Field::Restarted {} => yes_no(since.restarted?).to_owned(),
        Field::ReplicationTarget { job } => match guest.kept.replication.as_ref()?.get(job) {
            Some(job) => job.target.to_string(),
            None => NONE.to_owned(),
        },
        Field::Replicated { .. } => yes_no(since.replicated?).to_owned(),
        Field::Agent {} => yes_no(guest.config.as_ref()?.agent).to_owned(),
        Field::Backup { storage, note } => {
            let mut backups = guest.kept.backups.as_ref()?.iter();
            let there = backups
                .any(|backup| backup.storage == *storage && backup.notes.as_deref() == Some(note));
            presence(there).to_owned()
        }
        _ => return None,
    };
    Some(text)
}

fn of_node(field: &Field, target: &StepTarget, facts: &Facts, since: Since) -> Option<String> {
    match field {
        Field::NodeRestarted {} => Some(yes_no(since.node_restarted?).to_owned()),
        Field::Service { service } => facts
            .nodes
            .get(target.node())?
            .services
            .get(service)
            .cloned(),
        _ => None,
    }
}

fn of_volume(field: &Field, volume: Option<&crate::facts::VolumeFacts>) -> Option<String> {
    match field {
        Field::Volume {} => Some(presence(volume.is_some()).to_owned()),
        Field::VolumeProtected {} => Some(yes_no(volume?.protected).to_owned()),
        Field::VolumeUser {} => Some(
            volume?
                .user
                .map_or_else(|| NONE.to_owned(), |key| key.to_string()),
        ),
        _ => None,
    }
}

/// What is not about the target itself.
fn of_cluster(field: &Field, facts: &Facts, since: Since) -> Option<String> {
    let inventory = &facts.inventory;
    let text = match field {
        Field::NodeOnline { node } => yes_no(inventory.node(node)?.online).to_owned(),
        Field::NodeRuns { node } => {
            inventory.node(node)?;
            inventory.running_on(node).to_string()
        }
        Field::QuorateWithout { node } => {
            inventory.node(node)?;
            yes_no(inventory.is_quorate_without(node)).to_owned()
        }
        Field::Quorate {} => yes_no(inventory.quorate?).to_owned(),
        Field::VmidHolder { vmid } => holder(*vmid, facts),
        Field::VmidName { vmid } => {
            listed(*vmid, facts).map_or_else(|| NONE.to_owned(), |guest| guest.name.clone())
        }
        Field::StorageActive { storage, node } => {
            let seen = facts.storages.get(&(node.clone(), storage.clone()));
            // A node that lists its storages without this one has none of that name.
            yes_no(seen.map_or_else(
                || {
                    facts
                        .storages
                        .keys()
                        .any(|(at, _)| at == node)
                        .then_some(false)
                },
                |seen| Some(seen.active),
            )?)
            .to_owned()
        }
        Field::StorageFree { storage, node } => facts
            .storages
            .get(&(node.clone(), storage.clone()))?
            .free_gib()?
            .to_string(),
        Field::SaidDone {} => yes_no(since.said_done?).to_owned(),
        _ => return None,
    };
    Some(text)
}

/// Who has the number: `free`, or what the guest is, and that Proxmox is not done with it.
fn holder(vmid: Vmid, facts: &Facts) -> String {
    match listed(vmid, facts) {
        None => FREE.to_owned(),
        Some(GuestListing {
            lock: Some(lock),
            key,
            ..
        }) => format!("{}, locked ({lock})", key.kind),
        Some(guest) => guest.key.kind.to_string(),
    }
}

fn listed(vmid: Vmid, facts: &Facts) -> Option<&GuestListing> {
    let mut guests = facts.inventory.guests.iter();
    guests.find(|guest| guest.key.vmid == vmid)
}
