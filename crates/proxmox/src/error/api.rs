//! Proxmox's own errors and their classes.
//!
//! A 500 is not a fault of the server: every `die` in a handler is one, from "not found" to "locked". So an error is
//! classified by its status and its text. The texts are those of the releases 8.4 to 9.2; one that is not known is
//! [`ApiErrorKind::Other`], never a guess.

use std::{collections::BTreeMap, fmt};

use super::obstacle;

/// An error that Proxmox answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// Reason phrase of the status line, which carries the first line of the message.
    pub reason: String,
    /// The message of the body; the reason phrase where the body has none (releases before 8.3, refused tokens).
    pub message: String,
    /// Messages by parameter name, of a refused parameter check.
    pub errors: BTreeMap<String, String>,
}

/// What an error of Proxmox is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ApiErrorKind {
    /// The token lacks a privilege, or the call is for root alone.
    Permission,
    /// The token is not accepted.
    Auth,
    /// Guest, task, storage, snapshot or node does not exist here.
    NotFound,
    /// The guest's configuration is locked.
    Locked {
        /// Proxmox's word for why, such as `backup`.
        lock: String,
    },
    /// A lock was not to be had in time; somebody else holds it for a moment.
    LockTimeout,
    /// The cluster has no quorum and refuses changes.
    NoQuorum,
    /// The configuration changed since its digest was read.
    DigestMismatch,
    /// A parameter was refused.
    Parameter,
    /// The release does not know the call.
    NotImplemented,
    /// The guest runs already.
    AlreadyRunning,
    /// The guest does not run.
    NotRunning,
    /// What is asked for is so already: a disk of that size, a guest in that pool or out of it, a template.
    AlreadySo,
    /// A guest, volume or snapshot of that name or number exists already.
    AlreadyExists,
    /// A guest or an archive is protected against removal.
    Protected,
    /// Linked clones stand on the volume.
    LinkedClones,
    /// A disk would become smaller.
    WouldShrink,
    /// High availability manages the guest already.
    HaDefined,
    /// High availability does not manage the guest.
    HaNotDefined,
    /// The agent within the guest is not configured or does not answer.
    AgentNotRunning,
    /// The node that is meant is unknown or cannot be reached.
    NodeUnreachable,
    /// None of these.
    Other,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxmox answered {}: {}", self.status, self.message)?;
        for (parameter, message) in &self.errors {
            write!(f, "; {parameter}: {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

impl ApiError {
    /// The class of this error.
    pub fn kind(&self) -> ApiErrorKind {
        match self.status {
            401 => ApiErrorKind::Auth,
            403 => ApiErrorKind::Permission,
            501 => ApiErrorKind::NotImplemented,
            595 => ApiErrorKind::NodeUnreachable,
            _ => self.kind_by_text(),
        }
    }

    fn kind_by_text(&self) -> ApiErrorKind {
        let text = self.message.to_lowercase();
        let has = |part: &str| text.contains(part);
        if has("only root may use") || has("only root can set") {
            ApiErrorKind::Permission
        } else if !self.errors.is_empty() || has("parameter verification failed") {
            ApiErrorKind::Parameter
        } else if let Some(lock) = lock_in(&self.message) {
            ApiErrorKind::Locked { lock }
        } else if has("no quorum") {
            // Before the lock timeouts: "cfs-lock 'x' error: no quorum!" is about the quorum.
            ApiErrorKind::NoQuorum
        } else if has("got lock request timeout") || (has("can't lock file") && has("got timeout"))
        {
            ApiErrorKind::LockTimeout
        } else if has("file change by other user") || has("file changed by other user") {
            ApiErrorKind::DigestMismatch
        } else if has("hostname lookup") && has("failed") {
            ApiErrorKind::NodeUnreachable
        } else if let Some(kind) = obstacle::named_in(&text) {
            kind
        } else if has("does not exist") || has("no such") {
            ApiErrorKind::NotFound
        } else if guest_is(&text, "already running") {
            ApiErrorKind::AlreadyRunning
        } else if guest_is(&text, "not running") {
            ApiErrorKind::NotRunning
        } else if self.status == 400 {
            ApiErrorKind::Parameter
        } else {
            ApiErrorKind::Other
        }
    }
}

/// The lock in "VM is locked (backup)" or "CT is locked (snapshot)".
fn lock_in(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("is locked (")?;
    let (lock, _) = rest.split_once(')')?;
    Some(lock.to_owned())
}

/// Whether a text says so of a guest: "vm 100 not running". The guest *agent* not running is another matter.
fn guest_is(text: &str, what: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).enumerate().any(|(at, pair)| {
        let names_guest =
            matches!(pair[0], "vm" | "ct") && pair[1].bytes().all(|b| b.is_ascii_digit());
        let rest = words.get(at + 2..).unwrap_or_default().join(" ");
        names_guest && rest.trim_start_matches("is ").starts_with(what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, message: &str) -> ApiErrorKind {
        ApiError {
            status,
            reason: String::new(),
            message: message.to_owned(),
            errors: BTreeMap::new(),
        }
        .kind()
    }

    #[test]
    fn each_known_error_text_has_its_class() {
        use ApiErrorKind as K;
        let locked = |lock: &str| K::Locked { lock: lock.into() };
        let table = [
            (401, "Authentication failed!", K::Auth),
            (401, "no such token 'x' for user 'a@pve'", K::Auth),
            (
                403,
                "Permission check failed (/vms/100, VM.PowerMgmt)",
                K::Permission,
            ),
            (
                403,
                "URI '/x' not available with API token, need proper ticket.",
                K::Permission,
            ),
            (400, "Only root may use this option.", K::Permission),
            (500, "only root can set 'args' config", K::Permission),
            (
                500,
                "Configuration file 'nodes/n/qemu-server/1.conf' does not exist",
                K::NotFound,
            ),
            (500, "no such task", K::NotFound),
            (500, "no such cluster node 'pve9'", K::NotFound),
            (500, "storage 'x' does not exist", K::NotFound),
            (500, "VM is locked (backup)", locked("backup")),
            (
                500,
                "CT is locked (snapshot-delete)",
                locked("snapshot-delete"),
            ),
            (
                500,
                "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout",
                K::LockTimeout,
            ),
            (
                500,
                "cfs-lock 'domain-ha' error: got lock request timeout",
                K::LockTimeout,
            ),
            (500, "cfs-lock 'domain-ha' error: no quorum!", K::NoQuorum),
            (500, "cluster not ready - no quorum?", K::NoQuorum),
            (
                500,
                "checksum mismatch (file change by other user?)",
                K::DigestMismatch,
            ),
            (
                500,
                "detected modified configuration - file changed by other user? Try again.",
                K::DigestMismatch,
            ),
            (400, "Parameter verification failed.", K::Parameter),
            (400, "target is local node.", K::Parameter),
            (501, "Method 'POST /x' not implemented", K::NotImplemented),
            (500, "CT 101 already running", K::AlreadyRunning),
            (500, "VM 100 not running", K::NotRunning),
            (500, "VM 100 is not running", K::NotRunning),
            (
                500,
                "hostname lookup 'pve9' failed - failed to get address info",
                K::NodeUnreachable,
            ),
            (595, "No route to host", K::NodeUnreachable),
            (500, "start failed: org.freedesktop.systemd1", K::Other),
            (500, "", K::Other),
            (500, "is locked (", K::Other),
        ];
        for (status, message, expected) in table {
            assert_eq!(kind(status, message), expected, "{status} {message}");
        }
    }

    #[test]
    fn errors_by_parameter_make_it_a_parameter_error_and_are_shown() {
        let error = ApiError {
            status: 400,
            reason: "Parameter verification failed.".into(),
            message: "Parameter verification failed.".into(),
            errors: [("target".to_owned(), "invalid format".to_owned())].into(),
        };
        assert_eq!(error.kind(), ApiErrorKind::Parameter);
        assert_eq!(
            error.to_string(),
            "Proxmox answered 400: Parameter verification failed.; target: invalid format"
        );
    }
}
