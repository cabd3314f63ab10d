//! A refusal as Proxmox words it: status, first line for the status line, errors by parameter.
//! Must not know HTTP: the server turns it into bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Why a call was not answered with data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// HTTP status, Proxmox's own 595 and 596 included.
    pub status: u16,
    /// What is wrong; its first line becomes the reason phrase.
    pub message: String,
    /// Refused parameters by name.
    pub errors: BTreeMap<String, String>,
    /// The status line is all there is (authentication failures, 595 to 599).
    pub bodyless: bool,
}

impl Failure {
    /// Status 500 with a text: what every `die` in Proxmox's own code becomes.
    pub fn die(message: impl Into<String>) -> Self {
        Self::with(500, message)
    }

    /// Any status with a text.
    pub fn with(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: BTreeMap::new(),
            bodyless: false,
        }
    }

    /// Status 400 for one parameter.
    pub fn parameter(name: &str, message: impl Into<String>) -> Self {
        Self::parameters(BTreeMap::from([(name.to_owned(), message.into())]))
    }

    /// Status 400 for several parameters.
    pub fn parameters(errors: BTreeMap<String, String>) -> Self {
        Self {
            errors,
            ..Self::with(400, "Parameter verification failed.")
        }
    }

    /// Status 403 naming the path and the alternatives that would have been enough.
    pub fn denied(path: &str, privileges: &[&str]) -> Self {
        Self::with(
            403,
            format!("Permission check failed ({path}, {})", privileges.join("|")),
        )
    }

    /// Status 401: an empty body, sent after a delay.
    pub fn unauthenticated(reason: &str) -> Self {
        Self {
            bodyless: true,
            ..Self::with(401, reason)
        }
    }

    /// Status 595 or 596: the proxy between nodes failed.
    pub fn gateway(status: u16, reason: &str) -> Self {
        Self {
            bodyless: true,
            ..Self::with(status, reason)
        }
    }

    /// The first line of the message, which Proxmox puts into the status line.
    pub fn reason(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_the_first_line_only() {
        assert_eq!(
            Failure::die("storage is gone\nmore").reason(),
            "storage is gone"
        );
    }

    #[test]
    fn a_denial_names_the_path_and_the_alternatives() {
        assert_eq!(
            Failure::denied("/vms/100", &["VM.Audit", "VM.Config"]).message,
            "Permission check failed (/vms/100, VM.Audit|VM.Config)"
        );
    }
}
