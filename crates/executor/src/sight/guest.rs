//! Reading one guest, from its own node.

use std::collections::{BTreeMap, BTreeSet};

use argus_domain::facts::{
    BackupFacts, ConfigFacts, DiskFacts, GuestFacts, GuestWanted, Kept, Plug, ReplicationFacts,
    SnapshotFacts,
};
use argus_domain::value::yes_no;
use argus_proxmox::read::{
    self, ContentFilter, GuestConfig, GuestStatus, MigratePreconditions, Resource,
};
use argus_proxmox::{ApiErrorKind, Client, Error, GuestRef, HaSid};
use argus_types::action::HaState;
use argus_types::cluster;
use argus_types::guest_config::ConfigKey;
use argus_types::id::{DiskKey, GuestKey, NodeName, StorageName, VolumeId};
use serde_json::Value;

use super::{kind, reference};

/// Reads one guest, wherever it is; `None` where the cluster does not have it (or hides it from the token).
pub(super) async fn guest(
    client: &Client,
    key: GuestKey,
    wanted: &GuestWanted,
    listed: &[Resource],
) -> Result<Option<GuestFacts>, Error> {
    for node in std::iter::once(&wanted.node).chain(&wanted.elsewhere) {
        if let Some(facts) = guest_on(client, key, node, wanted, listed).await? {
            return Ok(Some(facts));
        }
    }
    let fresh = client
        .read(read::cluster_resources())
        .await?
        .into_iter()
        .filter_map(|resource| resource.guest())
        .find(|guest| guest.vmid == key.vmid.get() && guest.kind == kind(key.kind));
    match fresh.and_then(|guest| guest.node.parse::<NodeName>().ok()) {
        Some(node) => guest_on(client, key, &node, wanted, listed).await,
        None => Ok(None),
    }
}

