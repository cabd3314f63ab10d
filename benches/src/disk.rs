//! What a durable write costs on this machine: the floor under everything that waits for a commit.

use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::row::median;

/// As much as a small transaction writes.
const BLOCK: [u8; 8192] = [7; 8192];
/// Writes that are timed.
const WRITES: usize = 40;

/// Milliseconds for appending one block and waiting until it is on the disk of the folder for temporary files;
/// the median of some. Takes a moment and blocks.
pub fn durable_write_ms() -> Result<f64> {
    // With a name: a file system may spare itself the work for one that nobody could find again.
    let mut file = tempfile::NamedTempFile::new().context("no scratch file")?;
    let mut took = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let started = Instant::now();
        file.write_all(&BLOCK).context("cannot write")?;
        file.as_file()
            .sync_data()
            .context("cannot wait for the disk")?;
        took.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(median(&took))
}
