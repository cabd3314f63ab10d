//! A start that was put off: the whole of a confirmation, for later.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{PlanDigest, StepUpId};
use crate::person::Person;
use crate::text::PlainText;

/// `POST /api/actions/{id}/schedule`: a [`Confirmation`](crate::proposal::Confirmation) that counts from a later moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct StartLater {
    /// The digest of the plan that the person has read.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub digest: PlanDigest,
    /// Nothing starts before.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub not_before: Timestamp,
    /// Nothing starts after; an hour after `not_before` where absent, and never after the proposal's own end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub not_after: Option<Timestamp>,
    /// As in a confirmation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_snapshot: Option<PlainText<500>>,
    /// As in a confirmation: proven when the start is put off, not when it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub step_up: Option<StepUpId>,
}

/// What became of a start that was put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ScheduleState {
    /// Its time has not come, or something is in the way for now.
    Waiting,
    /// The execution has started.
    Started,
    /// When its time came, it was found that the plan must not start.
    Refused,
    /// Something stood in the way for as long as it could start.
    Missed,
    /// Somebody took it back.
    Cancelled,
}

impl ScheduleState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Started,
        Self::Refused,
        Self::Missed,
        Self::Cancelled,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Started => "started",
            Self::Refused => "refused",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl std::str::FromStr for ScheduleState {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// A start that was put off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// Who wants it; their right to is asked for again when its time comes.
    pub by: Person,
    /// The plan that they have read; another one does not start.
    pub digest: PlanDigest,
    /// When they said so.
    pub made_at: Timestamp,
    /// See [`StartLater::not_before`].
    pub not_before: Timestamp,
    /// Nothing starts after.
    pub not_after: Timestamp,
    /// What became of it.
    pub state: ScheduleState,
    /// When that was; absent while it waits.
    pub ended_at: Option<Timestamp>,
    /// What stands in its way, or stood, in a sentence.
    pub said: Option<String>,
}
