//! States as the cluster's list and a guest's settings tell them.

use argus_domain::facts::Facts;
use argus_llm::diagnosis::{GuestState, HaError, Observed, RunState, StorageState};
use argus_llm::{DraftTarget, Scene};
use argus_types::cluster::{Cluster, Guest, GuestStatus, Node, NodeStatus, Storage};
use argus_types::guest_config::ConfigKey;
use argus_types::id::GuestKey;

/// What is kept of and for a guest, as far as its details were read.
pub(super) fn kept(
    target: DraftTarget,
    guest: &Guest,
    cluster: &Cluster,
    scene: &Scene,
    observed: &mut Observed,
) {
    let Some(details) = scene.details.get(&target) else {
        return;
    };
    observed.snapshots.clone_from(&details.snapshots);
    observed.backups.clone_from(&details.backups);
    observed.storages = details.disks.as_ref().map(|disks| {
        storages(cluster, |one| {
            let holds = disks.iter().any(|disk| disk.storage == one.name);
            holds && (one.shared || one.node == guest.node)
        })
    });
}

/// Whether it starts with its node.
pub(super) fn onboot(key: GuestKey, facts: &Facts) -> Option<bool> {
    let value = facts.guests.get(&key)?.setting(ConfigKey::Onboot)?;
    Some(value == "1")
}

/// A guest as the cluster lists it.
pub(super) fn state(target: DraftTarget, guest: &Guest) -> GuestState {
    GuestState {
        target,
        status: match guest.status {
            GuestStatus::Running => RunState::Running,
            GuestStatus::Stopped => RunState::Stopped,
            GuestStatus::Paused => RunState::Paused,
            GuestStatus::Unknown => RunState::Unknown,
        },
        lock: guest.lock.clone(),
        cpu_count: guest.cpu_count,
        memory_total: guest.memory_total,
        uptime_s: guest.uptime_s,
        samples: Vec::new(),
        onboot: None,
        ha_error: match guest.ha_state.as_deref() {
            Some("error") => Some(HaError::Error),
            Some("fence") => Some(HaError::Fence),
            Some("recovery") => Some(HaError::Recovery),
            _ => None,
        },
    }
}

/// Its number and kind.
pub(super) fn key_of(guest: &Guest) -> GuestKey {
    GuestKey {
        kind: guest.kind,
        vmid: guest.vmid,
    }
}

/// Whether it answers.
pub(super) fn is_online(node: &Node) -> bool {
    node.status == NodeStatus::Online
}

/// A node by its name.
pub(super) fn named<'a>(cluster: &'a Cluster, name: &str) -> Option<&'a Node> {
    cluster.nodes.iter().find(|one| one.name.as_str() == name)
}

/// The storages that fit, by name.
pub(super) fn storages(cluster: &Cluster, fits: impl Fn(&Storage) -> bool) -> Vec<StorageState> {
    let mut found: Vec<StorageState> = cluster
        .storages
        .iter()
        .filter(|one| fits(one))
        .map(|one| StorageState {
            name: one.name.clone(),
            available: one.available,
            used: one.used,
            total: one.total,
        })
        .collect();
    // A shared one is listed for each node.
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.name == b.name);
    found
}
