//! Reads about the cluster as a whole.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Read, plain};
use crate::{
    answer::{self, Malformed},
    call::CallBuilder,
    lenient,
    permission::Permissions,
    release::{Release, ReleaseError},
};

/// What `/version` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Version {
    /// Full version, such as `9.1.5`.
    #[serde(deserialize_with = "lenient::text")]
    pub version: String,
    /// Release, such as `9.1`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub release: Option<String>,
    /// Commit of the package.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub repoid: Option<String>,
}

impl Version {
    /// The release that privileges and paths depend on.
    pub fn parsed(&self) -> Result<Release, ReleaseError> {
        self.version.parse()
    }
}

/// `GET /version`. Any token.
pub fn version() -> Read<Version> {
    plain(CallBuilder::get().path("version"))
}

/// `GET /access/permissions`: what the token itself may do. Any token.
pub fn permissions() -> Read<Permissions> {
    plain(CallBuilder::get().path("access/permissions"))
}

/// What corosync says. Of a node on its own there is no cluster entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterStatus {
    /// The cluster; `None` for a node on its own.
    pub cluster: Option<ClusterInfo>,
    /// Its members.
    pub nodes: Vec<ClusterNode>,
}

impl ClusterStatus {
    /// Whether changes are possible. A node on its own always has its quorum.
    pub fn is_quorate(&self) -> bool {
        self.cluster.as_ref().is_none_or(|cluster| cluster.quorate)
    }
}

/// The cluster's own entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClusterInfo {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Number of configured members.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub nodes: Option<u64>,
    /// Whether there is a majority.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub quorate: bool,
    /// Version of the cluster's configuration.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub version: Option<u64>,
}

/// One member.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClusterNode {
    /// Name, exactly as paths need it.
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    /// Number in corosync; 0 of a node on its own.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub nodeid: Option<u64>,
    /// Address, where it resolves.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub ip: Option<String>,
    /// Whether this is the node that answered.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub local: bool,
    /// Whether the answering node sees it.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub online: bool,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum StatusEntry {
    Cluster(ClusterInfo),
    Node(ClusterNode),
    #[serde(other)]
    Unknown,
}

/// `GET /cluster/status`. Needs `Sys.Audit` on `/`.
pub fn cluster_status() -> Read<ClusterStatus> {
    Read::new(CallBuilder::get().path("cluster/status"), |body| {
        let mut status = ClusterStatus {
            cluster: None,
            nodes: Vec::new(),
        };
        for entry in answer::data::<Vec<StatusEntry>>(body)? {
            match entry {
                StatusEntry::Cluster(cluster) => status.cluster = Some(cluster),
                StatusEntry::Node(node) => status.nodes.push(node),
                StatusEntry::Unknown => {}
            }
        }
        Ok(status)
    })
}

/// `GET /cluster/options`: the datacenter's options as they are. Needs `Sys.Audit` on `/` for all of them.
pub fn options() -> Read<Map<String, Value>> {
    plain(CallBuilder::get().path("cluster/options"))
}

/// `GET /cluster/nextid`: a number that is free now, or whether this one is. Not a reservation.
pub fn nextid(vmid: Option<u32>) -> Read<u32> {
    let call = CallBuilder::get().path("cluster/nextid");
    Read::new(call.number_if("vmid", vmid.map(u64::from)), |body| {
        #[derive(Deserialize)]
        struct Number(#[serde(deserialize_with = "lenient::uint32")] u32);
        answer::data::<Number>(body).map(|Number(vmid)| vmid)
    })
}

/// A pool. The list of all pools comes without members.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pool {
    /// Name, with `/` between levels.
    #[serde(deserialize_with = "lenient::text")]
    pub poolid: String,
    /// Note.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
    /// Guests and storages in it; only when one pool was asked for.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub members: Vec<PoolMember>,
}

/// A member of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PoolMember {
    /// Such as `qemu/100` or `storage/pve1/local`.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// `qemu`, `lxc` or `storage`.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub type_: String,
    /// Where it is.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub node: Option<String>,
    /// Number, of a guest.
    #[serde(default, deserialize_with = "lenient::opt_uint32")]
    pub vmid: Option<u32>,
    /// Name, of a storage.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub storage: Option<String>,
}

/// `GET /pools`: those the token may see, by `Pool.Audit`, without members.
pub fn pools() -> Read<Vec<Pool>> {
    plain(CallBuilder::get().path("pools"))
}

/// `GET /pools?poolid=`: one pool with its members. Needs `Pool.Audit` on it.
pub fn pool(poolid: &str) -> Read<Pool> {
    let call = CallBuilder::get().path("pools").text("poolid", poolid);
    Read::new(call, |body| {
        let mut pools = answer::data::<Vec<Pool>>(body)?;
        pools.pop().ok_or_else(|| Malformed {
            path: "data".to_owned(),
            reason: "no pool in the list".to_owned(),
        })
    })
}

/// One measured value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Metric {
    /// Of what, such as `node/pve1`, `qemu/100` or `storage/pve1/local`.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// Name, such as `cpu_current`.
    #[serde(deserialize_with = "lenient::text")]
    pub metric: String,
    /// When, in epoch seconds.
    #[serde(deserialize_with = "lenient::uint")]
    pub timestamp: u64,
    /// `gauge`, `counter` or `derive`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub type_: Option<String>,
    /// The value; `None` where there is none.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub value: Option<f64>,
}

/// `GET /cluster/metrics/export`: the newest metrics of all nodes, guests and storages in one call, fanned out by
/// Proxmox. Since 8.2. Needs `Sys.Audit` on `/`. `since` in epoch seconds asks for the history from there on.
pub fn metrics_export(since: Option<u64>) -> Read<Vec<Metric>> {
    #[derive(Deserialize)]
    struct Export {
        data: Vec<Metric>,
    }
    let mut call = CallBuilder::get().path("cluster/metrics/export");
    if let Some(since) = since {
        call = call.flag("history", true).number("start-time", since);
    }
    Read::new(call, |body| {
        answer::data::<Export>(body).map(|export| export.data)
    })
}
