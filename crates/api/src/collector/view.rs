//! From Proxmox's resource list to the inventory that people see.

use std::collections::{BTreeMap, BTreeSet};

use argus_proxmox::Kind;
use argus_proxmox::read::{Pool, Resource, ResourceType};
use argus_types::Timestamp;
use argus_types::cluster::{Cluster, Guest, GuestStatus, Node, NodeStatus, Storage};
use argus_types::id::{ClusterId, GuestKind, NodeName, Vmid};

/// What is read less often than the resources.
#[derive(Debug, Clone, Default)]
pub struct Slow {
    /// Proxmox's own name of the cluster.
    pub name: Option<String>,
    /// Whether a majority of nodes is together.
    pub quorate: Option<bool>,
    /// Proxmox VE's release.
    pub version: Option<String>,
    /// Pools, empty ones included.
    pub pools: Vec<Pool>,
    /// What could not be read and what mends it.
    pub gaps: BTreeMap<&'static str, String>,
}

/// The inventory, in an order that does not depend on Proxmox's.
pub fn cluster(id: &ClusterId, resources: &[Resource], slow: &Slow, at: Timestamp) -> Cluster {
    let mut gaps: Vec<String> = slow.gaps.values().cloned().collect();
    let mut guests: Vec<Guest> = resources.iter().filter_map(guest).collect();
    guests.sort_by_key(|guest| (guest.vmid, guest.kind));
    let mut nodes: Vec<Node> = resources
        .iter()
        .filter(|resource| resource.type_ == ResourceType::Node)
        .filter_map(|resource| node(resource, &guests))
        .collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    let mut storages: Vec<Storage> = resources.iter().filter_map(storage).collect();
    storages.sort_by(|a, b| (&a.node, &a.name).cmp(&(&b.node, &b.name)));
    let pools: BTreeSet<String> = slow
        .pools
        .iter()
        .map(|pool| pool.poolid.clone())
        .chain(guests.iter().filter_map(|guest| guest.pool.clone()))
        .collect();
    if nodes.is_empty() {
        gaps.push(
            "Proxmox lists no node: the token may read nothing. `argus-api doctor` prints the commands that mend it."
                .to_owned(),
        );
    }
    Cluster {
        id: id.clone(),
        name: slow.name.clone(),
        quorate: slow.quorate,
        version: slow.version.clone(),
        changed_at: at,
        nodes,
        guests,
        storages,
        pools: pools.into_iter().collect(),
        gaps,
    }
}

fn node(resource: &Resource, guests: &[Guest]) -> Option<Node> {
    let name: NodeName = resource.node.as_deref()?.parse().ok()?;
    let mine = || guests.iter().filter(|guest| guest.node == name);
    let running = mine().filter(|guest| guest.status == GuestStatus::Running);
    Some(Node {
        status: match resource.status.as_deref() {
            Some("online") => NodeStatus::Online,
            Some("offline") => NodeStatus::Offline,
            _ => NodeStatus::Unknown,
        },
        cpu: resource.cpu.map(rounded),
        cpu_count: resource.maxcpu.and_then(whole),
        memory: resource.mem,
        memory_total: resource.maxmem,
        uptime_s: resource.uptime,
        running_guests: count(running.count()),
        guests: count(mine().count()),
        name,
    })
}

fn guest(resource: &Resource) -> Option<Guest> {
    let found = resource.guest()?;
    let vmid = Vmid::try_from(found.vmid).ok()?;
    let kind = match found.kind {
        Kind::Qemu => GuestKind::Qemu,
        Kind::Lxc => GuestKind::Lxc,
    };
    Some(Guest {
        kind,
        vmid,
        name: resource
            .name
            .clone()
            .unwrap_or_else(|| format!("{} {vmid}", kind.label())),
        node: found.node.parse().ok()?,
        status: match resource.status.as_deref() {
            Some("running") => GuestStatus::Running,
            Some("stopped") => GuestStatus::Stopped,
            Some("paused" | "suspended" | "prelaunch") => GuestStatus::Paused,
            _ => GuestStatus::Unknown,
        },
        template: resource.template,
        lock: resource.lock.clone(),
        pool: resource.pool.clone(),
        tags: resource.tag_list().into_iter().map(str::to_owned).collect(),
        ha_state: resource.hastate.clone(),
        cpu: resource.cpu.map(rounded),
        cpu_count: resource.maxcpu,
        memory: resource.mem,
        memory_total: resource.maxmem,
        uptime_s: resource.uptime,
    })
}

fn storage(resource: &Resource) -> Option<Storage> {
    if resource.type_ != ResourceType::Storage {
        return None;
    }
    Some(Storage {
        name: resource.storage.clone()?,
        node: resource.node.as_deref()?.parse().ok()?,
        shared: resource.shared,
        plugin: resource.plugintype.clone(),
        available: resource.status.as_deref() == Some("available"),
        used: resource.disk,
        total: resource.maxdisk,
    })
}

/// A thousandth is finer than anybody sees, and keeps noise from making a new body.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

fn whole(number: f64) -> Option<u32> {
    (number.is_finite() && (0.0..65_536.0).contains(&number)).then(|| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range was checked"
        )]
        let whole = number as u32;
        whole
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
