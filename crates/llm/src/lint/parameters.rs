//! Parameters: in range, and from the request or from a closed list of the inventory.

use crate::builtin::Intent;
use crate::drafted::{DraftAction, DraftConfig, HaState};
use crate::lint::{Found, Linter, Rule, pattern, range};
use crate::scene::{Details, SceneGuest};

/// MiB of a GiB.
const GIB: u64 = 1024;

/// Texts of an action.
pub(super) fn texts(action: &DraftAction) -> Vec<&str> {
    match action {
        DraftAction::SetConfig { set, .. } => {
            let tags = set.tags.iter().flatten().map(String::as_str);
            tags.chain(set.description.as_deref()).collect()
        }
        DraftAction::Snapshot { name, .. } => name.iter().map(String::as_str).collect(),
        DraftAction::DeleteSnapshot { name, .. } | DraftAction::Rollback { name, .. } => {
            vec![name]
        }
        DraftAction::Migrate { node, .. } | DraftAction::Drain { node } => vec![node],
        DraftAction::Clone { name, storage, .. } => {
            name.iter().chain(storage).map(String::as_str).collect()
        }
        DraftAction::ResizeDisk { disk, .. } => vec![disk],
        DraftAction::MoveDisk { disk, storage, .. } => vec![disk, storage],
        DraftAction::Backup { storage, .. } => vec![storage],
        DraftAction::PoolAdd { pool, .. } | DraftAction::PoolRemove { pool, .. } => vec![pool],
        // The volume is one of the inventory's or refused; it looks like an address to no reader.
        _ => Vec::new(),
    }
}

/// Whether two actions are the same but for names that may be anybody's.
pub(super) fn same(wanted: &DraftAction, drafted: &DraftAction) -> bool {
    match (wanted, drafted) {
        (
            DraftAction::Snapshot {
                target,
                name: None,
                include_memory,
            },
            DraftAction::Snapshot {
                target: drafted_target,
                include_memory: drafted_memory,
                ..
            },
        ) => target == drafted_target && include_memory == drafted_memory,
        (
            DraftAction::Clone {
                target,
                new_vmid,
                name: None,
                storage,
            },
            DraftAction::Clone {
                target: drafted_target,
                new_vmid: drafted_vmid,
                storage: drafted_storage,
                ..
            },
        ) => target == drafted_target && new_vmid == drafted_vmid && storage == drafted_storage,
        _ => wanted == drafted,
    }
}

fn require(right: bool, wrong: impl FnOnce() -> String) -> Found {
    if right {
        Ok(())
    } else {
        Err((Rule::Parameter, wrong()))
    }
}

impl<'a> Linter<'a> {
    pub(super) fn parameters(self, action: &DraftAction) -> Found {
        let Some(guest) = self.guest(action) else {
            return Ok(());
        };
        match action {
            DraftAction::Snapshot { name, .. } => require(
                name.as_deref().is_none_or(pattern::is_snapshot_name),
                || "the snapshot's name is not one".to_owned(),
            ),
            DraftAction::DeleteSnapshot { name, .. } => {
                self.snapshot(guest, Intent::DeleteSnapshot, name)
            }
            DraftAction::Rollback { name, .. } => self.snapshot(guest, Intent::Rollback, name),
            DraftAction::SetConfig { set, .. } => self.settings(guest, set),
            DraftAction::Migrate { node, .. } => self.node(guest, node),
            DraftAction::Clone {
                new_vmid,
                name,
                storage,
                ..
            } => self.copy(*new_vmid, name.as_deref(), storage.as_deref()),
            DraftAction::ResizeDisk { disk, size_gib, .. } => {
                self.disk(guest, disk)?;
                self.disk_size(guest, disk, u64::from(*size_gib))
            }
            DraftAction::MoveDisk { disk, storage, .. } => {
                self.disk(guest, disk)?;
                self.named(&self.scene.storages, storage)
            }
            DraftAction::Backup { storage, .. } => {
                let storages = self
                    .details(guest)
                    .and_then(|one| one.backup_storages.as_ref());
                let only = storages.is_some_and(|all| all.len() == 1 && all[0] == *storage);
                if only {
                    return Ok(());
                }
                self.named(&self.scene.storages, storage)
            }
            DraftAction::Restore { new_vmid, .. } => self.number(*new_vmid),
            DraftAction::HaAdd { state, .. } => self.ha_state(guest, *state),
            DraftAction::PoolAdd { pool, .. } | DraftAction::PoolRemove { pool, .. } => {
                self.named(&self.scene.pools, pool)
            }
            _ => Ok(()),
        }
    }

