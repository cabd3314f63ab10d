//! The twin: what the cluster looks like after each step, as predicted.
//!
//! It holds the same facts as were read and lets each command change them as Proxmox would; what cannot be told in
//! advance (a digest, an archive's name, a compressed size) becomes unknown. Nothing is decided on a prediction alone:
//! the executor reads fresh state before each step and compares. That twin and Proxmox agree is a test over random
//! plans against the simulator, field by field.

mod compare;
mod guest;
mod node;
mod storage;

use std::collections::BTreeSet;

use argus_types::action::HaState;
use argus_types::guest_config::ConfigKey;
use argus_types::id::{GuestKey, VolumeId};
use argus_types::plan::{Command, GuestTarget, Step, StepTarget};

pub use compare::{Comparison, compare, disagreements};

use crate::facts::{Facts, GuestFacts};
use crate::value::NO;

fn lifts_protection(command: &Command) -> bool {
    match command {
        Command::SetConfig { set, .. } => set
            .get(&ConfigKey::Protection)
            .is_some_and(|value| value == NO),
        Command::ProtectBackup { protect } => !protect,
        _ => false,
    }
}

/// Whether memory, or what snapshots hold, is written to a storage or removed from one: how much, only Proxmox knows.
fn moves_memory(guest: &GuestFacts, command: &Command) -> bool {
    match command {
        Command::Hibernate {}
        | Command::Snapshot {
            include_memory: true,
            ..
        }
        | Command::DeleteSnapshot { .. }
        | Command::Rollback { .. } => true,
        Command::Start {}
        | Command::HaAdd {
            state: HaState::Started,
        }
        | Command::HaSet {
            state: HaState::Started,
        } => guest.is_hibernated(),
        _ => false,
    }
}

/// Whether Proxmox's word on where the guest may move still counts afterwards: nothing of the guest itself changes.
fn leaves_ways_open(command: &Command) -> bool {
    matches!(
        command,
        Command::Clone { .. }
            | Command::Backup { .. }
            | Command::Replicate { .. }
            | Command::PoolAdd { .. }
            | Command::PoolRemove { .. }
            | Command::AgentPing {}
            | Command::AgentInfo {}
            | Command::AgentTrim {}
    )
}

/// A cluster, partly as it is and partly as earlier steps leave it.
#[derive(Debug, Clone)]
pub struct Twin {
    facts: Facts,
    /// Guests that are not as they were read.
    changed: BTreeSet<GuestKey>,
    /// Guests that the plan takes a snapshot of.
    snapshotted: BTreeSet<GuestKey>,
    /// Guests and volumes whose protection the plan lifts, by the names that targets have.
    unprotected: BTreeSet<String>,
}

impl Twin {
    /// Starts from what was read.
    pub fn new(facts: &Facts) -> Self {
        Self {
            facts: facts.clone(),
            changed: BTreeSet::new(),
            snapshotted: BTreeSet::new(),
            unprotected: BTreeSet::new(),
        }
    }

    /// The cluster as it is predicted to be now.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The guest as it is predicted to be now.
    pub fn guest(&self, key: GuestKey) -> Option<&GuestFacts> {
        self.facts.guests.get(&key)
    }

    /// Whether what Proxmox said about moving the guest was said about the state it will be in.
    pub fn is_as_read(&self, key: GuestKey) -> bool {
        !self.changed.contains(&key)
    }

    /// Whether the plan takes a snapshot of the guest.
    pub fn is_snapshotted(&self, key: GuestKey) -> bool {
        self.snapshotted.contains(&key)
    }

    /// Whether the plan itself lifts the protection of the guest.
    pub(crate) fn unprotects_guest(&self, key: GuestKey) -> bool {
        self.unprotected.contains(&key.to_string())
    }

    /// Whether the plan itself lets the backup be deleted.
    pub(crate) fn unprotects_volume(&self, volume: &VolumeId) -> bool {
        self.unprotected.contains(&format!("volume/{volume}"))
    }

    /// Takes the step as done.
    pub fn apply(&mut self, step: &Step) {
        if lifts_protection(&step.command) {
            self.unprotected.insert(step.target.to_string());
        }
        match &step.target {
            StepTarget::Guest(target) => {
                self.apply_to_guest(target, &step.command);
                if !leaves_ways_open(&step.command) {
                    self.forget_ways(target.key());
                }
                if matches!(step.command, Command::Snapshot { .. }) {
                    self.snapshotted.insert(target.key());
                }
            }
            StepTarget::Node(target) => self.apply_to_node(&target.node, &step.command),
            StepTarget::Volume(target) => {
                self.apply_to_volume(&target.volume, &target.node, &step.command);
            }
        }
    }

    /// What Proxmox said about moving the guest was said about another state than it is in now.
    fn forget_ways(&mut self, key: GuestKey) {
        if let Some(guest) = self.facts.guests.get_mut(&key) {
            guest.migrate.clear();
        }
        self.changed.insert(key);
    }

    fn apply_to_guest(&mut self, target: &GuestTarget, command: &Command) {
        let key = target.key();
        match command {
            Command::Clone { .. } | Command::Destroy { .. } => self.apply_to_list(key, command),
            Command::ResizeDisk { .. } | Command::MoveDisk { .. } | Command::Backup { .. } => {
                self.apply_to_disks(key, command);
            }
            _ => {
                if let Command::Migrate { to, .. } | Command::HaMove { to, .. } = command {
                    self.carry_disks(key, to);
                }
                if self
                    .guest(key)
                    .is_some_and(|guest| moves_memory(guest, command))
                {
                    self.forget_free_space();
                }
                if let Some(guest) = self.facts.guests.get_mut(&key) {
                    guest.apply(command);
                }
            }
        }
        self.list_as_known(key);
    }

    /// The list says of a guest what is known of it.
    fn list_as_known(&mut self, key: GuestKey) {
        let Some(guest) = self.facts.guests.get(&key) else {
            return;
        };
        let mut listings = self.facts.inventory.guests.iter_mut();
        if let Some(listing) = listings.find(|listing| listing.key == key) {
            listing.node.clone_from(&guest.node);
            listing.status = guest.status;
            listing.template = guest.template;
            listing.lock.clone_from(&guest.lock);
            listing.tags.clone_from(&guest.tags);
            listing.ha_managed = guest.ha_managed;
            if let Some(pool) = &guest.kept.pool {
                listing.pool.clone_from(pool);
            }
        }
    }
}
