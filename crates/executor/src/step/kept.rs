//! Which lines of a task's log the journal keeps: it stays small however much a task writes.
//!
//! Kept are the first lines, those that warn, and at each look the newest. What lies between is left in Proxmox, where
//! the API reads it page by page when somebody looks; the numbers of the lines tell that some are left out, and how
//! many there are. The newest line of a look is always kept: where to read on is in the journal, too.

use std::collections::VecDeque;

use argus_types::event::{Event, TaskLine};

/// Lines of a task that are kept from its first on.
const FIRST: u32 = 500;
/// Later lines that are kept of one look.
const NEWEST: usize = 50;
/// Later lines that are kept in all looks together, but for one a look.
const MOST_NEWEST: usize = 1_000;
/// Later lines that warn and are kept.
const MOST_WARNINGS: usize = 200;
/// Bytes of text in one entry of the journal; whoever follows it reads entries whole.
const ENTRY: usize = 32 * 1024;

/// How much of a task's log is in the journal. Folded from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Number of the last line that was read.
    pub(crate) last: u32,
    newest: usize,
    warnings: usize,
}

impl Kept {
    /// Counts lines of a journal's entry.
    pub(crate) fn count(&mut self, lines: &[TaskLine]) {
        for line in lines {
            self.last = self.last.max(line.n);
            if line.n <= FIRST {
                continue;
            }
            if warns(line) {
                self.warnings += 1;
            } else {
                self.newest += 1;
            }
        }
    }
}

/// Whether Proxmox marks the line as a warning (`PVE::RESTEnvironment::log_warn`).
fn warns(line: &TaskLine) -> bool {
    line.text.starts_with("WARN")
}

/// Lines of one look, read in any number of pages; memory is bounded by what is kept.
pub(crate) struct Look {
    kept: Vec<TaskLine>,
    newest: VecDeque<TaskLine>,
    room: usize,
    warnings: usize,
    /// Number of the last line that was read.
    pub(crate) last: u32,
}

impl Look {
    /// What comes after what the journal has. The last look keeps its newest lines in any case: how a task ended is
    /// what people look for.
    pub(crate) fn after(journal: Kept, is_last: bool) -> Self {
        let left = if is_last {
            NEWEST
        } else {
            MOST_NEWEST.saturating_sub(journal.newest)
        };
        Self {
            kept: Vec::new(),
            newest: VecDeque::new(),
            room: left.clamp(1, NEWEST),
            warnings: MOST_WARNINGS.saturating_sub(journal.warnings),
            last: journal.last,
        }
    }

    /// Takes the next line.
    pub(crate) fn take(&mut self, line: TaskLine) {
        self.last = line.n;
        if line.n <= FIRST {
            self.kept.push(line);
            return;
        }
        self.newest.push_back(line);
        self.let_go();
    }

    /// There are newer lines already, which the next look reads: of these the last is enough.
    pub(crate) fn is_behind(&mut self) {
        self.room = 1;
        self.let_go();
    }

    fn let_go(&mut self) {
        while self.newest.len() > self.room {
            let older = self.newest.pop_front();
            if let Some(older) = older.filter(warns)
                && self.warnings > 0
            {
                self.warnings -= 1;
                self.kept.push(older);
            }
        }
    }

    /// The entries that the journal gets; none where there was no line.
    pub(crate) fn entries(self, step: u16, attempt: u8) -> Vec<Event> {
        let mut entries = Vec::new();
        let mut lines = Vec::new();
        let mut bytes = 0;
        for line in self.kept.into_iter().chain(self.newest) {
            if bytes + line.text.len() > ENTRY && !lines.is_empty() {
                bytes = 0;
                entries.push(std::mem::take(&mut lines));
            }
            bytes += line.text.len();
            lines.push(line);
        }
        if !lines.is_empty() {
            entries.push(lines);
        }
        entries
            .into_iter()
            .map(|lines| Event::Log {
                step,
                attempt,
                lines,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: u32, text: &str) -> TaskLine {
        TaskLine {
            n,
            text: text.to_owned(),
        }
    }

    fn numbers(entries: Vec<Event>) -> Vec<u32> {
        let mut numbers = Vec::new();
        for entry in entries {
            if let Event::Log { lines, .. } = entry {
                numbers.extend(lines.iter().map(|line| line.n));
            }
        }
        numbers
    }

    fn read(look: &mut Look, from: u32, to: u32, text: &str) {
        for n in from..=to {
            look.take(line(n, text));
        }
    }

    #[test]
    fn a_short_log_is_kept_whole() {
        let mut look = Look::after(Kept::default(), false);
        read(&mut look, 1, FIRST, "x");
        assert!(numbers(look.entries(1, 1)).into_iter().eq(1..=FIRST));
    }

    #[test]
    fn of_a_long_one_the_first_lines_the_warnings_and_the_newest_are_kept_in_order() {
        let mut look = Look::after(Kept::default(), true);
        read(&mut look, 1, 99_999, "x");
        look.take(line(100_000, "WARN: twice"));
        read(&mut look, 100_001, 300_000, "x");
        let kept = numbers(look.entries(1, 1));
        let expected: Vec<u32> = (1..=FIRST)
            .chain([100_000])
            .chain(299_951..=300_000)
            .collect();
        assert_eq!(kept, expected);
    }

    #[test]
    fn nothing_but_warnings_is_bounded_as_well() {
        let mut look = Look::after(Kept::default(), true);
        read(&mut look, 1, 300_000, "WARN: again");
        let kept = numbers(look.entries(1, 1));
        assert_eq!(kept.len(), FIRST as usize + MOST_WARNINGS + NEWEST);
        assert_eq!(kept.last(), Some(&300_000));
    }

    #[test]
    fn looks_without_end_keep_one_line_each_once_enough_is_kept() {
        let mut journal = Kept::default();
        let mut last = 0;
        for _ in 0..1_000 {
            let mut look = Look::after(journal, false);
            read(&mut look, last + 1, last + 300, "x");
            last += 300;
            for entry in look.entries(1, 1) {
                let Event::Log { lines, .. } = entry else {
                    unreachable!("a look makes nothing else")
                };
                journal.count(&lines);
            }
            assert_eq!(journal.last, last);
        }
        assert!(
            journal.newest <= MOST_NEWEST + NEWEST + 1_000,
            "{journal:?}"
        );
    }

    #[test]
    fn no_entry_is_larger_than_a_reader_takes_at_once() {
        let mut look = Look::after(Kept::default(), false);
        read(&mut look, 1, 400, &"x".repeat(2_000));
        let entries = look.entries(1, 1);
        assert!(entries.len() > 20);
        for entry in &entries {
            let Event::Log { lines, .. } = entry else {
                unreachable!("a look makes nothing else")
            };
            let bytes: usize = lines.iter().map(|line| line.text.len()).sum();
            assert!(bytes <= ENTRY);
        }
        assert!(numbers(entries).into_iter().eq(1..=400));
    }
}
