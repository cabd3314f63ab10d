//! What a diagnosis is made of: numbers and words of closed lists. What is not known is absent and is said to be.

use super::log;
use crate::drafted::DraftTarget;
use crate::scene::{SceneBackup, SceneSnapshot};

/// Everything that the caller knows about the subject of an inquiry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// Now, in seconds since the epoch.
    pub now_s: i64,
    /// The guest that is asked about.
    pub guest: Option<GuestState>,
    /// The node that is asked about, or that the guest is on.
    pub node: Option<NodeState>,
    /// The storage that is asked about, or those that hold the guest's disks, or the node's.
    pub storages: Option<Vec<StorageState>>,
    /// The guest's snapshots.
    pub snapshots: Option<Vec<SceneSnapshot>>,
    /// The guest's backups, wherever they are.
    pub backups: Option<Vec<SceneBackup>>,
    /// Tasks of the subject that failed within the last day.
    pub failed_tasks: Option<Vec<FailedTask>>,
    /// What the node's log of the last hour says. Of a guest's node, without the lines about other guests.
    pub logs: Option<log::Summary>,
    /// Whether the cluster has a quorum.
    pub quorate: Option<bool>,
}

/// A guest.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestState {
    /// Which.
    pub target: DraftTarget,
    /// Whether it runs.
    pub status: RunState,
    /// Proxmox's own lock, by its word such as `backup`; none where it has none.
    pub lock: Option<String>,
    /// Processors that it has.
    pub cpu_count: Option<f64>,
    /// Memory that it has, in bytes.
    pub memory_total: Option<u64>,
    /// Seconds since it started.
    pub uptime_s: Option<u64>,
    /// Measurements of the last hour, the oldest first.
    pub samples: Vec<Sample>,
    /// Whether it starts with its node.
    pub onboot: Option<bool>,
    /// What is wrong with it in high availability; none where nothing is, or it is not managed.
    pub ha_error: Option<HaError>,
}

/// Whether a guest runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Runs.
    Running,
    /// Does not.
    Stopped,
    /// In memory, not running.
    Paused,
    /// Its node does not say.
    Unknown,
}

/// A state of high availability in which a guest is not looked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HaError {
    /// `error`: Proxmox gave up on it and waits for a person.
    Error,
    /// `fence`: its node is being fenced.
    Fence,
    /// `recovery`: another node is being looked for.
    Recovery,
}

/// Averages over one interval, or a single look.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sample {
    /// The interval's start, in seconds since the epoch.
    pub at_s: i64,
    /// Share of its processors in use, 0 to 1.
    pub cpu: Option<f64>,
    /// Memory in use, in bytes.
    pub memory: Option<f64>,
    /// Bytes read from disks a second.
    pub disk_read: Option<f64>,
    /// Bytes written to disks a second.
    pub disk_write: Option<f64>,
    /// A node's load average over one minute: processes that run or want to.
    pub load: Option<f64>,
    /// Share of a node's processor time that waited for disks, 0 to 1.
    pub io_wait: Option<f64>,
    /// A node's swap in use, in bytes.
    pub swap_used: Option<f64>,
    /// How long a guest's processes wait.
    pub pressure: Pressure,
}

/// Shares of time, 0 to 1, in which some process of a guest waited (the kernel's pressure stall information). Proxmox VE
/// tells it from release 9 on; before, nothing of it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pressure {
    /// For a processor.
    pub cpu: Option<f64>,
    /// For disks.
    pub io: Option<f64>,
    /// For memory.
    pub memory: Option<f64>,
}

impl Pressure {
    /// Whether anything of it is known.
    pub fn is_known(&self) -> bool {
        self.cpu.or(self.io).or(self.memory).is_some()
    }
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeState {
    /// Its name.
    pub name: String,
    /// Whether it answers.
    pub online: bool,
    /// Processors.
    pub cpu_count: Option<u32>,
    /// Memory in all, in bytes.
    pub memory_total: Option<u64>,
    /// Seconds since it booted.
    pub uptime_s: Option<u64>,
    /// Measurements of the last hour, the oldest first.
    pub samples: Vec<Sample>,
    /// Processors of all guests that run on it, together.
    pub guest_cpus: Option<f64>,
    /// Memory of all guests that run on it, together, in bytes.
    pub guest_memory: Option<u64>,
}

/// A storage as the subject's node sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageState {
    /// Its name.
    pub name: String,
    /// Whether it can be used.
    pub available: bool,
    /// Bytes in use.
    pub used: Option<u64>,
    /// Bytes in all.
    pub total: Option<u64>,
}

/// A task that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTask {
    /// Its type as Proxmox writes it: `vzdump`, `qmstart`.
    pub kind: String,
    /// When it ended, in seconds since the epoch.
    pub ended_s: i64,
    /// What its log says; none where it was not read.
    pub log: Option<log::Summary>,
}
