//! What a step reserves while it runs: Argus' own leases, not Proxmox's guest locks.

use serde::{Deserialize, Serialize};

use crate::id::{GuestKind, NodeName, StorageName, Vmid};

/// One thing that a step has for itself.
///
/// The order is the order in which they are taken; all of a step's are taken at once or not at all, so that two
/// executions can never wait for each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "lock", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Lock {
    /// Nodes are restarted or switched off one at a time in the whole cluster.
    Maintenance {},
    /// Whatever is done to a node itself.
    Node {
        /// The node.
        node: NodeName,
    },
    /// Proxmox takes one backup at a time on a node; others wait in it for hours.
    Backups {
        /// The node.
        node: NodeName,
    },
    /// A storage from which something is deleted or restored.
    Storage {
        /// The storage.
        storage: StorageName,
    },
    /// Whatever is done to a guest, or makes it.
    Guest {
        /// Virtual machine or container.
        kind: GuestKind,
        /// Proxmox's number.
        vmid: Vmid,
    },
}

/// The text by which it is leased and named to people.
impl std::fmt::Display for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Maintenance {} => f.write_str("maintenance of nodes"),
            Self::Node { node } => write!(f, "node {node}"),
            Self::Backups { node } => write!(f, "backups on {node}"),
            Self::Storage { storage } => write!(f, "storage {storage}"),
            Self::Guest { kind, vmid } => write!(f, "{kind}/{vmid}"),
        }
    }
}
