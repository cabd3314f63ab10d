//! What driving needs to remember of the journal beyond the state machine's fold: times and counts of the
//! attempt under way. Folded from the same events, so that it survives a crash as well.

use std::time::Duration;

use argus_domain::execution::{IllegalEvent, State};
use argus_types::Timestamp;
use argus_types::event::{Event, TaskExit};
use argus_types::plan::{Evidence, Plan};

use crate::step::kept::Kept;

/// The label under which the pre-check of a restart notes how long the guest or node has been up.
const UPTIME: &str = "uptime in seconds";
/// The label under which the pre-check of a replication notes when the job last succeeded.
const LAST_RUN: &str = "last run, in epoch seconds";

/// How far an uptime may be off: reading takes time, and Proxmox counts in whole seconds.
const SLACK: Duration = Duration::from_secs(2);

/// A number that a step is expected to move: what it was right before says whether it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Seconds since the guest or node started.
    Uptime(u64),
    /// When the job last succeeded, in epoch seconds.
    LastRun(u64),
}

/// The state machine and what it leaves out.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    pub(crate) state: State,
    /// When the attempt's intent was written.
    pub(crate) intended_at: Option<Timestamp>,
    /// The token that the attempt's request went out with.
    pub(crate) sender: Option<String>,
    /// When the task's id was written, or that Proxmox was done at once.
    pub(crate) submitted_at: Option<Timestamp>,
    /// Every task of this execution: a search for a lost one must not find them again.
    pub(crate) tasks: Vec<String>,
    /// What the journal has of the task's log.
    pub(crate) log: Kept,
    /// What the pre-check noted.
    pub(crate) mark: Option<Mark>,
    /// How the task ended, or that the request was carried out when it was answered.
    pub(crate) exit: Option<TaskExit>,
}

impl Memory {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            state: State::new(plan),
            intended_at: None,
            sender: None,
            submitted_at: None,
            tasks: Vec::new(),
            log: Kept::default(),
            mark: None,
            exit: None,
        }
    }

    /// Takes the next event; on an error nothing changes.
    pub(crate) fn apply(&mut self, at: Timestamp, event: &Event) -> Result<(), IllegalEvent> {
        self.state.apply(at, event)?;
        match event {
            Event::StepStarted { .. } => {
                self.intended_at = None;
                self.sender = None;
                self.submitted_at = None;
                self.log = Kept::default();
                self.mark = None;
                self.exit = None;
            }
            Event::PreChecked { evidence, .. } => {
                self.mark = Mark::noted(evidence);
            }
            Event::Intended { sender, .. } => {
                self.intended_at = Some(at);
                self.sender.clone_from(sender);
            }
            Event::Submitted { upid, .. } => {
                self.submitted_at = Some(at);
                self.log = Kept::default();
                self.tasks.push(upid.clone());
            }
            Event::Answered { .. } => {
                self.submitted_at = Some(at);
                self.exit = Some(TaskExit::Ok);
            }
            Event::TaskEnded { exit, .. } => self.exit = Some(*exit),
            Event::Log { lines, .. } => self.log.count(lines),
            _ => {}
        }
        Ok(())
    }

    /// Whether guest or node was started after the pre-check looked, told by its uptime alone, so that no wall
    /// clock, Proxmox's or ours, has a say. `passed` is how long ago that was at least. `None` where there is
    /// nothing to compare.
    pub(crate) fn restarted(&self, passed: Duration, uptime_s: Option<u64>) -> Option<bool> {
        let Some(Mark::Uptime(before)) = self.mark else {
            return None;
        };
        let before = Duration::from_secs(before);
        let up = Duration::from_secs(uptime_s?);
        Some(up.saturating_add(SLACK) < before.saturating_add(passed))
    }

    /// Whether the job succeeded after the pre-check looked.
    pub(crate) fn ran(&self, last_run: Option<u64>) -> Option<bool> {
        let Some(Mark::LastRun(before)) = self.mark else {
            return None;
        };
        Some(last_run? > before)
    }

    /// Whether Proxmox said that it did what was asked; unknown while it has not said anything that can be trusted.
    pub(crate) fn said_done(&self) -> Option<bool> {
        match self.exit? {
            TaskExit::Ok | TaskExit::Warnings => Some(true),
            TaskExit::Failed => Some(false),
            TaskExit::Unexpected => None,
        }
    }
}

impl Mark {
    /// The evidence that keeps it: whoever checks afterwards may be another process.
    pub(crate) fn evidence(self) -> Evidence {
        let (label, number) = match self {
            Self::Uptime(seconds) => (UPTIME, seconds),
            Self::LastRun(at) => (LAST_RUN, at),
        };
        Evidence {
            label: label.to_owned(),
            expected: "any".to_owned(),
            observed: number.to_string(),
            holds: true,
        }
    }

    /// Whether it was started such a short while ago that another start would not show.
    pub(crate) fn is_too_young(self) -> bool {
        matches!(self, Self::Uptime(up) if up <= SLACK.as_secs())
    }

    fn noted(evidence: &[Evidence]) -> Option<Self> {
        evidence.iter().find_map(|one| {
            let number = one.observed.parse();
            match one.label.as_str() {
                UPTIME => number.ok().map(Self::Uptime),
                LAST_RUN => number.ok().map(Self::LastRun),
                _ => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn memory(before: u64) -> Memory {
        let id = "01997a00-0000-7000-8000-000000000000".parse().unwrap();
        let plan = Plan {
            format: 2,
            proposal: id,
            cluster: "lab".parse().unwrap(),
            steps: Vec::new(),
        };
        Memory {
            mark: Some(Mark::Uptime(before)),
            ..Memory::new(&plan)
        }
    }

    #[test]
    fn a_guest_that_stayed_up_was_not_restarted() {
        for (before, later) in [(0, 5), (3, 30), (90_000, 60)] {
            let up = Some(before + later);
            assert_eq!(memory(before).restarted(after(later), up), Some(false));
            // A process that took over does not know how much time passed.
            assert_eq!(memory(before).restarted(after(0), up), Some(false));
        }
    }

    #[test]
    fn a_guest_that_is_up_for_less_than_it_would_be_was_restarted() {
        assert_eq!(memory(90_000).restarted(after(20), Some(4)), Some(true));
        assert_eq!(
            memory(3).restarted(after(30), Some(20)),
            Some(true),
            "up for longer than before, and yet restarted"
        );
    }

    #[test]
    fn a_mark_comes_back_out_of_the_journal_as_it_was_noted() {
        for mark in [
            Mark::Uptime(0),
            Mark::Uptime(90_000),
            Mark::LastRun(1_795_000_000),
        ] {
            assert_eq!(Mark::noted(&[mark.evidence()]), Some(mark));
        }
        assert_eq!(Mark::noted(&[]), None);
    }

    #[test]
    fn a_job_ran_when_its_last_run_is_a_later_one() {
        let mut memory = memory(0);
        memory.mark = Some(Mark::LastRun(100));
        assert_eq!(memory.ran(Some(100)), Some(false));
        assert_eq!(memory.ran(Some(101)), Some(true));
        assert_eq!(memory.ran(None), None);
    }

    #[test]
    fn without_something_to_compare_it_is_not_known() {
        assert_eq!(memory(5).restarted(after(9), None), None);
        let mut blank = memory(5);
        blank.mark = None;
        assert_eq!(blank.restarted(after(9), Some(1)), None);
    }
}
