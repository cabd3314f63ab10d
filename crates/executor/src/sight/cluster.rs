//! Reading nodes, quorum, lists, storages and volumes.

use argus_domain::facts::{ArchiveFacts, Facts, NodeState, NodeWanted, StorageFacts, VolumeFacts};
use argus_domain::inventory::{GuestListing, Inventory, NodeFacts};
use argus_proxmox::read::{self, ArchivedConfig, ContentFilter, Resource, ResourceType};
use argus_proxmox::{ApiErrorKind, Client, Error, Kind, NotSent};
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKey, GuestKind, NodeName, Vmid, VolumeId};

use super::{Memory, guest};

/// Nodes and quorum as they are now. The quorum is unknown where the token may not ask (`Sys.Audit` on `/`).
pub(super) async fn refresh_nodes(client: &Client, inventory: &mut Inventory) -> Result<(), Error> {
    let (quorate, nodes) = match client.read(read::cluster_status()).await {
        Ok(status) => {
            let quorate = Some(status.is_quorate());
            let nodes = status
                .nodes
                .into_iter()
                .map(|node| (node.name, node.online));
            (quorate, nodes.collect::<Vec<_>>())
        }
        Err(error) if error.api_kind() == Some(ApiErrorKind::Permission) => {
            let nodes = client.read(read::nodes()).await?.into_iter();
            let nodes = nodes.map(|node| (node.node.clone(), node.is_online()));
            (None, nodes.collect())
        }
        Err(error) => return Err(error),
    };
    inventory.quorate = quorate;
    let known = std::mem::take(&mut inventory.nodes);
    let nodes = nodes.into_iter().filter_map(|(name, online)| {
        let name: NodeName = name.parse().ok()?;
        let memory = known
            .iter()
            .find(|node| node.name == name)
            .and_then(|node| node.memory);
        Some(NodeFacts {
            name,
            online,
            memory,
        })
    });
    inventory.nodes = nodes.collect();
    inventory.nodes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(())
}

/// Guests as Proxmox lists them now, and the memory of nodes.
pub(super) fn refresh_list(resources: &[Resource], inventory: &mut Inventory) {
    let memory: Memory = resources
        .iter()
        .filter(|one| one.type_ == ResourceType::Node)
        .filter_map(|one| Some((one.node.clone()?, one.maxmem?)))
        .collect();
    for node in &mut inventory.nodes {
        if let Some(bytes) = memory.get(node.name.as_str()) {
            node.memory = Some(*bytes);
        }
    }
    inventory.guests = resources.iter().filter_map(listing).collect();
    inventory.guests.sort_by_key(|guest| guest.key.vmid);
}

fn listing(resource: &Resource) -> Option<GuestListing> {
    let guest = resource.guest()?;
    let tags = resource.tag_list().into_iter().map(str::to_owned).collect();
    Some(GuestListing {
        key: GuestKey {
            kind: of_kind(guest.kind),
            vmid: Vmid::try_from(guest.vmid).ok()?,
        },
        name: resource.name.clone().unwrap_or_default(),
        node: guest.node.parse().ok()?,
        status: match resource.status.as_deref() {
            Some("running") => GuestStatus::Running,
            Some("paused") => GuestStatus::Paused,
            Some("stopped") => GuestStatus::Stopped,
            _ => GuestStatus::Unknown,
        },
        template: resource.template,
        lock: resource.lock.clone(),
        pool: resource.pool.clone().filter(|pool| !pool.is_empty()),
        tags,
        ha_managed: resource.hastate.is_some(),
        memory: resource.maxmem,
    })
}

/// What a node tells about itself. One that does not answer tells nothing.
pub(super) async fn node(
    client: &Client,
    node: &NodeName,
    wanted: &NodeWanted,
    facts: &mut Facts,
) -> Result<(), Error> {
    let mut state = NodeState::default();
    if wanted.uptime {
        state.uptime_s = answered(client.read(read::node_status(node.as_str())).await)?
            .and_then(|status| status.uptime);
    }
    for service in &wanted.services {
        let read = client
            .read(read::service(node.as_str(), service.as_str()))
            .await;
        if let Some(found) = answered(read)? {
            let word = found.state.unwrap_or_else(|| "stopped".to_owned());
            // What systemd calls dead, people call stopped.
            let word = if word == "dead" {
                "stopped".to_owned()
            } else {
                word
            };
            state.services.insert(*service, word);
        }
    }
    if wanted.storages
        && let Some(storages) = answered(client.read(read::node_storage(node.as_str())).await)?
    {
        for storage in storages {
            let Ok(name) = storage.storage.parse() else {
                continue;
            };
            let seen = StorageFacts {
                active: storage.active && storage.enabled,
                shared: storage.shared,
                content: storage.kinds().map(str::to_owned).collect(),
                available: storage.avail,
                total: storage.total,
            };
            facts.storages.insert((node.clone(), name), seen);
        }
    }
    facts.nodes.insert(node.clone(), state);
    Ok(())
}

