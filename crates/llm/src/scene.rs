//! The cluster as far as words can be about it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::drafted::DraftTarget;

/// What a request is resolved against: names and numbers, nothing that is free text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    /// The guests, in any order.
    pub guests: Vec<SceneGuest>,
    /// Node names.
    pub nodes: Vec<String>,
    /// Pool names.
    pub pools: Vec<String>,
    /// Tags in use.
    pub tags: Vec<String>,
    /// Storage names.
    pub storages: Vec<String>,
    /// What was read about the guests that a request needs it of: see [`crate::BuiltIn::needs`].
    pub details: BTreeMap<DraftTarget, Details>,
    /// Now, in seconds since the epoch: `older than` is measured from it.
    pub now_s: i64,
}

/// One guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneGuest {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number.
    pub vmid: u32,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub node: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its pool.
    pub pool: Option<String>,
    /// Whether it runs.
    pub running: bool,
    /// Whether it is a template: never meant by "all".
    pub template: bool,
}

impl SceneGuest {
    /// How an action names it.
    pub fn target(&self) -> DraftTarget {
        DraftTarget {
            kind: self.kind,
            vmid: self.vmid,
        }
    }
}

/// What a guest's own node says of it. A part that is `None` is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// Cores; of a virtual machine for each socket.
    pub cores: Option<u32>,
    /// Memory in MiB.
    pub memory_mib: Option<u32>,
    /// Its own disks: no media in drives.
    pub disks: Option<Vec<SceneDisk>>,
    /// Its snapshots.
    pub snapshots: Option<Vec<SceneSnapshot>>,
    /// Its backups.
    pub backups: Option<Vec<SceneBackup>>,
    /// Storages that its node can write backups to.
    pub backup_storages: Option<Vec<String>>,
}

/// One disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneDisk {
    /// Its key: `scsi0`.
    pub key: String,
    /// The storage that it is on.
    pub storage: String,
    /// Its size in bytes.
    pub bytes: Option<u64>,
}

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneSnapshot {
    /// Its name.
    pub name: String,
    /// When, in seconds since the epoch.
    pub taken_s: Option<i64>,
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneBackup {
    /// The archive.
    pub volume: String,
    /// When, in seconds since the epoch.
    pub taken_s: Option<i64>,
}

/// What a guest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GuestKind {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
}

impl GuestKind {
    /// Proxmox's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Qemu => "qemu",
            Self::Lxc => "lxc",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Qemu => "VM",
            Self::Lxc => "container",
        }
    }
}
