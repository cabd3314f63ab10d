//! What a round is about.

use crate::drafted::DraftTarget;
use crate::scene::Scene;

/// One request, with what is known.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    /// The words of a person.
    pub request: &'a str,
    /// The cluster, with the details of [`super::details`]: of guests that the person may see and no others.
    pub scene: &'a Scene,
    /// Text of others that is to be in the prompt. Empty unless somebody wants it there: each costs a second question,
    /// and whoever wrote it speaks along.
    pub texts: &'a [FreeText],
    /// What keeps data apart from words in the prompt.
    pub fence: Fence,
}

/// Text that somebody left in the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeText {
    /// The guest that it hangs on.
    pub target: DraftTarget,
    /// Where it stands.
    pub channel: Channel,
    /// The text as it is.
    pub text: String,
}

/// Where text of others stands in a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// A guest's notes.
    GuestNotes,
    /// A snapshot's comment.
    SnapshotComment,
    /// A backup's comment.
    BackupComment,
    /// A pool's comment.
    PoolComment,
    /// A comment of high availability.
    HaComment,
    /// What a guest's agent says.
    GuestAgent,
    /// A task's log.
    TaskLog,
}

impl Channel {
    /// What it is of the guest, for a reviewer: `notes`.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::GuestNotes => "notes",
            other => other.as_str(),
        }
    }

    /// Its name in the prompt.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GuestNotes => "guest_notes",
            Self::SnapshotComment => "snapshot_comment",
            Self::BackupComment => "backup_comment",
            Self::PoolComment => "pool_comment",
            Self::HaComment => "ha_comment",
            Self::GuestAgent => "guest_agent",
            Self::TaskLog => "task_log",
        }
    }
}

/// A line that nobody who writes text into a cluster can know beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence(u64);

impl Fence {
    /// A new one.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// A certain one, for prompts that must be the same to the byte.
    pub fn of(number: u64) -> Self {
        Self(number)
    }

    /// The line.
    pub(super) fn line(self) -> String {
        format!("data-{:016x}", self.0)
    }
}
