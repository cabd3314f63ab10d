//! Executions as people see them.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::event::{FailureReason, TaskExit, TaskLine};
use crate::id::{ClusterId, ExecutionId, PlanDigest, ProposalId};
use crate::person::Person;
use crate::plan::Evidence;
use crate::resolution::Resolution;
use crate::undo::UndoOffer;

/// How an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum ExecutionState {
    /// Steps are under way.
    Running,
    /// No further step starts; what runs inside Proxmox is followed to its end.
    Stopping,
    /// Every step is done and seen.
    Succeeded,
    /// A step failed; later steps did not start.
    Failed,
    /// A person stopped it.
    Stopped,
    /// A person must look.
    NeedsAttention,
}

impl ExecutionState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Running,
        Self::Stopping,
        Self::Succeeded,
        Self::Failed,
        Self::Stopped,
        Self::NeedsAttention,
    ];

    /// Whether nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Running | Self::Stopping)
    }

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::NeedsAttention => "needs_attention",
        }
    }
}

impl std::str::FromStr for ExecutionState {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Fresh state is being read.
    Checking,
    /// Fresh state is as needed; nothing was sent.
    PreChecked,
    /// The request may have gone out.
    Intended,
    /// The task runs inside Proxmox.
    Submitted,
    /// The answer was lost; Argus is looking.
    Indeterminate,
    /// The task ended; fresh state is being compared.
    Observed,
    /// Done and seen.
    Succeeded,
    /// Did not do what it is for.
    Failed,
    /// A person must look.
    NeedsAttention,
    /// Never started, because an earlier step failed or somebody stopped the execution.
    NotStarted,
}

/// One step of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StepProgress {
    /// Its number in the plan.
    pub number: u16,
    /// The plan's sentence.
    pub title: String,
    /// How it stands.
    pub state: StepState,
    /// The last attempt; 0 before the first.
    pub attempt: u8,
    /// The task inside Proxmox.
    pub upid: Option<String>,
    /// Whether the task was found by looking, after its answer was lost.
    pub adopted: bool,
    /// When the first attempt began.
    pub started_at: Option<Timestamp>,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
    /// How the task ended.
    pub exit: Option<TaskExit>,
    /// Why it failed.
    pub failure: Option<FailureReason>,
    /// What a person should know, in Proxmox's words where it has some.
    pub message: Option<String>,
    /// What the pre-check saw.
    pub pre_check: Vec<Evidence>,
    /// What the post-check saw.
    pub post_check: Vec<Evidence>,
    /// Lines of the task log so far; the journal keeps them only in part, see [`StepLog`].
    pub log_lines: u32,
    /// Lines of it that warn, the first of them: a task can do its work and still have something to say.
    pub warnings: Vec<String>,
}

/// `GET /api/executions/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Execution {
    /// Its id.
    pub id: ExecutionId,
    /// The proposal that was confirmed.
    pub proposal: ProposalId,
    /// The cluster that it changes.
    pub cluster: ClusterId,
    /// The proposal's title.
    pub title: String,
    /// The plan that was confirmed.
    pub digest: PlanDigest,
    /// How it stands.
    pub state: ExecutionState,
    /// Who confirmed.
    pub confirmed_by: Person,
    /// When.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How it ended, in a sentence.
    pub message: Option<String>,
    /// Who asked it to stop, and whether all executions were meant.
    pub stop: Option<StopRequest>,
    /// What a person said became of what Argus could not decide. The journal and `state` stay as they are.
    #[serde(default)]
    pub resolution: Option<Resolution>,
    /// The execution that this one was to undo.
    #[serde(default)]
    pub undoes: Option<ExecutionId>,
    /// Whether it can be undone itself.
    #[serde(default)]
    pub undo: UndoOffer,
    /// One entry a step of the plan.
    pub steps: Vec<StepProgress>,
    /// Number of the last journal entry in here: follow the stream from it.
    pub last_seq: u64,
}

/// `GET /api/executions/{id}/steps/{number}/log`: a part of what the step's task wrote, as Proxmox has it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StepLog {
    /// The lines asked for, as far as there are any.
    pub lines: Vec<TaskLine>,
    /// Lines of the whole log by now.
    pub total: u32,
}

/// A stop that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StopRequest {
    /// Their name.
    pub by: String,
    /// All executions, or this one.
    pub emergency: bool,
    /// When.
    pub at: Timestamp,
    /// Their reason.
    pub reason: Option<String>,
}

/// An execution in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExecutionSummary {
    /// Its id.
    pub id: ExecutionId,
    /// How it stands.
    pub state: ExecutionState,
    /// Whether a person has said what became of what Argus could not decide.
    #[serde(default)]
    pub resolved: bool,
}

impl ExecutionSummary {
    /// Whether it waits for a person to look.
    pub fn needs_attention(&self) -> bool {
        self.state == ExecutionState::NeedsAttention && !self.resolved
    }
}
