//! UPID: the name of a task, as `PVE::UPID` writes it.
//! `UPID:{node}:{pid %08X}:{pstart %08X}:{starttime %08X}:{type}:{id}:{user}:`

use std::fmt;

use serde::{Deserialize, Serialize};

/// A task's name and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upid {
    /// The node that ran the worker.
    pub node: String,
    /// Process id of the worker.
    pub pid: u32,
    /// Start of the worker in clock ticks since the node's boot.
    pub pstart: u64,
    /// Start of the task, seconds since the epoch.
    pub starttime: u64,
    /// `qmstart`, `vzmigrate` and so on.
    pub kind: String,
    /// The guest's number, or empty.
    pub id: String,
    /// `user@realm` or `user@realm!token`.
    pub user: String,
}

impl fmt::Display for Upid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "UPID:{}:{:08X}:{:08X}:{:08X}:{}:{}:{}:",
            self.node, self.pid, self.pstart, self.starttime, self.kind, self.id, self.user
        )
    }
}

impl Upid {
    /// The user without the token's name.
    pub fn plain_user(&self) -> &str {
        self.user.split('!').next().unwrap_or_default()
    }

    /// The token's name when a token started the task.
    pub fn token(&self) -> Option<&str> {
        self.user.split_once('!').map(|(_, token)| token)
    }
}

/// Whether a text has the shape of a UPID; it says nothing about whether the task exists.
pub fn is_upid(text: &str) -> bool {
    let mut parts = text.split(':');
    let shape = [
        parts.next() == Some("UPID"),
        parts.next().is_some_and(is_node),
        parts.next().is_some_and(|p| is_hex(p, 8, 8)),
        parts.next().is_some_and(|p| is_hex(p, 8, 9)),
        parts.next().is_some_and(|p| is_hex(p, 8, 8)),
        parts
            .next()
            .is_some_and(|p| !p.is_empty() && is_part(p, true)),
        parts.next().is_some_and(|p| is_part(p, true)),
        parts
            .next()
            .is_some_and(|p| !p.is_empty() && is_part(p, false)),
        parts.next() == Some(""),
    ];
    shape.iter().all(|ok| *ok) && parts.next().is_none()
}

fn is_hex(part: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_part(part: &str, slash_is_wrong: bool) -> bool {
    !part
        .chars()
        .any(|c| c.is_whitespace() || (slash_is_wrong && c == '/'))
}

/// A node name: letters, digits and inner hyphens.
pub fn is_node(name: &str) -> bool {
    let bytes = name.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Upid {
        Upid {
            node: "pve1".into(),
            pid: 0x1A2B,
            pstart: 0x00C0_FFEE,
            starttime: 0x6890_0000,
            kind: "qmstart".into(),
            id: "101".into(),
            user: "argus@pve!ops".into(),
        }
    }

    #[test]
    fn it_is_written_with_padded_upper_case_hex() {
        assert_eq!(
            sample().to_string(),
            "UPID:pve1:00001A2B:00C0FFEE:68900000:qmstart:101:argus@pve!ops:"
        );
    }

    #[test]
    fn what_it_writes_has_the_shape_it_checks() {
        assert!(is_upid(&sample().to_string()));
        assert!(is_upid(
            "UPID:pve1:00001A2B:123456789:68900000:migrateall::root@pam:"
        ));
    }

    #[test]
    fn other_texts_do_not_have_the_shape() {
        for text in [
            "",
            "OK",
            "UPID:pve1:1A2B:00C0FFEE:68900000:qmstart:101:root@pam:",
            "UPID:pve1:00001A2B:00C0FFEE:68900000:qmstart:101:root@pam",
            "UPID:-pve1:00001A2B:00C0FFEE:68900000:qmstart:101:root@pam:",
            "UPID:pve1:00001A2B:00C0FFEE:68900000:qmstart:1 1:root@pam:",
            "UPID:pve1:00001A2B:00C0FFEE:68900000:qmstart:101:root@pam:x",
        ] {
            assert!(!is_upid(text), "{text}");
        }
    }

    #[test]
    fn the_token_is_told_from_its_user() {
        assert_eq!(sample().plain_user(), "argus@pve");
        assert_eq!(sample().token(), Some("ops"));
    }
}
