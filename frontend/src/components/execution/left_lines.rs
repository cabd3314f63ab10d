//! Lines of a task that the journal leaves out: read from the API when they come in sight, a part at a time, and only the
//! last few parts are kept.

use std::collections::VecDeque;

use argus_types::event::TaskLine;
use argus_types::id::ExecutionId;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, execution::step_log};

/// Lines of a part.
const PART: u32 = 200;
/// Before a part is read again in which the log ended, in milliseconds.
const AGAIN_MS: u32 = 2_000;
/// Parts that are kept; more than are ever in sight.
const KEPT: usize = 12;

/// The parts of one execution's logs.
#[derive(Clone, Copy)]
pub struct LeftLines {
    api: Api,
    execution: ExecutionId,
    parts: RwSignal<Parts>,
    /// Why the last part could not be read.
    pub trouble: RwSignal<Option<String>>,
    reading: StoredValue<bool>,
}

/// Parts by step and number, the one that was read last at the end.
#[derive(Default)]
pub struct Parts(VecDeque<(u16, u32, Vec<TaskLine>)>);

impl Parts {
    /// The text of a line, where it has been read.
    pub fn text(&self, step: u16, line: u32) -> Option<&str> {
        let lines = self.part(step, part_of(line))?;
        let at = lines.binary_search_by_key(&line, |line| line.n).ok()?;
        Some(&lines[at].text)
    }

    fn part(&self, step: u16, part: u32) -> Option<&[TaskLine]> {
        let mut parts = self.0.iter();
        let found = parts.find(|(of, number, _)| (*of, *number) == (step, part));
        found.map(|(_, _, lines)| lines.as_slice())
    }

    /// Which part has to be read for a line, and whether it was before: then the log ended in it.
    fn missing(&self, step: u16, line: u32) -> Option<(u32, bool)> {
        let part = part_of(line);
        match self.part(step, part) {
            None => Some((part, false)),
            Some(lines) => {
                let is_short = lines.last().is_some_and(|last| last.n < line);
                is_short.then_some((part, true))
            }
        }
    }

    fn keep(&mut self, step: u16, part: u32, lines: Vec<TaskLine>) {
        self.0
            .retain(|(of, number, _)| (*of, *number) != (step, part));
        self.0.push_back((step, part, lines));
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }
}

fn part_of(line: u32) -> u32 {
    line.saturating_sub(1) / PART
}

impl LeftLines {
    /// None read yet.
    pub fn new(api: Api, execution: ExecutionId) -> Self {
        Self {
            api,
            execution,
            parts: RwSignal::new(Parts::default()),
            trouble: RwSignal::new(None),
            reading: StoredValue::new(false),
        }
    }

    /// What has been read; tracked.
    pub fn with<T>(self, read: impl FnOnce(&Parts) -> T) -> T {
        self.parts.with(read)
    }

    /// Reads the first of these lines that has not been read. One part at a time: when it comes, the caller looks again
    /// what is in sight by then.
    pub fn want(self, step: u16, lines: impl IntoIterator<Item = u32>) {
        let missing = self.parts.with_untracked(|parts| {
            let mut lines = lines.into_iter();
            lines.find_map(|line| parts.missing(step, line))
        });
        let Some((part, again)) = missing else {
            return;
        };
        if self.reading.get_value() {
            return;
        }
        self.reading.set_value(true);
        spawn_local(async move {
            if again {
                TimeoutFuture::new(AGAIN_MS).await;
            }
            let read = step_log(self.api, self.execution, step, part * PART, PART).await;
            self.reading.try_set_value(false);
            let (lines, trouble) = match read {
                Ok(log) => (log.lines, None),
                // Not asked for again while it is kept: the reason stands above the log.
                Err(error) => (Vec::new(), Some(error.advice())),
            };
            self.trouble.try_set(trouble);
            self.parts.try_update(|parts| parts.keep(step, part, lines));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(from: u32) -> Vec<TaskLine> {
        let line = |n| TaskLine {
            n,
            text: format!("line {n}"),
        };
        (from..from + PART).map(line).collect()
    }

    #[test]
    fn a_line_is_found_by_its_number_in_its_part() {
        let mut parts = Parts::default();
        parts.keep(1, 1, lines(201));
        assert_eq!(parts.text(1, 201), Some("line 201"));
        assert_eq!(parts.text(1, 400), Some("line 400"));
        assert_eq!((parts.text(1, 200), parts.text(1, 401)), (None, None));
        assert_eq!(parts.text(2, 201), None, "of another step");
    }

    #[test]
    fn a_part_in_which_the_log_ended_is_read_again_and_a_refused_one_is_not() {
        let mut parts = Parts::default();
        assert_eq!(parts.missing(1, 205), Some((1, false)));
        parts.keep(1, 1, lines(201)[..10].to_vec());
        assert_eq!(parts.missing(1, 205), None);
        assert_eq!(parts.missing(1, 211), Some((1, true)));
        parts.keep(1, 1, lines(201));
        assert_eq!(parts.missing(1, 211), None);
        parts.keep(1, 2, Vec::new());
        assert_eq!((parts.missing(1, 401), parts.0.len()), (None, 2));
    }

    #[test]
    fn only_the_last_parts_are_kept() {
        let mut parts = Parts::default();
        for part in 0..100 {
            parts.keep(1, part, lines(part * PART + 1));
        }
        assert_eq!(parts.0.len(), KEPT);
        assert!(parts.text(1, 1).is_none() && parts.text(1, 100 * PART).is_some());
    }
}
