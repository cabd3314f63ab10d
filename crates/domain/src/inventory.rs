//! The part of the inventory snapshot that decisions are made on.
//!
//! Names, tags and pools are data from Proxmox: they are carried and compared, and never decide anything.

use argus_types::cluster::{Cluster, GuestStatus, NodeStatus};
use argus_types::id::{ClusterId, GuestKey, NodeName, StorageName};

/// One cluster as it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// Argus' id of the cluster.
    pub cluster: ClusterId,
    /// Whether a majority of nodes is together; unknown where the token may not ask.
    pub quorate: Option<bool>,
    /// Proxmox VE's major release, such as 9; unknown where it did not say.
    pub release: Option<u32>,
    /// Nodes by name.
    pub nodes: Vec<NodeFacts>,
    /// Guests by vmid.
    pub guests: Vec<GuestListing>,
    /// Storages by node and name.
    pub storages: Vec<StorageListing>,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeFacts {
    /// Its name.
    pub name: NodeName,
    /// Whether it answers; a node of unknown state does not.
    pub online: bool,
    /// Memory in bytes, where the list says.
    pub memory: Option<u64>,
}

impl NodeFacts {
    /// A node of which no more is known.
    pub fn new(name: NodeName, online: bool) -> Self {
        Self {
            name,
            online,
            memory: None,
        }
    }
}

/// One storage as a node lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageListing {
    /// Its name.
    pub name: String,
    /// The node that sees it.
    pub node: NodeName,
    /// Whether every node sees the same data.
    pub shared: bool,
    /// Whether it is there.
    pub available: bool,
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
    /// Memory that it may use, in bytes, where the list says.
    pub memory: Option<u64>,
}

impl GuestListing {
    /// Whether it is in its node's memory.
    pub fn is_up(&self) -> bool {
        matches!(self.status, GuestStatus::Running | GuestStatus::Paused)
    }
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

    /// Whether the cluster is known to be of an earlier release.
    pub fn is_before(&self, release: u32) -> bool {
        self.release.is_some_and(|own| own < release)
    }

    /// Whether the node is known and answers.
    pub fn is_online(&self, name: &NodeName) -> bool {
        self.node(name).is_some_and(|node| node.online)
    }

    /// Nodes that answer, this one left out.
    pub fn other_online_nodes<'a>(
        &'a self,
        name: &'a NodeName,
    ) -> impl Iterator<Item = &'a NodeName> {
        let nodes = self.nodes.iter().filter(|node| node.online);
        nodes
            .map(|node| &node.name)
            .filter(move |other| *other != name)
    }

    /// Guests that belong to the node.
    pub fn guests_on<'a>(&'a self, node: &'a NodeName) -> impl Iterator<Item = &'a GuestListing> {
        self.guests.iter().filter(move |guest| guest.node == *node)
    }

    /// How many guests are in the node's memory.
    pub fn running_on(&self, node: &NodeName) -> usize {
        self.guests_on(node).filter(|guest| guest.is_up()).count()
    }

    /// The first node that answers and sees the storage.
    pub fn seer_of(&self, storage: &StorageName) -> Option<&NodeName> {
        let seers = self
            .storages
            .iter()
            .filter(|one| one.available && one.name == storage.as_str());
        seers.map(|one| &one.node).find(|node| self.is_online(node))
    }

    /// Nodes that are online, and nodes in all. Each has one vote, as Proxmox sets it up.
    pub fn votes(&self) -> (usize, usize) {
        let online = self.nodes.iter().filter(|node| node.online).count();
        (online, self.nodes.len())
    }

    /// Whether the other nodes that are online have a majority without this one.
    pub fn is_quorate_without(&self, node: &NodeName) -> bool {
        let others = self.other_online_nodes(node).count();
        others * 2 > self.nodes.len()
    }
}

impl From<&Cluster> for Inventory {
    fn from(cluster: &Cluster) -> Self {
        Self {
            cluster: cluster.id.clone(),
            quorate: cluster.quorate,
            release: cluster
                .version
                .as_ref()
                .and_then(|version| version.split('.').next()?.parse().ok()),
            nodes: cluster
                .nodes
                .iter()
                .map(|node| NodeFacts {
                    name: node.name.clone(),
                    online: node.status == NodeStatus::Online,
                    memory: node.memory_total,
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
                    memory: guest.memory_total,
                })
                .collect(),
            storages: cluster
                .storages
                .iter()
                .map(|storage| StorageListing {
                    name: storage.name.clone(),
                    node: storage.node.clone(),
                    shared: storage.shared,
                    available: storage.available,
                })
                .collect(),
        }
    }
}
