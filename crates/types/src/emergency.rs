//! The emergency stop: no further step of any execution, on any replica.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::execution::ExecutionSummary;
use crate::id::StepUpId;
use crate::person::Person;
use crate::text::PlainText;

/// `POST /api/emergency-stop`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct EmergencyStopInput {
    /// Why; kept in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}

/// `POST /api/emergency-stop/release`: one of the two people whom a release takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct EmergencyStopRelease {
    /// Why; kept in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
    /// A fresh passkey assertion for releasing `emergency_stop`; an admin needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub step_up: Option<StepUpId>,
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
    /// Who asked for its release, and waits for the second person; forgotten after ten minutes.
    pub release_asked_by: Option<Person>,
    /// When they did.
    pub release_asked_at: Option<Timestamp>,
    /// Executions with something still running inside Proxmox, followed to its end.
    pub running: Vec<ExecutionSummary>,
}
