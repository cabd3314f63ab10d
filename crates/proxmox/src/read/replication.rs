//! Reads about replication.

use serde::Deserialize;

use super::{Read, of_node, plain};
use crate::{call::CallBuilder, lenient};

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
    /// Process that carries it out, while it runs.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub pid: Option<u64>,
    /// Whether the job is switched off.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub disable: bool,
}

impl ReplicationStatus {
    /// Whether it runs now.
    pub fn is_running(&self) -> bool {
        self.pid.is_some()
    }
}

/// `GET /nodes/{node}/replication`: of the guests on that node that the token may see, by `VM.Audit`.
pub fn replication(node: &str) -> Read<Vec<ReplicationStatus>> {
    plain(of_node(node).segment("replication"))
}

/// `GET /nodes/{node}/replication/{job}/status`: one job, on its source node. Needs `VM.Audit` on the guest.
pub fn replication_status(node: &str, job: &str) -> Read<ReplicationStatus> {
    let call = of_node(node).segment("replication").segment(job);
    plain(call.segment("status"))
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
