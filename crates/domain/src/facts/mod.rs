//! What is read freshly for a draft or a step, and what must be read: the state that plans are made on, that the twin
//! predicts, and that checks compare with.
//!
//! What was not asked for is absent, and what is absent is unknown: it never holds.

mod ha_rules;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use argus_types::action::{HaState, Service};
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::id::{DiskKey, GuestKey, NodeName, StorageName, VolumeId};

pub use ha_rules::HaRule;
pub(crate) use ha_rules::suits;
pub use wanted::{GuestWanted, NodeWanted, Wanted, of_draft as wanted, of_step as wanted_by_step};
pub(crate) use wanted::{check_placement, check_size, unknown_guest, unknown_node};

use crate::inventory::Inventory;

/// One GiB in bytes.
pub const GIB: u64 = 1 << 30;

/// Everything that planning and checking look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Nodes, quorum and the lists.
    pub inventory: Inventory,
    /// Guests that were read from their own nodes.
    pub guests: BTreeMap<GuestKey, GuestFacts>,
    /// Guests that were looked for and are nowhere.
    pub absent: BTreeSet<GuestKey>,
    /// Nodes that were asked themselves.
    pub nodes: BTreeMap<NodeName, NodeState>,
    /// Storages as a node sees them.
    pub storages: BTreeMap<(NodeName, StorageName), StorageFacts>,
    /// Volumes that were asked about; `None` where the storage does not have it.
    pub volumes: BTreeMap<VolumeId, Option<VolumeFacts>>,
    /// The rules of high availability that are switched on; none where they were not asked for.
    pub ha_rules: Vec<HaRule>,
}

impl Facts {
    /// What an inventory alone tells.
    pub fn new(inventory: Inventory) -> Self {
        Self {
            inventory,
            guests: BTreeMap::new(),
            absent: BTreeSet::new(),
            nodes: BTreeMap::new(),
            storages: BTreeMap::new(),
            volumes: BTreeMap::new(),
            ha_rules: Vec::new(),
        }
    }

    /// The same with guests that were read.
    #[must_use]
    pub fn with_guests(mut self, guests: impl IntoIterator<Item = GuestFacts>) -> Self {
        self.guests
            .extend(guests.into_iter().map(|guest| (guest.key, guest)));
        self
    }
}

/// One guest, read from its own node (`status/current`, `config`, `snapshot`, `feature`, `migrate`), never
/// from the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestFacts {
    /// Kind and vmid.
    pub key: GuestKey,
    /// Where it is.
    pub node: NodeName,
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub status: GuestStatus,
    /// Seconds since it started, where it runs. Nothing is planned on it.
    pub uptime_s: Option<u64>,
    /// Proxmox's own lock, such as `backup`.
    pub lock: Option<String>,
    /// Whether it is a template.
    pub template: bool,
    /// What tells it from a later guest of the same vmid, see `Field::Identity`.
    pub identity: Option<String>,
    /// Whether high availability manages it.
    pub ha_managed: bool,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its finished snapshots, without Proxmox's `current`.
    pub snapshots: Vec<SnapshotFacts>,
    /// The snapshot that its present state grew out of.
    pub grown_from: Option<String>,
    /// Its settings; unknown after a rollback, which brings back those of the snapshot.
    pub config: Option<ConfigFacts>,
    /// Its disks; unknown after a rollback.
    pub disks: Option<BTreeMap<DiskKey, DiskFacts>>,
    /// Whether Proxmox can snapshot it; unknown where it was not asked or did not say.
    pub snapshot_supported: Option<bool>,
    /// For each node that was asked about: whether Proxmox lets the guest move there as it is now, or its reason.
    pub migrate: BTreeMap<NodeName, Result<(), String>>,
    /// What the cluster keeps about it beside its own configuration; where it was asked.
    pub kept: Kept,
}

/// What the cluster keeps about a guest outside its configuration. Each is `None` where it was not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Its pool; the inner `None` is: in no pool.
    pub pool: Option<Option<String>>,
    /// What high availability is to do with it; the inner `None` is: not managed.
    pub ha: Option<Option<HaState>>,
    /// Its replication jobs by number.
    pub replication: Option<BTreeMap<u8, ReplicationFacts>>,
    /// Its backups on every storage that was asked, the latest first.
    pub backups: Option<Vec<BackupFacts>>,
}

/// One finished snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFacts {
    /// Its name.
    pub name: String,
    /// The snapshot that it was taken on top of.
    pub parent: Option<String>,
    /// Whether it keeps memory as well.
    pub with_memory: bool,
    /// When it was taken, in epoch seconds; unknown where it is predicted. Nothing is planned on it.
    pub taken: Option<i64>,
}

