//! A node, and its going and coming.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Machine;
use super::node_power::Turn;
use super::program::Job;
use super::schedule::Event;
use super::task::Exit;
use super::unit::usual_units;
use crate::scenario::{self, Strain};

/// A node as it is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its number in the cluster, from 1.
    pub id: usize,
    /// Its address inside the simulated network.
    pub ip: String,
    /// Logical processors.
    pub cpus: u32,
    /// Memory in GiB.
    pub memory_gib: u64,
    /// When it booted, virtual ms.
    pub booted_ms: u64,
    /// Whether the others can reach it.
    pub online: bool,
    /// Since when it is online, or is not, virtual ms.
    pub since_ms: u64,
    /// Guests that were running when it went away, and run again when it is back.
    pub lost: Vec<u32>,
    /// Whether it was told to shut down, and so stays off until it is woken.
    pub shut_down: bool,
    /// Whether a fault keeps it from having power.
    pub powerless: bool,
    /// What becomes of it next, and when.
    pub turn: Option<(u64, Turn)>,
    /// The hardware address that wakes it.
    pub wakeonlan: Option<String>,
    /// What it bears beside its guests.
    pub strain: Strain,
    /// Whether it is one of a cluster.
    pub clustered: bool,
    /// Whether each of its system services runs.
    pub units: BTreeMap<String, bool>,
}

impl Node {
    /// Builds a node out of a scenario's line.
    pub fn new(line: &scenario::Node, index: usize, clustered: bool, start_ms: u64) -> Self {
        let booted_ms = start_ms.saturating_sub(line.uptime_hours.saturating_mul(3_600_000));
        Self {
            name: line.name.clone(),
            id: index + 1,
            ip: line.ip.clone(),
            cpus: line.cpus,
            memory_gib: line.memory_gib,
            booted_ms,
            online: true,
            since_ms: booted_ms,
            lost: Vec::new(),
            shut_down: false,
            powerless: false,
            turn: None,
            wakeonlan: line.wakeonlan.clone(),
            strain: line.strain,
            clustered,
            units: usual_units(clustered),
        }
    }

    /// Memory in bytes.
    pub fn memory_bytes(&self) -> u64 {
        self.memory_gib << 30
    }

    /// Seconds since its boot.
    pub fn uptime_s(&self, at_ms: u64) -> u64 {
        at_ms.saturating_sub(self.booted_ms) / 1000
    }
}

impl Machine {
    /// A node by its name.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|n| n.name == name)
    }

    pub(super) fn node_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.nodes.iter_mut().find(|n| n.name == name)
    }

    /// Whether anybody is there to answer the API.
    pub fn answers(&self) -> bool {
        self.nodes.iter().any(|n| n.online)
    }

    /// The node that answers the API: the first one that is there.
    pub fn entry_node(&self) -> &Node {
        let online = self.nodes.iter().find(|n| n.online);
        online.unwrap_or(&self.nodes[0])
    }

    /// Whether the cluster may change anything.
    pub fn is_quorate(&self) -> bool {
        let online = self.nodes.iter().filter(|n| n.online).count();
        self.quorate && online * 2 > self.nodes.len()
    }

    /// Cuts a node's power, or gives it back. Answers whether there is such a node.
    pub fn power_node(&mut self, name: &str, on: bool) -> bool {
        let Some(node) = self.node_mut(name) else {
            return false;
        };
        node.powerless = !on;
        if on {
            // What was told to shut down waits to be woken; what is booting comes by itself.
            if !node.online && !node.shut_down && node.turn.is_none() {
                self.come_up(name, true);
            }
            return true;
        }
        node.turn = None;
        if node.online {
            self.go_down(name);
        }
        true
    }

    /// A node is gone, with everything that ran on it.
    pub(super) fn go_down(&mut self, name: &str) {
        let now = self.now_ms;
        let mut lost = Vec::new();
        for guest in self.guests.values_mut() {
            if guest.node == name && guest.running {
                lost.push(guest.vmid);
                guest.switch(false, now);
            }
        }
        if let Some(node) = self.node_mut(name) {
            node.online = false;
            node.since_ms = now;
            node.lost = lost;
        }
        self.revision += 1;
        self.lose_workers(name);
        self.halt_replications(name);
        let due = now + self.durations.ha_recovery;
        self.schedule.at(due, Event::Fence(name.into()));
        self.write_cluster_log(name, &format!("node {name} left the cluster"));
    }

    /// A node is there again. After a power cut its guests run at once, after a command they are started.
    pub(super) fn come_up(&mut self, name: &str, after_cut: bool) {
        let now = self.now_ms;
        let Some(node) = self.node_mut(name) else {
            return;
        };
        node.online = true;
        node.shut_down = false;
        node.since_ms = now;
        node.booted_ms = now;
        node.units = usual_units(node.clustered);
        let lost = std::mem::take(&mut node.lost);
        self.revision += 1;
        self.write_cluster_log(name, &format!("node {name} joined the cluster"));
        if after_cut {
            for vmid in lost {
                if let Some(guest) = self.guests.get_mut(&vmid)
                    && guest.node == name
                    && !guest.running
                {
                    guest.switch(true, now);
                }
            }
            self.thaw(name);
        } else {
            self.start_own_guests(name);
        }
        self.plan_recoveries();
        self.plan_replications();
    }

    /// Workers on a lost node are gone; migrations to it are broken off.
    fn lose_workers(&mut self, name: &str) {
        for key in self.tasks.running(|t| t.upid.node == name) {
            self.kill_task(key, Exit::Vanished);
        }
        let coming =
            |job: &Job| matches!(job, Job::Migrate { target, .. } if target.as_str() == name);
        for key in self.tasks.running(|t| coming(&t.job)) {
            let vmid = self.tasks.get(key).and_then(|t| t.vmid);
            if let Some(guest) = vmid.and_then(|vmid| self.guests.get_mut(&vmid)) {
                guest.set_lock(None);
            }
            self.kill_task(key, Exit::Error("migration aborted".into()));
        }
    }
}
