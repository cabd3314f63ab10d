//! What a guest or a node suffers from, for those who look for reasons.

use serde::{Deserialize, Serialize};

/// How much of the time some process of a guest waits, in per cent, as the kernel tells it (`avg10` of `some`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pressure {
    /// For a processor.
    pub cpu: f64,
    /// For disks.
    pub io: f64,
    /// For memory.
    pub memory: f64,
}

/// What a node bears beside the work of its guests.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Strain {
    /// Processes that run or want to, beside those of the guests.
    pub load: f64,
    /// Share of processor time that waits for disks, 0 to 1.
    pub io_wait: f64,
    /// Swap in use, in MiB.
    pub swap_mib: u64,
}

impl Default for Strain {
    fn default() -> Self {
        Self {
            load: 0.0,
            io_wait: 0.002,
            swap_mib: 0,
        }
    }
}
