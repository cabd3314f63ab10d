//! Amounts of memory and disk, in binary units as Proxmox shows them.

const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// `bytes` with at most one digit after the point.
pub fn bytes(bytes: f64) -> String {
    if !bytes.is_finite() || bytes < 0.0 {
        return "unknown".to_owned();
    }
    let mut value = bytes;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && value < 10.0);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// Bytes counted in whole numbers.
#[expect(
    clippy::cast_precision_loss,
    reason = "shown with two digits; a double holds sixteen"
)]
pub fn whole_bytes(count: u64) -> String {
    bytes(count as f64)
}

/// A share of 0 to 1 in per cent.
pub fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{:.0} %", share.clamp(0.0, 1.0) * 100.0)
    } else {
        "unknown".to_owned()
    }
}

/// How much of `total` is in use, 0 to 1; nothing where that makes no sense.
#[expect(
    clippy::cast_precision_loss,
    reason = "shown with two digits; a double holds sixteen"
)]
pub fn share(used: Option<u64>, total: Option<u64>) -> Option<f64> {
    match (used, total) {
        (Some(used), Some(total)) if total > 0 => Some(used as f64 / total as f64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_the_largest_unit_below_them() {
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(bytes(1023.0), "1023 B");
        assert_eq!(bytes(1536.0), "1.5 KiB");
        assert_eq!(whole_bytes(64 * 1024 * 1024 * 1024), "64 GiB");
        assert_eq!(bytes(f64::MAX).split(' ').next_back(), Some("PiB"));
    }

    #[test]
    fn what_is_not_a_number_is_unknown() {
        assert_eq!(bytes(f64::NAN), "unknown");
        assert_eq!(percent(f64::INFINITY), "unknown");
        assert_eq!(share(Some(1), Some(0)), None);
    }

    #[test]
    fn a_share_never_leaves_its_bar() {
        assert_eq!(percent(1.7), "100 %");
        assert_eq!(percent(-0.2), "0 %");
    }
}
