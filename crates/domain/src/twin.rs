//! The twin: what the guests of a plan look like after each step, as predicted.
//!
//! It predicts only what the catalogue's actions change (node, status, snapshots). Nothing is decided on a
//! prediction alone: the executor reads fresh state before each step and compares.

use std::collections::{BTreeMap, BTreeSet};

use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKey, NodeName};
use argus_types::plan::Command;

use crate::facts::{Facts, GuestFacts};

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
    pub snapshots: BTreeSet<String>,
    /// Whether the plan takes a snapshot of it.
    pub snapshot_planned: bool,
}

impl TwinGuest<'_> {
    /// Whether what Proxmox said about moving the guest was said about the state it will be in.
    pub fn is_as_read(&self) -> bool {
        self.node == self.facts.node && self.status == self.facts.status
    }

    /// Takes the step as done.
    pub fn apply(&mut self, command: &Command) {
        match command {
            Command::Start {} | Command::Reboot { .. } => self.status = GuestStatus::Running,
            Command::Shutdown { .. } | Command::Stop {} => self.status = GuestStatus::Stopped,
            Command::Snapshot { name, .. } => {
                self.snapshots.insert(name.to_string());
                self.snapshot_planned = true;
            }
            Command::Migrate { to, .. } => self.node = to.clone(),
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
        let guests = facts.guests.iter().map(|(key, facts)| {
            let guest = TwinGuest {
                facts,
                node: facts.node.clone(),
                status: facts.status,
                snapshots: facts.snapshots.iter().cloned().collect(),
                snapshot_planned: false,
            };
            (*key, guest)
        });
        Self {
            guests: guests.collect(),
        }
    }

    /// The guest as it is predicted to be now.
    pub fn guest(&mut self, key: GuestKey) -> Option<&mut TwinGuest<'a>> {
        self.guests.get_mut(&key)
    }
}
