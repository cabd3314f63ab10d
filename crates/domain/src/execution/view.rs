//! The folded state as people see it.

use argus_types::execution::{StepProgress, StepState};

use super::{Phase, State, StepRecord};

impl State {
    /// One entry a step of the plan, in its order.
    pub fn view(&self) -> Vec<StepProgress> {
        let over = self.ended.is_some()
            || self
                .steps
                .iter()
                .any(|step| matches!(step.phase, Phase::Failed | Phase::NeedsAttention));
        self.steps
            .iter()
            .map(|step| step.view(over, self.stop.is_some()))
            .collect()
    }
}

impl StepRecord {
    fn view(&self, over: bool, stopping: bool) -> StepProgress {
        StepProgress {
            number: self.number,
            title: self.title.clone(),
            state: if (over || stopping) && self.has_nothing_under_way() {
                StepState::NotStarted
            } else {
                self.phase.shown()
            },
            attempt: self.attempt,
            upid: self.upid.clone(),
            adopted: self.adopted,
            started_at: self.started_at,
            ended_at: self.ended_at,
            exit: self.exit,
            failure: self.failure,
            message: self.message.clone(),
            pre_check: self.pre_check.clone(),
            post_check: self.post_check.clone(),
            log_lines: self.log_lines,
            warnings: self.warnings.clone(),
        }
    }
}

impl Phase {
    fn shown(self) -> StepState {
        match self {
            Self::Pending => StepState::Pending,
            // Between attempts the step is about to be looked at again.
            Self::Checking | Self::Retry => StepState::Checking,
            Self::PreChecked => StepState::PreChecked,
            Self::Intended => StepState::Intended,
            Self::Indeterminate => StepState::Indeterminate,
            Self::Submitted => StepState::Submitted,
            Self::Observed | Self::Verified | Self::Unverified => StepState::Observed,
            Self::Succeeded => StepState::Succeeded,
            // The event that says so is the next one in the journal.
            Self::Drifted | Self::Rejected | Self::Failed => StepState::Failed,
            Self::NeedsAttention => StepState::NeedsAttention,
        }
    }
}
