//! Reading what is true of a guest, freshly, from its own node.
//!
//! The one way from Proxmox's answers to [`GuestFacts`]: planning, confirming, pre-checks and post-checks all
//! look through here, so that they cannot disagree about what they saw. Nothing is written.

use std::collections::BTreeMap;

use argus_domain::facts::{GuestFacts, Wanted};
use argus_domain::inventory::Inventory;
use argus_proxmox::read::{self, GuestConfig, GuestStatus, MigratePreconditions};
use argus_proxmox::{ApiErrorKind, Client, Error, GuestRef, Kind};
use argus_types::cluster::GuestStatus as Status;
use argus_types::id::{GuestKey, GuestKind, NodeName};

/// What the guest's own node says about it; `None` where no node has it.
///
/// `wanted.node` is asked first. The inventory that it came from may be twelve seconds old, and after a
/// migration the old node answers that there is no such guest: then the other online nodes are asked.
pub async fn read(
    client: &Client,
    wanted: &Wanted,
    inventory: &Inventory,
) -> Result<Option<GuestFacts>, Error> {
    if let Some(facts) = read_on(client, wanted, &wanted.node).await? {
        return Ok(Some(facts));
    }
    for node in inventory.nodes.iter().filter(|node| node.online) {
        if node.name == wanted.node {
            continue;
        }
        if let Some(facts) = read_on(client, wanted, &node.name).await? {
            return Ok(Some(facts));
        }
    }
    Ok(None)
}

/// A guest as the client names it.
pub fn guest_ref(key: GuestKey, node: &NodeName) -> GuestRef {
    GuestRef {
        node: node.to_string(),
        kind: match key.kind {
            GuestKind::Qemu => Kind::Qemu,
            GuestKind::Lxc => Kind::Lxc,
        },
        vmid: key.vmid.get(),
    }
}

async fn read_on(
    client: &Client,
    wanted: &Wanted,
    node: &NodeName,
) -> Result<Option<GuestFacts>, Error> {
    let guest = guest_ref(wanted.key, node);
    let Some(status) = unless_missing(client.read(read::guest_status(&guest)).await)? else {
        return Ok(None);
    };
    let (config, snapshots) = tokio::try_join!(
        client.read(read::guest_config(&guest)),
        client.read(read::snapshots(&guest)),
    )?;
    let snapshot_supported = if wanted.snapshot_feature {
        let feature = client.read(read::feature_snapshot(&guest)).await?;
        Some(feature.has_feature)
    } else {
        None
    };
    let mut migrate = BTreeMap::new();
    for target in &wanted.migrate_to {
        let verdict = if target == node {
            Err(format!("it is on {target} already"))
        } else {
            let preconditions = read::migrate_preconditions(&guest, target.as_str());
            may_move(&client.read(preconditions).await?, wanted.key.kind, target)
        };
        migrate.insert(target.clone(), verdict);
    }
    Ok(Some(GuestFacts {
        key: wanted.key,
        node: node.clone(),
        name: name(&status, &config, wanted.key),
        status: state(&status),
        // The configuration is the newer of the two: `status/current` is put together from several sources.
        lock: config.lock.clone().or(status.lock),
        template: config.template || status.template,
        identity: identity(&config),
        ha_managed: status.ha.managed,
        tags: config.tags.clone(),
        snapshots: snapshots.into_iter().map(|snapshot| snapshot.name).collect(),
        snapshot_supported,
        migrate,
    }))
}

fn unless_missing<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.api_kind() == Some(ApiErrorKind::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A guest without a name is called as Proxmox's own page calls it.
fn name(status: &GuestStatus, config: &GuestConfig, key: GuestKey) -> String {
    config
        .name
        .clone()
        .or_else(|| status.name.clone())
        .unwrap_or_else(|| match key.kind {
            GuestKind::Qemu => format!("VM {}", key.vmid),
            GuestKind::Lxc => format!("CT {}", key.vmid),
        })
}

fn state(status: &GuestStatus) -> Status {
    match (status.status.as_str(), status.qmpstatus.as_deref()) {
        ("running", Some("paused" | "prelaunch" | "suspended")) => Status::Paused,
        ("running", _) => Status::Running,
        ("stopped", _) => Status::Stopped,
        _ => Status::Unknown,
    }
}

/// The SMBIOS UUID of a VM, else the creation time; a guest made later under the same vmid has another one.
fn identity(config: &GuestConfig) -> Option<String> {
    let field = |key: &str, name: &str| {
        let text = config.raw.get(key)?.as_str()?;
        let value = text
            .split(',')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))?;
        Some(value.to_owned())
    };
    field("smbios1", "uuid").or_else(|| field("meta", "ctime"))
}

