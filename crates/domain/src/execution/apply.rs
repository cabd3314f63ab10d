//! The transition function: total, and every event that the state does not allow is an error.

use argus_types::Timestamp;
use argus_types::event::{Event, FailureReason, TaskExit};
use argus_types::execution::StopRequest;
use argus_types::plan::{Evidence, StepClass};

use crate::check;

use super::next::Next;
use super::{Ending, Phase, State, StepRecord};

/// How a line of a task's log begins that warns: `PVE::RESTEnvironment::log_warn` writes `WARN: ` and the text.
const WARNS: &str = "WARN";
/// Warnings of a step that are shown; the whole log has the others.
const MOST_WARNINGS: usize = 50;

/// The journal holds, or was about to hold, an event that cannot follow what stands before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IllegalEvent {
    /// Nothing follows the end.
    #[error("the execution has ended")]
    AfterTheEnd,
    /// A replica began to drive it twice, or something happened before one did.
    #[error("an execution is started once, before its first step")]
    StartedWrongly,
    /// The plan has no such step.
    #[error("the plan has no step {0}")]
    NoSuchStep(u16),
    /// Another step is under way.
    #[error("step {step} is not the one under way")]
    NotItsTurn {
        /// The step of the event.
        step: u16,
    },
    /// Another attempt is under way.
    #[error("step {step} is at attempt {at}, not {attempt}")]
    WrongAttempt {
        /// The step.
        step: u16,
        /// The attempt of the event.
        attempt: u8,
        /// The attempt that the step is at.
        at: u8,
    },
    /// Somebody asked for no further step.
    #[error("step {0} must not go on after a stop")]
    Stopped(u16),
    /// A retry that the step's class does not allow.
    #[error("step {0} is unsafe to repeat: looking is not enough to send it again")]
    UnsafeToRepeat(u16),
    /// The step is in another phase.
    #[error("step {step} is {phase}")]
    WrongPhase {
        /// The step.
        step: u16,
        /// Its phase.
        phase: String,
    },
    /// The event says one thing and the evidence in it another.
    #[error("the evidence for step {0} does not show what the event says")]
    EvidenceDisagrees(u16),
    /// The outcome does not fit what the journal says.
    #[error("step {0} did not come to this end")]
    WrongOutcome(u16),
    /// The execution cannot end like this now.
    #[error("the execution cannot end like this now")]
    WrongEnd,
}

impl State {
    /// Takes the next event of the journal. On an error the state is as before.
    pub fn apply(&mut self, at: Timestamp, event: &Event) -> Result<(), IllegalEvent> {
        if self.ended.is_some() {
            return Err(IllegalEvent::AfterTheEnd);
        }
        match event {
            Event::Started { .. } => {
                if self.started_at.is_some() {
                    return Err(IllegalEvent::StartedWrongly);
                }
                self.started_at = Some(at);
                Ok(())
            }
            Event::Resumed { .. } => self.resume(),
            Event::StopRequested {
                by,
                emergency,
                reason,
            } => {
                // The first stop counts; only an emergency says more than it did.
                if self
                    .stop
                    .as_ref()
                    .is_none_or(|stop| *emergency && !stop.emergency)
                {
                    self.stop = Some(StopRequest {
                        by: by.clone(),
                        emergency: *emergency,
                        at,
                        reason: reason.clone(),
                    });
                }
                Ok(())
            }
            Event::Ended { state, message } => match self.next() {
                Next::End { state: right, .. } if right == *state => {
                    self.ended = Some(Ending {
                        state: *state,
                        at,
                        message: message.clone(),
                    });
                    Ok(())
                }
                _ => Err(IllegalEvent::WrongEnd),
            },
            _ => self.apply_to_step(at, event),
        }
    }

    /// What was checked before a crash is old by now: the check is done again before anything is sent.
    fn resume(&mut self) -> Result<(), IllegalEvent> {
        if self.started_at.is_none() {
            return Err(IllegalEvent::StartedWrongly);
        }
        for step in &mut self.steps {
            if step.phase == Phase::PreChecked {
                step.phase = Phase::Checking;
            }
        }
        Ok(())
    }

    fn apply_to_step(&mut self, at: Timestamp, event: &Event) -> Result<(), IllegalEvent> {
        let Some(number) = event.step() else {
            return Err(IllegalEvent::WrongEnd);
        };
        if self.started_at.is_none() {
            return Err(IllegalEvent::StartedWrongly);
        }
        if !self.steps.iter().any(|step| step.number == number) {
            return Err(IllegalEvent::NoSuchStep(number));
        }
        let stopped = self.stop.is_some();
        let current = self
            .steps
            .iter_mut()
            .find(|step| step.phase != Phase::Succeeded)
            .filter(|step| step.number == number)
            .ok_or(IllegalEvent::NotItsTurn { step: number })?;
        if stopped && current.has_nothing_under_way() {
            return Err(IllegalEvent::Stopped(number));
        }
        current.apply(at, event)
    }
}

