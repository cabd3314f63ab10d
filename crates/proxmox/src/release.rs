//! The release of a Proxmox installation, as far as the client acts on it.

use std::{fmt, str::FromStr};

/// Major and minor number out of `/version`, such as 9.1 out of `9.1.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// The number that decides about privileges and paths.
    pub major: u32,
    /// The number behind the first dot; 0 where there is none.
    pub minor: u32,
}

/// The oldest release that Argus is built for.
pub const OLDEST_SUPPORTED: Release = Release { major: 8, minor: 4 };

/// A text that is no release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no release number")]
pub struct ReleaseError(String);

impl Release {
    /// Whether Argus is built for it: 8.4 and later.
    pub fn is_supported(self) -> bool {
        self >= OLDEST_SUPPORTED
    }
}

impl FromStr for Release {
    type Err = ReleaseError;

    /// Reads `9`, `9.1`, `9.1.5`, `8.4-1` or `9.0~beta1`.
    fn from_str(text: &str) -> Result<Self, ReleaseError> {
        let mut numbers = text
            .split(|c: char| !c.is_ascii_digit())
            .map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), None) => Ok(Self { major, minor: 0 }),
            (Some(Ok(major)), Some(Ok(minor))) => Ok(Self { major, minor }),
            _ => Err(ReleaseError(text.chars().take(64).collect())),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_read_out_of_every_form_that_was_published() {
        for (text, major, minor) in [
            ("9.1.5", 9, 1),
            ("8.4-1", 8, 4),
            ("9.0~beta1", 9, 0),
            ("9", 9, 0),
        ] {
            assert_eq!(text.parse(), Ok(Release { major, minor }), "{text}");
        }
        for text in ["", "x", ".1", "9.", "99999999999.1"] {
            assert!(text.parse::<Release>().is_err(), "{text}");
        }
    }

    #[test]
    fn releases_before_8_4_are_not_supported() {
        assert!(!"8.3.1".parse::<Release>().unwrap().is_supported());
        assert!("8.4.0".parse::<Release>().unwrap().is_supported());
        assert!("9.0".parse::<Release>().unwrap().is_supported());
    }
}
