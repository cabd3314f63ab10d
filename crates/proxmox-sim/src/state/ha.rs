//! The HA stack: commands are queued, and acted on a while after their task has ended.
//! `ha_resource` holds what is configured, `ha_rules` where services may be, `ha_recovery` what lost nodes mean.

use serde::{Deserialize, Serialize};

use super::Machine;
use super::access::Caller;
use super::ha_resource::Resource;
use super::program::Job;
use super::schedule::Event;
use super::task::{Exit, TaskKey};
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
    /// Have it on another node, running all the way if it can.
    Migrate {
        /// The other node.
        target: String,
    },
    /// Have it on another node: stopped here, started there.
    Relocate {
        /// The other node.
        target: String,
    },
    /// Have it be what its resource asks for by then.
    Follow,
}

/// What the HA stack knows about a guest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Service {
    /// `started`, `stopped`, `migrate`, `request_stop` and so on.
    pub state: String,
    /// What it was last asked to be: `started`, `stopped`, `disabled` or `ignored`.
    pub request: String,
    /// The worker that carries out the present command.
    pub worker: Option<TaskKey>,
    /// Where it is on its way to, stopped.
    pub relocation: Option<String>,
    /// What else is configured for it.
    pub resource: Resource,
}

impl Service {
    /// A service that is what it should be.
    pub fn settled(running: bool) -> Self {
        let state = if running { "started" } else { "stopped" };
        Self {
            state: state.into(),
            request: state.into(),
            worker: None,
            relocation: None,
            resource: Resource::default(),
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
    /// Whether the HA stack decides about a guest.
    pub(crate) fn manages(&self, vmid: u32) -> bool {
        self.ha.get(&vmid).is_some_and(|s| s.request != "ignored")
    }

    /// Queues a command: the task that does so ends long before anything happens.
    pub(crate) fn queue_ha(&mut self, caller: &Caller, vmid: u32, command: HaCommand) -> String {
        let (kind, wish) = match &command {
            HaCommand::Start => ("hastart", "start".to_owned()),
            HaCommand::Stop { .. } => ("hastop", "stop".to_owned()),
            HaCommand::Migrate { target } | HaCommand::Relocate { target } => {
                ("hamigrate", format!("migration to node {target}"))
            }
            HaCommand::Follow => ("haset", "state".to_owned()),
        };
        let (node, name) = self.guests.get(&vmid).map_or_else(
            || (String::new(), vmid.to_string()),
            |g| (g.node.clone(), sid(g.kind, vmid)),
        );
        if let Some(service) = self.ha.get_mut(&vmid) {
            match command {
                HaCommand::Start => service.request = "started".into(),
                HaCommand::Stop { .. } => service.request = "stopped".into(),
                HaCommand::Migrate { .. } | HaCommand::Relocate { .. } | HaCommand::Follow => {}
            }
        }
        self.plan_ha(vmid, command);
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

    /// The manager will see a command when it looks next.
    pub(super) fn plan_ha(&mut self, vmid: u32, command: HaCommand) {
        let due = self.now_ms + self.durations.ha_cycle;
        self.schedule.at(due, Event::Ha(vmid, command));
        self.revision += 1;
    }

    /// The manager takes up a command. It leaves out a move that a rule forbids or whose target is not there, and
    /// moves along what has to be on the same node.
    pub(super) fn command_ha(&mut self, vmid: u32, command: HaCommand) {
        let (HaCommand::Migrate { target } | HaCommand::Relocate { target }) = &command else {
            return self.act_ha(vmid, command);
        };
        let Some(name) = self.guests.get(&vmid).map(|g| sid(g.kind, vmid)) else {
            return;
        };
        let there = self.node(target).is_some_and(|n| n.online);
        if !there || !self.blockers(&name, target).is_empty() {
            return;
        }
        let along = self.companions(&name);
        self.act_ha(vmid, command.clone());
        for other in along {
            let number = other.split(':').nth(1).and_then(|n| n.parse().ok());
            if let Some(number) = number {
                self.act_ha(number, command.clone());
            }
        }
    }

    /// The manager acts: a worker of the node's own daemon does the work.
    pub(super) fn act_ha(&mut self, vmid: u32, command: HaCommand) {
        let (Some(guest), Some(service)) = (self.guests.get(&vmid), self.ha.get(&vmid)) else {
            return;
        };
        let reachable = self.node(&guest.node).is_some_and(|n| n.online);
        let cleared = service.state == "error" && service.request == "disabled";
        let left_alone = match service.state.as_str() {
            "freeze" => true,
            "error" => !cleared,
            _ => false,
        };
        if !reachable || left_alone || !self.manages(vmid) {
            return;
        }
        let (node, running) = (guest.node.clone(), guest.running);
        let command = match command {
            HaCommand::Follow if service.request == "started" => HaCommand::Start,
            HaCommand::Follow => HaCommand::Stop { hard: false },
            other => other,
        };
        let (verb, state, job) = match command {
            HaCommand::Start if running => return self.settle(vmid),
            HaCommand::Stop { .. } if !running => return self.settle(vmid),
            HaCommand::Migrate { target } | HaCommand::Relocate { target } if target == node => {
                return self.settle(vmid);
            }
            HaCommand::Follow => return,
            HaCommand::Start => ("start", "starting", Job::Start),
            HaCommand::Stop { hard: true } => ("stop", "request_stop", Job::Stop),
            HaCommand::Stop { hard: false } => ("shutdown", "request_stop", shutdown()),
            HaCommand::Relocate { target } if running => {
                if let Some(service) = self.ha.get_mut(&vmid) {
                    service.relocation = Some(target);
                }
                ("shutdown", "relocate", shutdown())
            }
            HaCommand::Migrate { target } | HaCommand::Relocate { target } => {
                ("migrate", "migrate", migration(target))
            }
        };
        self.fork_ha(vmid, verb, state, job);
    }

    fn fork_ha(&mut self, vmid: u32, verb: &str, state: &str, job: Job) {
        let Some(guest) = self.guests.get(&vmid) else {
            return;
        };
        let (node, kind) = (guest.node.clone(), guest.kind.task_type(verb));
        let order = Order {
            node: &node,
            kind: &kind,
            vmid,
            job,
        };
        let upid = self.fork(&Caller::system(), order);
        let worker = self.tasks.find(&upid).map(|(key, _)| key);
        if let Some(service) = self.ha.get_mut(&vmid) {
            service.state = state.into();
            service.worker = worker;
        }
        let running = |key: &TaskKey| self.tasks.get(*key).is_some_and(|t| t.ended.is_none());
        match worker {
            // It may have failed before it could be noted.
            Some(key) if !running(&key) => self.after_ha_worker(vmid, key),
            Some(_) => {}
            None => self.settle(vmid),
        }
    }

    /// The worker of a command has ended: the next one of a relocation begins, or the state is what the guest is.
    pub(super) fn after_ha_worker(&mut self, vmid: u32, key: TaskKey) {
        let Some(service) = self.ha.get_mut(&vmid).filter(|s| s.worker == Some(key)) else {
            return;
        };
        let relocation = service.relocation.take();
        let Some(task) = self.tasks.get(key) else {
            return;
        };
        let failed = !matches!(task.ended, Some((_, Exit::Ok | Exit::Warnings(_))));
        let running = self.guests.get(&vmid).is_some_and(|g| g.running);
        match (&task.job, relocation) {
            (Job::Shutdown { .. }, Some(target)) if !running => {
                if let Some(service) = self.ha.get_mut(&vmid) {
                    service.relocation = Some(target.clone());
                }
                self.fork_ha(vmid, "migrate", "relocate", migration(target));
            }
            (Job::Migrate { .. }, Some(_)) if !running => {
                self.fork_ha(vmid, "start", "starting", Job::Start);
            }
            (Job::Start, _) if failed && !running => {
                self.settle(vmid);
                if let Some(service) = self.ha.get_mut(&vmid) {
                    service.state = "error".into();
                }
            }
            _ => self.settle(vmid),
        }
    }

    pub(super) fn settle(&mut self, vmid: u32) {
        let running = self.guests.get(&vmid).is_some_and(|g| g.running);
        if let Some(service) = self.ha.get_mut(&vmid) {
            service.state = match (service.request.as_str(), running) {
                ("ignored", _) => "ignored",
                (_, true) => "started",
                (_, false) => "stopped",
            }
            .into();
            service.worker = None;
        }
    }
}

fn shutdown() -> Job {
    Job::Shutdown {
        timeout_s: 60,
        force: true,
    }
}

fn migration(target: String) -> Job {
    Job::Migrate {
        target,
        online: true,
        restart: true,
        with_local_disks: false,
    }
}
