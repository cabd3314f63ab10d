//! What a step is about, as the plan expects to find it.

use serde::{Deserialize, Serialize};

use crate::id::{GuestKey, GuestKind, NodeName, Vmid, VolumeId};

/// The subject of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "commands", derive(Deserialize))]
#[serde(tag = "of", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StepTarget {
    /// A guest.
    Guest(GuestTarget),
    /// A node.
    Node(NodeTarget),
    /// A volume on a storage.
    Volume(VolumeTarget),
}

/// A guest as a plan names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GuestTarget {
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

/// A node as a plan names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NodeTarget {
    /// Its name.
    pub node: NodeName,
}

/// A volume as a plan names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VolumeTarget {
    /// The volume.
    pub volume: VolumeId,
    /// The node that is asked; it sees the storage.
    pub node: NodeName,
}

impl GuestTarget {
    /// The guest's identity within the cluster.
    pub fn key(&self) -> GuestKey {
        GuestKey {
            kind: self.kind,
            vmid: self.vmid,
        }
    }
}

impl StepTarget {
    /// The guest, where it is one.
    pub fn guest(&self) -> Option<&GuestTarget> {
        match self {
            Self::Guest(guest) => Some(guest),
            Self::Node(_) | Self::Volume(_) => None,
        }
    }

    /// The guest's identity, where it is one.
    pub fn key(&self) -> Option<GuestKey> {
        self.guest().map(GuestTarget::key)
    }

    /// Whether high availability manages it.
    pub fn is_ha_managed(&self) -> bool {
        self.guest().is_some_and(|guest| guest.ha_managed)
    }

    /// The node that the step's request names.
    pub fn node(&self) -> &NodeName {
        match self {
            Self::Guest(guest) => &guest.node,
            Self::Node(node) => &node.node,
            Self::Volume(volume) => &volume.node,
        }
    }

    /// What people call it: a guest's own name, a node, a volume.
    pub fn name(&self) -> &str {
        match self {
            Self::Guest(guest) => &guest.name,
            Self::Node(node) => node.node.as_str(),
            Self::Volume(volume) => volume.volume.as_str(),
        }
    }

    /// What it is, with the number that tells it from others: `VM 101`, `node`, `volume`.
    pub fn what(&self) -> String {
        match self {
            Self::Guest(guest) => format!("{} {}", guest.kind.label(), guest.vmid),
            Self::Node(_) => "node".to_owned(),
            Self::Volume(_) => "volume".to_owned(),
        }
    }
}

/// What ledger records and leases call it: `qemu/101`, `node/pve1`, `volume/local:…`.
impl std::fmt::Display for StepTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Guest(guest) => guest.key().fmt(f),
            Self::Node(node) => write!(f, "node/{}", node.node),
            Self::Volume(volume) => write!(f, "volume/{}", volume.volume),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets() -> [StepTarget; 3] {
        let node: NodeName = "pve1".parse().unwrap();
        [
            StepTarget::Guest(GuestTarget {
                kind: GuestKind::Qemu,
                vmid: Vmid::try_from(101).unwrap(),
                name: "web-01".to_owned(),
                node: node.clone(),
                ha_managed: true,
            }),
            StepTarget::Node(NodeTarget { node: node.clone() }),
            StepTarget::Volume(VolumeTarget {
                volume: "nfs:backup/x".parse().unwrap(),
                node,
            }),
        ]
    }

    #[test]
    fn each_kind_is_called_what_people_and_records_call_it() {
        let words = targets().map(|one| format!("{one} | {} | {}", one.what(), one.name()));
        assert_eq!(
            words,
            [
                "qemu/101 | VM 101 | web-01",
                "node/pve1 | node | pve1",
                "volume/nfs:backup/x | volume | nfs:backup/x",
            ]
        );
    }

    #[test]
    fn only_a_guest_has_a_key_and_is_managed_by_high_availability() {
        let keys = targets().map(|one| one.key().map(|key| key.to_string()));
        assert_eq!(keys, [Some("qemu/101".to_owned()), None, None]);
        assert_eq!(
            targets().map(|one| one.is_ha_managed()),
            [true, false, false]
        );
        assert!(targets().iter().all(|one| one.node().as_str() == "pve1"));
    }

    #[test]
    fn a_target_says_on_the_wire_what_it_is() {
        for (target, of) in targets().into_iter().zip(["guest", "node", "volume"]) {
            let value = serde_json::to_value(&target).unwrap();
            assert_eq!(value["of"], of);
            assert_eq!(serde_json::from_value::<StepTarget>(value).unwrap(), target);
        }
    }
}
