//! Tasks that run inside Proxmox, whoever started them.

use argus_types::Timestamp;
use argus_types::collision::{CollidesWith, Collision};
use argus_types::id::{GuestKey, NodeName};
use argus_types::plan::{Lock, Plan, Step};

use super::{Guests, Met, Surroundings};

/// Tasks that show a screen and change nothing; they run for as long as somebody looks.
const SCREENS: [&str; 5] = [
    "vncproxy",
    "vncshell",
    "spiceproxy",
    "spiceshell",
    "termproxy",
];
/// Tasks about a node itself.
const OF_NODES: [&str; 5] = [
    "srvstart",
    "srvstop",
    "srvrestart",
    "srvreload",
    "aptupdate",
];
/// Tasks about every guest of the node that they run on.
const OF_ALL_GUESTS: [&str; 4] = ["startall", "stopall", "suspendall", "migrateall"];
/// Tasks about guests anywhere in the cluster, which their ids do not name.
const BULK: &str = "bulk-";

/// A task that runs, as its id (UPID) says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The id as text.
    pub upid: String,
    /// The node that it runs on.
    pub node: NodeName,
    /// What it does, such as `qmsnapshot`.
    pub kind: String,
    /// What it is about: a guest's number, `100@local`, a service, or nothing.
    pub id: String,
    /// Who started it.
    pub by: String,
    /// When it began.
    pub started: Option<Timestamp>,
}

/// How a task holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grip {
    /// It may come to it, or others wait for it in a queue.
    Loose,
    /// It works on it.
    Firm,
}

impl Task {
    /// The guest that it is about, by number: numbers are never shared by two guests, whatever their kinds.
    pub(super) fn vmid(&self) -> Option<u32> {
        self.id.parse().ok()
    }

    /// A backup of guests that the id does not name.
    pub(super) fn is_backup_of_many(&self) -> bool {
        self.kind == "vzdump" && self.id.is_empty()
    }

    fn changes_nothing(&self) -> bool {
        SCREENS.contains(&self.kind.as_str())
    }

    fn grip(&self, step: &Step, lock: &Lock, guests: &Guests<'_>) -> Option<Grip> {
        let kind = self.kind.as_str();
        if self.changes_nothing() {
            return None;
        }
        match lock {
            Lock::Guest { vmid, .. } if self.vmid() == Some(vmid.get()) => Some(Grip::Firm),
            Lock::Guest { kind: of, vmid } => {
                let key = GuestKey {
                    kind: *of,
                    vmid: *vmid,
                };
                let here = || guests.get(&key).is_some_and(|g| g.node == self.node);
                let may_come_to_it = kind.starts_with(BULK)
                    || ((self.is_backup_of_many() || OF_ALL_GUESTS.contains(&kind)) && here());
                may_come_to_it.then_some(Grip::Loose)
            }
            Lock::Backups { node } => {
                (kind == "vzdump" && *node == self.node).then_some(Grip::Loose)
            }
            Lock::Storage { storage } => {
                let named = self.id.rsplit('@').next();
                (named == Some(storage.as_str())).then_some(Grip::Loose)
            }
            Lock::Node { node } if *node == self.node => {
                // Whatever runs on a node ends with it.
                let with_it = step.locks.contains(&Lock::Maintenance {});
                let of_it = OF_NODES.contains(&kind) || OF_ALL_GUESTS.contains(&kind);
                (with_it || of_it).then_some(Grip::Firm)
            }
            Lock::Node { .. } | Lock::Maintenance {} => None,
        }
    }
}

pub(super) fn collisions(
    plan: &Plan,
    around: &Surroundings,
    guests: &Guests<'_>,
) -> Vec<Collision> {
    let tasks = around.tasks.iter();
    tasks
        .filter_map(|task| meeting(plan, task, guests))
        .collect()
}

fn meeting(plan: &Plan, task: &Task, guests: &Guests<'_>) -> Option<Collision> {
    let mut met = Met::default();
    let mut firmest = None;
    for step in &plan.steps {
        for lock in &step.locks {
            if let Some(grip) = task.grip(step, lock, guests) {
                met.add(step, lock);
                firmest = firmest.max(Some(grip));
            }
        }
    }
    let grip = firmest?;
    let (kind, node, by) = (&task.kind, &task.node, &task.by);
    let over = met.words();
    let text = match grip {
        Grip::Firm => format!("The task {kind} of {by} runs on {node} and works on {over}."),
        Grip::Loose => {
            format!("The task {kind} of {by} runs on {node} and may make {over} wait.")
        }
    };
    let with = CollidesWith::Task {
        upid: task.upid.clone(),
        node: node.to_string(),
        kind: kind.clone(),
        by: by.clone(),
    };
    Some(Collision {
        from: task.started,
        ..met.collision(with, grip == Grip::Firm, text)
    })
}
