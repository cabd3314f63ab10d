//! What a process occupies.

use std::path::Path;

use anyhow::{Context, Result};

/// Resident memory of this process in bytes.
pub fn resident() -> Result<u64> {
    resident_of(Path::new("/proc/self"))
}

/// Resident memory in bytes of the process with this folder below `/proc`, by its `status` (proc(5)).
pub fn resident_of(process: &Path) -> Result<u64> {
    let file = process.join("status");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: u64 = kilobytes.context("no VmRSS")?.parse()?;
    Ok(kilobytes * 1024)
}
