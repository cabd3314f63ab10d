//! A clock that is wrong: ahead or behind, too fast, or jumping.

use std::time::{Duration, Instant};

use argus_types::Timestamp;
use clap::Args;

use crate::stage::now;

/// How a process' clock goes; the right way where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Args)]
pub struct Hands {
    /// How far it is ahead of the right time from the start, in seconds
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub ahead_s: i64,
    /// How much too fast it goes
    #[arg(long, default_value_t = 1.0)]
    pub rate: f64,
    /// How far it jumps, in seconds: there, back, and so on
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub jump_s: i64,
    /// After how many ms it jumps
    #[arg(long, default_value_t = 250)]
    pub jump_every_ms: u64,
}

impl Default for Hands {
    fn default() -> Self {
        Self {
            ahead_s: 0,
            rate: 1.0,
            jump_s: 0,
            jump_every_ms: 250,
        }
    }
}

impl Hands {
    /// The clock, from now on.
    pub fn clock(self) -> impl Fn() -> Timestamp {
        let (start, since) = (now(), Instant::now());
        move || {
            let passed = since.elapsed();
            let shown = passed.mul_f64(self.rate.max(0.0));
            let jumped = !self.jumps(passed).is_multiple_of(2);
            let shift = self.ahead_s + if jumped { self.jump_s } else { 0 };
            let at = start.get() + shown;
            Timestamp::new(at).plus_seconds(shift)
        }
    }

    fn jumps(self, passed: Duration) -> u128 {
        passed.as_millis() / u128::from(self.jump_every_ms.max(1))
    }

    /// The options that make another process' clock go like this one.
    pub fn arguments(self) -> [String; 4] {
        [
            format!("--ahead-s={}", self.ahead_s),
            format!("--rate={}", self.rate),
            format!("--jump-s={}", self.jump_s),
            format!("--jump-every-ms={}", self.jump_every_ms),
        ]
    }
}
