//! `GET /api/metrics`.

use argus_types::id::{GuestKey, NodeName};
use argus_types::metrics::{MetricSeries, Timeframe};
use argus_types::paths::METRICS;

use super::{Api, ApiError};

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A node.
    Node(NodeName),
    /// A guest.
    Guest(GuestKey),
}

/// Measurements of one node or guest, oldest first.
pub async fn metrics(
    api: Api,
    subject: Subject,
    timeframe: Timeframe,
) -> Result<MetricSeries, ApiError> {
    let timeframe = timeframe.as_str();
    let path = match subject {
        Subject::Node(node) => format!("{METRICS}?node={node}&timeframe={timeframe}"),
        Subject::Guest(key) => format!(
            "{METRICS}?kind={}&vmid={}&timeframe={timeframe}",
            key.kind, key.vmid
        ),
    };
    api.get(&path).await
}
