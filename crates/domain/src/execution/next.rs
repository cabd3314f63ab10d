//! What the driver of an execution does next. A function of the folded state alone, so that a process that
//! takes over after a crash does exactly what the one before it would have done.

use argus_types::event::{Event, FailureReason, TaskExit};
use argus_types::execution::ExecutionState;
use argus_types::plan::Evidence;

use super::{Phase, State, StepRecord};

/// The one thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Append `StepStarted`: an attempt may begin.
    Begin {
        /// The step.
        step: u16,
        /// The attempt, from 1.
        attempt: u8,
    },
    /// Read fresh state, then append `PreChecked`, `Drifted` or `StepFailed`.
    PreCheck {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
    },
    /// Append `Intended`; only once that is durable send the request, then append `Submitted`, `Refused` or
    /// `Indeterminate`.
    Send {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
    },
    /// A request may be out there without an answer: look, then append `Submitted` (adopted), `PostChecked`
    /// that holds, `Absent` or `StepNeedsAttention`. Never send.
    Resolve {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
    },
    /// Follow the task inside Proxmox, appending `Log`, until `TaskEnded`.
    Follow {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// The task.
        upid: String,
    },
    /// Read fresh state until it is as wished or the step's time is over, then append `PostChecked`.
    PostCheck {
        /// The step.
        step: u16,
        /// The attempt.
        attempt: u8,
        /// How the task ended.
        exit: TaskExit,
    },
    /// Append this event: everything that decides it is in the journal.
    Settle {
        /// `StepSucceeded`, `StepFailed` or `StepNeedsAttention`.
        event: Event,
    },
    /// Append `Ended`.
    End {
        /// How.
        state: ExecutionState,
        /// Why, in a sentence.
        message: String,
    },
    /// It has ended.
    Nothing,
}

impl State {
    /// What to do next.
    ///
    /// A driver that has just appended `Intended` holds the answer to come in its hands and asks again only
    /// after it has journaled that answer; asked in between, the machine can only say [`Next::Resolve`].
    pub fn next(&self) -> Next {
        if self.ended.is_some() {
            return Next::Nothing;
        }
        let Some(current) = self.current() else {
            let message = if self.stop.is_some() {
                "every step is done and seen; the stop came too late to leave one out"
            } else {
                "every step is done and seen"
            };
            return end(ExecutionState::Succeeded, message.to_owned());
        };
        let (step, attempt) = (current.number, current.attempt);
        if self.stop.is_some() && current.has_nothing_under_way() {
            return end(ExecutionState::Stopped, self.stop_message(current));
        }
        match current.phase {
            Phase::Pending => Next::Begin { step, attempt: 1 },
            Phase::Retry => Next::Begin {
                step,
                attempt: attempt.saturating_add(1),
            },
            Phase::Checking => Next::PreCheck { step, attempt },
            Phase::PreChecked => Next::Send { step, attempt },
            Phase::Intended | Phase::Indeterminate => Next::Resolve { step, attempt },
            Phase::Submitted => Next::Follow {
                step,
                attempt,
                upid: current.upid.clone().unwrap_or_default(),
            },
            Phase::Observed => Next::PostCheck {
                step,
                attempt,
                exit: current.exit.unwrap_or(TaskExit::Unexpected),
            },
            Phase::Drifted | Phase::Rejected | Phase::Verified | Phase::Unverified => {
                Next::Settle {
                    event: current.verdict(),
                }
            }
            Phase::Failed => end(
                ExecutionState::Failed,
                format!("step {step} failed{}{}", self.rest(step), said(current)),
            ),
            Phase::NeedsAttention => end(
                ExecutionState::NeedsAttention,
                format!(
                    "step {step} needs a person{}{}",
                    self.rest(step),
                    said(current)
                ),
            ),
            // `current` is the first step that is not done.
            Phase::Succeeded => Next::Nothing,
        }
    }

    fn stop_message(&self, current: &StepRecord) -> String {
        let by = self
            .stop
            .as_ref()
            .map_or("somebody", |stop| stop.by.as_str());
        format!(
            "stopped by {by} before step {} of {}",
            current.number,
            self.steps.len()
        )
    }

    fn rest(&self, step: u16) -> &'static str {
        if self.steps.last().is_some_and(|last| last.number > step) {
            "; later steps did not start"
        } else {
            ""
        }
    }
}

fn end(state: ExecutionState, message: String) -> Next {
    Next::End { state, message }
}

fn said(step: &StepRecord) -> String {
    step.message
        .as_ref()
        .map_or_else(String::new, |message| format!(": {message}"))
}

impl StepRecord {
    /// Whether leaving the step as it is leaves nothing of it inside Proxmox and nothing to decide.
    pub(super) fn has_nothing_under_way(&self) -> bool {
        matches!(
            self.phase,
            Phase::Pending | Phase::Checking | Phase::PreChecked | Phase::Retry
        )
    }

    /// The event that closes a step whose outcome is known.
    fn verdict(&self) -> Event {
        let step = self.number;
        let said = |otherwise: &str| self.message.clone().unwrap_or_else(|| otherwise.to_owned());
        let failed = |reason, message| Event::StepFailed {
            step,
            reason,
            message,
        };
        match (self.phase, self.exit) {
            (Phase::Drifted, _) => failed(
                FailureReason::Drifted,
                format!("not as the plan needs it: {}", missed(&self.pre_check)),
            ),
            (Phase::Rejected, _) => failed(FailureReason::Refused, said("nothing was started")),
            // Proxmox called it an error, so a person reads it, even where the state looks right.
            (_, Some(TaskExit::Failed)) => {
                failed(FailureReason::TaskFailed, said("the task failed"))
            }
            (Phase::Verified, Some(TaskExit::Unexpected)) if !self.tells => {
                Event::StepNeedsAttention {
                    step,
                    message: "Proxmox lost track of its task, and the guest would look the same without it"
                        .to_owned(),
                }
            }
            (Phase::Verified, _) => Event::StepSucceeded { step },
            (_, Some(TaskExit::Unexpected)) => Event::StepNeedsAttention {
                step,
                message: format!(
                    "Proxmox lost track of its task, and the wished state is not there: {}",
                    missed(&self.post_check)
                ),
            },
            _ => failed(
                FailureReason::NotVerified,
                format!(
                    "the task said OK, and fresh state does not show it: {}",
                    missed(&self.post_check)
                ),
            ),
        }
    }
}

/// What did not hold, in words.
fn missed(evidence: &[Evidence]) -> String {
    let missed: Vec<String> = evidence
        .iter()
        .filter(|one| !one.holds)
        .map(|one| format!("{} is {}, needed {}", one.label, one.observed, one.expected))
        .collect();
    if missed.is_empty() {
        "nothing could be read".to_owned()
    } else {
        missed.join("; ")
    }
}
