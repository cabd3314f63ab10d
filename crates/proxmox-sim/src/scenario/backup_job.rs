//! The line of a scenario that is a backup job.

use serde::{Deserialize, Serialize};

/// A backup job of the calendar.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupJob {
    /// Its id.
    pub id: String,
    /// When it runs: a time of day in UTC, perhaps behind days of the week, such as `mon..fri 22:00`.
    pub schedule: String,
    /// Whether it runs at all.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Whether it takes in every guest but the excluded ones.
    #[serde(default)]
    pub all: bool,
    /// The guests that it takes in, where they are listed.
    #[serde(default)]
    pub vmid: Vec<u32>,
    /// The guests that it leaves out.
    #[serde(default)]
    pub exclude: Vec<u32>,
    /// The pool whose guests it takes in.
    pub pool: Option<String>,
    /// The one node on which it runs; all when absent.
    pub node: Option<String>,
    /// Where the archives go.
    pub storage: String,
    /// `snapshot`, `suspend` or `stop`.
    #[serde(default = "snapshot_mode")]
    pub mode: String,
    /// A remark.
    pub comment: Option<String>,
}

fn yes() -> bool {
    true
}

fn snapshot_mode() -> String {
    "snapshot".into()
}
