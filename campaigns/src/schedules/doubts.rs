//! What Proxmox did with a step's requests that makes its outcome doubtful: only that may end in `needs_attention`.

use argus_executor::testing::Answer;
use argus_types::plan::{Step, StepClass};

/// By what happened, not by what the executor saw of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubts {
    /// An intent stands, and no request of it left.
    pub unsent: bool,
    /// A request was lost without a trace.
    pub untraced: bool,
    /// Its task never ends.
    pub endless: bool,
    /// How its task ended is not known to Proxmox.
    pub unexplained: bool,
    /// It came true by another hand.
    pub by_another_hand: bool,
    /// Proxmox said that it was done, whether it was or not.
    pub said_done: bool,
    /// Its task failed.
    pub task_failed: bool,
    /// Requests that left.
    pub requests: u32,
}

impl Doubts {
    /// A request left and was treated like this.
    pub fn note(&mut self, step: &Step, answer: &Answer) {
        self.requests += 1;
        self.unsent = false;
        match answer {
            Answer::LostBefore => self.untraced = true,
            Answer::NeverEnds => self.endless = true,
            Answer::LostTrack(_) | Answer::LostTrackAndNoEffect | Answer::Forgotten(_) => {
                self.unexplained = true;
            }
            Answer::AlreadySo => self.by_another_hand = true,
            Answer::TaskFails(_) => self.task_failed = true,
            Answer::Task | Answer::NoEffect | Answer::Warnings | Answer::Queued(_) => {
                self.said_done = true;
            }
            Answer::Lost | Answer::LostAndLate(_) => {
                // A change without a task leaves nothing to be found.
                self.untraced |=
                    matches!(step.command, argus_types::plan::Command::SetConfig { .. });
                self.said_done = true;
            }
            Answer::NotSent | Answer::Refused(..) | Answer::LostAndDoubled => {}
        }
    }

    /// Whether a person is needed, if every read went well.
    pub fn need_a_person(self, step: &Step) -> bool {
        let unsafe_to_repeat = step.class == StepClass::UnsafeToRepeat;
        self.endless || self.unexplained || (unsafe_to_repeat && (self.unsent || self.untraced))
    }
}
