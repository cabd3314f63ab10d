//! The journal as lines to read, step by step. Pure.
//!
//! The state of steps is not folded here: the API does that. This turns events into text and keeps count, so
//! that a lost connection resumes where it broke and a hole is seen as a hole.

use std::collections::BTreeMap;
use std::fmt::Write;

use argus_types::Timestamp;
use argus_types::event::TaskExit;

use super::rows::Rows;
use crate::api::journal_event::{Happened, JournalEvent, Kind};
use crate::format::count::count;
use crate::format::words::Tone;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// What Argus did or saw.
    Note {
        /// When.
        at: Timestamp,
        /// How loudly.
        tone: Tone,
        /// What.
        text: String,
    },
    /// A line of the task inside Proxmox.
    Line {
        /// Proxmox's number of it.
        number: u32,
        /// The text.
        text: String,
    },
    /// Lines of the task that the journal leaves out: Proxmox has them.
    Left {
        /// Number of the first.
        first: u32,
        /// How many.
        lines: u32,
    },
    /// Something is missing here.
    Gap {
        /// What, in words.
        text: String,
    },
}

impl Entry {
    /// The line as it stands in a saved log.
    pub fn text(&self) -> String {
        match self {
            Self::Note { at, text, .. } => format!("# {at} {text}"),
            Self::Line { text, .. } => text.clone(),
            Self::Left { first, lines } => {
                let lines = count(*lines as usize, "line", "lines");
                format!("# -- {lines} from number {first} on: Proxmox has them --")
            }
            Self::Gap { text } => format!("# -- {text} --"),
        }
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is in.
    New,
    /// It was in before.
    Known,
    /// Others before it are missing: ask again from [`Journal::last_seq`].
    Hole,
}

/// Lines by step, in the order of the journal.
#[derive(Debug, Default)]
pub struct Journal {
    last_seq: u64,
    hole_at: Option<u64>,
    steps: BTreeMap<u16, Rows>,
    last_line: BTreeMap<(u16, u8), u32>,
}

impl Journal {
    /// The last event that is in; 0 before the first.
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// What is shown of a step; `None` before its first event.
    pub fn step(&self, number: u16) -> Option<&Rows> {
        self.steps.get(&number)
    }

    /// Takes the next event. A hole is refused once, to be asked for again; if it is still there, it is
    /// marked and the journal goes on behind it.
    pub fn take(&mut self, event: JournalEvent) -> Taken {
        if event.seq <= self.last_seq {
            return Taken::Known;
        }
        let missing = event.seq - self.last_seq - 1;
        if missing > 0 {
            if self.hole_at != Some(self.last_seq) {
                self.hole_at = Some(self.last_seq);
                return Taken::Hole;
            }
            let lost = usize::try_from(missing).unwrap_or(usize::MAX);
            let text = format!("{} missing here", count(lost, "event is", "events are"));
            if let Some(step) = event.event.step {
                self.push(step, Entry::Gap { text });
            }
        }
        self.last_seq = event.seq;
        self.write(event);
        Taken::New
    }

    fn push(&mut self, step: u16, entry: Entry) {
        self.steps.entry(step).or_default().push(entry);
    }

