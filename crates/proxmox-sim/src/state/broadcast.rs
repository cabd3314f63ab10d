//! What the nodes tell each other about themselves, which is up to a broadcast old.
//!
//! `/cluster/resources` is built from it: status and numbers are stale, while names, tags and locks come out of
//! the configuration files and are fresh (proxmox.md 3.9).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Machine;
use super::schedule::Event;

/// A guest's numbers when its node last published them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GuestSample {
    /// Whether it ran.
    pub running: bool,
    /// Seconds since its start.
    pub uptime_s: u64,
    /// Share of its own cores.
    pub cpu: f64,
    /// Bytes.
    pub mem: u64,
    /// Bytes of a container's root disk.
    pub disk: u64,
    /// Bytes received since its start.
    pub netin: u64,
    /// Bytes sent since its start.
    pub netout: u64,
    /// Bytes read since its start.
    pub diskread: u64,
    /// Bytes written since its start.
    pub diskwrite: u64,
}

/// A node's numbers when it last published them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeSample {
    /// Seconds since its boot.
    pub uptime_s: u64,
    /// Share of its processors.
    pub cpu: f64,
    /// Bytes.
    pub mem: u64,
}

/// The last numbers of all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Broadcast {
    /// By vmid.
    pub guests: BTreeMap<u32, GuestSample>,
    /// By name.
    pub nodes: BTreeMap<String, NodeSample>,
}

impl Machine {
    /// Every node that is online publishes; what the others said last is forgotten.
    pub(super) fn broadcast(&mut self) {
        let online = |name: &str| self.node(name).is_some_and(|n| n.online);
        self.broadcast = Broadcast {
            guests: self
                .guests
                .values()
                .filter(|g| online(&g.node))
                .map(|g| (g.vmid, self.guest_sample(g, self.now_ms)))
                .collect(),
            nodes: self
                .nodes
                .iter()
                .filter(|n| n.online)
                .map(|n| (n.name.clone(), self.node_sample(n, self.now_ms)))
                .collect(),
        };
    }

    /// Publishes and plans the next time; a long jump leaves out the ones nobody could have seen.
    pub(super) fn broadcast_and_plan(&mut self, to_ms: u64) {
        self.broadcast();
        let period = self.durations.broadcast.max(1);
        let missed = to_ms.saturating_sub(self.now_ms) / period;
        let next = self.now_ms + period * missed.max(1);
        self.schedule.at(next, Event::Broadcast);
    }
}
