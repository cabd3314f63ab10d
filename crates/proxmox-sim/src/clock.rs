//! The virtual clock: real time, scaled, with jumps. The one place where the simulator reads a clock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How far all jumps together may go: a thousand years.
const FARTHEST_MS: u64 = 1_000 * 365 * 86_400_000;

/// Virtual time as a function of real time.
#[derive(Debug)]
pub struct Clock {
    base_ms: u64,
    since: Instant,
    speed: f64,
    jumped_ms: AtomicU64,
}

impl Clock {
    /// Starts now, but never before `floor_ms`: time does not go back over a restart.
    pub fn starting(floor_ms: u64, speed: f64) -> Self {
        Self::starting_at(wall_ms().max(floor_ms), speed)
    }

    /// Starts at this time, whatever the real one is.
    pub fn starting_at(base_ms: u64, speed: f64) -> Self {
        Self {
            base_ms,
            since: Instant::now(),
            speed,
            jumped_ms: AtomicU64::new(0),
        }
    }

    /// Virtual ms since the epoch.
    pub fn now_ms(&self) -> u64 {
        let scaled = self.since.elapsed().mul_f64(self.speed);
        let passed = u64::try_from(scaled.as_millis()).unwrap_or(u64::MAX);
        let jumped = self.jumped_ms.load(Ordering::Relaxed);
        self.base_ms.saturating_add(passed).saturating_add(jumped)
    }

    /// Jumps forward; all jumps together reach a thousand years.
    pub fn jump(&self, ms: u64) {
        let longer = |jumped: u64| Some(jumped.saturating_add(ms).min(FARTHEST_MS));
        // The update always has a value, so it never fails.
        let _ = self
            .jumped_ms
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, longer);
    }
}

/// Real ms since the epoch.
fn wall_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_starts_before_the_time_it_is_given() {
        let future = wall_ms() + 1_000_000_000;
        assert!(Clock::starting(future, 1.0).now_ms() >= future);
    }

    #[test]
    fn no_jump_overflows() {
        let clock = Clock::starting(0, 1.0);
        clock.jump(u64::MAX);
        clock.jump(u64::MAX);
        assert!(clock.now_ms() < wall_ms() + FARTHEST_MS + 60_000);
    }

    #[test]
    fn a_jump_is_added_at_once() {
        let clock = Clock::starting(0, 1.0);
        let before = clock.now_ms();
        clock.jump(60_000);
        assert!(clock.now_ms() >= before + 60_000);
    }
}
