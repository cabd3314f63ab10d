//! Reads about one node.

use serde::Deserialize;

use super::{Read, of_node, plain};
use crate::lenient;

/// The state of a node.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NodeStatus {
    /// Seconds since boot.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub uptime: Option<u64>,
    /// Share of the CPUs in use, 0 to 1.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub cpu: Option<f64>,
    /// Load averages over 1, 5 and 15 minutes; they come as texts.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub loadavg: Vec<Load>,
    /// Its CPUs.
    #[serde(default)]
    pub cpuinfo: Option<CpuInfo>,
    /// Main memory.
    #[serde(default)]
    pub memory: Option<SpaceUse>,
    /// Swap.
    #[serde(default)]
    pub swap: Option<SpaceUse>,
    /// Root file system.
    #[serde(default)]
    pub rootfs: Option<SpaceUse>,
    /// Version of `pve-manager`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub pveversion: Option<String>,
    /// Kernel, in one text.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub kversion: Option<String>,
}

/// One load average.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Load(#[serde(deserialize_with = "lenient::opt_float")] pub Option<f64>);

/// Space in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SpaceUse {
    /// There is.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub total: Option<u64>,
    /// In use.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub used: Option<u64>,
    /// Free.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub free: Option<u64>,
}

/// The CPUs of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CpuInfo {
    /// Threads in all.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub cpus: Option<u64>,
    /// Cores of a socket.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub cores: Option<u64>,
    /// Sockets.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub sockets: Option<u64>,
    /// Name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub model: Option<String>,
}

/// `GET /nodes/{node}/status`. Needs `Sys.Audit` on the node.
pub fn node_status(node: &str) -> Read<NodeStatus> {
    plain(of_node(node).segment("status"))
}

/// A package with an update.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AptUpdate {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub package: String,
    /// One line about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub title: Option<String>,
    /// Version that can be installed.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub version: Option<String>,
    /// Version that is installed.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub old_version: Option<String>,
    /// Whose package it is.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub origin: Option<String>,
    /// How much it is needed.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub priority: Option<String>,
}

/// `GET /nodes/{node}/apt/update`: as of the node's last refresh. Needs `Sys.Modify` on the node.
pub fn apt_updates(node: &str) -> Read<Vec<AptUpdate>> {
    plain(of_node(node).path("apt/update"))
}

/// A disk of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HostDisk {
    /// Device, such as `/dev/sda`.
    #[serde(deserialize_with = "lenient::text")]
    pub devpath: String,
    /// Bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub size: Option<u64>,
    /// What SMART says, such as `PASSED`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub health: Option<String>,
    /// `hdd`, `ssd`, `nvme`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub type_: Option<String>,
    /// What it is used for, such as `LVM`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub used: Option<String>,
    /// Model.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub model: Option<String>,
    /// Serial number.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub serial: Option<String>,
    /// Remaining life of an SSD in percent, or `N/A`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub wearout: Option<String>,
}

/// `GET /nodes/{node}/disks/list`. Needs `Sys.Audit` on the node.
pub fn disks(node: &str) -> Read<Vec<HostDisk>> {
    plain(of_node(node).path("disks/list"))
}

/// A certificate of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Certificate {
    /// File, such as `pve-ssl.pem`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub filename: Option<String>,
    /// SHA-256 as `AA:BB:…`, comparable with a [`crate::Fingerprint`].
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub fingerprint: Option<String>,
    /// Whose.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub subject: Option<String>,
    /// Signed by whom.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub issuer: Option<String>,
    /// Valid from, epoch seconds.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub notbefore: Option<u64>,
    /// Valid until, epoch seconds.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub notafter: Option<u64>,
    /// Names and addresses.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub san: Vec<String>,
}

/// `GET /nodes/{node}/certificates/info`. Any token.
pub fn certificates(node: &str) -> Read<Vec<Certificate>> {
    plain(of_node(node).path("certificates/info"))
}