/// An answer, or that the node gave none.
fn answered<T>(read: Result<T, Error>) -> Result<Option<T>, Error> {
    match read {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.api_kind() == Some(ApiErrorKind::NodeUnreachable) => Ok(None),
        // The proxy of another node could not even connect to it.
        Err(Error::NotSent {
            kind: NotSent::NodeUnreachable { .. },
            ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// One volume, out of the list of its storage: some storages answer for one that is gone with an error of no class.
/// What is in it is asked only `within`.
pub(super) async fn volume(
    client: &Client,
    volume: &VolumeId,
    node: &NodeName,
    within: bool,
) -> Result<Option<VolumeFacts>, Error> {
    let storage = volume.storage();
    let listed = client
        .read(read::storage_content(
            node.as_str(),
            storage.as_str(),
            &ContentFilter::default(),
        ))
        .await?;
    let Some(found) = listed.into_iter().find(|one| one.volid == volume.as_str()) else {
        return Ok(None);
    };
    let content = found.content.unwrap_or_default();
    let user = match found.vmid {
        Some(vmid) if content != "backup" => user(client, vmid, volume).await?,
        _ => None,
    };
    let archive = if within && content == "backup" {
        archive(client, volume, node).await?
    } else {
        None
    };
    Ok(Some(VolumeFacts {
        archive,
        size: found.size.unwrap_or(0),
        content,
        vmid: found.vmid,
        made: found.ctime.and_then(|made| i64::try_from(made).ok()),
        protected: found.protected,
        user,
    }))
}

/// What was the backed-up guest's own. An archive that Proxmox cannot open, such as an encrypted one, tells nothing.
async fn archive(
    client: &Client,
    volume: &VolumeId,
    node: &NodeName,
) -> Result<Option<ArchiveFacts>, Error> {
    let Ok(id) = volume.as_str().parse() else {
        return Ok(None);
    };
    match client.read(read::archived_config(node.as_str(), &id)).await {
        Ok(ArchivedConfig(config)) => Ok(Some(ArchiveFacts {
            storages: guest::disks(&config)
                .into_values()
                .filter(|disk| !disk.medium)
                .map(|disk| disk.storage)
                .collect(),
            plugs: guest::plugs(&config),
        })),
        Err(error) if error.api_kind().is_some() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The guest that uses a volume which bears its number: its configuration names it, or it has snapshots, which may.
async fn user(client: &Client, vmid: u32, volume: &VolumeId) -> Result<Option<GuestKey>, Error> {
    let guest = client
        .read(read::cluster_resources())
        .await?
        .into_iter()
        .filter_map(|resource| resource.guest())
        .find(|guest| guest.vmid == vmid);
    let Some(guest) = guest else {
        return Ok(None);
    };
    let vmid_of = |vmid| {
        Vmid::try_from(vmid).ok().map(|vmid| GuestKey {
            kind: of_kind(guest.kind),
            vmid,
        })
    };
    let Some(config) = answered(client.read(read::guest_config(&guest)).await)? else {
        // Its node does not answer, so nobody can say that it does not use it.
        return Ok(vmid_of(vmid));
    };
    let named = config.raw.values().any(|value| {
        value
            .as_str()
            .is_some_and(|text| text.split([',', '=']).any(|part| part == volume.as_str()))
    });
    let used = named || !client.read(read::snapshots(&guest)).await?.is_empty();
    Ok(vmid_of(vmid).filter(|_| used))
}

fn of_kind(kind: Kind) -> GuestKind {
    match kind {
        Kind::Qemu => GuestKind::Qemu,
        Kind::Lxc => GuestKind::Lxc,
    }
}
