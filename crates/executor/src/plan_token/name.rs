//! How the tokens that executions get are called: whatever is called otherwise is never touched.

use std::fmt;
use std::str::FromStr;

use argus_types::id::ExecutionId;
use uuid::Uuid;

const PREFIX: &str = "argus-";

/// `argus-<execution>-<epoch>.<try>`. The epoch is that of the lease under which it is made: a process whose lease was
/// taken over can therefore neither remove nor stand for its successor's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) execution: ExecutionId,
    pub(super) epoch: i64,
    /// From 1: after an answer that was lost the next one has another name.
    pub(super) attempt: u8,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let execution = self.execution.0.hyphenated();
        write!(f, "{PREFIX}{execution}-{}.{}", self.epoch, self.attempt)
    }
}

/// It is somebody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotOurs;

impl FromStr for Name {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let parsed = || {
            let (execution, rest) = text.strip_prefix(PREFIX)?.split_at_checked(36)?;
            let (epoch, attempt) = rest.strip_prefix('-')?.split_once('.')?;
            Some(Self {
                execution: ExecutionId(Uuid::parse_str(execution).ok()?),
                epoch: epoch.parse().ok()?,
                attempt: attempt.parse().ok()?,
            })
        };
        // Only what is written as we write it.
        parsed()
            .filter(|name| name.to_string() == text)
            .ok_or(NotOurs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_nobody_elses_is_taken_for_one() {
        let name = Name {
            execution: ExecutionId(Uuid::from_u128(0x0199_7a00_0000_7000_8000_0000_0000_00aa)),
            epoch: 12,
            attempt: 1,
        };
        let text = "argus-01997a00-0000-7000-8000-0000000000aa-12.1";
        assert_eq!(name.to_string(), text);
        assert_eq!(text.parse(), Ok(name));
        for other in [
            "argus-backup",
            "argus-01997a00-0000-7000-8000-0000000000aa",
            "argus-01997a00-0000-7000-8000-0000000000aa-12",
            "argus-01997a00-0000-7000-8000-0000000000aa-012.1",
            "argus-01997A00-0000-7000-8000-0000000000AA-12.1",
            "argus-01997a00-0000-7000-8000-0000000000aa-12.1x",
            "ops",
            "",
        ] {
            assert_eq!(other.parse::<Name>(), Err(NotOurs), "{other}");
        }
    }
}
