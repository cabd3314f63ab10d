//! What a person must see before they say what became of a step that Argus could not decide, and what they said.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::id::{ExecutionId, PlanDigest, StepUpId};
use crate::person::Person;
use crate::plan::{CallPreview, Evidence};
use crate::text::PlainText;

/// What became of the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Outcome {
    /// Proxmox carried the request out.
    ItHappened,
    /// It did not, and will not any more.
    ItDidNot,
}

impl Outcome {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ItHappened => "it_happened",
            Self::ItDidNot => "it_did_not",
        }
    }
}

impl std::str::FromStr for Outcome {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::ItHappened, Self::ItDidNot]
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
            .ok_or(())
    }
}

/// `POST /api/executions/{id}/resolution`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct ResolutionInput {
    /// The step, as the evidence has it; absent where no step is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u16>,
    /// What became of it.
    pub verdict: Outcome,
    /// What they saw, for whoever reads it later.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub note: PlainText<1000>,
    /// The digest of the evidence that they looked at.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))
    )]
    pub evidence: PlanDigest,
    /// A fresh passkey assertion for resolving by this evidence, where the step is destructive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<uuid::Uuid>"))]
    pub step_up: Option<StepUpId>,
}

/// What a person said. Never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Resolution {
    /// Who.
    pub by: Person,
    /// When.
    pub at: Timestamp,
    /// The step; absent where none was undecided.
    pub step: Option<u16>,
    /// What became of it.
    pub verdict: Outcome,
    /// What they saw.
    pub note: String,
}

/// What there is to look at: `GET /api/executions/{id}/evidence`. Read for whoever asks; of a resolved execution it is
/// what its resolver saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExecutionEvidence {
    /// The execution.
    pub execution: ExecutionId,
    /// SHA-256 over the RFC 8785 form of `found`: what a resolution names.
    pub digest: PlanDigest,
    /// When it was read.
    pub looked_at: Timestamp,
    /// What was found.
    pub found: Found,
}

/// The evidence itself, without anything that changes by looking again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Found {
    /// Why a person must look.
    pub message: String,
    /// What the execution keeps from others until then, by its name in collisions.
    pub held: Vec<String>,
    /// Steps after the undecided one, which do not start whatever the verdict.
    pub not_started: u16,
    /// Whether the verdict takes an admin and their passkey.
    pub destructive: bool,
    /// The undecided step; absent where the executor had to set the execution aside between steps.
    pub step: Option<StepFound>,
    /// Where to look in Proxmox, in words.
    pub places: Vec<String>,
}

/// An undecided step, as the journal has it and as Proxmox shows it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StepFound {
    /// Its number in the plan.
    pub number: u16,
    /// The plan's sentence.
    pub title: String,
    /// The attempt.
    pub attempt: u8,
    /// The request that may have gone out; absent where none was about to.
    pub call: Option<CallPreview>,
    /// When that was written down, right before it was sent.
    pub intended_at: Option<Timestamp>,
    /// What the pre-check saw.
    pub pre_check: Vec<Evidence>,
    /// What the last post-check saw.
    pub post_check: Vec<Evidence>,
    /// What the step should have brought about, compared with fresh state.
    pub now: Vec<Evidence>,
    /// Why fresh state could not be read.
    pub now_unreadable: Option<String>,
    /// Tasks that are or could be the step's.
    pub tasks: Vec<TaskFound>,
    /// Why Proxmox' list of tasks could not be read.
    pub tasks_unreadable: Option<String>,
}

/// A task inside Proxmox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TaskFound {
    /// Its id.
    pub upid: String,
    /// Whether it is known to be the step's; otherwise it could be, by type, target and time.
    pub own: bool,
    /// How it stands.
    pub state: TaskNow,
    /// How it ended, in Proxmox's words, or why that could not be read.
    pub words: String,
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum TaskNow {
    /// Its worker lives.
    Running,
    /// It ended.
    Ended,
    /// Proxmox did not say.
    Unreadable,
}
