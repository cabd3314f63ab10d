//! How a task stands and how it ended.

use std::{fmt, str::FromStr};

/// The state of a task, as `/tasks/{upid}/status` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskStatus {
    /// Whether its worker is alive.
    pub running: bool,
    /// How it ended. `None` while it runs, and in the short time in which the worker is gone and its last line not yet
    /// written.
    pub exit: Option<Exit>,
}

/// The end of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// Success.
    Ok,
    /// Success with this many warnings, which are in the log.
    Warnings(u32),
    /// No final line: killed, crashed, or the node was reset. Also seen for about a second after a good end; read again
    /// before believing it.
    Unexpected,
    /// Failure, in the task's own words.
    Error(String),
}

impl Exit {
    /// Whether Proxmox counts this end as a success.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Ok | Self::Warnings(_))
    }
}

impl FromStr for Exit {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "OK" => Self::Ok,
            "unexpected status" => Self::Unexpected,
            _ => match warnings(text) {
                Some(count) => Self::Warnings(count),
                None => Self::Error(text.to_owned()),
            },
        })
    }
}

fn warnings(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("WARNINGS: ")?;
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    // More warnings than fit are still warnings.
    plain.then(|| digits.parse().unwrap_or(u32::MAX))
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("OK"),
            Self::Warnings(count) => write!(f, "WARNINGS: {count}"),
            Self::Unexpected => f.write_str("unexpected status"),
            Self::Error(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_classified_as_proxmox_does() {
        let table = [
            ("OK", Exit::Ok, true),
            ("WARNINGS: 3", Exit::Warnings(3), true),
            ("WARNINGS: 99999999999", Exit::Warnings(u32::MAX), true),
            ("unexpected status", Exit::Unexpected, false),
            ("WARNINGS: ", Exit::Error("WARNINGS: ".into()), false),
            ("WARNINGS: +3", Exit::Error("WARNINGS: +3".into()), false),
            ("OK then", Exit::Error("OK then".into()), false),
            ("job errors", Exit::Error("job errors".into()), false),
            ("", Exit::Error(String::new()), false),
        ];
        for (text, expected, success) in table {
            let Ok(exit) = text.parse::<Exit>();
            assert_eq!(exit, expected);
            assert_eq!(exit.is_success(), success, "{text}");
        }
    }
}
