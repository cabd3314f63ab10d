//! Workers that are about a node and none of its guests: its system services, its package lists.

use serde::{Deserialize, Serialize};

use super::Machine;
use super::access::Caller;
use super::program::{Beat, Job, Program};
use super::task::{Task, TaskKey};
use super::unit::unit_named;

/// What a worker is asked to do with its node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeJob {
    /// Do something with a system service.
    Unit {
        /// Its name.
        unit: String,
        /// What.
        verb: UnitVerb,
    },
    /// Refresh the package lists.
    AptUpdate,
}

/// What can be done with a system service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnitVerb {
    /// Have it run.
    Start,
    /// Have it not run.
    Stop,
    /// Have it run anew.
    Restart,
    /// Have it read its configuration again.
    Reload,
}

impl UnitVerb {
    /// As `systemctl` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Reload => "reload",
        }
    }
}

impl NodeJob {
    /// The type and the id of the task.
    fn name(&self) -> (String, &str) {
        match self {
            Self::Unit { unit, verb } => (format!("srv{}", verb.as_str()), unit),
            Self::AptUpdate => ("aptupdate".into(), ""),
        }
    }
}

impl Machine {
    /// Forks a worker on a node and answers its UPID.
    pub(crate) fn fork_on_node(&mut self, caller: &Caller, node: &str, job: NodeJob) -> String {
        let (kind, id) = job.name();
        let id = id.to_owned();
        self.launch(caller, (node, &kind, &id), None, Job::OnNode(job))
    }

    pub(super) fn plan_on_node(&self, task: &Task) -> Result<Program, String> {
        match &task.job {
            Job::OnNode(NodeJob::Unit { unit, verb }) => {
                let node = self.node(&task.upid.node);
                let runs = node.and_then(|n| n.units.get(unit)).copied();
                self.plan_unit(unit, *verb, runs.unwrap_or(false))
            }
            Job::OnNode(NodeJob::AptUpdate) => {
                let took = self.durations.apt_update;
                Ok(Program::lasting(took)
                    .line(0, "starting apt-get update")
                    .line(
                        took / 2,
                        "Hit:1 http://deb.debian.org/debian trixie InRelease",
                    )
                    .line(
                        took / 2,
                        "Hit:2 http://download.proxmox.com/debian/pve trixie InRelease",
                    )
                    .line(took, "Reading package lists..."))
            }
            _ => Ok(Program::lasting(0)),
        }
    }

    fn plan_unit(&self, name: &str, verb: UnitVerb, runs: bool) -> Result<Program, String> {
        let command = verb.as_str();
        let unit = unit_named(name).ok_or_else(|| format!("unknown service '{name}'"))?;
        if unit.essential && verb == UnitVerb::Stop {
            return Err(format!(
                "invalid service cmd '{name} {command}': refusing to stop essential service!"
            ));
        }
        if !unit.installed {
            return Err(format!(
                "command 'systemctl {command} {name}' failed: exit code 5"
            ));
        }
        let took = self.durations.service;
        let mut program = Program::lasting(took);
        let mut switch = |at: u64, on: bool| {
            let unit = name.to_owned();
            program.beats.push((at, Beat::Unit { unit, on }));
        };
        match verb {
            UnitVerb::Start => switch(took, true),
            UnitVerb::Stop => switch(took, false),
            UnitVerb::Restart => {
                switch(took / 2, false);
                switch(took, true);
            }
            // What does not run has nothing to read again.
            UnitVerb::Reload => switch(took, runs),
        }
        Ok(program)
    }

    pub(super) fn switch_unit(&mut self, key: TaskKey, unit: &str, on: bool) {
        let node = self.tasks.get(key).map(|t| t.upid.node.clone());
        let units = node
            .and_then(|name| self.node_mut(&name))
            .map(|n| &mut n.units);
        if let Some(units) = units {
            units.insert(unit.into(), on);
        }
    }
}
