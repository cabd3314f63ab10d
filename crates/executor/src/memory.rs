//! What driving needs to remember of the journal beyond the state machine's fold: times and counts of the
//! attempt under way. Folded from the same events, so that it survives a crash as well.

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
    /// When the task's id was written.
    pub(crate) submitted_at: Option<Timestamp>,
    /// Every task of this execution: a search for a lost one must not find them again.
    pub(crate) tasks: Vec<String>,
    /// Number of the last line of the task's log.
    pub(crate) log_lines: u32,
    /// When the pre-check looked, and how long the guest had been up.
    pub(crate) uptime: Option<(Timestamp, u64)>,
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
                self.uptime = noted_uptime(evidence).map(|seconds| (at, seconds));
            }
            Event::Intended { .. } => self.intended_at = Some(at),
            Event::Submitted { upid, .. } => {
                self.submitted_at = Some(at);
                self.log_lines = 0;
                self.tasks.push(upid.clone());
            }
            Event::Log { lines, .. } => {
                let last = lines.last().map_or(0, |line| line.n);
                self.log_lines = self.log_lines.max(last);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether the guest was started after the pre-check looked, told by its uptime alone, so that neither
    /// Proxmox's clock nor its speed matters. `None` where there is nothing to compare.
    pub(crate) fn restarted(&self, now: Timestamp, uptime_s: Option<u64>) -> Option<bool> {
        /// Reading takes time, and Proxmox counts in whole seconds.
        const SLACK_MS: i64 = 2000;
        let (then, before) = self.uptime?;
        let up = i64::try_from(uptime_s?).ok()?.saturating_mul(1000);
        let before = i64::try_from(before).ok()?.saturating_mul(1000);
        let passed = now.unix_millis().saturating_sub(then.unix_millis()).max(0);
        Some(up.saturating_add(SLACK_MS) < before.saturating_add(passed))
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

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix(1_795_000_000 + second).unwrap()
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
            uptime: Some((at(0), before)),
            ..Memory::new(&plan)
        }
    }

    #[test]
    fn a_guest_that_stayed_up_was_not_restarted() {
        for (before, later) in [(0, 5), (3, 30), (90_000, 60)] {
            let up = before + u64::try_from(later).unwrap();
            assert_eq!(memory(before).restarted(at(later), Some(up)), Some(false));
        }
    }

    #[test]
    fn a_guest_that_is_up_for_less_than_it_would_be_was_restarted() {
        assert_eq!(memory(90_000).restarted(at(20), Some(4)), Some(true));
        assert_eq!(
            memory(3).restarted(at(30), Some(20)),
            Some(true),
            "up for longer than before, and yet restarted"
        );
    }

    #[test]
    fn without_something_to_compare_it_is_not_known() {
        assert_eq!(memory(5).restarted(at(9), None), None);
        let mut blank = memory(5);
        blank.uptime = None;
        assert_eq!(blank.restarted(at(9), Some(1)), None);
    }
}
