//! What Argus saw of a cluster at one time: `GET /api/cluster`, `GET /api/proxmox/nodes`.
//!
//! Freshness travels in headers, so that one serialised body serves everybody: `X-Observed-At` (RFC 3339,
//! when Proxmox last answered) and `X-Stale` (`true` once that is older than its deadline).

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{ClusterId, GuestKind, NodeName, Vmid};

/// When Proxmox last answered the collector, on 200 and 304 answers alike.
pub const OBSERVED_AT_HEADER: &str = "x-observed-at";
/// `true` once the snapshot is older than its deadline.
pub const STALE_HEADER: &str = "x-stale";

/// The inventory snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Cluster {
    /// Argus' id of the cluster.
    pub id: ClusterId,
    /// Proxmox's own name of it; a standalone node has none.
    pub name: Option<String>,
    /// Whether a majority of nodes is together; unknown where the token may not ask.
    pub quorate: Option<bool>,
    /// Proxmox VE's release, such as `9.2.1`.
    pub version: Option<String>,
    /// When something in here last changed.
    pub changed_at: Timestamp,
    /// Nodes by name.
    pub nodes: Vec<Node>,
    /// Guests by vmid.
    pub guests: Vec<Guest>,
    /// Storages by node and name.
    pub storages: Vec<Storage>,
    /// Pools by name.
    pub pools: Vec<String>,
    /// What Argus could not read and what mends it, in sentences.
    pub gaps: Vec<String>,
}

/// `GET /api/proxmox/nodes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Nodes {
    /// The cluster.
    pub cluster: ClusterId,
    /// Nodes by name.
    pub nodes: Vec<Node>,
}

/// Whether a node answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum NodeStatus {
    /// Part of the cluster, now.
    Online,
    /// Known and not answering.
    Offline,
    /// Proxmox does not say.
    Unknown,
}

/// One Proxmox VE host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Node {
    /// Its name.
    pub name: NodeName,
    /// Whether it answers.
    pub status: NodeStatus,
    /// Share of its processors in use, 0 to 1.
    pub cpu: Option<f64>,
    /// Logical processors.
    pub cpu_count: Option<u32>,
    /// Memory in use, in bytes.
    pub memory: Option<u64>,
    /// Memory in all, in bytes.
    pub memory_total: Option<u64>,
    /// Seconds since it booted.
    pub uptime_s: Option<u64>,
    /// Guests that run on it.
    pub running_guests: u32,
    /// Guests that belong to it.
    pub guests: u32,
}

/// Whether a guest runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum GuestStatus {
    /// Runs.
    Running,
    /// Does not run.
    Stopped,
    /// In memory, not running.
    Paused,
    /// Proxmox does not say (its node is away).
    Unknown,
}

impl GuestStatus {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Paused => "paused",
            Self::Unknown => "unknown",
        }
    }
}

/// One virtual machine or container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Guest {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number.
    pub vmid: Vmid,
    /// Its name: data from Proxmox, shown and never interpreted.
    pub name: String,
    /// Where it is.
    pub node: NodeName,
    /// Whether it runs.
    pub status: GuestStatus,
    /// A template cannot run.
    pub template: bool,
    /// Proxmox's own lock, such as `backup`.
    pub lock: Option<String>,
    /// Its pool.
    pub pool: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its state in high availability, such as `started`; absent where not managed.
    pub ha_state: Option<String>,
    /// Share of its processors in use, 0 to 1.
    pub cpu: Option<f64>,
    /// Processors.
    pub cpu_count: Option<f64>,
    /// Memory in use, in bytes.
    pub memory: Option<u64>,
    /// Memory in all, in bytes.
    pub memory_total: Option<u64>,
    /// Seconds since it started.
    pub uptime_s: Option<u64>,
}

/// One storage as one node sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Storage {
    /// Its name.
    pub name: String,
    /// The node that sees it.
    pub node: NodeName,
    /// Whether every node sees the same data.
    pub shared: bool,
    /// Its plugin, such as `lvmthin`.
    pub plugin: Option<String>,
    /// Whether it is there.
    pub available: bool,
    /// Bytes in use.
    pub used: Option<u64>,
    /// Bytes in all.
    pub total: Option<u64>,
}