impl StepRecord {
    fn apply(&mut self, at: Timestamp, event: &Event) -> Result<(), IllegalEvent> {
        match event {
            Event::StepStarted { attempt, .. } => self.begin(at, *attempt),
            Event::PreChecked {
                attempt, evidence, ..
            } => self.pre_checked(*attempt, true, evidence),
            Event::Drifted {
                attempt, evidence, ..
            } => self.pre_checked(*attempt, false, evidence),
            Event::Intended { attempt, .. } => {
                self.require(*attempt, &[Phase::PreChecked])?;
                self.phase = Phase::Intended;
                Ok(())
            }
            Event::Submitted {
                attempt,
                upid,
                adopted,
                ..
            } => self.submitted(*attempt, upid, *adopted),
            Event::Answered { attempt, .. } => {
                self.require(*attempt, &[Phase::Intended])?;
                self.exit = Some(TaskExit::Ok);
                self.message = None;
                self.phase = Phase::Observed;
                Ok(())
            }
            Event::Refused {
                attempt,
                retry,
                message,
                ..
            } => {
                self.require(*attempt, &[Phase::Intended])?;
                self.nothing_was_started(*retry, message);
                Ok(())
            }
            Event::Absent {
                attempt,
                retry,
                message,
                ..
            } => self.absent(*attempt, *retry, message),
            Event::Indeterminate {
                attempt, message, ..
            } => {
                self.require(*attempt, &[Phase::Intended])?;
                self.message = Some(message.clone());
                self.phase = Phase::Indeterminate;
                Ok(())
            }
            Event::Log { attempt, lines, .. } => {
                self.require(*attempt, &[Phase::Submitted, Phase::Observed])?;
                let last = lines.last().map_or(0, |line| line.n);
                self.log_lines = self.log_lines.max(last);
                let room = MOST_WARNINGS.saturating_sub(self.warnings.len());
                let warn = lines.iter().filter(|line| line.text.starts_with(WARNS));
                self.warnings
                    .extend(warn.take(room).map(|line| line.text.clone()));
                Ok(())
            }
            Event::TaskEnded {
                attempt,
                exit,
                message,
                ..
            } => {
                self.require(*attempt, &[Phase::Submitted])?;
                self.exit = Some(*exit);
                self.message = Some(message.clone());
                self.phase = Phase::Observed;
                Ok(())
            }
            Event::PostChecked {
                attempt,
                holds,
                evidence,
                ..
            } => self.post_checked(*attempt, *holds, evidence),
            Event::StepSucceeded { .. } => {
                if self.exit == Some(TaskExit::Failed) {
                    return Err(IllegalEvent::WrongOutcome(self.number));
                }
                self.require_phase(&[Phase::Verified])?;
                self.close(at, Phase::Succeeded);
                Ok(())
            }
            Event::StepFailed {
                reason, message, ..
            } => self.fail(at, *reason, message),
            Event::StepNeedsAttention { message, .. } => self.need_a_person(at, message),
            Event::Started { .. }
            | Event::Resumed { .. }
            | Event::StopRequested { .. }
            | Event::Ended { .. } => Err(IllegalEvent::WrongOutcome(self.number)),
        }
    }

    fn begin(&mut self, at: Timestamp, attempt: u8) -> Result<(), IllegalEvent> {
        self.require_phase(&[Phase::Pending, Phase::Retry])?;
        if attempt != self.attempt.saturating_add(1) || !self.may_try_again() {
            return Err(IllegalEvent::WrongAttempt {
                step: self.number,
                attempt,
                at: self.attempt,
            });
        }
        self.attempt = attempt;
        self.started_at.get_or_insert(at);
        self.pre_check.clear();
        self.warnings.clear();
        self.phase = Phase::Checking;
        Ok(())
    }

    fn submitted(&mut self, attempt: u8, upid: &str, adopted: bool) -> Result<(), IllegalEvent> {
        // Once the answer is known to be lost, a task can only be found by looking.
        let may: &[Phase] = if adopted {
            &[Phase::Intended, Phase::Indeterminate]
        } else {
            &[Phase::Intended]
        };
        self.require(attempt, may)?;
        self.upid = Some(upid.to_owned());
        self.adopted = adopted;
        self.message = None;
        self.log_lines = 0;
        self.warnings.clear();
        self.phase = Phase::Submitted;
        Ok(())
    }

