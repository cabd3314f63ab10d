//! The cluster log: a line for each start and end of a task and for what happens by itself.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Machine;

/// How many lines are kept.
const LINES: usize = 2_000;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts up.
    pub uid: u64,
    /// Virtual ms.
    pub at_ms: u64,
    /// Where it was written.
    pub node: String,
    /// Who caused it.
    pub user: String,
    /// The daemon that wrote it.
    pub tag: String,
    /// The text.
    pub message: String,
}

/// The lines, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Journal {
    lines: VecDeque<Entry>,
    next: u64,
}

impl Journal {
    /// Oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.lines.iter()
    }

    fn push(&mut self, at_ms: u64, node: &str, user: &str, tag: &str, message: &str) {
        self.next += 1;
        self.lines.push_back(Entry {
            uid: self.next,
            at_ms,
            node: node.into(),
            user: user.into(),
            tag: tag.into(),
            message: message.into(),
        });
        if self.lines.len() > LINES {
            self.lines.pop_front();
        }
    }
}

impl Machine {
    /// Writes a daemon's line.
    pub(crate) fn write_log(&mut self, node: &str, user: &str, message: &str) {
        self.journal
            .push(self.now_ms, node, user, "pvedaemon", message);
    }

    /// Writes a line of the cluster itself.
    pub(super) fn write_cluster_log(&mut self, node: &str, message: &str) {
        self.journal
            .push(self.now_ms, node, "root@pam", "pmxcfs", message);
    }
}
