//! A log that is longer than anybody reads: its lines are made up when they are asked for and kept nowhere.

use serde::{Deserialize, Serialize};

/// Every so many lines one of them warns.
const WARNS_EVERY: usize = 50_000;

/// A task's long log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flood {
    /// Lines.
    pub lines: u64,
    /// Virtual milliseconds over which they are written, evenly.
    pub ms: u64,
}

impl Flood {
    /// How many are written after so many virtual milliseconds.
    pub fn written(&self, passed_ms: u64) -> usize {
        let whole = u128::from(self.lines);
        let written = if passed_ms >= self.ms {
            whole
        } else {
            whole * u128::from(passed_ms) / u128::from(self.ms)
        };
        usize::try_from(written).unwrap_or(usize::MAX)
    }

    /// The line of this number, which counts from 0.
    pub fn line(at: usize) -> String {
        let number = at + 1;
        if number.is_multiple_of(WARNS_EVERY) {
            format!("WARN: block {number} was read twice")
        } else {
            format!("INFO: block {number} of the disk is copied")
        }
    }
}
