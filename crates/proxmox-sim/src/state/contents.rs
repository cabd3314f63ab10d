//! What is on the storages, and how much room that takes.
//!
//! A storage that all nodes share has one shelf; one that is local has a shelf on each node. What a scenario says is
//! used and none of the known volumes takes is foreign: it stays as it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Machine;
use super::guest::Config;
use super::retention::Retention;
use crate::scenario::{GuestKind, Storage};

/// The shelf of a storage that is the same on every node.
const SHARED: &str = "";

/// What a volume is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// Disk of a VM.
    Images,
    /// Volume of a container.
    Rootdir,
    /// Archive of a guest.
    Backup,
    /// Image of a CD.
    Iso,
    /// Template of a container's system.
    Vztmpl,
}

impl Content {
    /// As Proxmox writes it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Rootdir => "rootdir",
            Self::Backup => "backup",
            Self::Iso => "iso",
            Self::Vztmpl => "vztmpl",
        }
    }

    /// What the disks of a guest are.
    pub fn of_disks(kind: GuestKind) -> Self {
        match kind {
            GuestKind::Qemu => Self::Images,
            GuestKind::Lxc => Self::Rootdir,
        }
    }

    /// Whether it belongs to a guest's configuration.
    pub fn is_disk(self) -> bool {
        matches!(self, Self::Images | Self::Rootdir)
    }
}

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    /// VM or container.
    pub kind: GuestKind,
    /// The configuration of its time.
    pub config: Config,
}

/// A volume on a storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Its whole id.
    pub volid: String,
    /// What it is for.
    pub content: Content,
    /// `raw`, `qcow2`, `vma.zst`, `pbs-vm` and so on.
    pub format: String,
    /// Bytes as whoever uses it sees them.
    pub size: u64,
    /// Bytes it takes from the storage.
    pub occupied: u64,
    /// The guest it belongs to.
    pub vmid: Option<u32>,
    /// When it was made, seconds since the epoch.
    pub ctime: u64,
    /// The base volume that a linked clone reads from.
    pub parent: Option<String>,
    /// A person's words about a backup.
    pub notes: Option<String>,
    /// Whether a backup may not be removed.
    pub protected: bool,
    /// How the last verification on a backup server ended.
    pub verified: Option<bool>,
    /// What a backup holds.
    pub archive: Option<Box<Archive>>,
}

impl Stored {
    /// A guest's disk that takes its whole size.
    pub fn disk(volid: String, kind: GuestKind, vmid: u32, size: u64, ctime: u64) -> Self {
        let name = volid.rsplit('/').next().unwrap_or_default();
        let format = name.rsplit_once('.').map_or("raw", |(_, ending)| ending);
        Self {
            format: format.into(),
            content: Content::of_disks(kind),
            size,
            occupied: size,
            vmid: Some(vmid),
            ctime,
            parent: None,
            notes: None,
            protected: false,
            verified: None,
            archive: None,
            volid,
        }
    }

    /// The storage in its id.
    pub fn storage(&self) -> &str {
        storage_of(&self.volid)
    }
}

/// The storage in front of a volume id's colon.
pub fn storage_of(volid: &str) -> &str {
    volid.split_once(':').map_or("", |(storage, _)| storage)
}

/// Whether volumes of such a storage are files.
pub fn in_files(kind: &str) -> bool {
    matches!(kind, "dir" | "nfs" | "cifs" | "cephfs" | "btrfs")
}

/// What one storage holds in one place.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Shelf {
    foreign: u64,
    occupied: u64,
    volumes: BTreeMap<String, Stored>,
}

/// What all storages hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Contents {
    /// By storage, then by node; see [`SHARED`].
    shelves: BTreeMap<String, BTreeMap<String, Shelf>>,
}

/// A change of what a storage holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shift {
    /// A volume is there.
    Put(Stored),
    /// A volume is gone.
    Free(String),
    /// A volume has another size; what it takes grows or shrinks as much.
    Size(String, u64),
    /// A volume has another name.
    Rename(String, String),
    /// Old backups of a guest go.
    Prune {
        /// Where from.
        storage: String,
        /// Whose.
        vmid: u32,
        /// Which stay.
        keep: Retention,
    },
}

