//! What commands make of storages and of what is on them.

use argus_types::action::BackupMode;
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKey, NodeName, StorageName, VolumeId};
use argus_types::plan::Command;

use super::Twin;
use crate::facts::{BackupFacts, GIB};
use crate::inventory::GuestListing;

impl Twin {
    /// Disks that grow and move, and backups.
    pub(super) fn apply_to_disks(&mut self, key: GuestKey, command: &Command) {
        let Some(guest) = self.facts.guests.get_mut(&key) else {
            return;
        };
        let node = guest.node.clone();
        match command {
            Command::ResizeDisk { disk, size_gib, .. } => {
                let after = u64::from(*size_gib) * GIB;
                let Some(disk) = guest.disks.as_mut().and_then(|disks| disks.get_mut(disk)) else {
                    return;
                };
                let before = disk.size.replace(after);
                let storage = disk.storage.clone();
                guest.config_is_rewritten();
                self.take(
                    &node,
                    &storage,
                    before.map(|before| after.saturating_sub(before)),
                );
            }
            Command::MoveDisk { disk, storage, .. } => {
                let Some(disk) = guest.disks.as_mut().and_then(|disks| disks.get_mut(disk)) else {
                    return;
                };
                let size = disk.size;
                let from = std::mem::replace(&mut disk.storage, storage.clone());
                guest.config_is_rewritten();
                self.take(&node, storage, size);
                self.give_back(&node, &from, size);
            }
            Command::Backup {
                storage,
                mode,
                protect,
                note,
            } => {
                // It was down meanwhile, and what waited for a start is written.
                if *mode == BackupMode::Stop && guest.status != GuestStatus::Stopped {
                    guest.uptime_s = None;
                    guest.config_is_rewritten();
                }
                if let Some(backups) = &mut guest.kept.backups {
                    let backup = BackupFacts {
                        storage: storage.clone(),
                        volume: None,
                        taken: None,
                        verified: None,
                        protected: *protect,
                        notes: Some(note.clone()),
                    };
                    backups.insert(0, backup);
                }
                // How well it can be compressed shows when it is done.
                self.take(&node, storage, None);
            }
            _ => {}
        }
    }

    /// Volumes that are deleted, kept and restored from.
    pub(super) fn apply_to_volume(
        &mut self,
        volume: &VolumeId,
        node: &NodeName,
        command: &Command,
    ) {
        match command {
            Command::ProtectBackup { protect } => {
                if let Some(Some(facts)) = self.facts.volumes.get_mut(volume) {
                    facts.protected = *protect;
                }
                for backup in self.backups_mut(volume) {
                    backup.protected = *protect;
                }
            }
            Command::DeleteVolume {} => {
                let gone = self.facts.volumes.insert(volume.clone(), None).flatten();
                // An archive in a file frees its size. Thin volumes take less than that, and a backup server shares
                // what it keeps among backups.
                let is_file = volume.path().starts_with("backup/vzdump-");
                let size = gone.map(|facts| facts.size).filter(|_| is_file);
                self.give_back(node, &volume.storage(), size);
                for guest in self.facts.guests.values_mut() {
                    if let Some(backups) = &mut guest.kept.backups {
                        backups.retain(|backup| backup.volume.as_ref() != Some(volume));
                    }
                }
            }
            Command::Restore {
                kind,
                vmid,
                storage,
                start,
            } => {
                let key = GuestKey {
                    kind: *kind,
                    vmid: *vmid,
                };
                self.facts.absent.remove(&key);
                self.facts.inventory.guests.push(GuestListing {
                    key,
                    // What the backup calls it stands in the backup.
                    name: crate::value::UNKNOWN.to_owned(),
                    node: node.clone(),
                    status: if *start {
                        GuestStatus::Running
                    } else {
                        GuestStatus::Stopped
                    },
                    template: false,
                    lock: None,
                    pool: None,
                    tags: Vec::new(),
                    ha_managed: false,
                    memory: None,
                });
                self.facts
                    .inventory
                    .guests
                    .sort_by_key(|guest| guest.key.vmid);
                match storage {
                    Some(storage) => self.take(node, storage, None),
                    None => self.forget_free_space(),
                }
            }
            _ => {}
        }
    }

