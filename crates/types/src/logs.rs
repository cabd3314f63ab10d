//! Log lines of the cluster and its nodes: `GET /api/logs`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum LogSource {
    /// The cluster log, newest first.
    Cluster,
    /// One node's system log, oldest first.
    Syslog,
}

/// One line: data from Proxmox, shown and never interpreted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LogLine {
    /// When, where the source says it in a form that can be read.
    pub at: Option<Timestamp>,
    /// The node.
    pub node: Option<String>,
    /// Who caused it.
    pub user: Option<String>,
    /// The program.
    pub program: Option<String>,
    /// Syslog severity, 0 (emergency) to 7 (debug).
    pub severity: Option<u8>,
    /// The text.
    pub text: String,
}
