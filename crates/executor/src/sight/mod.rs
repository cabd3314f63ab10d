//! Reading fresh state out of Proxmox, for planning (the API) and for executing alike: both read through
//! here, so that a plan and its pre-check can never disagree about how a value is obtained.
//!
//! Nothing here comes from the collector's snapshot, and nothing about a guest from `/cluster/resources`, which is up
//! to 12 s old: it is used to find the node of a guest that is not where it was looked for, and for what only it
//! tells at once (which numbers are taken, and pools, which Proxmox reads anew for each answer).

mod cluster;
mod guest;
mod ha_rules;

use std::collections::BTreeMap;

use argus_domain::facts::{Facts, Wanted};
use argus_domain::inventory::Inventory;
use argus_proxmox::{Client, Error, GuestRef, Kind, read};
use argus_types::id::{GuestKey, GuestKind, NodeName};
use futures_util::future::try_join_all;
use tokio::sync::Semaphore;

/// Guests read at the same time: a node answers `status/current` from three workers.
const PARALLEL: usize = 3;

/// Reads everything that is wanted. What is not asked for anew is taken from `known`.
pub async fn facts(client: &Client, known: Inventory, wanted: &Wanted) -> Result<Facts, Error> {
    let mut facts = Facts::new(known);
    if wanted.cluster {
        cluster::refresh_nodes(client, &mut facts.inventory).await?;
    }
    // One list for all that asks for it: a large cluster's is the largest answer there is.
    let listed = if wanted.list || wanted.guests.values().any(|guest| guest.pool) {
        client.read(read::cluster_resources()).await?
    } else {
        Vec::new()
    };
    if wanted.list {
        cluster::refresh_list(&listed, &mut facts.inventory);
    }
    if wanted.ha_rules {
        facts.ha_rules = ha_rules::read(client, &facts.inventory).await?;
    }
    let places = Semaphore::new(PARALLEL);
    let reads = wanted.guests.iter().map(async |(key, wanted)| {
        // Never closed, so the wait cannot fail.
        let _place = places.acquire().await;
        Ok::<_, Error>((*key, guest::guest(client, *key, wanted, &listed).await?))
    });
    for (key, guest) in try_join_all(reads).await? {
        match guest {
            Some(guest) => {
                facts.guests.insert(key, guest);
            }
            None => {
                facts.absent.insert(key);
            }
        }
    }
    for (node, wanted) in &wanted.nodes {
        cluster::node(client, node, wanted, &mut facts).await?;
    }
    for (volume, node) in &wanted.volumes {
        let within = wanted.archives.contains(volume);
        let seen = cluster::volume(client, volume, node, within).await?;
        facts.volumes.insert(volume.clone(), seen);
    }
    Ok(facts)
}

/// An inventory of which nothing is known yet.
pub fn nothing_known(cluster: argus_types::id::ClusterId) -> Inventory {
    Inventory {
        cluster,
        quorate: None,
        release: None,
        nodes: Vec::new(),
        guests: Vec::new(),
        storages: Vec::new(),
    }
}

/// The guest as Proxmox's paths name it.
pub fn reference(key: GuestKey, node: &NodeName) -> GuestRef {
    GuestRef {
        node: node.to_string(),
        kind: kind(key.kind),
        vmid: key.vmid.get(),
    }
}

pub(crate) fn kind(kind: GuestKind) -> Kind {
    match kind {
        GuestKind::Qemu => Kind::Qemu,
        GuestKind::Lxc => Kind::Lxc,
    }
}

/// Memory by node, out of the list.
type Memory = BTreeMap<String, u64>;
