//! The HA stack: commands are queued, and acted on a while after their task has ended.

use serde::{Deserialize, Serialize};

use super::Machine;
use super::access::Caller;
use super::program::Job;
use super::schedule::Event;
use super::task::TaskKey;
use super::work::Order;
use crate::scenario::GuestKind;

/// What the HA manager is told to do with a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum HaCommand {
    /// Have it running.
    Start,
    /// Have it stopped; at once when `hard`.
    Stop {
        /// Without asking its system.
        hard: bool,
    },
    /// Have it on another node.
    Migrate {
        /// The other node.
        target: String,
    },
}

/// What the HA stack knows about a guest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Service {
    /// `started`, `stopped`, `migrate`, `request_stop` and so on.
    pub state: String,
    /// What it was last asked to be: `started` or `stopped`.
    pub request: String,
    /// The worker that carries out the present command.
    pub worker: Option<TaskKey>,
}

impl Service {
    /// A service that is what it should be.
    pub fn settled(running: bool) -> Self {
        let state = if running { "started" } else { "stopped" };
        Self {
            state: state.into(),
            request: state.into(),
            worker: None,
        }
    }
}

/// The name of a guest inside the HA stack.
pub fn sid(kind: GuestKind, vmid: u32) -> String {
    match kind {
        GuestKind::Qemu => format!("vm:{vmid}"),
        GuestKind::Lxc => format!("ct:{vmid}"),
    }
}

impl Machine {
    /// Queues a command: the task that does so ends long before anything happens.
    pub(crate) fn queue_ha(&mut self, caller: &Caller, vmid: u32, command: HaCommand) -> String {
        let (kind, wish) = match &command {
            HaCommand::Start => ("hastart", "start".to_owned()),
            HaCommand::Stop { .. } => ("hastop", "stop".to_owned()),
            HaCommand::Migrate { target } => ("hamigrate", format!("migration to node {target}")),
        };
        let (node, name) = self.guests.get(&vmid).map_or_else(
            || (String::new(), vmid.to_string()),
            |g| (g.node.clone(), sid(g.kind, vmid)),
        );
        if let Some(service) = self.ha.get_mut(&vmid) {
            match command {
                HaCommand::Start => service.request = "started".into(),
                HaCommand::Stop { .. } => service.request = "stopped".into(),
                HaCommand::Migrate { .. } => {}
            }
        }
        let due = self.now_ms + self.durations.ha_cycle;
        self.schedule.at(due, Event::Ha(vmid, command));
        self.fork(
            caller,
            Order {
                node: &node,
                kind,
                vmid,
                job: Job::Ha {
                    line: format!("Requesting HA {wish} for {name}"),
                },
            },
        )
    }

    /// The manager acts: a worker of the node's own daemon does the work.
    pub(super) fn act_ha(&mut self, vmid: u32, command: HaCommand) {
        let Some(guest) = self.guests.get(&vmid) else {
            return;
        };
        let reachable = self.node(&guest.node).is_some_and(|n| n.online);
        if !self.ha.contains_key(&vmid) || !reachable {
            return;
        }
        let (node, running, kind) = (guest.node.clone(), guest.running, guest.kind);
        let (verb, state, job) = match command {
            HaCommand::Start if running => return self.settle(vmid),
            HaCommand::Stop { .. } if !running => return self.settle(vmid),
            HaCommand::Migrate { target } if target == node => return self.settle(vmid),
            HaCommand::Start => ("start", "starting", Job::Start),
            HaCommand::Stop { hard: true } => ("stop", "request_stop", Job::Stop),
            HaCommand::Stop { hard: false } => (
                "shutdown",
                "request_stop",
                Job::Shutdown {
                    timeout_s: 60,
                    force: true,
                },
            ),
            HaCommand::Migrate { target } => (
                "migrate",
                "migrate",
                Job::Migrate {
                    target,
                    online: true,
                    restart: true,
                    with_local_disks: false,
                },
            ),
        };
        let upid = self.fork(
            &Caller::system(),
            Order {
                node: &node,
                kind: &kind.task_type(verb),
                vmid,
                job,
            },
        );
        let worker = self.tasks.find(&upid).map(|(key, _)| key);
        let ended = worker
            .and_then(|key| self.tasks.get(key))
            .is_none_or(|t| t.ended.is_some());
        if let Some(service) = self.ha.get_mut(&vmid) {
            service.state = state.into();
            service.worker = worker.filter(|_| !ended);
        }
        if ended {
            self.settle(vmid);
        }
    }

    /// The worker of a command has ended: the state is what the guest is.
    pub(super) fn after_ha_worker(&mut self, vmid: u32, key: TaskKey) {
        if self.ha.get(&vmid).is_some_and(|s| s.worker == Some(key)) {
            self.settle(vmid);
        }
    }

    fn settle(&mut self, vmid: u32) {
        let running = self.guests.get(&vmid).is_some_and(|g| g.running);
        if let Some(service) = self.ha.get_mut(&vmid) {
            service.state = if running { "started" } else { "stopped" }.into();
            service.worker = None;
        }
    }

    /// A node has been gone for so long that its services start elsewhere.
    pub(super) fn fence(&mut self, lost: &str) {
        if !self.quorate || self.node(lost).is_none_or(|n| n.online) {
            return;
        }
        let stranded: Vec<(u32, GuestKind)> = self
            .guests
            .values()
            .filter(|g| g.node == lost)
            .filter(|g| self.ha.get(&g.vmid).is_some_and(|s| s.request == "started"))
            .map(|g| (g.vmid, g.kind))
            .collect();
        for (vmid, kind) in stranded {
            let Some(refuge) = self.refuge(&sid(kind, vmid)) else {
                continue;
            };
            if let Some(guest) = self.guests.get_mut(&vmid) {
                guest.node = refuge;
                guest.set_lock(None);
            }
            self.act_ha(vmid, HaCommand::Start);
        }
    }

    fn refuge(&self, sid: &str) -> Option<String> {
        let online = || self.nodes.iter().filter(|n| n.online);
        let preferred = self
            .ha_rules
            .iter()
            .find(|r| r.kind == "node-affinity" && r.resources.iter().any(|s| s == sid));
        let by_rule = preferred.and_then(|rule| online().find(|n| rule.nodes.contains(&n.name)));
        let strict = preferred.is_some_and(|rule| rule.strict);
        by_rule
            .or_else(|| online().next().filter(|_| !strict))
            .map(|n| n.name.clone())
    }
}
