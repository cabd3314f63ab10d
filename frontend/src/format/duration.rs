//! Lengths of time.

/// A length in two units at most: `4 s`, `2 min 05 s`, `3 h 10 min`, `12 d 4 h`.
pub fn duration(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    if days > 0 {
        format!("{days} d {} h", hours % 24)
    } else if hours > 0 {
        format!("{hours} h {:02} min", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes} min {:02} s", seconds % 60)
    } else {
        format!("{seconds} s")
    }
}

/// A short length with a tenth of a second, for steps that take moments.
#[expect(
    clippy::cast_precision_loss,
    reason = "below ten thousand, exact in a double"
)]
pub fn fine_duration(milliseconds: i64) -> String {
    if (0..10_000).contains(&milliseconds) {
        format!("{:.1} s", milliseconds as f64 / 1000.0)
    } else {
        duration(milliseconds)
    }
}

/// Seconds as Proxmox counts them, as a length.
pub fn uptime(seconds: u64) -> String {
    duration(i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_two_units_at_most() {
        assert_eq!(duration(999), "0 s");
        assert_eq!(duration(59_000), "59 s");
        assert_eq!(duration(125_000), "2 min 05 s");
        assert_eq!(duration(11_400_000), "3 h 10 min");
        assert_eq!(duration(1_051_200_000), "12 d 4 h");
    }

    #[test]
    fn a_clock_that_runs_backwards_gives_no_negative_length() {
        assert_eq!(duration(-5), "0 s");
        assert_eq!(fine_duration(-5), "0 s");
    }

    #[test]
    fn an_uptime_beyond_all_bounds_does_not_overflow() {
        assert!(uptime(u64::MAX).ends_with('h'));
    }
}
