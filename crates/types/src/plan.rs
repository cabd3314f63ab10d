//! A plan: complete, ordered, immutable, named by its digest.
//!
//! Everything that the executor needs stands in it and everything that a reviewer must know is said by it;
//! executing makes no choices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::action::ActionKind;
use crate::guest_config::ConfigKey;
use crate::id::{ClusterId, GuestKey, GuestKind, NodeName, ProposalId, SnapshotName, Vmid};

#[cfg(feature = "commands")]
mod command;
#[cfg(not(feature = "commands"))]
mod passed_over;

#[cfg(feature = "commands")]
pub use command::{Command, MigrateMode};
#[cfg(not(feature = "commands"))]
pub use passed_over::Command;

/// The steps that one confirmation starts. Its digest is SHA-256 over its RFC 8785 form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Plan {
    /// The plan format, 1.
    pub format: u8,
    /// The proposal that it belongs to; the same wish asked twice has two digests.
    pub proposal: ProposalId,
    /// The cluster that it changes.
    pub cluster: ClusterId,
    /// In the order in which they run.
    pub steps: Vec<Step>,
}

/// One action on one guest, with all that must be true before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Step {
    /// From 1.
    pub number: u16,
    /// Which entry of the catalogue.
    pub action: ActionKind,
    /// The sentence that people read, made by the catalogue's template from the values below.
    pub title: String,
    /// The guest as the plan expects to find it.
    pub target: StepTarget,
    /// What is sent.
    pub command: Command,
    /// The very request that the command becomes, for the reviewer.
    pub call: CallPreview,
    /// What the step changes.
    pub changes: Vec<Change>,
    /// The values that the step relies on. A change in one of them stops the execution.
    pub read_set: Vec<Expectation>,
    /// What must be seen on fresh state before the step counts as done.
    pub post_checks: Vec<Expectation>,
    /// How the step could be taken back.
    pub undo: Undo,
    /// What may be done after a crash or a lost answer.
    pub class: StepClass,
    /// What a stop means while the step runs inside Proxmox.
    pub stop_class: StopClass,
    /// How often the step may be tried, the first time included.
    pub max_attempts: u8,
    /// How long Argus waits for the step to end inside Proxmox, in seconds. Not a cancel.
    pub timeout_s: u32,
    /// What the token must be allowed.
    pub privileges: Vec<Privilege>,
}

/// A guest as a plan names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StepTarget {
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// Proxmox's number.
    pub vmid: Vmid,
    /// Its name when the plan was made.
    pub name: String,
    /// Where the step finds it.
    pub node: NodeName,
    /// Whether high availability manages it: its tasks then only queue the wish.
    pub ha_managed: bool,
}

impl StepTarget {
    /// The guest's identity within the cluster.
    pub fn key(&self) -> GuestKey {
        GuestKey {
            kind: self.kind,
            vmid: self.vmid,
        }
    }
}

/// The Proxmox request that a step makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct CallPreview {
    /// `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// Below `/api2/json`.
    pub path: String,
    /// The parameters as they are sent.
    pub parameters: BTreeMap<String, String>,
}

/// One value that a step changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    /// What people call the value, such as `node`.
    pub field: String,
    /// Before the step.
    pub before: String,
    /// After it, as predicted.
    pub after: String,
}

/// A value of the live cluster that a step can rely on or bring about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Field {
    /// The node that the guest is on.
    Node {},
    /// The guest's status.
    Status {},
    /// Proxmox's own lock; `none` where there is none.
    Lock {},
    /// The guest's name.
    Name {},
    /// What tells this guest from another one that was made later under the same vmid: the SMBIOS UUID of a
    /// VM, the creation time where there is one; `none` otherwise.
    Identity {},
    /// Whether it is a template.
    Template {},
    /// Whether high availability manages it.
    HaManaged {},
    /// Whether the guest has a finished snapshot of this name: `present` or `absent`.
    Snapshot {
        /// The snapshot's name.
        name: SnapshotName,
    },
    /// The snapshot that the guest's present state grew out of; `none` where there is none.
    GrownFrom {},
    /// One of the guest's settings; `default` where it is not set.
    Config {
        /// The setting.
        key: ConfigKey,
    },
    /// Proxmox's digest of the guest's whole configuration.
    ConfigDigest {},
    /// Whether Proxmox can snapshot the guest on its storages.
    SnapshotSupported {},
    /// Whether a node is online.
    NodeOnline {
        /// The node.
        node: NodeName,
    },
    /// Whether Proxmox allows the guest to move to the node.
    MigrateAllowed {
        /// The node it would move to.
        to: NodeName,
    },
    /// Whether a majority of nodes is together.
    Quorate {},
    /// Whether the guest was started after the step was sent: `yes` or `no`.
    Restarted {},
}

impl Field {
    /// What people call the value.
    pub fn label(&self) -> String {
        match self {
            Self::Node {} => "node".to_owned(),
            Self::Status {} => "status".to_owned(),
            Self::Lock {} => "Proxmox lock".to_owned(),
            Self::Name {} => "name".to_owned(),
            Self::Identity {} => "identity".to_owned(),
            Self::Template {} => "template".to_owned(),
            Self::HaManaged {} => "managed by HA".to_owned(),
            Self::Snapshot { name } => format!("snapshot {name}"),
            Self::GrownFrom {} => "grown from snapshot".to_owned(),
            Self::Config { key } => key.label().to_owned(),
            Self::ConfigDigest {} => "configuration digest".to_owned(),
            Self::SnapshotSupported {} => "snapshots supported".to_owned(),
            Self::NodeOnline { node } => format!("node {node} online"),
            Self::MigrateAllowed { to } => format!("may move to {to}"),
            Self::Quorate {} => "cluster has quorum".to_owned(),
            Self::Restarted {} => "restarted".to_owned(),
        }
    }
}

/// A field and the value it must have. Booleans are `yes` and `no`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Expectation {
    /// Which value.
    #[serde(flatten)]
    pub field: Field,
    /// What it must be.
    pub value: String,
}

/// What was found where something was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Evidence {
    /// What people call the value.
    pub label: String,
    /// What it had to be.
    pub expected: String,
    /// What it was; `unknown` where Proxmox did not say.
    pub observed: String,
    /// Whether the two agree.
    pub holds: bool,
}

/// How a step could be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Undo {
    /// Whether it can be.
    pub possible: bool,
    /// How, or why not.
    pub how: String,
}

/// What may be done after a crash or a lost answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StepClass {
    /// Idempotent by state: look first, then it may be sent again.
    Idempotent,
    /// Has a natural key, such as a snapshot's name: look for the key and adopt what carries it.
    NaturalKey,
    /// Unsafe to repeat: only the task list and the target decide; never sent again.
    UnsafeToRepeat,
}

/// What a stop means while a step runs inside Proxmox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StopClass {
    /// It is over in moments; there is nothing to stop.
    Instant,
    /// Argus follows it to its end and starts nothing after it.
    RunsToItsEnd,
}

/// A right that the token must have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Privilege {
    /// Proxmox's name of it, such as `VM.Migrate`.
    pub name: String,
    /// Where, such as `/vms/101`.
    pub path: String,
}
