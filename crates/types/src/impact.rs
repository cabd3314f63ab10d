//! What a plan would bring about beside what its steps say: quorum, room, what could be restored.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::cluster::GuestStatus;
use crate::id::{NodeName, StorageName, VolumeId};
use crate::plan::GuestTarget;

/// The consequences of a plan, predicted on the facts that it was made on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Impact {
    /// How many guests the plan changes or makes.
    pub guests: u32,
    /// How many nodes it changes themselves.
    pub nodes: u32,
    /// After each step that changes it: how the cluster holds together.
    pub quorum: Vec<QuorumAfter>,
    /// Storages whose free space changes.
    pub storages: Vec<Headroom>,
    /// For each guest that a step takes something from for good: what could bring it back.
    pub restore_points: Vec<RestorePoint>,
    /// The first step that nothing takes back.
    pub point_of_no_return: Option<u16>,
    /// How things are before it, and stay where it is not carried out.
    #[serde(default)]
    pub as_it_is: AsItIs,
}

/// How things are around a plan, on the facts that it was made on: what doing nothing leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AsItIs {
    /// Votes of nodes that are online.
    pub votes: u16,
    /// Votes in all.
    pub of: u16,
    /// How many more nodes may fail before the majority is lost.
    pub spare: u16,
    /// Nodes that do not answer.
    pub away: Vec<NodeName>,
    /// Guests that the plan would change, which are left as they are, and what tells about each.
    pub guests: Vec<GuestAsItIs>,
}

/// A guest that a plan would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GuestAsItIs {
    /// The guest.
    pub target: GuestTarget,
    /// Whether it runs.
    pub status: GuestStatus,
    /// Whether it has a backup; unknown where none was asked about.
    pub backed_up: Option<bool>,
}

/// How the cluster holds together after a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QuorumAfter {
    /// The step.
    pub step: u16,
    /// Votes of nodes that are online, at the step's lowest point.
    pub votes: u16,
    /// Votes in all.
    pub of: u16,
    /// How many more nodes may fail before the majority is lost.
    pub spare: u16,
}

/// Room on a storage, before the first step and after the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Headroom {
    /// The storage.
    pub storage: StorageName,
    /// The node that sees it like this.
    pub node: NodeName,
    /// Free before, in GiB.
    pub before_gib: u64,
    /// Free after, in GiB; unknown where it depends on how well something compresses.
    pub after_gib: Option<u64>,
}

/// What could bring a guest back, or back to an earlier state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RestorePoint {
    /// The guest.
    pub target: GuestTarget,
    /// The first step that takes something from it for good.
    pub step: u16,
    /// The latest backup that the plan leaves; none where there is none.
    pub backup: Option<BackupPoint>,
    /// Snapshots that the plan leaves.
    pub snapshots: Vec<String>,
}

/// A backup that could be restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BackupPoint {
    /// The archive; none where the plan itself writes it.
    pub volume: Option<VolumeId>,
    /// When it was taken; none where the plan itself takes it.
    pub taken: Option<Timestamp>,
    /// Whether Proxmox Backup Server verified it; unknown elsewhere.
    pub verified: Option<bool>,
}
