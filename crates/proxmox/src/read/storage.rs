//! Reads about storages, volumes and replication. A dead network storage makes these hang until Proxmox gives up.

use serde::Deserialize;

use super::{Read, of_node, plain};
use crate::{call::CallBuilder, lenient};

/// A storage as one node sees it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NodeStorage {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub storage: String,
    /// Type, such as `dir` or `lvmthin`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub type_: Option<String>,
    /// What it may hold, separated by `,`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub content: Option<String>,
    /// Whether the node can use it now.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub active: bool,
    /// Whether it is switched on.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub enabled: bool,
    /// Whether it is the same on all nodes.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub shared: bool,
    /// Bytes there are.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub total: Option<u64>,
    /// Bytes in use.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub used: Option<u64>,
    /// Bytes free.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub avail: Option<u64>,
}

/// `GET /nodes/{node}/storage`: those the token may see, by `Datastore.Audit` or `Datastore.AllocateSpace`.
pub fn node_storage(node: &str) -> Read<Vec<NodeStorage>> {
    plain(of_node(node).segment("storage"))
}

/// A volume on a storage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Volume {
    /// Id, such as `local-lvm:vm-100-disk-0`.
    #[serde(deserialize_with = "lenient::text")]
    pub volid: String,
    /// What it holds, such as `images` or `backup`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub content: Option<String>,
    /// Format, such as `raw` or `qcow2`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub format: Option<String>,
    /// Bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub size: Option<u64>,
    /// When it was made, epoch seconds.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub ctime: Option<u64>,
    /// Guest that owns it.
    #[serde(default, deserialize_with = "lenient::opt_uint32")]
    pub vmid: Option<u32>,
    /// Note of a backup.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub notes: Option<String>,
    /// Whether a backup is protected against removal.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub protected: bool,
    /// Volume that it is a clone of.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub parent: Option<String>,
}

/// `GET /nodes/{node}/storage/{storage}/content`, of one kind of content or of all. Needs `Datastore.Audit` or
/// `Datastore.AllocateSpace` on the storage.
pub fn storage_content(node: &str, storage: &str, content: Option<&str>) -> Read<Vec<Volume>> {
    let call = of_node(node)
        .segment("storage")
        .segment(storage)
        .segment("content");
    plain(call.text_if("content", content))
}

/// State of a replication job on its source node.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReplicationStatus {
    /// Job, such as `100-0`.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// Guest.
    #[serde(default, deserialize_with = "lenient::opt_uint32")]
    pub guest: Option<u32>,
    /// Node that it copies to.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub target: Option<String>,
    /// End of the last good run, epoch seconds; 0 if there was none.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub last_sync: Option<u64>,
    /// Start of the last run, epoch seconds.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub last_try: Option<u64>,
    /// Start of the next run, epoch seconds.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub next_sync: Option<u64>,
    /// Seconds that the last run took.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub duration: Option<f64>,
    /// Runs that failed since the last good one.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub fail_count: Option<u64>,
    /// Why the last one failed.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub error: Option<String>,
}

/// `GET /nodes/{node}/replication`: of the guests on that node that the token may see, by `VM.Audit`.
pub fn replication(node: &str) -> Read<Vec<ReplicationStatus>> {
    plain(of_node(node).segment("replication"))
}

/// A configured replication job.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReplicationJob {
    /// Job, such as `100-0`.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// Guest.
    #[serde(default, deserialize_with = "lenient::opt_uint32")]
    pub guest: Option<u32>,
    /// Node that it copies from.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub source: Option<String>,
    /// Node that it copies to.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub target: Option<String>,
    /// When, as a calendar event such as `*/15`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub schedule: Option<String>,
    /// Whether it is switched off.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub disable: bool,
}

/// `GET /cluster/replication`: the jobs that the token may see, by `VM.Audit`.
pub fn replication_jobs() -> Read<Vec<ReplicationJob>> {
    plain(CallBuilder::get().path("cluster/replication"))
}
