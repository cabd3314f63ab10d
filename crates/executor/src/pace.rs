//! How long to wait between looks, in one place.

use std::time::Duration;

/// Waiting times. The real ones suit Proxmox's own limits: three slow calls block a node's API.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    scale: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { scale: 1.0 }
    }
}

impl Pace {
    /// What an attempt may take beside its own time and the wait for what it reserves, in seconds: patience with
    /// reads before and after, the longest wait between attempts, and the wait for an answer that was lost.
    pub(crate) const OVERHEAD_S: u64 = 30 + 30 + 38 + 12;

    /// All waiting times multiplied, for a simulator whose clock runs faster. Anything but a number above
    /// zero counts as 1.
    pub fn scaled(scale: f64) -> Self {
        let usable = scale.is_finite() && scale > 0.0;
        Self {
            scale: if usable { scale } else { 1.0 },
        }
    }

    /// Between two looks at a task that was submitted this long ago.
    pub(crate) fn poll(self, since_submitted: Duration) -> Duration {
        let seconds = since_submitted.as_secs_f64() / self.scale;
        self.seconds(if seconds < 10.0 {
            1.0
        } else if seconds < 60.0 {
            2.0
        } else {
            5.0
        })
    }

    /// Before a failed read is tried again, the first time with `tried` 1. `chance` spreads it by half.
    pub(crate) fn again(self, tried: u32, chance: f64) -> Duration {
        let base = 0.5 * f64::from(1_u32 << tried.min(5).saturating_sub(1));
        self.seconds(base.min(10.0) * (0.75 + 0.5 * chance.clamp(0.0, 1.0)))
    }

    /// Before attempt number `attempt` of a step. Longer than Proxmox's own 10 s wait for a guest's lock from
    /// the third on.
    pub(crate) fn next_attempt(self, attempt: u8, chance: f64) -> Duration {
        let base = 2.0 * f64::from(1_u32 << u32::from(attempt).min(6).saturating_sub(2));
        self.seconds(base.min(30.0) * (0.75 + 0.5 * chance.clamp(0.0, 1.0)))
    }

    /// How long a node that does not answer is left alone, the first time with `tried` 1. Well below
    /// [`Self::read_patience`], so that whoever is patient tries it more than once.
    pub(crate) fn leave_alone(self, tried: u32, chance: f64) -> Duration {
        let base = 2.0 * f64::from(1_u32 << tried.min(5).saturating_sub(1));
        self.seconds(base.min(8.0) * (0.75 + 0.5 * chance.clamp(0.0, 1.0)))
    }

    /// How long the task list must stay empty before a request counts as never carried out: a handler can
    /// wait 10 s for a lock before its task exists.
    pub(crate) fn settle(self) -> Duration {
        self.seconds(12.0)
    }

    /// Between two looks at a state that should be there any moment.
    pub(crate) fn look(self) -> Duration {
        self.seconds(1.0)
    }

    /// How long fresh state may lag behind a task that ended well.
    pub(crate) fn lag(self) -> Duration {
        self.seconds(5.0)
    }

    /// How long reads may fail before a pre-check gives up.
    pub(crate) fn read_patience(self) -> Duration {
        self.seconds(30.0)
    }

    /// Between two tries to get a guest that another execution has.
    pub(crate) fn guest(self) -> Duration {
        self.seconds(1.0)
    }

    /// A second by Proxmox's clock.
    pub(crate) fn seconds(self, seconds: f64) -> Duration {
        Duration::try_from_secs_f64(seconds * self.scale).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_looked_at_less_often_the_longer_it_runs() {
        let pace = Pace::default();
        let after = |seconds| pace.poll(Duration::from_secs(seconds)).as_secs();
        assert_eq!(
            [
                after(0),
                after(9),
                after(10),
                after(59),
                after(60),
                after(9999)
            ],
            [1, 1, 2, 2, 5, 5]
        );
    }

    #[test]
    fn waits_between_tries_grow_and_have_an_end() {
        let pace = Pace::default();
        for chance in [0.0, 0.5, 1.0] {
            for tried in 1..40 {
                assert!(pace.again(tried, chance) <= pace.again(tried + 1, chance));
                assert!(pace.again(tried, chance) <= Duration::from_secs(13));
            }
            for tried in 1..40 {
                assert!(pace.leave_alone(tried, chance) <= pace.leave_alone(tried + 1, chance));
                assert!(pace.leave_alone(tried, chance) <= pace.read_patience() / 3);
            }
            for attempt in 2..40 {
                assert!(pace.next_attempt(attempt, chance) >= Duration::from_secs(1));
                assert!(pace.next_attempt(attempt, chance) <= Duration::from_secs(38));
            }
        }
    }

    #[test]
    fn a_scale_that_is_no_scale_changes_nothing() {
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Pace::scaled(scale), Pace::default());
        }
        assert_eq!(Pace::scaled(0.1).look(), Duration::from_millis(100));
    }
}
