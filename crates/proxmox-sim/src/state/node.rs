//! A node, and its going and coming.

use serde::{Deserialize, Serialize};

use super::Machine;
use super::program::Job;
use super::schedule::Event;
use super::task::Exit;
use crate::scenario;

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
    /// Guests that were running when it went away, and run again when it is back.
    pub lost: Vec<u32>,
}

impl Node {
    /// Builds a node out of a scenario's line.
    pub fn new(line: &scenario::Node, index: usize, start_ms: u64) -> Self {
        Self {
            name: line.name.clone(),
            id: index + 1,
            ip: line.ip.clone(),
            cpus: line.cpus,
            memory_gib: line.memory_gib,
            booted_ms: start_ms.saturating_sub(line.uptime_hours.saturating_mul(3_600_000)),
            online: true,
            lost: Vec::new(),
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
        let now = self.now_ms;
        let Some(node) = self.nodes.iter_mut().find(|n| n.name == name) else {
            return false;
        };
        if node.online == on {
            return true;
        }
        node.online = on;
        self.revision += 1;
        if on {
            node.booted_ms = now;
            let lost = std::mem::take(&mut node.lost);
            for vmid in lost {
                if let Some(guest) = self.guests.get_mut(&vmid)
                    && guest.node == name
                    && !guest.running
                {
                    guest.switch(true, now);
                }
            }
            self.write_cluster_log(name, &format!("node {name} joined the cluster"));
            return true;
        }
        let mut lost = Vec::new();
        for guest in self.guests.values_mut() {
            if guest.node == name && guest.running {
                lost.push(guest.vmid);
                guest.switch(false, now);
            }
        }
        node.lost = lost;
        self.lose_workers(name);
        let due = now + self.durations.ha_recovery;
        self.schedule.at(due, Event::Fence(name.into()));
        self.write_cluster_log(name, &format!("node {name} left the cluster"));
        true
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