    fn details(self, guest: &SceneGuest) -> Option<&'a Details> {
        self.scene.details.get(&guest.target())
    }

    /// A name of a closed list that stands in the request.
    fn named(self, known: &[String], name: &String) -> Found {
        require(
            known.contains(name) && self.entailed.names.contains(name),
            || format!("the request names no {name}"),
        )
    }

    fn snapshot(self, guest: &SceneGuest, intent: Intent, name: &str) -> Found {
        let snapshots = self.details(guest).and_then(|one| one.snapshots.as_ref());
        let is_there = snapshots.is_some_and(|all| all.iter().any(|one| one.name == name));
        require(
            is_there
                && self
                    .entailed
                    .means_snapshot(intent, guest, self.scene, name),
            || format!("the request does not mean the snapshot {name}"),
        )
    }

    fn node(self, guest: &SceneGuest, node: &String) -> Found {
        let said = &self.entailed.destinations;
        let right = if said.is_empty() {
            *node != guest.node
        } else {
            said.contains(node)
        };
        require(right && self.scene.nodes.contains(node), || {
            format!("the request does not say to move to {node}")
        })
    }

    fn copy(self, number: Option<u32>, name: Option<&str>, storage: Option<&str>) -> Found {
        self.number(number)?;
        let taken = |name: &str| {
            let mut guests = self.scene.guests.iter();
            guests.any(|guest| guest.name.eq_ignore_ascii_case(name))
        };
        require(
            name.is_none_or(|name| pattern::is_guest_name(name) && !taken(name)),
            || "the new guest's name is not one, or taken".to_owned(),
        )?;
        storage.map_or(Ok(()), |storage| {
            self.named(&self.scene.storages, &storage.to_owned())
        })
    }

    /// The number of a guest that is to be.
    fn number(self, number: Option<u32>) -> Found {
        let Some(number) = number else {
            return Ok(());
        };
        let free = self.scene.guests.iter().all(|guest| guest.vmid != number);
        let wide = u64::from(number);
        require(
            free && range::VMID.contains(&wide) && self.entailed.numbers.contains(&wide),
            || format!("the request does not say the number {number}, or it is taken"),
        )
    }

    fn disk(self, guest: &SceneGuest, disk: &str) -> Found {
        let disks = self.details(guest).and_then(|one| one.disks.as_ref());
        let known = disks.map_or(&[][..], Vec::as_slice);
        let is_there = known.iter().any(|one| one.key == disk);
        require(
            is_there && (known.len() == 1 || self.entailed.words.contains(disk)),
            || format!("the request does not mean the disk {disk}"),
        )
    }

    fn disk_size(self, guest: &SceneGuest, disk: &str, gib: u64) -> Found {
        let now = self
            .details(guest)
            .and_then(|details| crate::builtin::disk_mib(details, disk));
        let right = range::DISK_GIB.contains(&gib)
            && now.is_none_or(|now| gib * GIB > now)
            && self.follows(gib * GIB, now, self.entailed.sizes.iter().copied());
        require(right, || format!("the request does not say {gib} GiB"))
    }

    /// Whether `after` is one of the numbers, or the present one with one of them added or taken away.
    fn follows(self, after: u64, now: Option<u64>, said: impl Iterator<Item = u64>) -> bool {
        let doubled = |now: u64| self.entailed.doubles && now.checked_mul(2) == Some(after);
        let halved = |now: u64| self.entailed.halves && after.checked_mul(2) == Some(now);
        let computed = now.is_some_and(|now| doubled(now) || halved(now));
        let mut said = said;
        computed
            || said.any(|number| {
                let changed = |now: u64| {
                    now.checked_add(number) == Some(after) || now.checked_sub(number) == Some(after)
                };
                number == after || now.is_some_and(changed)
            })
    }

    fn settings(self, guest: &SceneGuest, set: &DraftConfig) -> Found {
        require(*set != DraftConfig::default(), || {
            "it changes nothing".to_owned()
        })?;
        let details = self.details(guest);
        if let Some(mib) = set.memory_mib.map(u64::from) {
            let now = details.and_then(|one| one.memory_mib).map(u64::from);
            let sizes = self.entailed.sizes.iter().copied();
            require(
                range::MEMORY_MIB.contains(&mib) && self.follows(mib, now, sizes),
                || format!("the request does not say {mib} MiB of memory"),
            )?;
        }
        if let Some(cores) = set.cores.map(u64::from) {
            let now = details.and_then(|one| one.cores).map(u64::from);
            let numbers = self.entailed.numbers.iter().copied();
            require(
                range::CORES.contains(&cores) && self.follows(cores, now, numbers),
                || format!("the request does not say {cores} cores"),
            )?;
        }
        if let Some(tags) = &set.tags {
            self.tags(guest, tags)?;
        }
        require(
            set.description.as_deref().is_none_or(pattern::is_note),
            || "the notes hold what notes may not".to_owned(),
        )
    }

    /// Each tag that comes or goes stands in the request.
    fn tags(self, guest: &SceneGuest, tags: &[String]) -> Found {
        let replaces = self.entailed.wants(Intent::SetTags);
        let said = |tag: &String| self.entailed.words.contains(&tag.to_lowercase());
        let come = tags.iter().filter(|tag| !guest.tags.contains(tag));
        let go = guest
            .tags
            .iter()
            .filter(|tag| !tags.contains(tag) && !replaces);
        let unsaid = come.chain(go).find(|tag| !said(tag));
        require(unsaid.is_none(), || {
            format!("the request says no tag {}", unsaid.map_or("", |tag| tag))
        })?;
        require(tags.iter().all(|tag| pattern::is_tag(tag)), || {
            "a tag is not one".to_owned()
        })
    }

    fn ha_state(self, guest: &SceneGuest, state: HaState) -> Found {
        let (as_it_is, word) = match state {
            HaState::Started => (guest.running, ["started", "gestartet"]),
            HaState::Stopped => (!guest.running, ["stopped", "gestoppt"]),
        };
        let said = word.iter().any(|word| self.entailed.words.contains(*word));
        require(as_it_is || said, || {
            "the request does not say what high availability is to keep".to_owned()
        })
    }
}