impl Contents {
    fn shelf(&self, storage: &str, place: &str) -> Option<&Shelf> {
        self.shelves.get(storage)?.get(place)
    }

    fn shelf_mut(&mut self, storage: &str, place: &str) -> &mut Shelf {
        let places = self.shelves.entry(storage.into()).or_default();
        places.entry(place.into()).or_default()
    }

    fn put(&mut self, place: &str, stored: Stored) {
        let room = self.shelf_mut(storage_of(&stored.volid), place);
        room.occupied += stored.occupied;
        if let Some(before) = room.volumes.insert(stored.volid.clone(), stored) {
            room.occupied = room.occupied.saturating_sub(before.occupied);
        }
    }

    fn take(&mut self, place: &str, volid: &str) -> Option<Stored> {
        let room = self.shelf_mut(storage_of(volid), place);
        let stored = room.volumes.remove(volid)?;
        room.occupied = room.occupied.saturating_sub(stored.occupied);
        Some(stored)
    }

    /// Says how much of a storage's room is used by what nobody knows, so that the whole is `used`.
    pub(super) fn fill(&mut self, storage: &str, place: &str, used: u64) {
        let room = self.shelf_mut(storage, place);
        room.foreign = used.saturating_sub(room.occupied);
    }
}

impl Machine {
    /// The place of a storage's shelf as a node sees it.
    pub(super) fn place<'a>(&self, storage: &str, node: &'a str) -> &'a str {
        match self.storage(storage) {
            Some(storage) if storage.shared => SHARED,
            _ => node,
        }
    }

    /// A volume as a node sees it.
    pub fn stored(&self, node: &str, volid: &str) -> Option<&Stored> {
        let storage = storage_of(volid);
        let room = self.contents.shelf(storage, self.place(storage, node))?;
        room.volumes.get(volid)
    }

    /// What a storage holds as a node sees it, by id.
    pub fn stored_on<'a>(
        &'a self,
        storage: &str,
        node: &str,
    ) -> impl Iterator<Item = &'a Stored> + use<'a> {
        let room = self.contents.shelf(storage, self.place(storage, node));
        room.into_iter().flat_map(|s| s.volumes.values())
    }

    /// Bytes in use on a storage as a node sees it.
    pub fn used(&self, storage: &Storage, node: &str) -> u64 {
        let room = self
            .contents
            .shelf(&storage.id, self.place(&storage.id, node));
        let used = room.map_or(0, |s| s.foreign.saturating_add(s.occupied));
        used.min(storage.total_bytes())
    }

    /// Bytes that are free on a storage as a node sees it.
    pub fn available(&self, storage: &str, node: &str) -> u64 {
        self.storage(storage)
            .map_or(0, |s| s.total_bytes().saturating_sub(self.used(s, node)))
    }

    /// Changes a volume where a node sees it. Answers whether it is there.
    pub fn amend(&mut self, node: &str, volid: &str, change: impl FnOnce(&mut Stored)) -> bool {
        let place = self.place(storage_of(volid), node).to_owned();
        let Some(mut stored) = self.contents.take(&place, volid) else {
            return false;
        };
        change(&mut stored);
        self.contents.put(&place, stored);
        self.touch();
        true
    }

    /// Puts a volume where a node sees it.
    pub(super) fn put(&mut self, node: &str, stored: Stored) {
        let place = self.place(stored.storage(), node).to_owned();
        self.contents.put(&place, stored);
    }

    /// Removes a volume where a node sees it.
    pub(super) fn free(&mut self, node: &str, volid: &str) -> Option<Stored> {
        let place = self.place(storage_of(volid), node).to_owned();
        self.contents.take(&place, volid)
    }

    /// A storage changes as a worker on a node wants.
    pub(super) fn shift(&mut self, node: &str, shift: Shift) {
        match shift {
            Shift::Put(stored) => self.put(node, stored),
            Shift::Free(volid) => {
                self.free(node, &volid);
            }
            Shift::Size(volid, size) => {
                self.amend(node, &volid, |stored| {
                    stored.occupied = (stored.occupied + size).saturating_sub(stored.size);
                    stored.size = size;
                });
            }
            Shift::Rename(from, to) => {
                self.amend(node, &from, |stored| stored.volid = to);
            }
            Shift::Prune {
                storage,
                vmid,
                keep,
            } => self.prune(node, &storage, vmid, &keep),
        }
    }

    /// The disks of a guest that are on no shared storage go along to another node.
    pub(super) fn carry_disks(&mut self, vmid: u32, from: &str, to: &str) {
        if from == to {
            return;
        }
        for volid in self.disks_of(vmid, from, |s| !s.shared) {
            if let Some(stored) = self.free(from, &volid) {
                self.put(to, stored);
            }
        }
    }

    /// The disks that belong to a guest on the storages that a node has, whether its configuration knows them or not.
    pub(super) fn disks_of(
        &self,
        vmid: u32,
        node: &str,
        on: impl Fn(&Storage) -> bool,
    ) -> Vec<String> {
        self.storages
            .iter()
            .filter(|s| s.is_on(node) && on(s))
            .flat_map(|s| self.stored_on(&s.id, node))
            .filter(|v| v.vmid == Some(vmid) && v.content.is_disk())
            .map(|v| v.volid.clone())
            .collect()
    }

    /// Refuses a base volume that linked clones read from. Proxmox does not notice them on thin LVM.
    pub(super) fn no_clones_of(&self, node: &str, volid: &str) -> bool {
        let storage = storage_of(volid);
        let noticed = self.storage(storage).is_some_and(|s| s.kind != "lvmthin");
        let read_from = |v: &Stored| v.parent.as_deref() == Some(volid);
        !noticed || !self.stored_on(storage, node).any(read_from)
    }

    /// A storage that a node has, or why not.
    pub fn usable(&self, storage: &str, node: &str) -> Result<&Storage, String> {
        let found = self
            .storage(storage)
            .ok_or_else(|| format!("storage '{storage}' does not exist"))?;
        if found.is_on(node) {
            return Ok(found);
        }
        Err(format!(
            "storage '{storage}' is not available on node '{node}'"
        ))
    }

    /// The id of a new disk, with the first number that is free; `taken` are ids that will be there soon.
    pub(super) fn new_disk(
        &self,
        storage: &Storage,
        node: &str,
        vmid: u32,
        format: &str,
        taken: &[String],
    ) -> String {
        let held: Vec<&str> = self
            .stored_on(&storage.id, node)
            .filter(|v| v.vmid == Some(vmid))
            .map(|v| v.volid.as_str())
            .chain(taken.iter().map(String::as_str))
            .collect();
        let free = |n: &usize| {
            let number = format!("-{vmid}-disk-{n}");
            !held.iter().any(|volid| {
                let name = volid.rsplit(['/', ':']).next().unwrap_or_default();
                name.split('.')
                    .next()
                    .is_some_and(|stem| stem.ends_with(&number))
            })
        };
        let number = (0..=held.len()).find(free).unwrap_or_default();
        volume_id(storage, vmid, &format!("vm-{vmid}-disk-{number}"), format)
    }
}

/// The id of a guest's volume on a storage.
pub fn volume_id(storage: &Storage, vmid: u32, name: &str, format: &str) -> String {
    if in_files(&storage.kind) {
        format!("{}:{vmid}/{name}.{format}", storage.id)
    } else {
        format!("{}:{name}", storage.id)
    }
}

/// The format of a disk on a storage: what is wanted where files can have it, else the usual one.
pub fn format_on(storage: &Storage, kind: GuestKind, wanted: &str) -> String {
    let chosen = match kind {
        GuestKind::Qemu if in_files(&storage.kind) => wanted,
        _ => "raw",
    };
    chosen.into()
}
