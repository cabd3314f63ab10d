//! What a person reads: one line a thing done, with its time. Everything goes to standard output in order.

use std::io::Write;
use std::time::{Duration, Instant};

/// One line.
pub fn say(text: &str) {
    // A closed pipe is no reason to leave children behind: the work goes on unheard.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Why it ends here.
pub fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "error: {text}");
}

/// Says what begins, runs it, says how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    say(&format!("- {what} ..."));
    let started = Instant::now();
    let value = work()?;
    say(&format!("  done: {what} ({})", seconds(started.elapsed())));
    Ok(value)
}

/// A duration as people read it, such as `0.4 s` or `2 min 5 s`.
pub fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole >= 60 {
        format!("{} min {} s", whole / 60, whole % 60)
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

/// Bytes as kilobytes (1,000 bytes), such as `74.2 kB`.
pub fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well_below_and_above_a_minute() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn sizes_are_in_thousands_of_bytes() {
        assert_eq!(kilobytes(74_260), "74.2 kB");
    }
}