    /// A copy of a guest's disks. Of a template nothing but the changes take space.
    pub(super) fn copy_disks(&mut self, key: GuestKey, full: bool, to: Option<&StorageName>) {
        let Some(guest) = self.facts.guests.get(&key) else {
            return;
        };
        let node = guest.node.clone();
        let Some(disks) = guest.disks.clone() else {
            return self.forget_free_space();
        };
        for disk in disks.into_values().filter(|disk| !disk.medium && full) {
            let storage = to.cloned().unwrap_or(disk.storage);
            self.take(&node, &storage, disk.size);
        }
    }

    /// Disks that only the guest's node has are copied to the other one, and removed here.
    pub(super) fn carry_disks(&mut self, key: GuestKey, to: &NodeName) {
        let Some(guest) = self.facts.guests.get(&key) else {
            return;
        };
        let node = guest.node.clone();
        let with_snapshots = !guest.snapshots.is_empty();
        // What the other node sees on storages of its own was not read.
        if let Some(guest) = self.facts.guests.get_mut(&key) {
            guest.kept.backups = None;
        }
        let Some(guest) = self.facts.guests.get(&key) else {
            return;
        };
        let Some(disks) = guest.disks.clone() else {
            return self.forget_free_space();
        };
        for disk in disks.into_values().filter(|disk| !disk.medium) {
            let seen = self
                .facts
                .storages
                .get(&(node.clone(), disk.storage.clone()));
            if seen.is_none_or(|seen| seen.shared) {
                continue;
            }
            // A snapshot can hold volumes that the present disks do not show.
            let size = disk.size.filter(|_| !with_snapshots);
            self.take(to, &disk.storage, size);
            self.give_back(&node, &disk.storage, size);
        }
    }

    /// A guest's disks are removed with it.
    pub(super) fn free_disks(&mut self, key: GuestKey) {
        let Some(guest) = self.facts.guests.get(&key) else {
            return;
        };
        let node = guest.node.clone();
        // A snapshot can hold volumes that the present disks do not show.
        if !guest.snapshots.is_empty() {
            return self.forget_free_space();
        }
        let Some(disks) = guest.disks.clone() else {
            return self.forget_free_space();
        };
        for disk in disks.into_values().filter(|disk| !disk.medium) {
            self.give_back(&node, &disk.storage, disk.size);
        }
    }

    fn backups_mut(&mut self, volume: &VolumeId) -> impl Iterator<Item = &mut BackupFacts> {
        let guests = self.facts.guests.values_mut();
        let backups = guests
            .filter_map(|guest| guest.kept.backups.as_mut())
            .flatten();
        backups.filter(|backup| backup.volume.as_ref() == Some(volume))
    }

    fn take(&mut self, node: &NodeName, storage: &StorageName, bytes: Option<u64>) {
        self.change_free(node, storage, |free| free.checked_sub(bytes?));
    }

    fn give_back(&mut self, node: &NodeName, storage: &StorageName, bytes: Option<u64>) {
        self.change_free(node, storage, |free| free.checked_add(bytes?));
    }

    /// Every node sees what happens on a shared storage.
    fn change_free(
        &mut self,
        node: &NodeName,
        storage: &StorageName,
        change: impl Fn(u64) -> Option<u64>,
    ) {
        let everywhere = self
            .facts
            .storages
            .get(&(node.clone(), storage.clone()))
            .is_some_and(|facts| facts.shared);
        for ((at, name), facts) in &mut self.facts.storages {
            if name == storage && (everywhere || at == node) {
                facts.available = facts.available.and_then(&change);
            }
        }
    }

    pub(super) fn forget_free_space(&mut self) {
        for storage in self.facts.storages.values_mut() {
            storage.available = None;
        }
    }
}
