//! The closed catalogue of what a draft may ask for.
//!
//! A draft is untrusted: whoever wrote it (a model, a form, a script), it is only a wish until code has
//! resolved it against the live cluster. `schemas/proposal.schema.json` is generated from these types.

use serde::{Deserialize, Serialize};

use crate::id::{GuestKey, GuestKind, NodeName, SnapshotName, Vmid};
use crate::text::PlainText;

/// Candidate actions, in the order in which they are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Draft {
    /// One to fifty actions.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 50)))]
    #[cfg_attr(feature = "schema", schema(min_items = 1, max_items = 50))]
    pub actions: Vec<Action>,
}

/// Most actions one draft may hold.
pub const MAX_ACTIONS: usize = 50;

/// The guest that an action is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Target {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number of the guest.
    pub vmid: Vmid,
    /// Where the author believes the guest to be; another node is an error, not a guess.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeName>,
}

impl Target {
    /// The guest's identity within the cluster.
    pub fn key(&self) -> GuestKey {
        GuestKey {
            kind: self.kind,
            vmid: self.vmid,
        }
    }
}

/// One typed thing to do. Unknown actions and unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Action {
    /// Start a stopped guest.
    #[serde(rename = "guest.start")]
    Start {
        /// The guest.
        target: Target,
    },
    /// Ask a running guest to shut down by itself.
    #[serde(rename = "guest.shutdown")]
    Shutdown {
        /// The guest.
        target: Target,
        /// How long the guest may take, in seconds; 60 where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 3600)))]
        #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 3600))]
        timeout_s: Option<u16>,
    },
    /// Switch a running guest off at once; unsaved data is lost.
    #[serde(rename = "guest.stop")]
    Stop {
        /// The guest.
        target: Target,
    },
    /// Shut a running guest down and start it again.
    #[serde(rename = "guest.reboot")]
    Reboot {
        /// The guest.
        target: Target,
        /// How long the guest may take to go down, in seconds; 60 where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 3600)))]
        #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 3600))]
        timeout_s: Option<u16>,
    },
    /// Keep the guest's present state under a name.
    #[serde(rename = "guest.snapshot.create")]
    Snapshot {
        /// The guest.
        target: Target,
        /// The snapshot's name; derived from the proposal where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<SnapshotName>,
        /// Shown by Proxmox beside the snapshot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<PlainText<200>>,
        /// Keep the memory of a running VM as well.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        include_memory: bool,
    },
    /// Move the guest to another node. Code decides how: a running VM moves live, a running container
    /// restarts on the other side.
    #[serde(rename = "guest.migrate")]
    Migrate {
        /// The guest.
        target: Target,
        /// Where it shall run.
        node: NodeName,
    },
}

impl Action {
    /// The guest that the action is about.
    pub fn target(&self) -> &Target {
        match self {
            Self::Start { target }
            | Self::Shutdown { target, .. }
            | Self::Stop { target }
            | Self::Reboot { target, .. }
            | Self::Snapshot { target, .. }
            | Self::Migrate { target, .. } => target,
        }
    }

    /// Which entry of the catalogue this is.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Start { .. } => ActionKind::Start,
            Self::Shutdown { .. } => ActionKind::Shutdown,
            Self::Stop { .. } => ActionKind::Stop,
            Self::Reboot { .. } => ActionKind::Reboot,
            Self::Snapshot { .. } => ActionKind::Snapshot,
            Self::Migrate { .. } => ActionKind::Migrate,
        }
    }
}

/// An entry of the catalogue, without its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum ActionKind {
    /// See [`Action::Start`].
    #[serde(rename = "guest.start")]
    Start,
    /// See [`Action::Shutdown`].
    #[serde(rename = "guest.shutdown")]
    Shutdown,
    /// See [`Action::Stop`].
    #[serde(rename = "guest.stop")]
    Stop,
    /// See [`Action::Reboot`].
    #[serde(rename = "guest.reboot")]
    Reboot,
    /// See [`Action::Snapshot`].
    #[serde(rename = "guest.snapshot.create")]
    Snapshot,
    /// See [`Action::Migrate`].
    #[serde(rename = "guest.migrate")]
    Migrate,
}

impl ActionKind {
    /// Every entry, in the order in which pages list them.
    pub const ALL: [Self; 6] = [
        Self::Start,
        Self::Shutdown,
        Self::Stop,
        Self::Reboot,
        Self::Snapshot,
        Self::Migrate,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "guest.start",
            Self::Shutdown => "guest.shutdown",
            Self::Stop => "guest.stop",
            Self::Reboot => "guest.reboot",
            Self::Snapshot => "guest.snapshot.create",
            Self::Migrate => "guest.migrate",
        }
    }

    /// The verb that people read on a card.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Shutdown => "Shut down",
            Self::Stop => "Stop hard",
            Self::Reboot => "Reboot",
            Self::Snapshot => "Snapshot",
            Self::Migrate => "Migrate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_name_of_an_action_is_the_catalogue_name() {
        for kind in ActionKind::ALL {
            assert_eq!(
                serde_json::to_string(&kind).unwrap(),
                format!("\"{}\"", kind.as_str())
            );
        }
    }

    #[test]
    fn a_second_action_key_is_refused_and_never_wins() {
        let text =
            r#"{"action":"guest.start","action":"guest.stop","target":{"kind":"qemu","vmid":101}}"#;
        assert!(serde_json::from_str::<Action>(text).is_err());
    }

    #[test]
    fn unknown_actions_and_fields_are_refused() {
        for text in [
            r#"{"action":"guest.destroy","target":{"kind":"qemu","vmid":101}}"#,
            r#"{"action":"guest.start","target":{"kind":"qemu","vmid":101},"force":true}"#,
            r#"{"action":"guest.start","target":{"kind":"qemu","vmid":101,"skiplock":1}}"#,
        ] {
            assert!(serde_json::from_str::<Action>(text).is_err(), "{text}");
        }
    }
}
