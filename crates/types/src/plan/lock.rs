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

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each kind and two of some, in the order in which they are taken.
    fn in_order() -> Vec<Lock> {
        let guest = |kind, vmid: u32| Lock::Guest {
            kind,
            vmid: vmid.try_into().unwrap(),
        };
        let node = |name: &str| name.parse().unwrap();
        vec![
            Lock::Maintenance {},
            Lock::Node { node: node("pve1") },
            Lock::Node { node: node("pve2") },
            Lock::Backups { node: node("pve1") },
            Lock::Storage {
                storage: "nfs".parse().unwrap(),
            },
            guest(GuestKind::Qemu, 101),
            guest(GuestKind::Qemu, 102),
            guest(GuestKind::Lxc, 100),
        ]
    }

    #[test]
    fn what_many_need_is_taken_before_what_few_need() {
        let mut shuffled = in_order();
        shuffled.reverse();
        shuffled.swap(1, 4);
        shuffled.sort_unstable();
        assert_eq!(shuffled, in_order());
    }

    #[test]
    fn each_has_a_text_of_its_own() {
        let texts: Vec<_> = in_order().iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "maintenance of nodes",
                "node pve1",
                "node pve2",
                "backups on pve1",
                "storage nfs",
                "qemu/101",
                "qemu/102",
                "lxc/100",
            ]
        );
    }

    #[test]
    fn a_lock_survives_the_wire_and_has_nothing_unknown() {
        for lock in in_order() {
            let text = serde_json::to_string(&lock).unwrap();
            assert_eq!(serde_json::from_str::<Lock>(&text).unwrap(), lock);
        }
        let more = r#"{"lock":"node","node":"pve1","shared":true}"#;
        assert!(serde_json::from_str::<Lock>(more).is_err());
    }
}
