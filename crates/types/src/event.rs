//! The journal of an execution: what its state is folded from, and what browsers follow live.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::execution::ExecutionState;
use crate::id::ExecutionId;
use crate::plan::{CallPreview, Evidence};

/// One entry of the journal. Numbers start at 1 and have no gaps within an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct ExecutionEvent {
    /// The execution.
    #[cfg_attr(feature = "schema", schemars(with = "uuid::Uuid"))]
    pub execution: ExecutionId,
    /// Position in the journal; a stream resumes from it.
    pub seq: u64,
    /// When it was written.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What can happen in an execution. `step` is the step's number in the plan; `attempt` counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Event {
    /// A replica began to drive the execution.
    Started {
        /// The replica.
        replica: String,
    },
    /// Another process took it up after the first one was gone.
    Resumed {
        /// The replica.
        replica: String,
    },
    /// An attempt at a step begins.
    StepStarted {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
    },
    /// Fresh state is as the plan needs it.
    PreChecked {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// What was looked at.
        evidence: Vec<Evidence>,
    },
    /// Fresh state is not as the plan needs it: the step is not sent and no later one starts.
    Drifted {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// What was looked at.
        evidence: Vec<Evidence>,
    },
    /// Written before the request goes out: from here on it may have reached Proxmox.
    Intended {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// The request.
        call: CallPreview,
        /// The Proxmox token that it goes out with, by its id: the task that it starts bears it.
        sender: Option<String>,
    },
    /// Proxmox gave the task's id.
    Submitted {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// The task inside Proxmox.
        upid: String,
        /// The answer had been lost and the task was found by looking.
        adopted: bool,
    },
    /// Proxmox carried the request out while it was asked: there is no task to follow.
    Answered {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
    },
    /// Nothing was started: the request never left, or Proxmox said no at once.
    Refused {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// Whether another attempt may follow.
        retry: bool,
        /// Proxmox's or the network's words.
        message: String,
    },
    /// The request may or may not have been carried out; Argus looks before it does anything else.
    Indeterminate {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// What happened to the answer.
        message: String,
    },
    /// Looking showed that nothing was started.
    Absent {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// Whether the step's class allows another attempt.
        retry: bool,
        /// What was looked at.
        message: String,
    },
    /// Lines of the task's log.
    Log {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// In order. Of a long log some are left out, which their numbers tell.
        lines: Vec<TaskLine>,
    },
    /// The task ended inside Proxmox.
    TaskEnded {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// How.
        exit: TaskExit,
        /// Proxmox's own words.
        message: String,
    },
    /// Fresh state shows (or does not show) what the step is for.
    PostChecked {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// Whether everything holds.
        holds: bool,
        /// What was looked at.
        evidence: Vec<Evidence>,
    },
    /// The step is done and seen.
    StepSucceeded {
        /// The step.
        step: u16,
    },
    /// The step did not do what it is for; no later step starts.
    StepFailed {
        /// The step.
        step: u16,
        /// Why.
        reason: FailureReason,
        /// Why, in Proxmox's words where it has some.
        message: String,
    },
    /// A person must look; the guest stays reserved.
    StepNeedsAttention {
        /// The step.
        step: u16,
        /// What to look at.
        message: String,
    },
    /// Somebody asked for no further step.
    StopRequested {
        /// Their name.
        by: String,
        /// All executions, or this one.
        emergency: bool,
        /// Their reason.
        reason: Option<String>,
    },
    /// The last entry.
    Ended {
        /// How.
        state: ExecutionState,
        /// Why, in a sentence.
        message: String,
    },
}

impl Event {
    /// The step that the event is about; `None` where it is about the whole execution.
    pub fn step(&self) -> Option<u16> {
        match self {
            Self::StepStarted { step, .. }
            | Self::PreChecked { step, .. }
            | Self::Drifted { step, .. }
            | Self::Intended { step, .. }
            | Self::Submitted { step, .. }
            | Self::Answered { step, .. }
            | Self::Refused { step, .. }
            | Self::Indeterminate { step, .. }
            | Self::Absent { step, .. }
            | Self::Log { step, .. }
            | Self::TaskEnded { step, .. }
            | Self::PostChecked { step, .. }
            | Self::StepSucceeded { step }
            | Self::StepFailed { step, .. }
            | Self::StepNeedsAttention { step, .. } => Some(*step),
            Self::Started { .. }
            | Self::Resumed { .. }
            | Self::StopRequested { .. }
            | Self::Ended { .. } => None,
        }
    }
}

/// One line of a Proxmox task log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct TaskLine {
    /// Proxmox's line number, from 1.
    pub n: u32,
    /// The text: data from Proxmox, shown and never interpreted.
    pub text: String,
}

/// How a task ended inside Proxmox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum TaskExit {
    /// `OK`.
    Ok,
    /// `WARNINGS: n`: done, with lines to read.
    Warnings,
    /// An error text.
    Failed,
    /// Proxmox lost track of its own task (`unexpected status`).
    Unexpected,
}

/// Why a step failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum FailureReason {
    /// Something the step relies on changed since the review.
    Drifted,
    /// Proxmox refused the request.
    Refused,
    /// The task ended with an error.
    TaskFailed,
    /// The task said OK and fresh state does not show it.
    NotVerified,
    /// The state before the step could not be read.
    PreCheckUnavailable,
    /// Proxmox gave no token with the rights of the plan.
    NoToken,
}
