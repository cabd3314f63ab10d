//! The twin: what the guests of a plan look like after each step, as predicted.
//!
//! It predicts only what the catalogue's actions change (node, status, snapshots, settings). Nothing is decided on a
//! prediction alone: the executor reads fresh state before each step and compares.

use std::collections::BTreeMap;

use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::id::{GuestKey, GuestKind, NodeName};
use argus_types::plan::Command;

use crate::facts::{ConfigFacts, Facts, GuestFacts, SnapshotFacts};
use crate::value;

/// One guest, partly as it is and partly as earlier steps leave it.
#[derive(Debug, Clone)]
pub(crate) struct TwinGuest<'a> {
    /// As it was read.
    pub facts: &'a GuestFacts,
    /// Where it will be.
    pub node: NodeName,
    /// Whether it will run.
    pub status: GuestStatus,
    /// The snapshots that it will have.
    pub snapshots: Vec<SnapshotFacts>,
    /// The snapshot that its state will have grown out of.
    pub grown_from: Option<String>,
    /// Its settings; unknown after a rollback, which brings back those of the snapshot.
    pub config: Option<ConfigFacts>,
    /// Whether the plan takes a snapshot of it.
    pub snapshot_planned: bool,
}

impl<'a> TwinGuest<'a> {
    fn new(facts: &'a GuestFacts) -> Self {
        Self {
            facts,
            node: facts.node.clone(),
            status: facts.status,
            snapshots: facts.snapshots.clone(),
            grown_from: facts.grown_from.clone(),
            config: Some(facts.config.clone()),
            snapshot_planned: false,
        }
    }

    /// Whether what Proxmox said about moving the guest was said about the state it will be in.
    pub fn is_as_read(&self) -> bool {
        self.node == self.facts.node && self.status == self.facts.status
    }

    /// The snapshot of this very name.
    pub fn snapshot(&self, name: &str) -> Option<&SnapshotFacts> {
        self.snapshots.iter().find(|one| one.name == name)
    }

    /// One of its settings, where it is known.
    pub fn setting(&self, key: ConfigKey) -> Option<String> {
        Some(value::config(self.config.as_ref()?, key))
    }

    /// Takes the step as done.
    pub fn apply(&mut self, command: &Command) {
        match command {
            Command::Start {} | Command::Reboot { .. } | Command::Reset {} | Command::Resume {} => {
                self.status = GuestStatus::Running;
            }
            Command::Shutdown { .. } | Command::Stop {} => self.status = GuestStatus::Stopped,
            Command::Suspend {} => self.status = GuestStatus::Paused,
            Command::Snapshot {
                name,
                include_memory,
                ..
            } => {
                self.snapshots.push(SnapshotFacts {
                    name: name.to_string(),
                    parent: self.grown_from.take(),
                    with_memory: *include_memory,
                });
                self.grown_from = Some(name.to_string());
                self.snapshot_planned = true;
                self.config_is_rewritten();
            }
            Command::DeleteSnapshot { name } => {
                self.drop_snapshot(name.as_str());
                self.config_is_rewritten();
            }
            Command::Rollback { name, start } => {
                self.status = self.after_rollback(name.as_str(), *start);
                self.grown_from = Some(name.to_string());
                self.config = None;
            }
            Command::SetConfig { set, .. } => {
                if let Some(config) = &mut self.config {
                    config.values.extend(set.clone());
                }
                self.config_is_rewritten();
            }
            Command::Migrate { to, .. } => self.node = to.clone(),
        }
    }

    /// Whether it runs after a rollback. Proxmox stops a running guest hard, brings its disks back, and lets it run
    /// again where memory was kept or the call asks for it.
    pub fn after_rollback(&self, name: &str, start: bool) -> GuestStatus {
        let with_memory = self.snapshot(name).is_some_and(|one| one.with_memory);
        if start || (with_memory && self.facts.key.kind == GuestKind::Qemu) {
            GuestStatus::Running
        } else {
            GuestStatus::Stopped
        }
    }

    /// What grew out of the snapshot grows out of its parent afterwards.
    fn drop_snapshot(&mut self, name: &str) {
        let parent = self.snapshot(name).and_then(|one| one.parent.clone());
        self.snapshots.retain(|one| one.name != name);
        let heirs = self.snapshots.iter_mut().map(|one| &mut one.parent);
        for heir in heirs.chain([&mut self.grown_from]) {
            if heir.as_deref() == Some(name) {
                heir.clone_from(&parent);
            }
        }
    }

    /// The digest of a configuration that was written again cannot be told.
    fn config_is_rewritten(&mut self) {
        if let Some(config) = &mut self.config {
            config.digest = None;
        }
    }
}

/// All guests of the draft.
#[derive(Debug)]
pub(crate) struct Twin<'a> {
    guests: BTreeMap<GuestKey, TwinGuest<'a>>,
}

impl<'a> Twin<'a> {
    /// Starts from what was read.
    pub fn new(facts: &'a Facts) -> Self {
        let guests = facts.guests.iter();
        Self {
            guests: guests
                .map(|(key, facts)| (*key, TwinGuest::new(facts)))
                .collect(),
        }
    }

    /// The guest as it is predicted to be now.
    pub fn guest(&mut self, key: GuestKey) -> Option<&mut TwinGuest<'a>> {
        self.guests.get_mut(&key)
    }
}
