//! A node that is told to reboot, to shut down or to wake up. There is no task: the call answers, and it happens.
//!
//! ```text
//!  online --call--> (2 s) --guests end--> off --reboot--> boots --> online
//!                                          '--shutdown--> off until woken --> boots
//! ```
//!
//! HA services are frozen over a reboot, and come back on the same node; over a shutdown they are recovered elsewhere
//! as those of a lost node are (the conditional shutdown policy, which is Proxmox's default).

use serde::{Deserialize, Serialize};

use super::Machine;
use super::access::Caller;
use super::program::Job;
use super::schedule::Event;
use super::work::Order;

/// The call answers before anything happens.
const GRACE_MS: u64 = 2_000;
/// Seconds that a node waits for its guests before it goes all the same.
const PATIENCE_S: u64 = 180;

/// What a node is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeCommand {
    /// Go and come back.
    Reboot,
    /// Go.
    Shutdown,
}

/// What becomes of a node next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// Its guests are shut down.
    Halt(NodeCommand),
    /// It is off.
    Off(NodeCommand),
    /// It has booted.
    On,
}

/// Why a node cannot be woken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WakeError {
    /// It is the one that was asked.
    #[error("'{0}' is local node, cannot wake my self!")]
    Local(String),
    /// There is no such node.
    #[error("no such cluster node '{0}'")]
    Unknown(String),
    /// Nobody wrote down its address.
    #[error("No wake on LAN MAC address defined for '{0}'!")]
    NoAddress(String),
}

impl Machine {
    /// Tells a node that is online to go; a second command while it goes changes nothing.
    pub fn command_node(&mut self, name: &str, command: NodeCommand) {
        let due = self.now_ms + GRACE_MS;
        if self
            .node(name)
            .is_some_and(|n| n.online && n.turn.is_none())
        {
            self.plan_turn(name, due, Turn::Halt(command));
        }
    }

    /// Sends the packet that wakes a node, and answers the address it is for. Nothing says whether it helps: a node
    /// that is online, booting or without power does what it would have done.
    pub fn wake_node(&mut self, name: &str) -> Result<String, WakeError> {
        if self.entry_node().name == name {
            return Err(WakeError::Local(name.into()));
        }
        let node = self
            .node(name)
            .ok_or_else(|| WakeError::Unknown(name.into()))?;
        let address = node
            .wakeonlan
            .clone()
            .ok_or_else(|| WakeError::NoAddress(name.into()))?;
        if !node.online && !node.powerless && node.turn.is_none() {
            let due = self.now_ms + self.durations.node_boot;
            self.plan_turn(name, due, Turn::On);
        }
        Ok(address)
    }

    fn plan_turn(&mut self, name: &str, due: u64, turn: Turn) {
        if let Some(node) = self.node_mut(name) {
            node.turn = Some((due, turn));
        }
        self.schedule.at(due, Event::Turn(name.into()));
        self.revision += 1;
    }

    /// A node's next turn is due, unless something else has come between.
    pub(super) fn turn_node(&mut self, name: &str) {
        let now = self.now_ms;
        let Some(node) = self.node_mut(name) else {
            return;
        };
        let Some((_, turn)) = node.turn.take_if(|(due, _)| *due == now) else {
            return;
        };
        match turn {
            Turn::Halt(command) => self.halt(name, command),
            Turn::Off(command) => self.switch_off(name, command),
            Turn::On => self.come_up(name, false),
        }
    }

    /// Shuts every guest down, hard when its time is over, and goes when the last one may have ended.
    fn halt(&mut self, name: &str, command: NodeCommand) {
        if command == NodeCommand::Reboot {
            self.freeze(name);
        }
        let mut longest = 0;
        let running: Vec<_> = self
            .guests
            .values()
            .filter(|g| g.node == name && g.running)
            .map(|g| (g.vmid, g.kind, g.ignores_shutdown))
            .collect();
        for (vmid, kind, ignores) in running {
            let took = if ignores {
                PATIENCE_S * 1_000 + self.durations.stop
            } else {
                self.durations.shutdown
            };
            longest = longest.max(took);
            let job = Job::Shutdown {
                timeout_s: PATIENCE_S,
                force: true,
            };
            let order = Order {
                node: name,
                kind: &kind.task_type("shutdown"),
                vmid,
                job,
            };
            self.fork(&Caller::system(), order);
        }
        let due = self.now_ms + longest + self.durations.node_down;
        self.plan_turn(name, due, Turn::Off(command));
    }

    fn switch_off(&mut self, name: &str, command: NodeCommand) {
        self.go_down(name);
        match command {
            NodeCommand::Reboot => {
                let due = self.now_ms + self.durations.node_boot;
                self.plan_turn(name, due, Turn::On);
            }
            NodeCommand::Shutdown => {
                if let Some(node) = self.node_mut(name) {
                    node.shut_down = true;
                }
                self.await_recovery(name);
            }
        }
    }

    /// What a booted node does: locks of broken backups are let go, guests that start with it and its HA services
    /// are started.
    pub(super) fn start_own_guests(&mut self, name: &str) {
        let mut own = Vec::new();
        for guest in self.guests.values_mut().filter(|g| g.node == name) {
            if guest.lock() == Some("backup") {
                guest.set_lock(None);
            }
            let onboot = guest.config.get("onboot").is_some_and(|v| v == "1");
            if onboot && !guest.running && !guest.template() {
                own.push((guest.vmid, guest.kind));
            }
        }
        for (vmid, kind) in own {
            if self.manages(vmid) {
                continue;
            }
            let order = Order {
                node: name,
                kind: &kind.task_type("start"),
                vmid,
                job: Job::Start,
            };
            self.fork(&Caller::system(), order);
        }
        self.thaw(name);
    }
}
