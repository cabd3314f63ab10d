//! A breaker for each provider: one that was silent several times in a row is left alone for a while, and whoever asks
//! learns so at once instead of waiting for the end of a time limit.
//!
//! ```text
//! closed -- silences in a row --> open -- its time is over --> one asks, the others are refused
//!   ^                              ^                              |           |
//!   |                              +---------- silent ------------+           |
//!   +-------------------------------- it answers -----------------------------+
//! ```

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Silences in a row after which a provider is left alone.
const MOST_SILENCES: u32 = 3;
/// How long at first, and the longest; it doubles in between.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_mins(10);

/// What is known of one provider.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    silences: u32,
    /// Until when it is left alone, once there were too many silences.
    until: Option<Instant>,
    /// How often it was left alone in a row.
    opened: u32,
    /// Somebody is trying it.
    is_tried: bool,
}

/// The right to ask once. Whoever drops it without a word gave up: early, that tells nothing of the provider; late, it
/// was silent, and it must not need the longest wait of all to be found out.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    breaker: &'a Breaker,
    is_trial: bool,
    is_noted: bool,
    late: Instant,
}

impl Breaker {
    /// A turn, or how long there is none. Giving it up after `patience` counts as a silence.
    pub(super) fn turn(&self, now: Instant, patience: Duration) -> Result<Turn<'_>, Duration> {
        let mut state = self.lock();
        let is_trial = match state.until {
            None => false,
            Some(until) if until > now => return Err(until - now),
            Some(_) if state.is_tried => return Err(FIRST),
            Some(_) => true,
        };
        state.is_tried |= is_trial;
        Ok(Turn {
            breaker: self,
            is_trial,
            is_noted: false,
            late: now + patience,
        })
    }

    /// How long it is still left alone.
    pub(super) fn is_left_alone(&self, now: Instant) -> Option<Duration> {
        let until = self.lock().until?;
        (until > now).then(|| until - now)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// It answered, whatever it said. True where it had been left alone.
    pub(super) fn answered(mut self) -> bool {
        self.is_noted = true;
        let mut state = self.breaker.lock();
        let was_open = state.until.is_some();
        let is_tried = state.is_tried;
        *state = State {
            is_tried,
            ..State::default()
        };
        was_open
    }

    /// It did not. True where it is left alone from now on.
    pub(super) fn silent(mut self, now: Instant) -> bool {
        self.count_silence(now)
    }

    fn count_silence(&mut self, now: Instant) -> bool {
        self.is_noted = true;
        let mut state = self.breaker.lock();
        state.silences = state.silences.saturating_add(1);
        let is_open = state.until.is_some();
        if state.silences < MOST_SILENCES || (is_open && !self.is_trial) {
            return false;
        }
        let pause = FIRST.saturating_mul(1 << state.opened.min(10)).min(LONGEST);
        state.opened = state.opened.saturating_add(1);
        state.until = Some(now + pause);
        !is_open
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        if !self.is_noted && now >= self.late {
            self.count_silence(now);
        }
        if self.is_trial {
            self.breaker.lock().is_tried = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(1);

    fn turn(breaker: &Breaker, now: Instant) -> Result<Turn<'_>, Duration> {
        breaker.turn(now, LONGEST)
    }

    fn opened(now: Instant) -> Breaker {
        let breaker = Breaker::default();
        for _ in 1..MOST_SILENCES {
            assert!(!turn(&breaker, now).unwrap().silent(now));
        }
        assert!(turn(&breaker, now).unwrap().silent(now));
        breaker
    }

    #[test]
    fn after_silences_in_a_row_nobody_is_let_through_until_its_time_is_over() {
        let now = Instant::now();
        let breaker = opened(now);
        assert_eq!(turn(&breaker, now).unwrap_err(), FIRST);
        assert_eq!(breaker.is_left_alone(now), Some(FIRST));
        assert!(turn(&breaker, now + FIRST - MOMENT).is_err());
        assert!(turn(&breaker, now + FIRST).is_ok());
    }

    #[test]
    fn an_answer_in_between_begins_the_count_anew() {
        let now = Instant::now();
        let breaker = Breaker::default();
        for _ in 0..10 {
            assert!(!turn(&breaker, now).unwrap().silent(now));
            assert!(!turn(&breaker, now).unwrap().silent(now));
            assert!(!turn(&breaker, now).unwrap().answered());
        }
    }

    #[test]
    fn one_tries_while_the_others_are_refused_and_an_answer_closes_it() {
        let now = Instant::now();
        let breaker = opened(now);
        let later = now + FIRST;
        let trial = turn(&breaker, later).unwrap();
        assert!(turn(&breaker, later).is_err());
        assert!(trial.answered());
        assert_eq!(breaker.is_left_alone(later), None);
        assert!(turn(&breaker, later).is_ok());
    }

    #[test]
    fn a_trial_that_fails_doubles_the_wait_up_to_ten_minutes() {
        let mut now = Instant::now();
        let breaker = opened(now);
        for seconds in [30, 60, 120, 240, 480, 600, 600] {
            let wait = turn(&breaker, now).unwrap_err();
            assert_eq!(wait.as_secs(), seconds);
            now += wait;
            assert!(!turn(&breaker, now).unwrap().silent(now));
        }
    }

    #[test]
    fn a_trial_that_is_given_up_lets_the_next_one_try() {
        let now = Instant::now();
        let breaker = opened(now);
        drop(turn(&breaker, now + FIRST).unwrap());
        assert!(turn(&breaker, now + FIRST).is_ok());
    }

    #[test]
    fn whoever_gives_up_late_has_found_a_silence_and_whoever_does_early_nothing() {
        let now = Instant::now();
        let breaker = Breaker::default();
        for _ in 0..10 {
            drop(turn(&breaker, now).unwrap());
        }
        assert_eq!(breaker.is_left_alone(now), None);
        for _ in 0..MOST_SILENCES {
            drop(breaker.turn(now, Duration::ZERO).unwrap());
        }
        assert!(breaker.is_left_alone(now).is_some());
    }

    #[test]
    fn what_was_asked_before_it_opened_does_not_prolong_it() {
        let now = Instant::now();
        let breaker = Breaker::default();
        let turns = [(); 10].map(|()| turn(&breaker, now).unwrap());
        let opened = turns.map(|turn| turn.silent(now));
        assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
        assert_eq!(breaker.is_left_alone(now), Some(FIRST));
    }
}
