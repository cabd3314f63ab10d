//! The id of a Proxmox task: `UPID:node:pid:pstart:starttime:type:id:user:`.
//!
//! Not every string that a call returns is one (a backup that had nothing to do returns "OK"), so a UPID is parsed
//! strictly and printed exactly as it came. Its node is where the task must be looked up, wherever the guest is by now.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A parsed task id. Prints as the text it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Upid {
    text: String,
    node: String,
    pid: u32,
    pstart: u64,
    starttime: u32,
    type_: String,
    id: String,
    user: String,
}

/// A text that is no task id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no task id")]
pub struct UpidError(String);

impl Upid {
    /// The node that runs the task and answers for it.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Process id of the worker.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Start of the worker in kernel ticks since boot; with the pid it names one process.
    pub fn pstart(&self) -> u64 {
        self.pstart
    }

    /// Start of the task by the node's clock, in epoch seconds.
    pub fn starttime(&self) -> u32 {
        self.starttime
    }

    /// Kind of task, such as `qmstart`.
    pub fn type_(&self) -> &str {
        &self.type_
    }

    /// What the task is about, for a guest its number; empty for some.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who started it: `user@realm` or `user@realm!token`.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The task id as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Upid {
    type Err = UpidError;

    fn from_str(text: &str) -> Result<Self, UpidError> {
        parse(text).ok_or_else(|| UpidError(text.chars().take(200).collect()))
    }
}

fn parse(text: &str) -> Option<Upid> {
    let parts: Vec<&str> = text.split(':').collect();
    let ["UPID", node, pid, pstart, starttime, type_, id, user, ""] = parts[..] else {
        return None;
    };
    let no_space = |part: &str| {
        !part
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '/')
    };
    let named = |part: &str| !part.is_empty() && no_space(part);
    if !(is_node_name(node) && named(type_) && no_space(id) && named(user)) {
        return None;
    }
    Some(Upid {
        text: text.to_owned(),
        node: node.to_owned(),
        pid: u32::try_from(hex_digits(pid, 8..=8)?).ok()?,
        pstart: hex_digits(pstart, 8..=9)?,
        starttime: u32::try_from(hex_digits(starttime, 8..=8)?).ok()?,
        type_: type_.to_owned(),
        id: id.to_owned(),
        user: user.to_owned(),
    })
}

fn is_node_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn hex_digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u64> {
    let digits = length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    digits.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

impl fmt::Display for Upid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Upid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Upid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_parts_of_a_task_id_are_told_apart() {
        let text = "UPID:pve-1:0003A1F2:012345678:6912AB34:qmigrate:101:argus@pve!ops:";
        let upid: Upid = text.parse().unwrap();
        assert_eq!(upid.node(), "pve-1");
        assert_eq!(upid.pid(), 0x3A1F2);
        assert_eq!(upid.pstart(), 0x1234_5678);
        assert_eq!(upid.starttime(), 0x6912_AB34);
        assert_eq!(upid.type_(), "qmigrate");
        assert_eq!(upid.id(), "101");
        assert_eq!(upid.user(), "argus@pve!ops");
        assert_eq!(upid.to_string(), text);
    }

    #[test]
    fn the_id_may_be_empty_or_name_a_volume() {
        for id in ["", "100@local", "ceph-mon.a"] {
            let text = format!("UPID:n:00000001:00000002:00000003:migrateall:{id}:root@pam:");
            assert_eq!(text.parse::<Upid>().unwrap().id(), id);
        }
    }

    #[test]
    fn other_strings_that_calls_return_are_no_task_ids() {
        let table = [
            "",
            "OK",
            "BC:24:11:00:00:01",
            "UPID:n:00000001:00000002:00000003:t:i:u@pam",
            "UPID:n:00000001:00000002:00000003:t:i:u@pam:x",
            "UPID:n:0000001:00000002:00000003:t:i:u@pam:",
            "UPID:n:00000001:0000000002:00000003:t:i:u@pam:",
            "UPID:n:+0000001:00000002:00000003:t:i:u@pam:",
            "UPID:-n:00000001:00000002:00000003:t:i:u@pam:",
            "UPID:n/..:00000001:00000002:00000003:t:i:u@pam:",
            "UPID:n:00000001:00000002:00000003::i:u@pam:",
            "UPID:n:00000001:00000002:00000003:t:i j:u@pam:",
            "UPID:n:00000001:00000002:00000003:t:i::",
            "UPID:n:00000001:00000002:00000003:t/x:i:u@pam:",
        ];
        for text in table {
            assert!(text.parse::<Upid>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_and_printing_give_the_same_text(
            node in "[a-zA-Z0-9]([a-zA-Z0-9-]{0,10}[a-zA-Z0-9])?",
            pid in any::<u32>(),
            pstart in 0_u64..=0xF_FFFF_FFFF,
            starttime in any::<u32>(),
            type_ in "[a-z]{1,12}",
            id in "[a-zA-Z0-9@.-]{0,12}",
            user in "[a-z]{1,8}@pve(![a-z]{1,8})?",
        ) {
            let text = format!("UPID:{node}:{pid:08X}:{pstart:08X}:{starttime:08X}:{type_}:{id}:{user}:");
            let upid: Upid = text.parse().unwrap();
            prop_assert_eq!(upid.to_string(), text);
            prop_assert_eq!(upid.pid(), pid);
            prop_assert_eq!(upid.pstart(), pstart);
            prop_assert_eq!(upid.starttime(), starttime);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*", tail in "(:[^:]{0,9}){0,9}") {
            let _ = text.parse::<Upid>();
            let _ = format!("UPID{tail}:").parse::<Upid>();
        }
    }
}
