//! Certificate fingerprints: SHA-256 of the leaf, written as Proxmox writes them.

use std::{collections::BTreeSet, fmt, str::FromStr};

use sha2::{Digest, Sha256};

/// SHA-256 of a certificate's DER bytes. Prints as `AA:BB:…`, equal to what `pvenode cert info` and `/nodes` show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

/// The certificates that one endpoint may show; several, so that a renewal can be prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinSet(BTreeSet<Fingerprint>);

/// Why a text is no set of pins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not 32 bytes in hexadecimal.
    #[error("{0:?} is not a SHA-256 fingerprint such as AA:BB:… with 32 pairs")]
    Form(String),
    /// Nothing there: an empty set would refuse every node.
    #[error("no fingerprint given")]
    Empty,
}

impl Fingerprint {
    /// The fingerprint of a certificate.
    pub fn of_certificate(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }
}

impl FromStr for Fingerprint {
    type Err = PinError;

    /// Reads pairs of hexadecimal digits, with colons between all of them or none.
    fn from_str(text: &str) -> Result<Self, PinError> {
        let wrong = || PinError::Form(text.chars().take(100).collect());
        let digits = if text.contains(':') {
            let pairs: Vec<&str> = text.split(':').collect();
            if pairs.iter().any(|pair| pair.len() != 2) {
                return Err(wrong());
            }
            pairs.concat()
        } else {
            text.to_owned()
        };
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| wrong())?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ":" };
            write!(f, "{separator}{byte:02X}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PinSet {
    /// Reads one or more fingerprints, separated by commas or white space.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        let pins = text
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|part| !part.is_empty())
            .map(Fingerprint::from_str)
            .collect::<Result<BTreeSet<_>, _>>()?;
        if pins.is_empty() {
            return Err(PinError::Empty);
        }
        Ok(Self(pins))
    }

    /// Whether this certificate is one of the pinned ones.
    pub fn contains(&self, fingerprint: Fingerprint) -> bool {
        self.0.contains(&fingerprint)
    }
}

impl FromStr for PinSet {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_sha_256_of_the_der_in_upper_case_pairs() {
        assert_eq!(
            Fingerprint::of_certificate(b"abc").to_string(),
            "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD"
        );
    }

    #[test]
    fn what_is_printed_can_be_read_again_in_either_case_and_without_colons() {
        let pin = Fingerprint::of_certificate(b"x");
        let printed = pin.to_string();
        assert_eq!(printed.parse(), Ok(pin));
        assert_eq!(printed.to_lowercase().parse(), Ok(pin));
        assert_eq!(printed.replace(':', "").parse(), Ok(pin));
    }

    #[test]
    fn a_set_takes_commas_and_white_space() {
        let (a, b) = (
            Fingerprint::of_certificate(b"a"),
            Fingerprint::of_certificate(b"b"),
        );
        let set = PinSet::parse(&format!(" {a},\n {b} , ")).unwrap();
        assert!(set.contains(a) && set.contains(b));
        assert!(!set.contains(Fingerprint::of_certificate(b"c")));
    }

    #[test]
    fn what_is_no_fingerprint_is_refused() {
        assert_eq!(PinSet::parse(" , "), Err(PinError::Empty));
        let short = "AA:BB";
        let sha1 = "AA:".repeat(19) + "AA";
        let shifted = "A:ABB".to_owned() + &":CC".repeat(30);
        let letters = "ZZ".repeat(32);
        let accented = "é".repeat(32);
        for text in [short, &sha1, &shifted, &letters, &accented, "::::"] {
            assert!(
                matches!(PinSet::parse(text), Err(PinError::Form(_))),
                "{text}"
            );
        }
    }
}
