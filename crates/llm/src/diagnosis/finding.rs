//! What a diagnosis says: causes of a closed list, values, and what the rules would draft.

use serde::{Deserialize, Serialize};

use super::inquiry::Inquiry;
use super::log;
use crate::lint::Checked;

/// The answer to an inquiry.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// What was asked.
    pub inquiry: Inquiry,
    /// What is out of the ordinary, the gravest first. Empty where nothing is, as far as [`Self::unknown`] allows to say.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub known: Vec<Part>,
    /// What could not be looked at.
    pub unknown: Vec<Part>,
}

/// One thing that is out of the ordinary.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is.
    pub cause: Cause,
    /// How grave.
    pub severity: Severity,
    /// Whether it would explain what is asked about; otherwise it is merely worth knowing.
    pub explains: bool,
    /// One sentence, written by Argus alone.
    pub text: String,
    /// What it rests on; never empty.
    pub evidence: Vec<Evidence>,
    /// What could be done about it, where the rules can draft that.
    pub remedy: Option<Remedy>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// Something suffers or soon will.
    Warning,
    /// Something does not work.
    Critical,
}

/// A value, and what it was held against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What was measured.
    pub measure: Measure,
    /// Of what: `qemu/101`, `node/pve1`, `storage/local-lvm`, `snapshot/x1`, `task/vzdump`.
    pub subject: String,
    /// The value.
    pub value: f64,
    /// In what.
    pub unit: Unit,
    /// From where on it is out of the ordinary.
    pub limit: Option<f64>,
}

/// Declares words of a closed list, with their form on the wire.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$each])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// The stable word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// What is measured.
    Measure {
        /// Share of its own processors that a guest or node uses, on average.
        CpuShare = "cpu_share",
        /// Share of its memory.
        MemoryShare = "memory_share",
        /// Share of a storage that is used.
        StorageShare = "storage_share",
        /// Bytes that a storage has left.
        StorageFree = "storage_free",
        /// Load average for each processor.
        LoadPerCpu = "load_per_cpu",
        /// Share of time that waited for a processor.
        CpuPressure = "cpu_pressure",
        /// Share of processor time that waited for disks.
        IoWait = "io_wait",
        /// Share of time that waited for disks.
        IoPressure = "io_pressure",
        /// Share of time that waited for memory.
        MemoryPressure = "memory_pressure",
        /// Swap in use.
        SwapUsed = "swap_used",
        /// Processors of the guests for each one of the node.
        CpusPromised = "cpus_promised",
        /// Memory of the guests for each byte of the node.
        MemoryPromised = "memory_promised",
        /// How long it has been running.
        Uptime = "uptime",
        /// How old something is.
        Age = "age",
        /// How many there are.
        Count = "count",
        /// 1 where it is so, 0 where not.
        State = "state",
    }
}

words! {
    /// What a value is in.
    Unit {
        /// 0 to 1.
        Share = "share",
        /// Bytes.
        Bytes = "bytes",
        /// Seconds.
        Seconds = "seconds",
        /// Plain.
        Number = "number",
    }
}

words! {
    /// What is looked at.
    Part {
        /// Whether it runs, its lock, its uptime.
        Status = "status",
        /// Processor and memory over the last hour.
        Metrics = "metrics",
        /// Waiting times.
        Pressure = "pressure",
        /// The node.
        Node = "node",
        /// Storages.
        Storages = "storages",
        /// Snapshots.
        Snapshots = "snapshots",
        /// Backups.
        Backups = "backups",
        /// Tasks that failed.
        Tasks = "tasks",
        /// Logs, as classes and counts.
        Logs = "logs",
        /// The cluster's quorum.
        Quorum = "quorum",
    }
}

/// What is out of the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The guest does not run.
    NotRunning,
    /// It stands still in memory.
    Paused,
    /// Proxmox holds a lock on it.
    Locked,
    /// It started a short time ago.
    JustStarted,
    /// It uses its processors up.
    CpuBusy,
    /// It uses its memory up.
    MemoryFull,
    /// Its processes wait for a processor.
    WaitsForCpu,
    /// Its processes wait for disks.
    WaitsForDisk,
    /// Its processes wait for memory.
    WaitsForMemory,
    /// High availability does not look after it any more.
    HaGaveUp,
    /// Its node does not answer.
    NodeAway,
    /// Its node uses its processors up.
    NodeCpuBusy,
    /// Its node uses its memory up.
    NodeMemoryFull,
    /// Its node waits for disks.
    NodeWaitsForDisk,
    /// Its node swaps.
    NodeSwaps,
    /// More is promised to the guests than the node has.
    NodeOvercommitted,
    /// The node booted a short time ago.
    NodeJustBooted,
    /// The storage is nearly full.
    StorageFull,
    /// The storage cannot be used.
    StorageAway,
    /// Snapshots that were kept for long.
    OldSnapshots,
    /// Many snapshots.
    ManySnapshots,
    /// The newest backup is old, or there is none.
    OldBackup,
    /// A task failed.
    TaskFailed,
    /// The logs tell of something.
    Logged(log::Class),
    /// The cluster has no quorum: nothing can be changed.
    NoQuorum,
}

impl Cause {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRunning => "not_running",
            Self::Paused => "paused",
            Self::Locked => "locked",
            Self::JustStarted => "just_started",
            Self::CpuBusy => "cpu_busy",
            Self::MemoryFull => "memory_full",
            Self::WaitsForCpu => "waits_for_cpu",
            Self::WaitsForDisk => "waits_for_disk",
            Self::WaitsForMemory => "waits_for_memory",
            Self::HaGaveUp => "ha_gave_up",
            Self::NodeAway => "node_away",
            Self::NodeCpuBusy => "node_cpu_busy",
            Self::NodeMemoryFull => "node_memory_full",
            Self::NodeWaitsForDisk => "node_waits_for_disk",
            Self::NodeSwaps => "node_swaps",
            Self::NodeOvercommitted => "node_overcommitted",
            Self::NodeJustBooted => "node_just_booted",
            Self::StorageFull => "storage_full",
            Self::StorageAway => "storage_away",
            Self::OldSnapshots => "old_snapshots",
            Self::ManySnapshots => "many_snapshots",
            Self::OldBackup => "old_backup",
            Self::TaskFailed => "task_failed",
            Self::Logged(class) => class.as_str(),
            Self::NoQuorum => "no_quorum",
        }
    }
}

/// What could be done: words of Argus' own that the rules understand, and what they draft of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The request to post, as of a question's choice.
    pub request: String,
    /// What the rules make of it; the linter has passed it.
    pub steps: Checked,
}
