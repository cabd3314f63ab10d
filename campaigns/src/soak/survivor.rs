//! What a process that lives through everything occupies and keeps open.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::memory;
use crate::replica::Child;

/// Most memory that the second half of its warm life may add to the first, in bytes.
const MOST_ADDED: u64 = 16 << 20;
/// Most files and sockets that it may add: a pool at its smallest, and at its largest.
const MOST_OPENED: usize = 16;

/// The process.
pub struct Survivor {
    folder: PathBuf,
    since: Instant,
    looks: Vec<Look>,
}

/// What it had at one moment.
#[derive(Debug, Clone, Copy)]
struct Look {
    after: Duration,
    /// Resident memory in bytes.
    resident: u64,
    /// Files and sockets.
    open: usize,
}

/// What the second half of its life adds to the first; the first tenth is left out.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// Bytes that were added.
    added: u64,
    /// Files and sockets that were added.
    opened: usize,
    /// Bytes an hour, by the least squares of all looks after the first tenth.
    slope: f64,
    resident: u64,
    open: usize,
}

impl Survivor {
    /// Between two looks.
    pub const EVERY: Duration = Duration::from_secs(1);

    /// The replica's process.
    pub fn of(child: &Child) -> Result<Self> {
        let id = child.id().context("the survivor has ended")?;
        Ok(Self {
            folder: PathBuf::from(format!("/proc/{id}")),
            since: Instant::now(),
            looks: Vec::new(),
        })
    }

    /// Looks at it.
    pub fn look(&mut self) -> Result<()> {
        let open = std::fs::read_dir(self.folder.join("fd")).context("its open files")?;
        self.looks.push(Look {
            after: self.since.elapsed(),
            resident: memory::resident_of(&self.folder)?,
            open: open.count(),
        });
        Ok(())
    }

    /// What was added since it was warm.
    pub fn growth(&self) -> Growth {
        let warm = self.looks.get(self.looks.len() / 10..).unwrap_or_default();
        let half = warm.len() / 2;
        let (early, late) = warm.split_at(half);
        let most = |looks: &[Look]| looks.iter().map(|look| look.resident).max().unwrap_or(0);
        let widest = |looks: &[Look]| looks.iter().map(|look| look.open).max().unwrap_or(0);
        Growth {
            added: most(late).saturating_sub(most(early)),
            opened: widest(late).saturating_sub(widest(early)),
            slope: slope(warm),
            resident: most(warm),
            open: widest(warm),
        }
    }
}

impl Growth {
    /// Whether it stays as it is.
    pub fn is_bounded(&self) -> bool {
        self.resident > 0 && self.added <= MOST_ADDED && self.opened <= MOST_OPENED
    }

    /// What a person reads.
    pub fn line(&self) -> String {
        format!(
            "the survivor: {:.1} MB and {} files at most; {:.1} MB and {} files more in the second half ({:+.2} MB an hour)",
            megabytes(self.resident),
            self.open,
            megabytes(self.added),
            self.opened,
            self.slope / 1e6,
        )
    }
}

#[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Bytes an hour.
#[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
fn slope(looks: &[Look]) -> f64 {
    let count = looks.len() as f64;
    let hours = |look: &Look| look.after.as_secs_f64() / 3_600.0;
    let mean_hours = looks.iter().map(hours).sum::<f64>() / count;
    let mean_bytes = looks.iter().map(|look| look.resident as f64).sum::<f64>() / count;
    let (mut product, mut square) = (0.0, 0.0);
    for look in looks {
        let beside = hours(look) - mean_hours;
        product += beside * (look.resident as f64 - mean_bytes);
        square += beside * beside;
    }
    if square > 0.0 { product / square } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survivor(resident: impl Fn(u64) -> u64) -> Survivor {
        let look = |second| Look {
            after: Duration::from_secs(second),
            resident: resident(second),
            open: 20,
        };
        Survivor {
            folder: PathBuf::new(),
            since: Instant::now(),
            looks: (0..100).map(look).collect(),
        }
    }

    #[test]
    fn what_grows_all_the_time_is_seen() {
        let growth = survivor(|second| 50_000_000 + second * 1_000_000).growth();
        assert!(!growth.is_bounded(), "{}", growth.line());
        assert!(
            (growth.slope / 3.6e9 - 1.0).abs() < 0.01,
            "{}",
            growth.line()
        );
    }

    #[test]
    fn what_is_only_warm_at_last_is_no_growth() {
        let growth = survivor(|second| if second < 10 { 1 } else { 50_000_000 }).growth();
        assert!(growth.is_bounded(), "{}", growth.line());
    }
}
