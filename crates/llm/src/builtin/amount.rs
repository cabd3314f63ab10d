//! Numbers with a unit, and what they say of a setting: `8 GB`, `+2`, `by 512M`.

use crate::builtin::text::Token;

/// A number as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// In MiB. Who says GB of memory or disks means GiB, as Proxmox does.
    Size(u64),
    /// Without a unit.
    Bare(u64),
}

/// What a number does to a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    To(u64),
    More(u64),
    Less(u64),
    Double,
    Halve,
    /// A number, and nobody said whether it is added or what shall be.
    Open(u64),
    /// A number of memory or disk without its unit.
    NoUnit(u64),
}

/// How a number is brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    To,
    By,
    More,
    Less,
    Plain,
}

/// A number at the head of `tokens`: whether a sign of addition came with it, and how many tokens it takes.
pub(super) fn read(tokens: &[Token]) -> Option<(Amount, bool, usize)> {
    let Token::Word { low, .. } = tokens.first()? else {
        return None;
    };
    let (added, text) = match low.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, low.as_str()),
    };
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return None;
    }
    if !unit.is_empty() {
        return Some((size(number, unit)?, added, 1));
    }
    let next = match tokens.get(1) {
        Some(Token::Word { low, .. }) => size(number, low),
        _ => None,
    };
    match next {
        Some(amount) => Some((amount, added, 2)),
        None => Some((Amount::Bare(number.parse().ok()?), added, 1)),
    }
}

fn size(number: &str, unit: &str) -> Option<Amount> {
    let mib: u64 = match unit {
        "m" | "mb" | "mib" => 1,
        "g" | "gb" | "gib" => 1 << 10,
        "t" | "tb" | "tib" => 1 << 20,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().ok()?;
    if whole > 1 << 24 || part.len() > 3 {
        return None;
    }
    let thousandths: u64 = format!("{part:0<3}").parse().ok()?;
    Some(Amount::Size(whole * mib + thousandths * mib / 1000))
}

/// The key of a disk: `scsi0`, `rootfs`, `mp1`.
pub(super) fn is_disk_key(low: &str) -> bool {
    low == "rootfs"
        || ["scsi", "virtio", "sata", "ide", "mp", "efidisk", "tpmstate"]
            .iter()
            .any(|bus| {
                low.strip_prefix(bus).is_some_and(|number| {
                    (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
                })
            })
}

impl Change {
    /// What is so afterwards; `None` where it cannot be told, or is none.
    pub fn applied(self, now: Option<u64>) -> Option<u64> {
        match self {
            Self::To(value) => Some(value),
            Self::More(value) => now?.checked_add(value),
            Self::Less(value) => now?.checked_sub(value).filter(|left| *left > 0),
            Self::Double => now?.checked_mul(2),
            Self::Halve => now.filter(|now| now.is_multiple_of(2)).map(|now| now / 2),
            Self::Open(_) | Self::NoUnit(_) => None,
        }
    }

    /// Whether what is now must be known.
    pub fn needs_now(self) -> bool {
        matches!(
            self,
            Self::More(_) | Self::Less(_) | Self::Double | Self::Halve
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin::text;

    fn said(words: &str) -> Option<(Amount, bool, usize)> {
        read(&text::tokens(words).unwrap().tokens)
    }

    #[test]
    fn sizes_are_read_with_and_without_a_space() {
        assert_eq!(said("8 GB"), Some((Amount::Size(8192), false, 2)));
        assert_eq!(said("8g"), Some((Amount::Size(8192), false, 1)));
        assert_eq!(said("+512 MiB"), Some((Amount::Size(512), true, 2)));
        assert_eq!(said("1.5 GB"), Some((Amount::Size(1536), false, 2)));
        assert_eq!(said("1T"), Some((Amount::Size(1 << 20), false, 1)));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for words in [
            "web-01",
            "8x",
            "-2",
            "8 5.4.3GB",
            "99999999999999999999 GB",
            "+",
        ] {
            assert!(
                !matches!(said(words), Some((Amount::Size(_), ..))),
                "{words}"
            );
        }
        assert_eq!(said("101 times"), Some((Amount::Bare(101), false, 1)));
        assert_eq!(said("99999999999999999999"), None);
    }

    #[test]
    fn a_change_is_applied_and_never_wraps() {
        assert_eq!(Change::More(2).applied(Some(4)), Some(6));
        assert_eq!(Change::Less(4).applied(Some(4)), None);
        assert_eq!(Change::Halve.applied(Some(3)), None);
        assert_eq!(Change::Double.applied(Some(u64::MAX)), None);
        assert_eq!(Change::Double.applied(None), None);
        assert!(is_disk_key("scsi10") && !is_disk_key("scsi") && !is_disk_key("mpx"));
    }
}
