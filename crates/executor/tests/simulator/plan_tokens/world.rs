//! All that a call could be about in a lab: its guests, nodes, storages, volumes and pools.

use std::collections::BTreeMap;

use argus_proxmox_sim::{GuestRecord, Handle, StorageRecord, VolumeRecord};

use super::need::Rights;

#[derive(Debug)]
pub struct World {
    pub guests: Vec<GuestRecord>,
    pub nodes: Vec<String>,
    pub storages: Vec<StorageRecord>,
    pub pools: Vec<String>,
}

impl World {
    pub fn of(simulator: &Handle) -> Self {
        let truth = simulator.truth();
        let names = |list: &str, key: &str| {
            let all = truth[list].as_array().expect("a list").iter();
            all.map(|one| one[key].as_str().expect("a name").to_owned())
                .collect()
        };
        Self {
            guests: serde_json::from_value(truth["guests"].clone()).expect("guests"),
            nodes: names("nodes", "node"),
            storages: simulator.storages(),
            pools: names("pools", "pool"),
        }
    }

    /// The pool of each guest, by its path.
    pub fn memberships(&self) -> BTreeMap<String, String> {
        let members = self.guests.iter().filter_map(|guest| {
            let pool = guest.pool.as_ref()?;
            Some((format!("/vms/{}", guest.vmid), format!("/pool/{pool}")))
        });
        members.collect()
    }

    /// Numbers that no guest has: one that nobody speaks of, and those that the rights do.
    pub fn free_numbers(&self, rights: &Rights) -> Vec<u32> {
        let spoken_of = rights.paths().filter_map(|path| path.strip_prefix("/vms/"));
        let numbers = spoken_of.filter_map(|number| number.parse().ok());
        let taken = |vmid: &u32| self.guests.iter().any(|guest| guest.vmid == *vmid);
        let free = std::iter::once(777).chain(numbers);
        free.filter(|vmid| !taken(vmid)).collect()
    }

    pub fn another_node(&self, than: &str) -> &str {
        let mut others = self.nodes.iter().filter(|node| *node != than);
        others.next().expect("another node")
    }

    /// A node that sees a storage.
    pub fn seer_of<'a>(&'a self, storage: &'a StorageRecord) -> &'a str {
        storage.node.as_deref().unwrap_or(&self.nodes[0])
    }

    /// Each storage once, wherever it is.
    pub fn storage_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .storages
            .iter()
            .map(|one| one.storage.as_str())
            .collect();
        names.dedup();
        names
    }

    /// The backups of guests of this kind that a node sees, with the guests that they are of.
    pub fn archives<'a>(
        &'a self,
        node: &'a str,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a VolumeRecord, &'a GuestRecord)> {
        let seen = self
            .storages
            .iter()
            .filter(move |storage| storage.node.as_deref().is_none_or(|own| own == node));
        let backups = seen
            .flat_map(|storage| &storage.contents)
            .filter(|volume| volume.content == "backup");
        backups.filter_map(move |backup| {
            let owner = self
                .guests
                .iter()
                .find(|guest| Some(guest.vmid) == backup.vmid)?;
            (owner.kind == kind).then_some((backup, owner))
        })
    }
}

/// Where a guest's first disk is, and its name.
pub fn disk(guest: &GuestRecord) -> (&str, &str) {
    let disk = guest.disks.first().expect("a guest with a disk");
    (storage_of(&disk.volid), &disk.key)
}

/// The bridge that a guest's card is plugged into.
pub fn bridge(guest: &GuestRecord) -> &str {
    let mut parts = guest.config["net0"].split(',');
    let bridge = parts.find_map(|part| part.strip_prefix("bridge="));
    bridge.expect("a bridge")
}

pub fn storage_of(volid: &str) -> &str {
    volid.split(':').next().unwrap_or_default()
}