/// Proxmox's verdict on a move, in words. Nothing is overruled: no disks are copied along on a live move and
/// no storage is replaced, since neither was asked for.
fn may_move(
    answer: &MigratePreconditions,
    kind: GuestKind,
    target: &NodeName,
) -> Result<(), String> {
    if let Some(obstacles) = answer.not_allowed_nodes.get(target.as_str()) {
        let mut reasons = Vec::new();
        if !obstacles.unavailable_storages.is_empty() {
            reasons.push(format!(
                "{target} does not have the storage {}",
                obstacles.unavailable_storages.join(", ")
            ));
        }
        for blocking in &obstacles.blocking_ha_resources {
            reasons.push(format!("a rule keeps it apart from {}", blocking.sid));
        }
        if reasons.is_empty() {
            reasons.push(format!("Proxmox does not allow it on {target}"));
        }
        return Err(reasons.join("; "));
    }
    if !answer.local_resources.is_empty() {
        return Err(format!(
            "it uses devices of its own node: {}",
            answer.local_resources.join(", ")
        ));
    }
    let local_disk = answer.local_disks.iter().find(|disk| !disk.cdrom);
    if let Some(disk) = local_disk
        && kind == GuestKind::Qemu
        && answer.running
    {
        return Err(format!(
            "its disk {} is on local storage, which a live move does not take along; shut it down first or move the disk to shared storage",
            disk.volid
        ));
    }
    if let Some(allowed) = &answer.allowed_nodes
        && !allowed.iter().any(|node| node == target.as_str())
        && kind == GuestKind::Qemu
        && !answer.running
    {
        return Err(format!("Proxmox does not list {target} among the nodes that it can go to"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn preconditions(value: serde_json::Value) -> MigratePreconditions {
        serde_json::from_value(value).unwrap()
    }

    fn config(value: serde_json::Value) -> GuestConfig {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_stands_in_the_way_of_a_move_is_said() {
        let target: NodeName = "pve2".parse().unwrap();
        for (answer, reason) in [
            (
                json!({"running": 1, "not_allowed_nodes": {"pve2": {"unavailable_storages": ["local-lvm"]}}}),
                "local-lvm",
            ),
            (json!({"running": 1, "local_resources": ["hostpci0"]}), "hostpci0"),
            (
                json!({"running": 1, "local_disks": [{"volid": "local-lvm:vm-1-disk-0", "size": 1}]}),
                "local-lvm:vm-1-disk-0",
            ),
        ] {
            let verdict = may_move(&preconditions(answer), GuestKind::Qemu, &target);
            assert!(verdict.unwrap_err().contains(reason), "{reason}");
        }
        let free = preconditions(json!({"running": 1, "local_disks": [{"volid": "nfs:iso/a.iso", "cdrom": 1}]}));
        assert_eq!(may_move(&free, GuestKind::Qemu, &target), Ok(()));
    }

    #[test]
    fn a_guest_made_anew_under_the_same_vmid_has_another_identity() {
        let old = config(json!({"smbios1": "uuid=aaaa", "meta": "creation-qemu=9.0,ctime=1"}));
        let new = config(json!({"smbios1": "uuid=bbbb", "meta": "creation-qemu=9.0,ctime=2"}));
        assert_eq!(identity(&old).as_deref(), Some("aaaa"));
        assert_ne!(identity(&old), identity(&new));
        assert_eq!(identity(&config(json!({"hostname": "mail-01"}))), None);
    }
}