/// The settings of a guest, as far as they may be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFacts {
    /// Proxmox's digest of all of the configuration.
    pub digest: Option<String>,
    /// Values as people read them; a setting without one has Proxmox's default.
    pub values: BTreeMap<ConfigKey, String>,
    /// Whether the guest agent is configured.
    pub agent: bool,
    /// What its network cards are plugged into.
    pub plugs: BTreeSet<Plug>,
}

/// A bridge that a network card is plugged into, or one VLAN of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plug {
    /// The bridge, such as `vmbr0`.
    pub bridge: String,
    /// The VLAN, where the card is on one.
    pub vlan: Option<u16>,
}

/// One disk of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskFacts {
    /// Where it is.
    pub storage: StorageName,
    /// Its size in bytes, where its configuration says.
    pub size: Option<u64>,
    /// Whether it is a medium in a drive: nothing of the guest's own.
    pub medium: bool,
}

/// One replication job of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplicationFacts {
    /// The node that it copies to.
    pub target: NodeName,
    /// When it last succeeded, in epoch seconds, 0 where it never did; unknown where it is predicted.
    pub last_sync: Option<u64>,
}

/// One backup of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFacts {
    /// Where it is.
    pub storage: StorageName,
    /// The archive; unknown where it is predicted.
    pub volume: Option<VolumeId>,
    /// When it was taken, in epoch seconds; unknown where it is predicted.
    pub taken: Option<i64>,
    /// Whether Proxmox Backup Server verified it; unknown elsewhere.
    pub verified: Option<bool>,
    /// Whether it is kept from being deleted.
    pub protected: bool,
    /// Its notes.
    pub notes: Option<String>,
}

/// One node that was asked itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeState {
    /// Seconds since it booted; `None` where it does not answer.
    pub uptime_s: Option<u64>,
    /// Its services that were asked about, in Proxmox's words.
    pub services: BTreeMap<Service, String>,
}

/// One storage as a node sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageFacts {
    /// Whether the node can use it now.
    pub active: bool,
    /// Whether every node sees the same data.
    pub shared: bool,
    /// What it may hold: `images`, `rootdir`, `backup`, `iso` and more.
    pub content: Vec<String>,
    /// Free bytes.
    pub available: Option<u64>,
    /// Bytes in all.
    pub total: Option<u64>,
}

/// One volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeFacts {
    /// Its size in bytes.
    pub size: u64,
    /// What it is: `backup`, `images`, `rootdir`, `iso`, `vztmpl` and more.
    pub content: String,
    /// The guest that it belongs to, by number.
    pub vmid: Option<u32>,
    /// When it was made, in epoch seconds.
    pub made: Option<i64>,
    /// Whether it is kept from being deleted.
    pub protected: bool,
    /// The guest whose configuration names it.
    pub user: Option<GuestKey>,
    /// What is in it; of backups, where it was asked for and Proxmox told it.
    pub archive: Option<ArchiveFacts>,
}

/// The guest in a backup, as far as a restore needs rights for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArchiveFacts {
    /// The storages that its disks were on.
    pub storages: BTreeSet<StorageName>,
    /// What its network cards were plugged into.
    pub plugs: BTreeSet<Plug>,
}

impl GuestFacts {
    /// The snapshot of this very name.
    pub fn snapshot(&self, name: &str) -> Option<&SnapshotFacts> {
        self.snapshots.iter().find(|one| one.name == name)
    }

    /// One of its settings, where it is known.
    pub fn setting(&self, key: ConfigKey) -> Option<String> {
        Some(crate::value::config(self.config.as_ref()?, key))
    }

    /// One of its disks, where its disks are known and it has it.
    pub fn disk(&self, key: &DiskKey) -> Option<&DiskFacts> {
        self.disks.as_ref()?.get(key)
    }

    /// The storages that its own disks are on.
    pub fn storages(&self) -> BTreeSet<&StorageName> {
        let disks = self.disks.iter().flat_map(BTreeMap::values);
        disks
            .filter(|disk| !disk.medium)
            .map(|disk| &disk.storage)
            .collect()
    }

    /// Bytes that copies of all its own disks take; `None` where one is unknown.
    pub fn disk_bytes(&self) -> Option<u64> {
        let own = self.disks.as_ref()?.values().filter(|disk| !disk.medium);
        own.map(|disk| disk.size).sum()
    }

    /// The digest of its configuration, where it can be known.
    pub fn digest(&self) -> Option<&str> {
        self.config.as_ref()?.digest.as_deref()
    }

    /// Whether Proxmox stopped it with its memory on disk.
    pub fn is_hibernated(&self) -> bool {
        self.lock.as_deref() == Some(crate::value::HIBERNATED)
    }
}

impl StorageFacts {
    /// Whether it may hold this.
    pub fn holds(&self, content: &str) -> bool {
        self.content.iter().any(|one| one == content)
    }

    /// Free space in whole GiB.
    pub fn free_gib(&self) -> Option<u64> {
        self.available.map(|bytes| bytes / GIB)
    }
}