async fn guest_on(
    client: &Client,
    key: GuestKey,
    node: &NodeName,
    wanted: &GuestWanted,
    listed: &[Resource],
) -> Result<Option<GuestFacts>, Error> {
    let guest = reference(key, node);
    let status = match client.read(read::guest_status(&guest)).await {
        Ok(status) => status,
        // A guest on another node is answered with 500 "Configuration file … does not exist".
        Err(error) if error.api_kind() == Some(ApiErrorKind::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let config = client.read(read::guest_config(&guest)).await?;
    let taken = if wanted.snapshots {
        client.read(read::snapshots(&guest)).await?
    } else {
        Vec::new()
    };
    let grown_from = taken
        .iter()
        .find(|snapshot| snapshot.is_parent_of_present)
        .map(|snapshot| snapshot.name.clone());
    let snapshots = taken
        .into_iter()
        .map(|snapshot| SnapshotFacts {
            name: snapshot.name,
            parent: snapshot.parent,
            with_memory: snapshot.vmstate,
            taken: snapshot.snaptime.and_then(|at| i64::try_from(at).ok()),
        })
        .collect();
    let snapshot_supported = if wanted.snapshot_feature {
        let feature = client.read(read::feature_snapshot(&guest)).await?;
        Some(feature.has_feature)
    } else {
        None
    };
    Ok(Some(GuestFacts {
        key,
        node: node.clone(),
        name: status
            .name
            .clone()
            .or_else(|| config.name.clone())
            .unwrap_or_default(),
        status: guest_state(&status),
        uptime_s: status.uptime.filter(|_| status.is_running()),
        lock: status.lock.clone().or_else(|| config.lock.clone()),
        template: status.template || config.template,
        identity: identity(&config),
        ha_managed: status.ha.managed,
        tags: config.tags.clone(),
        snapshots,
        grown_from,
        disks: Some(disks(&config)),
        config: Some(settings(&config)),
        snapshot_supported,
        migrate: ways(client, &guest, &wanted.migrate_to).await?,
        kept: kept(client, &guest, wanted, listed).await?,
    }))
}

/// What the cluster keeps about the guest elsewhere. What the token may not see stays unknown.
async fn kept(
    client: &Client,
    guest: &GuestRef,
    wanted: &GuestWanted,
    listed: &[Resource],
) -> Result<Kept, Error> {
    let mut kept = Kept::default();
    if wanted.pool {
        kept.pool = listed
            .iter()
            .find(|one| one.guest().is_some_and(|other| other.vmid == guest.vmid))
            .map(|one| one.pool.clone().filter(|pool| !pool.is_empty()));
    }
    if wanted.ha {
        kept.ha = match client.read(read::ha_resource(HaSid::from(guest))).await {
            Ok(resource) => {
                // Proxmox's default where the file says nothing.
                let word = resource.state.unwrap_or_else(|| "started".to_owned());
                // `enabled` is an old spelling.
                let word = if word == "enabled" { "started" } else { &word };
                let states = HaState::ALL.into_iter();
                states
                    .map(Some)
                    .find(|state| state.map(HaState::as_str) == Some(word))
            }
            Err(error) if error.api_kind() == Some(ApiErrorKind::HaNotDefined) => Some(None),
            Err(error) if error.api_kind() == Some(ApiErrorKind::Permission) => None,
            Err(error) => return Err(error),
        };
    }
    if wanted.replication {
        let jobs = client.read(read::replication(&guest.node)).await?;
        let own = jobs.into_iter().filter(|job| job.guest == Some(guest.vmid));
        kept.replication = Some(
            own.filter_map(|job| {
                let number = job.id.rsplit_once('-')?.1.parse().ok()?;
                Some((
                    number,
                    ReplicationFacts {
                        target: job.target?.parse().ok()?,
                        last_sync: Some(job.last_sync.unwrap_or(0)),
                    },
                ))
            })
            .collect(),
        );
    }
    if wanted.backups {
        kept.backups = Some(backups(client, guest).await?);
    }
    Ok(kept)
}

/// Backups on every storage that the guest's node can read them from, the latest first.
async fn backups(client: &Client, guest: &GuestRef) -> Result<Vec<BackupFacts>, Error> {
    let filter = ContentFilter {
        content: Some("backup".to_owned()),
        vmid: Some(guest.vmid),
    };
    let mut found = Vec::new();
    for storage in client.read(read::node_storage(&guest.node)).await? {
        if !storage.takes("backup") {
            continue;
        }
        let listed = client
            .read(read::storage_content(
                &guest.node,
                &storage.storage,
                &filter,
            ))
            .await?;
        found.extend(listed.into_iter().filter_map(|volume| {
            let id: VolumeId = volume.volid.parse().ok()?;
            Some(BackupFacts {
                storage: id.storage(),
                volume: Some(id),
                taken: volume.ctime.and_then(|taken| i64::try_from(taken).ok()),
                verified: volume
                    .verification
                    .and_then(|verification| verification.state)
                    .map(|state| state == "ok"),
                protected: volume.protected,
                notes: volume.notes,
            })
        }));
    }
    found.sort_by(|a, b| b.taken.cmp(&a.taken).then_with(|| a.volume.cmp(&b.volume)));
    Ok(found)
}

/// `paused` covers everything that is in memory and not running, such as QEMU's `prelaunch` and `io-error`.
fn guest_state(status: &GuestStatus) -> cluster::GuestStatus {
    match (status.status.as_str(), status.qmpstatus.as_deref()) {
        ("running", None | Some("running")) => cluster::GuestStatus::Running,
        ("running", Some(_)) => cluster::GuestStatus::Paused,
        ("stopped", _) => cluster::GuestStatus::Stopped,
        _ => cluster::GuestStatus::Unknown,
    }
}

/// The SMBIOS UUID of a virtual machine, else the time of its making, where Proxmox keeps one.
fn identity(config: &GuestConfig) -> Option<String> {
    let part = |option: &str, name: &str| {
        let text = config.raw.get(option)?.as_str()?;
        text.split(',').find_map(|part| {
            let (key, value) = part.split_once('=')?;
            (key.trim() == name && !value.is_empty()).then(|| value.to_owned())
        })
    };
    part("smbios1", "uuid").or_else(|| part("meta", "ctime"))
}

/// The settings that may be changed, as people read them: see `argus_types::guest_config`.
fn settings(config: &GuestConfig) -> ConfigFacts {
    let text = |key: ConfigKey| match config.raw.get(key.as_str())? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(on) => Some(u8::from(*on).to_string()),
        _ => None,
    };
    let value = |key: ConfigKey| match key {
        ConfigKey::Cores | ConfigKey::Balloon | ConfigKey::Boot => text(key),
        ConfigKey::Memory => config.memory.map(|mib| mib.to_string()),
        // A number with or without a fraction, depending on who wrote it.
        ConfigKey::CpuLimit => text(key).map(|text| match text.trim_end_matches('0') {
            whole if text.contains('.') => whole.trim_end_matches('.').to_owned(),
            _ => text,
        }),
        ConfigKey::Onboot => text(key).map(|_| yes_no(config.onboot).to_owned()),
        ConfigKey::Protection => text(key).map(|_| yes_no(config.protection).to_owned()),
        ConfigKey::Tags => {
            let mut tags = config.tags.clone();
            tags.sort_unstable();
            tags.dedup();
            Some(tags.join(";")).filter(|tags| !tags.is_empty())
        }
        // Proxmox keeps notes as lines and ends each of them.
        ConfigKey::Description => text(key).map(|text| text.trim_end().to_owned()),
    };
    let agent = config.raw.get("agent").and_then(|agent| match agent {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    ConfigFacts {
        plugs: plugs(config),
        digest: config.digest.clone(),
        // `1`, `enabled=1` and either with more behind a comma.
        agent: agent.is_some_and(|text| {
            let first = text.split(',').next().unwrap_or_default();
            matches!(first, "1" | "enabled=1")
        }),
        values: ConfigKey::ALL
            .into_iter()
            .filter_map(|key| Some((key, value(key)?)))
            .collect(),
    }
}

/// What its network cards are plugged into.
pub(super) fn plugs(config: &GuestConfig) -> BTreeSet<Plug> {
    let plugs = config.plugs.iter().map(|plug| Plug {
        bridge: plug.bridge.clone(),
        vlan: plug.vlan,
    });
    plugs.collect()
}

/// Its disks, without those that are attached to nothing.
pub(super) fn disks(config: &GuestConfig) -> BTreeMap<DiskKey, DiskFacts> {
    let disks = config.disks.iter().filter_map(|disk| {
        let storage: StorageName = disk.storage.as_ref()?.parse().ok()?;
        let facts = DiskFacts {
            storage,
            size: disk.size,
            medium: disk.cdrom,
        };
        Some((disk.slot.parse().ok()?, facts))
    });
    disks.collect()
}

/// For each node: whether Proxmox lets the guest move there.
async fn ways(
    client: &Client,
    guest: &GuestRef,
    nodes: &BTreeSet<NodeName>,
) -> Result<BTreeMap<NodeName, Result<(), String>>, Error> {
    let mut ways = BTreeMap::new();
    for node in nodes {
        ways.insert(node.clone(), may_move(client, guest, node).await?);
    }
    Ok(ways)
}

async fn may_move(
    client: &Client,
    guest: &GuestRef,
    target: &NodeName,
) -> Result<Result<(), String>, Error> {
    match client
        .read(read::migrate_preconditions(guest, target.as_str()))
        .await
    {
        Ok(preconditions) => Ok(obstacle(&preconditions, target.as_str())),
        // Containers answer this since release 9. Before that only trying tells, and the task then says why.
        Err(error) if error.api_kind() == Some(ApiErrorKind::NotImplemented) => Ok(Ok(())),
        Err(error) => Err(error),
    }
}

fn obstacle(preconditions: &MigratePreconditions, target: &str) -> Result<(), String> {
    if let Some(obstacles) = preconditions.not_allowed_nodes.get(target) {
        let mut reasons = Vec::new();
        if !obstacles.unavailable_storages.is_empty() {
            reasons.push(format!(
                "storage {} is not there",
                obstacles.unavailable_storages.join(", ")
            ));
        }
        for service in &obstacles.blocking_ha_resources {
            reasons.push(format!("an HA rule keeps it apart from {}", service.sid));
        }
        if reasons.is_empty() {
            reasons.push("Proxmox does not allow it".to_owned());
        }
        return Err(reasons.join("; "));
    }
    if !preconditions.local_resources.is_empty() {
        let devices = preconditions.local_resources.join(", ");
        return Err(format!("it uses devices of its node: {devices}"));
    }
    // A CD image on local storage is looked at by Proxmox itself, when the move begins.
    let volumes: Vec<_> = preconditions
        .local_disks
        .iter()
        .filter(|disk| !disk.cdrom)
        .map(|disk| disk.volid.as_str())
        .collect();
    if preconditions.running && !volumes.is_empty() {
        return Err(format!(
            "it runs and has disks that only its node has: {}",
            volumes.join(", ")
        ));
    }
    match &preconditions.allowed_nodes {
        Some(allowed) if !allowed.iter().any(|node| node == target) => {
            Err("Proxmox does not list it among the possible nodes".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_identity_is_the_smbios_uuid_or_else_the_time_of_making() {
        let read = |config| identity(&serde_json::from_value(config).unwrap());
        let both = json!({ "smbios1": "base64=1,uuid=4d1c", "meta": "creation-qemu=9.0,ctime=17" });
        assert_eq!(read(both).as_deref(), Some("4d1c"));
        let made = json!({ "meta": "creation-qemu=9.0,ctime=17" });
        assert_eq!(read(made).as_deref(), Some("17"));
        assert_eq!(read(json!({ "smbios1": "uuid=" })), None);
        assert_eq!(read(json!({ "smbios1": 7 })), None);
    }

    #[test]
    fn settings_read_the_same_however_proxmox_writes_them() {
        let read = |config| settings(&serde_json::from_value(config).unwrap()).values;
        let written = json!({
            "cores": 2, "memory": "current=2048", "cpulimit": "1.0", "onboot": 1, "protection": "0",
            "tags": "web;prod", "description": "Front door.\n", "digest": "abc",
        });
        let texts: Vec<_> = read(written)
            .into_iter()
            .map(|(key, value)| format!("{}={value}", key.as_str()))
            .collect();
        assert_eq!(
            texts,
            [
                "cores=2",
                "memory=2048",
                "cpulimit=1",
                "onboot=yes",
                "protection=no",
                "tags=prod;web",
                "description=Front door."
            ]
        );
        for limit in [json!(20), json!("20"), json!(20.0)] {
            let values = read(json!({ "cpulimit": limit }));
            assert_eq!(values[&ConfigKey::CpuLimit], "20");
        }
        assert!(read(json!({})).is_empty());
    }

    #[test]
    fn a_machine_that_is_in_memory_and_does_not_run_is_paused() {
        use cluster::GuestStatus as S;
        let read = |status| guest_state(&serde_json::from_value(status).unwrap());
        assert_eq!(read(json!({ "status": "running" })), S::Running);
        assert_eq!(
            read(json!({ "status": "running", "qmpstatus": "running" })),
            S::Running
        );
        for word in ["paused", "prelaunch", "io-error", "suspended"] {
            assert_eq!(
                read(json!({ "status": "running", "qmpstatus": word })),
                S::Paused
            );
        }
        assert_eq!(
            read(json!({ "status": "stopped", "qmpstatus": "stopped" })),
            S::Stopped
        );
        assert_eq!(read(json!({ "status": "?" })), S::Unknown);
    }

    #[test]
    fn a_move_is_allowed_only_where_nothing_stands_in_the_way() {
        let read = |value| obstacle(&serde_json::from_value(value).unwrap(), "pve2");
        assert!(read(json!({ "allowed_nodes": ["pve2"], "running": 0 })).is_ok());
        assert!(
            read(json!({ "running": 1 })).is_ok(),
            "a running machine has no list on some releases"
        );
        assert!(read(json!({ "allowed-nodes": ["pve3"] })).is_err());
        let storage =
            json!({ "not_allowed_nodes": { "pve2": { "unavailable_storages": ["fast"] } } });
        assert!(read(storage).unwrap_err().contains("fast"));
        assert!(read(json!({ "local_resources": ["hostpci0"] })).is_err());
        let disks = json!({ "running": 1, "local_disks": [{ "volid": "local-lvm:vm-1-disk-0" }] });
        assert!(read(disks).is_err());
        let stopped =
            json!({ "running": 0, "local_disks": [{ "volid": "local-lvm:vm-1-disk-0" }] });
        assert!(read(stopped).is_ok(), "disks of a stopped guest are copied");
    }
}
