//! What Proxmox did with a step's requests that makes its outcome doubtful: only that may end in `needs_attention`.

use argus_executor::testing::Answer;
use argus_types::plan::{Step, StepClass};

/// By what happened, not by what the executor saw of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubts {
    /// The last intent stands, and what became of it was never written down.
    pub unanswered: bool,
    /// Its task never ends.
    pub endless: bool,
    /// How its task ended is not known to Proxmox.
    pub unexplained: bool,
    /// Proxmox lost every trace of its task: it cannot be told from one that never was.
    pub forgotten: bool,
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
    pub fn note(&mut self, answer: &Answer) {
        self.requests += 1;
        match answer {
            Answer::NeverEnds => self.endless = true,
            Answer::LostTrack(_) | Answer::LostTrackAndNoEffect => self.unexplained = true,
            Answer::Forgotten(_) => (self.unexplained, self.forgotten) = (true, true),
            Answer::AlreadySo => self.by_another_hand = true,
            Answer::TaskFails(_) => self.task_failed = true,
            Answer::Task
            | Answer::NoEffect
            | Answer::TaskWarns(_)
            | Answer::Queued(_)
            | Answer::Lost
            | Answer::LostAndLate(_) => {
                self.said_done = true;
            }
            Answer::NotSent | Answer::Refused(..) | Answer::LostBefore | Answer::LostAndDoubled => {
            }
        }
    }

    /// Whether a person is needed, if every read went well and this many tasks came of it.
    pub fn need_a_person(self, step: &Step, tasks: usize) -> bool {
        let unsafe_to_repeat = step.class == StepClass::UnsafeToRepeat;
        let untraced = self.unanswered && tasks == 0;
        self.endless || self.unexplained || (unsafe_to_repeat && untraced)
    }
}
