//! The emergency stop: no further step of any execution, on any replica.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::execution::{ExecutionSummary, StepState};
use crate::id::{ExecutionId, StepUpId};
use crate::person::Person;
use crate::plan::StopClass;
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

/// `POST /api/emergency-stop/drill`: nothing is sent for a while, as under the stop; then everything goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct DrillInput {
    /// For how long, in seconds.
    #[cfg_attr(feature = "schema", schemars(range(min = 5, max = 900)))]
    pub lasts_s: u32,
    /// Why; kept in the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<PlainText<500>>,
}

/// A drill that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Drill {
    /// Who began it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// `DELETE /api/emergency-stop/drill`: what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DrillOutcome {
    /// Steps whose request was let out while the drill was on, by the ledger. Anything but 0 means that the stop does not
    /// stop.
    pub intents: u64,
}

/// A step that is on its way inside Proxmox, or may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StepInside {
    /// Its execution.
    pub execution: ExecutionId,
    /// Its number in the plan.
    pub number: u16,
    /// The plan's sentence.
    pub title: String,
    /// How it stands.
    pub state: StepState,
    /// The task inside Proxmox, where it is known.
    pub upid: Option<String>,
    /// What a stop means for it.
    pub stop_class: StopClass,
    /// The worst that a stop at the wrong moment leaves behind, in a sentence.
    pub worst_case: String,
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
    /// What that is, step by step; only told while the stop is set.
    #[serde(default)]
    pub inside: Vec<StepInside>,
    /// The drill that is on.
    #[serde(default)]
    pub drill: Option<Drill>,
}
