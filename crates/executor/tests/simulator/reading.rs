//! What tests read of the cluster, through the executor's own eyes: for a draft, and all there is.

use argus_domain::facts::{Facts, GuestWanted, Wanted, wanted};
use argus_domain::inventory::{Inventory, StorageListing};
use argus_executor::sight;
use argus_proxmox::Client;
use argus_proxmox::read::{self, ResourceType};
use argus_types::action::{Draft, Service};
use argus_types::id::VolumeId;

/// Nodes, quorum, guests and storages, as the collector lists them.
pub async fn lists(client: &Client) -> Inventory {
    let lists = Wanted {
        cluster: true,
        list: true,
        ..Wanted::default()
    };
    let unknown = sight::nothing_known("lab".parse().expect("a cluster id"));
    let listed = patiently(|| sight::facts(client, unknown.clone(), &lists)).await;
    Inventory {
        storages: storages(client).await,
        ..listed.inventory
    }
}

async fn storages(client: &Client) -> Vec<StorageListing> {
    let resources = patiently(|| client.read(read::cluster_resources())).await;
    resources
        .into_iter()
        .filter(|one| one.type_ == ResourceType::Storage)
        .filter_map(|one| {
            Some(StorageListing {
                name: one.storage?,
                node: one.node?.parse().ok()?,
                shared: one.shared,
                available: one.status.as_deref() == Some("available"),
            })
        })
        .collect()
}

/// As the API reads for a draft.
pub async fn of_draft(client: &Client, draft: &Draft) -> Facts {
    let inventory = lists(client).await;
    let wanted = wanted(draft, &inventory).expect("all of it is there");
    patiently(|| sight::facts(client, inventory.clone(), &wanted)).await
}

/// Reads again where a busy machine was too slow for a handshake.
async fn patiently<T, E: std::fmt::Debug, F: Future<Output = Result<T, E>>>(
    read: impl Fn() -> F,
) -> T {
    let mut tried = 0;
    loop {
        match read().await {
            Ok(found) => return found,
            Err(error) if tried == 20 => panic!("it cannot be read: {error:?}"),
            Err(_) => tried += 1,
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
}

/// Everything about every guest, node and storage that answers, and about these volumes.
pub async fn everything(client: &Client, volumes: &[VolumeId]) -> Result<Facts, String> {
    let inventory = lists(client).await;
    let mut wanted = Wanted::default();
    let online = |node| inventory.is_online(node);
    for guest in inventory.guests.iter().filter(|one| online(&one.node)) {
        let mut all = GuestWanted::at(guest.node.clone());
        ask_everything(&mut all);
        all.snapshot_feature = true;
        let nodes = inventory.other_online_nodes(&guest.node);
        all.migrate_to.extend(nodes.cloned());
        wanted.guests.insert(guest.key, all);
    }
    for node in inventory.nodes.iter().filter(|one| one.online) {
        let asked = wanted.nodes.entry(node.name.clone()).or_default();
        asked.uptime = true;
        asked.storages = true;
        asked.services.extend(Service::ALL);
    }
    for volume in volumes {
        if let Some(seer) = inventory.seer_of(&volume.storage()) {
            wanted.volumes.insert(volume.clone(), seer.clone());
        }
    }
    let facts = sight::facts(client, inventory, &wanted).await;
    facts.map_err(|error| error.to_string())
}

/// All that is kept of a guest: not what Proxmox would let it do.
pub fn ask_everything(guest: &mut GuestWanted) {
    guest.snapshots = true;
    guest.pool = true;
    guest.ha = true;
    guest.replication = true;
    guest.backups = true;
}
