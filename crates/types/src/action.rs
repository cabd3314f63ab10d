//! The closed catalogue of what a draft may ask for.
//!
//! A draft is untrusted: whoever wrote it (a model, a form, a script), it is only a wish until code has
//! resolved it against the live cluster. `schemas/proposal.schema.json` is generated from these types.

use serde::{Deserialize, Serialize};

use crate::guest_config::ConfigChange;
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
    /// Press the reset button of a running virtual machine: it restarts at once and unsaved data is lost.
    #[serde(rename = "guest.reset")]
    Reset {
        /// The guest.
        target: Target,
    },
    /// Let a running virtual machine stand still; it keeps its memory.
    #[serde(rename = "guest.suspend")]
    Suspend {
        /// The guest.
        target: Target,
    },
    /// Let a virtual machine that stands still go on.
    #[serde(rename = "guest.resume")]
    Resume {
        /// The guest.
        target: Target,
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
    /// Delete one snapshot; that point in time is gone.
    #[serde(rename = "guest.snapshot.delete")]
    DeleteSnapshot {
        /// The guest.
        target: Target,
        /// The snapshot's name, spelled exactly as it is.
        name: SnapshotName,
    },
    /// Bring the guest back to a snapshot; everything since then is lost.
    #[serde(rename = "guest.snapshot.rollback")]
    Rollback {
        /// The guest.
        target: Target,
        /// The snapshot's name, spelled exactly as it is.
        name: SnapshotName,
        /// Start the guest afterwards. One that is rolled back to a snapshot with memory runs in any case.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        start: bool,
    },
    /// Change some of the guest's settings; those that are not named stay as they are.
    #[serde(rename = "guest.config.set")]
    SetConfig {
        /// The guest.
        target: Target,
        /// The settings and their new values.
        set: ConfigChange,
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
            | Self::Reset { target }
            | Self::Suspend { target }
            | Self::Resume { target }
            | Self::Snapshot { target, .. }
            | Self::DeleteSnapshot { target, .. }
            | Self::Rollback { target, .. }
            | Self::SetConfig { target, .. }
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
            Self::Reset { .. } => ActionKind::Reset,
            Self::Suspend { .. } => ActionKind::Suspend,
            Self::Resume { .. } => ActionKind::Resume,
            Self::Snapshot { .. } => ActionKind::Snapshot,
            Self::DeleteSnapshot { .. } => ActionKind::DeleteSnapshot,
            Self::Rollback { .. } => ActionKind::Rollback,
            Self::SetConfig { .. } => ActionKind::SetConfig,
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
    /// See [`Action::Reset`].
    #[serde(rename = "guest.reset")]
    Reset,
    /// See [`Action::Suspend`].
    #[serde(rename = "guest.suspend")]
    Suspend,
    /// See [`Action::Resume`].
    #[serde(rename = "guest.resume")]
    Resume,
    /// See [`Action::Snapshot`].
    #[serde(rename = "guest.snapshot.create")]
    Snapshot,
    /// See [`Action::DeleteSnapshot`].
    #[serde(rename = "guest.snapshot.delete")]
    DeleteSnapshot,
    /// See [`Action::Rollback`].
    #[serde(rename = "guest.snapshot.rollback")]
    Rollback,
    /// See [`Action::SetConfig`].
    #[serde(rename = "guest.config.set")]
    SetConfig,
    /// See [`Action::Migrate`].
    #[serde(rename = "guest.migrate")]
    Migrate,
}

impl ActionKind {
    /// Every entry, in the order in which pages list them.
    pub const ALL: [Self; 12] = [
        Self::Start,
        Self::Shutdown,
        Self::Stop,
        Self::Reboot,
        Self::Reset,
        Self::Suspend,
        Self::Resume,
        Self::Snapshot,
        Self::DeleteSnapshot,
        Self::Rollback,
        Self::SetConfig,
        Self::Migrate,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "guest.start",
            Self::Shutdown => "guest.shutdown",
            Self::Stop => "guest.stop",
            Self::Reboot => "guest.reboot",
            Self::Reset => "guest.reset",
            Self::Suspend => "guest.suspend",
            Self::Resume => "guest.resume",
            Self::Snapshot => "guest.snapshot.create",
            Self::DeleteSnapshot => "guest.snapshot.delete",
            Self::Rollback => "guest.snapshot.rollback",
            Self::SetConfig => "guest.config.set",
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
            Self::Reset => "Reset",
            Self::Suspend => "Pause",
            Self::Resume => "Resume",
            Self::Snapshot => "Snapshot",
            Self::DeleteSnapshot => "Delete snapshot",
            Self::Rollback => "Roll back",
            Self::SetConfig => "Change settings",
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
