//! Series of measurements: `GET /api/metrics`.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// How far back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Timeframe {
    /// The last hour.
    #[default]
    Hour,
    /// The last day.
    Day,
    /// The last week.
    Week,
    /// The last month.
    Month,
    /// The last year.
    Year,
}

impl Timeframe {
    /// Proxmox's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Measurements of one node or guest, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MetricSeries {
    /// `node/pve1` or `qemu/101`.
    pub subject: String,
    /// How far back.
    pub timeframe: Timeframe,
    /// The points; a value is absent where nothing was measured.
    pub points: Vec<MetricPoint>,
}

/// Averages over one interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MetricPoint {
    /// The interval's start.
    pub at: Timestamp,
    /// Share of processors in use, 0 to 1.
    pub cpu: Option<f64>,
    /// Memory in use, in bytes.
    pub memory: Option<f64>,
    /// Memory in all, in bytes.
    pub memory_total: Option<f64>,
    /// Bytes received a second.
    pub net_in: Option<f64>,
    /// Bytes sent a second.
    pub net_out: Option<f64>,
    /// Bytes read a second.
    pub disk_read: Option<f64>,
    /// Bytes written a second.
    pub disk_write: Option<f64>,
}
