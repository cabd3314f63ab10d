//! `GET /api/logs`.

use argus_types::logs::{LogLine, LogSource};
use argus_types::page::Page;
use argus_types::paths::LOGS;

use super::client::Api;
use super::{ApiError, proposals::query_part};

/// Lines a part.
const LIMIT: u16 = 200;

/// A part of the cluster log, or of one node's system log.
pub async fn logs(
    api: Api,
    source: LogSource,
    node: Option<String>,
    cursor: Option<String>,
) -> Result<Page<LogLine>, ApiError> {
    let source = match source {
        LogSource::Cluster => "cluster",
        LogSource::Syslog => "syslog",
    };
    let mut path = format!("{LOGS}?source={source}&limit={LIMIT}");
    path.push_str(&query_part("node", node.as_deref()));
    path.push_str(&query_part("cursor", cursor.as_deref()));
    api.get(&path).await
}
