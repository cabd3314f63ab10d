//! The entries of a step as rows that can be counted and cut out, where a gap has as many rows as it has lines. Pure.

use super::journal::Entry;

/// One row of a step's log.
#[derive(Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// An entry of the journal.
    Entry(&'a Entry),
    /// The line of this number, which the journal leaves out.
    Left(u32),
}

/// What is shown of one step.
#[derive(Debug, Default)]
pub struct Rows {
    /// Each with the row that it begins at.
    entries: Vec<(usize, Entry)>,
    length: usize,
}

impl Rows {
    /// How many rows.
    pub fn count(&self) -> usize {
        self.length
    }

    /// The entries, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    /// Rows `start` up to `end`, as far as they are there.
    pub fn range(&self, start: usize, end: usize) -> Vec<Row<'_>> {
        let first = self.entries.partition_point(|(row, _)| *row <= start);
        let mut rows = Vec::new();
        for (row, entry) in &self.entries[first.saturating_sub(1)..] {
            if *row >= end {
                break;
            }
            match entry {
                Entry::Left { first, lines } => {
                    let from = start.max(*row) - row;
                    let to = (end - row).min(*lines as usize);
                    let number = |at: usize| u32::try_from(at).map_or(u32::MAX, |at| first + at);
                    rows.extend((from..to).map(|at| Row::Left(number(at))));
                }
                entry if *row >= start => rows.push(Row::Entry(entry)),
                _ => {}
            }
        }
        rows
    }

    /// Puts an entry behind the others.
    pub fn push(&mut self, entry: Entry) {
        let begins = self.length;
        self.length += match &entry {
            Entry::Left { lines, .. } => *lines as usize,
            _ => 1,
        };
        self.entries.push((begins, entry));
    }
}