    fn write(&mut self, event: JournalEvent) {
        let Some(step) = event.event.step else {
            return;
        };
        if event.event.kind == Kind::Log {
            let attempt = event.event.attempt;
            for line in event.event.lines {
                let last = self.last_line.insert((step, attempt), line.n);
                let expected = last.map_or(1, |last| last.saturating_add(1));
                if line.n > expected {
                    let left = Entry::Left {
                        first: expected,
                        lines: line.n - expected,
                    };
                    self.push(step, left);
                }
                self.push(
                    step,
                    Entry::Line {
                        number: line.n,
                        text: line.text,
                    },
                );
            }
        } else if let Some((tone, text)) = sentence(&event.event) {
            self.push(
                step,
                Entry::Note {
                    at: event.at,
                    tone,
                    text,
                },
            );
        }
    }
}

/// What an event says about its step.
fn sentence(event: &Happened) -> Option<(Tone, String)> {
    let message = &event.message;
    let again = if event.retry {
        "; another attempt follows"
    } else {
        ""
    };
    Some(match event.kind {
        Kind::StepStarted => (Tone::Info, format!("Attempt {} begins", event.attempt)),
        Kind::PreChecked => {
            let seen = count(event.evidence.len(), "value is", "values are");
            (Tone::Good, format!("Checked before: {seen} as reviewed"))
        }
        Kind::Drifted => (Tone::Warn, drift(event)),
        Kind::Intended => {
            let call = event.call.as_ref()?;
            (Tone::Info, format!("Sending {} {}", call.method, call.path))
        }
        Kind::Submitted if event.adopted => (
            Tone::Info,
            format!("Found the task by looking: {}", event.upid),
        ),
        Kind::Submitted => (Tone::Info, format!("Proxmox began the task {}", event.upid)),
        Kind::Answered => (
            Tone::Info,
            "Proxmox did it at once, without a task".to_owned(),
        ),
        Kind::Refused => (Tone::Warn, format!("Nothing was started: {message}{again}")),
        Kind::Indeterminate => (
            Tone::Open,
            format!("The answer was lost ({message}); looking before anything else"),
        ),
        Kind::Absent => (
            Tone::Warn,
            format!("Looked, and nothing was started: {message}{again}"),
        ),
        Kind::TaskEnded => {
            let tone = match event.exit {
                Some(TaskExit::Ok) => Tone::Info,
                Some(TaskExit::Warnings) => Tone::Warn,
                Some(TaskExit::Failed) => Tone::Bad,
                Some(TaskExit::Unexpected) | None => Tone::Open,
            };
            (tone, format!("The task ended: {message}"))
        }
        Kind::PostChecked if event.holds => {
            (Tone::Good, "Checked after: fresh state shows it".to_owned())
        }
        Kind::PostChecked => (
            Tone::Bad,
            "Checked after: fresh state does not show it".to_owned(),
        ),
        Kind::StepSucceeded => (Tone::Good, "Done and seen".to_owned()),
        Kind::StepFailed => (Tone::Bad, format!("Failed: {message}")),
        Kind::StepNeedsAttention => (Tone::Open, format!("A person must look: {message}")),
        Kind::Log | Kind::Other => return None,
    })
}

fn drift(event: &Happened) -> String {
    let mut text = "The cluster changed since the review; nothing was sent".to_owned();
    for change in event.evidence.iter().filter(|change| !change.holds) {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "; {} was {} and is {}",
            change.label, change.expected, change.observed
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::rows::Row;
    use argus_types::event::TaskLine;

    use super::*;

    fn event(seq: u64, event: Happened) -> JournalEvent {
        JournalEvent {
            seq,
            at: Timestamp::from_unix(1_795_000_000).unwrap(),
            event,
        }
    }

    fn of(kind: Kind) -> Happened {
        Happened {
            kind,
            step: Some(1),
            attempt: 1,
            ..Happened::default()
        }
    }

    fn begins(attempt: u8) -> Happened {
        Happened {
            attempt,
            ..of(Kind::StepStarted)
        }
    }

    fn log(numbers: &[u32]) -> Happened {
        Happened {
            lines: numbers
                .iter()
                .map(|n| TaskLine {
                    n: *n,
                    text: format!("line {n}"),
                })
                .collect(),
            ..of(Kind::Log)
        }
    }

    fn entries(journal: &Journal) -> Vec<&Entry> {
        journal.step(1).unwrap().entries().collect()
    }

    #[test]
    fn an_event_that_comes_twice_is_shown_once() {
        let mut journal = Journal::default();
        assert_eq!(journal.take(event(1, begins(1))), Taken::New);
        assert_eq!(journal.take(event(1, begins(1))), Taken::Known);
        assert_eq!(journal.step(1).unwrap().count(), 1);
    }

    #[test]
    fn a_hole_is_asked_for_once_and_then_marked() {
        let mut journal = Journal::default();
        journal.take(event(1, begins(1)));
        assert_eq!(journal.take(event(4, begins(2))), Taken::Hole);
        assert_eq!(journal.last_seq(), 1);
        assert_eq!(journal.take(event(4, begins(2))), Taken::New);
        assert!(
            matches!(entries(&journal)[1], Entry::Gap { text } if text == "2 events are missing here")
        );
    }

    #[test]
    fn a_hole_that_is_filled_leaves_no_mark() {
        let mut journal = Journal::default();
        assert_eq!(journal.take(event(2, begins(2))), Taken::Hole);
        assert_eq!(journal.take(event(1, begins(1))), Taken::New);
        assert_eq!(journal.take(event(2, begins(2))), Taken::New);
        assert_eq!(journal.step(1).unwrap().count(), 2);
    }

    #[test]
    fn lines_that_are_left_out_have_rows_by_their_numbers() {
        let mut journal = Journal::default();
        journal.take(event(1, log(&[1, 2])));
        journal.take(event(2, log(&[300_000])));
        let rows = journal.step(1).unwrap();
        assert_eq!(rows.count(), 300_000);
        assert_eq!(
            rows.range(1, 4),
            [Row::Entry(entries(&journal)[1]), Row::Left(3), Row::Left(4)]
        );
        assert_eq!(
            rows.range(299_998, 400_000),
            [Row::Left(299_999), Row::Entry(entries(&journal)[3])]
        );
        assert_eq!(rows.range(150_000, 150_001), [Row::Left(150_001)]);
        assert!(rows.range(300_000, 300_010).is_empty() && rows.range(5, 5).is_empty());
        let saved: Vec<_> = rows.entries().map(Entry::text).collect();
        assert_eq!(
            saved[2],
            "# -- 299997 lines from number 3 on: Proxmox has them --"
        );
    }

    #[test]
    fn a_drifted_value_is_named_with_what_it_was_and_is() {
        let evidence = vec![argus_types::plan::Evidence {
            label: "status".to_owned(),
            expected: "running".to_owned(),
            observed: "stopped".to_owned(),
            holds: false,
        }];
        let mut journal = Journal::default();
        journal.take(event(
            1,
            Happened {
                evidence,
                ..of(Kind::Drifted)
            },
        ));
        assert!(
            entries(&journal)[0]
                .text()
                .contains("status was running and is stopped")
        );
    }
}