    fn pre_checked(
        &mut self,
        attempt: u8,
        holds: bool,
        evidence: &[Evidence],
    ) -> Result<(), IllegalEvent> {
        self.require(attempt, &[Phase::Checking])?;
        self.require_evidence(holds, evidence)?;
        self.pre_check = evidence.to_vec();
        self.phase = if holds {
            Phase::PreChecked
        } else {
            Phase::Drifted
        };
        Ok(())
    }

    fn post_checked(
        &mut self,
        attempt: u8,
        holds: bool,
        evidence: &[Evidence],
    ) -> Result<(), IllegalEvent> {
        // Looking after a lost answer may show that all is done, though no task is found any more.
        let may: &[Phase] = if holds {
            &[Phase::Observed, Phase::Intended, Phase::Indeterminate]
        } else {
            &[Phase::Observed]
        };
        self.require(attempt, may)?;
        self.require_evidence(holds, evidence)?;
        self.post_check = evidence.to_vec();
        self.phase = if holds {
            Phase::Verified
        } else {
            Phase::Unverified
        };
        Ok(())
    }

    fn absent(&mut self, attempt: u8, retry: bool, message: &str) -> Result<(), IllegalEvent> {
        self.require(attempt, &[Phase::Intended, Phase::Indeterminate])?;
        if retry && self.class == StepClass::UnsafeToRepeat {
            return Err(IllegalEvent::UnsafeToRepeat(self.number));
        }
        self.nothing_was_started(retry, message);
        Ok(())
    }

    fn need_a_person(&mut self, at: Timestamp, message: &str) -> Result<(), IllegalEvent> {
        // What looks right proves nothing where it would look the same without the step.
        let proves_nothing =
            self.phase == Phase::Verified && self.exit == Some(TaskExit::Unexpected) && !self.tells;
        let may: &[Phase] = if proves_nothing {
            &[Phase::Verified]
        } else {
            &[
                Phase::Intended,
                Phase::Indeterminate,
                Phase::Rejected,
                Phase::Submitted,
                Phase::Observed,
                Phase::Unverified,
            ]
        };
        self.require_phase(may)?;
        self.message = Some(message.to_owned());
        self.close(at, Phase::NeedsAttention);
        Ok(())
    }

    fn nothing_was_started(&mut self, retry: bool, message: &str) {
        self.message = Some(message.to_owned());
        self.phase = if retry && self.may_try_again() {
            Phase::Retry
        } else {
            Phase::Rejected
        };
    }

    fn fail(
        &mut self,
        at: Timestamp,
        reason: FailureReason,
        message: &str,
    ) -> Result<(), IllegalEvent> {
        let fits = match (self.phase, reason) {
            (Phase::Checking, FailureReason::PreCheckUnavailable | FailureReason::NoToken)
            | (Phase::Drifted, FailureReason::Drifted)
            | (Phase::Retry | Phase::Rejected, FailureReason::Refused) => true,
            (Phase::Observed | Phase::Verified | Phase::Unverified, FailureReason::TaskFailed) => {
                matches!(self.exit, Some(TaskExit::Failed | TaskExit::Unexpected))
            }
            (Phase::Unverified, FailureReason::NotVerified) => self.exit != Some(TaskExit::Failed),
            _ => false,
        };
        if !fits {
            return Err(IllegalEvent::WrongOutcome(self.number));
        }
        self.failure = Some(reason);
        self.message = Some(message.to_owned());
        self.close(at, Phase::Failed);
        Ok(())
    }

    fn close(&mut self, at: Timestamp, phase: Phase) {
        self.ended_at = Some(at);
        self.phase = phase;
    }

    /// An event may not claim more, or less, than its own evidence shows.
    fn require_evidence(&self, holds: bool, evidence: &[Evidence]) -> Result<(), IllegalEvent> {
        if check::holds(evidence) == holds {
            Ok(())
        } else {
            Err(IllegalEvent::EvidenceDisagrees(self.number))
        }
    }

    fn require(&self, attempt: u8, may: &[Phase]) -> Result<(), IllegalEvent> {
        if attempt != self.attempt {
            return Err(IllegalEvent::WrongAttempt {
                step: self.number,
                attempt,
                at: self.attempt,
            });
        }
        self.require_phase(may)
    }

    fn require_phase(&self, may: &[Phase]) -> Result<(), IllegalEvent> {
        if may.contains(&self.phase) {
            Ok(())
        } else {
            Err(IllegalEvent::WrongPhase {
                step: self.number,
                phase: format!("{:?}", self.phase).to_lowercase(),
            })
        }
    }
}
