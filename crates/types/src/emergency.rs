//! The emergency stop: no further step of any execution, on any replica.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::execution::ExecutionSummary;
use crate::text::PlainText;

/// `POST /api/emergency-stop` and its release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct EmergencyStopInput {
    /// Why; kept in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}

/// `GET /api/emergency-stop`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EmergencyStop {
    /// Whether no step may start.
    pub engaged: bool,
    /// Who set or released it last.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// Their reason.
    pub reason: Option<String>,
    /// Executions with something still running inside Proxmox, followed to its end.
    pub running: Vec<ExecutionSummary>,
}
