//! What driving needs to remember of the journal beyond the state machine's fold: times and counts of the
//! attempt under way. Folded from the same events, so that it survives a crash as well.

use std::time::Duration;

use argus_domain::execution::{IllegalEvent, State};
use argus_types::Timestamp;
use argus_types::event::Event;
use argus_types::plan::{Evidence, Plan};

/// The label under which a reboot's pre-check notes how long the guest has been up.
pub(crate) const UPTIME: &str = "uptime in seconds";

/// The state machine and what it leaves out.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    pub(crate) state: State,
    /// When the attempt's intent was written.
    pub(crate) intended_at: Option<Timestamp>,
    /// When the task's id was written, or that Proxmox was done at once.
    pub(crate) submitted_at: Option<Timestamp>,
    /// Every task of this execution: a search for a lost one must not find them again.
    pub(crate) tasks: Vec<String>,
    /// Number of the last line of the task's log.
    pub(crate) log_lines: u32,
    /// How many seconds the guest had been up when the pre-check looked.
    pub(crate) uptime: Option<u64>,
}

impl Memory {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            state: State::new(plan),
            intended_at: None,
            submitted_at: None,
            tasks: Vec::new(),
            log_lines: 0,
            uptime: None,
        }
    }

    /// Takes the next event; on an error nothing changes.
    pub(crate) fn apply(&mut self, at: Timestamp, event: &Event) -> Result<(), IllegalEvent> {
        self.state.apply(at, event)?;
        match event {
            Event::StepStarted { .. } => {
                self.intended_at = None;
                self.submitted_at = None;
                self.log_lines = 0;
                self.uptime = None;
            }
            Event::PreChecked { evidence, .. } => {
                self.uptime = noted_uptime(evidence);
            }
            Event::Intended { .. } => self.intended_at = Some(at),
            Event::Submitted { upid, .. } => {
                self.submitted_at = Some(at);
                self.log_lines = 0;
                self.tasks.push(upid.clone());
            }
            Event::Answered { .. } => self.submitted_at = Some(at),
            Event::Log { lines, .. } => {
                let last = lines.last().map_or(0, |line| line.n);
                self.log_lines = self.log_lines.max(last);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the guest was started after the pre-check looked, told by its uptime alone, so that no wall
    /// clock, Proxmox's or ours, has a say. `passed` is how long ago that was at least. `None` where there is
    /// nothing to compare.
    pub(crate) fn restarted(&self, passed: Duration, uptime_s: Option<u64>) -> Option<bool> {
        /// Reading takes time, and Proxmox counts in whole seconds.
        const SLACK: Duration = Duration::from_secs(2);
        let before = Duration::from_secs(self.uptime?);
        let up = Duration::from_secs(uptime_s?);
        Some(up.saturating_add(SLACK) < before.saturating_add(passed))
    }
}

/// The evidence that keeps a guest's uptime.
pub(crate) fn uptime_evidence(seconds: u64) -> Evidence {
    Evidence {
        label: UPTIME.to_owned(),
        expected: "any".to_owned(),
        observed: seconds.to_string(),
        holds: true,
    }
}

fn noted_uptime(evidence: &[Evidence]) -> Option<u64> {
    evidence
        .iter()
        .find(|one| one.label == UPTIME)
        .and_then(|one| one.observed.parse().ok())
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
            format: 1,
            proposal: id,
            cluster: "lab".parse().unwrap(),
            steps: Vec::new(),
        };
        Memory {
            uptime: Some(before),
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
    fn without_something_to_compare_it_is_not_known() {
        assert_eq!(memory(5).restarted(after(9), None), None);
        let mut blank = memory(5);
        blank.uptime = None;
        assert_eq!(blank.restarted(after(9), Some(1)), None);
    }
}
