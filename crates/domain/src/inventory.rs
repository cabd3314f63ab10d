//! The part of the inventory snapshot that decisions are made on.
//!
//! Names, tags and pools are data from Proxmox: they are carried and compared, and never decide anything.

use argus_types::cluster::{Cluster, GuestStatus, NodeStatus};
use argus_types::id::{ClusterId, GuestKey, NodeName};

/// One cluster as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// Argus' id of the cluster.
    pub cluster: ClusterId,
    /// Whether a majority of nodes is together; unknown where the token may not ask.
    pub quorate: Option<bool>,
    /// Nodes by name.
    pub nodes: Vec<NodeFacts>,
    /// Guests by vmid.
    pub guests: Vec<GuestListing>,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFacts {
    /// Its name.
    pub name: NodeName,
    /// Whether it answers; a node of unknown state does not.
    pub online: bool,
}

/// One guest as the list shows it: up to some twelve seconds old, so it finds guests and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestListing {
    /// Kind and vmid.
    pub key: GuestKey,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub node: NodeName,
    /// Whether it runs.
    pub status: GuestStatus,
    /// Whether it is a template.
    pub template: bool,
    /// Proxmox's own lock.
    pub lock: Option<String>,
    /// Its pool.
    pub pool: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether high availability manages it.
    pub ha_managed: bool,
}

impl Inventory {
    /// The guest of this key.
    pub fn guest(&self, key: GuestKey) -> Option<&GuestListing> {
        self.guests.iter().find(|guest| guest.key == key)
    }

    /// The node of this very name.
    pub fn node(&self, name: &NodeName) -> Option<&NodeFacts> {
        self.nodes.iter().find(|node| node.name == *name)
    }

    /// Whether the node is known and answers.
    pub fn is_online(&self, name: &NodeName) -> bool {
        self.node(name).is_some_and(|node| node.online)
    }
}

impl From<&Cluster> for Inventory {
    fn from(cluster: &Cluster) -> Self {
        Self {
            cluster: cluster.id.clone(),
            quorate: cluster.quorate,
            nodes: cluster
                .nodes
                .iter()
                .map(|node| NodeFacts {
                    name: node.name.clone(),
                    online: node.status == NodeStatus::Online,
                })
                .collect(),
            guests: cluster
                .guests
                .iter()
                .map(|guest| GuestListing {
                    key: GuestKey {
                        kind: guest.kind,
                        vmid: guest.vmid,
                    },
                    name: guest.name.clone(),
                    node: guest.node.clone(),
                    status: guest.status,
                    template: guest.template,
                    lock: guest.lock.clone(),
                    pool: guest.pool.clone(),
                    tags: guest.tags.clone(),
                    ha_managed: guest.ha_state.is_some(),
                })
                .collect(),
        }
    }
}
