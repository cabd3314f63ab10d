//! The state machine of an execution: a fold over its journal that says what may and what must come next.
//!
//! ```text
//!   pending ──StepStarted──> checking ──PreChecked──> pre-checked ──Intended──> intended
//!      ▲                        │  ▲                       │                       │
//!      │                     Drifted └──────Resumed────────┘                       │
//!      │                        ▼                                                  │
//!      │                     drifted ─────────────────────────────> StepFailed     │
//!      │                                                                           │
//!      ├──StepStarted── retry <──Refused/Absent{retry}──┬──────────────────────────┤
//!      │                rejected <──Refused/Absent──────┤                          │
//!      │                   └────> StepFailed            │                    Indeterminate
//!      │                                                │                          ▼
//!      │                                                └───────────────── indeterminate
//!      │                                                                      │    │
//!   next step                     seen done, PostChecked{holds} <─────────────┤    │
//!      ▲                                    │                             Submitted (also
//!      │                                    │                             from intended)
//!      └─StepSucceeded── verified <─────────┴─PostChecked── observed <─TaskEnded── submitted
//!                        unverified <─────────────┘              ▲
//!                                                    Answered ────┘ (from intended, where there is no task)
//!                            └────> StepFailed / StepNeedsAttention
//! ```
//!
//! What it guarantees, whatever crashes:
//! - A request that may have gone out is never sent again before something showed that it was not
//!   ([`Next::Resolve`], never [`Next::Send`], once an intent stands without an answer).
//! - A step that is unsafe to repeat is tried again only after a refusal that says nothing was started;
//!   looking is not enough for it.
//! - After a stop nothing is begun or sent; what runs inside Proxmox is followed and checked to its end.
//! - A step counts as done only after a check on fresh state that holds.
//! - Any event that the state does not allow is an error and changes nothing.
//!
//! The one state that needs a person is `needs_attention`; it is entered by an event, never by a fold.
//! This module knows no clock, database or Proxmox; times come with the events.

mod apply;
mod next;
mod view;

use argus_types::Timestamp;
use argus_types::event::{FailureReason, TaskExit};
use argus_types::execution::{ExecutionState, StopRequest};
use argus_types::plan::{Evidence, Plan, StepClass};

pub use apply::IllegalEvent;
pub use next::Next;

/// An execution after some events of its journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    steps: Vec<StepRecord>,
    started_at: Option<Timestamp>,
    stop: Option<StopRequest>,
    ended: Option<Ending>,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// How.
    pub state: ExecutionState,
    /// When.
    pub at: Timestamp,
    /// Why, in a sentence.
    pub message: String,
}

/// One step with all that its events said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct StepRecord {
    number: u16,
    title: String,
    class: StepClass,
    /// Whether state alone can tell that it was carried out.
    tells: bool,
    max_attempts: u8,
    phase: Phase,
    attempt: u8,
    upid: Option<String>,
    adopted: bool,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    exit: Option<TaskExit>,
    failure: Option<FailureReason>,
    message: Option<String>,
    pre_check: Vec<Evidence>,
    post_check: Vec<Evidence>,
    log_lines: u32,
    warnings: Vec<String>,
}

/// Where a step is, as in the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Pending,
    Checking,
    Drifted,
    PreChecked,
    Intended,
    Indeterminate,
    /// Nothing was started and another attempt may be.
    Retry,
    /// Nothing was started and nothing will be.
    Rejected,
    Submitted,
    Observed,
    Verified,
    Unverified,
    Succeeded,
    Failed,
    NeedsAttention,
}

impl State {
    /// Before the first event.
    pub fn new(plan: &Plan) -> Self {
        Self {
            steps: plan.steps.iter().map(StepRecord::new).collect(),
            started_at: None,
            stop: None,
            ended: None,
        }
    }

    /// Whether a replica ever began to drive it: the next one writes `Resumed`, not `Started`.
    pub fn is_started(&self) -> bool {
        self.started_at.is_some()
    }

    /// When a replica began to drive it.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.started_at
    }

    /// The stop that somebody asked for.
    pub fn stop(&self) -> Option<&StopRequest> {
        self.stop.as_ref()
    }

    /// How it ended.
    pub fn ending(&self) -> Option<&Ending> {
        self.ended.as_ref()
    }

    /// How the execution stands.
    pub fn execution_state(&self) -> ExecutionState {
        match (&self.ended, &self.stop) {
            (Some(ending), _) => ending.state,
            (None, Some(_)) => ExecutionState::Stopping,
            (None, None) => ExecutionState::Running,
        }
    }

    /// The step that the execution is at: the first that is not done.
    fn current(&self) -> Option<&StepRecord> {
        self.steps
            .iter()
            .find(|step| step.phase != Phase::Succeeded)
    }
}

impl StepRecord {
    fn new(step: &argus_types::plan::Step) -> Self {
        Self {
            number: step.number,
            title: step.title.clone(),
            class: step.class,
            tells: crate::check::tells(step),
            max_attempts: step.max_attempts,
            phase: Phase::Pending,
            attempt: 0,
            upid: None,
            adopted: false,
            started_at: None,
            ended_at: None,
            exit: None,
            failure: None,
            message: None,
            pre_check: Vec::new(),
            post_check: Vec::new(),
            log_lines: 0,
            warnings: Vec::new(),
        }
    }

    /// Whether one more attempt is left.
    fn may_try_again(&self) -> bool {
        self.attempt < self.max_attempts
    }
}

#[cfg(test)]
mod tests;
