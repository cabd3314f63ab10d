//! What comes out of drafting: actions, questions or a refusal.

use serde::{Deserialize, Serialize};

use crate::scene::GuestKind;

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drafted {
    /// Candidate actions in the order in which they are wanted: one to fifty.
    Draft(Vec<DraftAction>),
    /// The words leave something open.
    Clarify(Vec<Question>),
    /// Nothing can come of it.
    Refuse {
        /// Why, and what is possible instead.
        reason: String,
    },
}

/// Something that is not guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub text: String,
    /// Answers to choose from; empty where only other words help.
    pub choices: Vec<Choice>,
}

/// One answer to a [`Question`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What the page shows.
    pub label: String,
    /// The request to post instead.
    pub request: String,
}

/// One action, as the proposal schema writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action")]
pub enum DraftAction {
    /// Start a stopped guest.
    #[serde(rename = "guest.start")]
    Start {
        /// The guest.
        target: DraftTarget,
    },
    /// Ask a running guest to shut down.
    #[serde(rename = "guest.shutdown")]
    Shutdown {
        /// The guest.
        target: DraftTarget,
    },
    /// Switch a running guest off.
    #[serde(rename = "guest.stop")]
    Stop {
        /// The guest.
        target: DraftTarget,
    },
    /// Shut a running guest down and start it again.
    #[serde(rename = "guest.reboot")]
    Reboot {
        /// The guest.
        target: DraftTarget,
    },
    /// Keep the guest's state under a name.
    #[serde(rename = "guest.snapshot.create")]
    Snapshot {
        /// The guest.
        target: DraftTarget,
        /// The name; derived later where nobody gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Whether the memory of a running VM is kept as well.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        include_memory: bool,
    },
    /// Move the guest.
    #[serde(rename = "guest.migrate")]
    Migrate {
        /// The guest.
        target: DraftTarget,
        /// Where to.
        node: String,
    },
}

/// The guest of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DraftTarget {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number.
    pub vmid: u32,
}

impl DraftAction {
    /// The guest that the action is about.
    pub fn target(&self) -> DraftTarget {
        match self {
            Self::Start { target }
            | Self::Shutdown { target }
            | Self::Stop { target }
            | Self::Reboot { target }
            | Self::Snapshot { target, .. }
            | Self::Migrate { target, .. } => *target,
        }
    }
}
