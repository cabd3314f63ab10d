//! The fixture's cluster with all that its actions can be about: three nodes that answer, storages, backups, a guest of
//! high availability, a template.

use std::collections::BTreeMap;

use argus_domain::facts::{
    ArchiveFacts, BackupFacts, Facts, GIB, GuestFacts, NodeState, ReplicationFacts, StorageFacts,
    VolumeFacts,
};
use argus_domain::inventory::StorageListing;
use argus_types::action::{ActionKind, HaState, Service};
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKey, GuestKind, StorageName, VolumeId};
use serde_json::{Value, json};

use crate::fixture::{self, action, guest, key, node, plug, snapshot, with_guests};

/// A backup of `web-01`.
pub const BACKUP: &str = "nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst";
/// An earlier one, which is protected.
pub const PROTECTED: &str = "nfs:backup/vzdump-qemu-101-2026_10_01-00_00_00.vma.zst";
/// A backup of `ct-01`.
pub const OF_CONTAINER: &str = "nfs:backup/vzdump-lxc-103-2026_11_01-00_00_00.tar.zst";
/// A disk that no guest has.
pub const ORPHAN: &str = "local-lvm:vm-999-disk-0";

/// On `pve1`: the guests of the fixture and the template `tpl` (106). On `pve2`: `ha-01` (105), which runs, is managed
/// by high availability, is in the pool `web` and is replicated to `pve3`.
pub fn cluster() -> Facts {
    let mut guests: Vec<GuestFacts> = fixture::facts().guests.into_values().collect();
    let mut managed = guest(GuestKind::Qemu, 105, "ha-01", GuestStatus::Running);
    managed.node = node("pve2");
    managed.ha_managed = true;
    managed.kept.ha = Some(Some(HaState::Started));
    managed.kept.pool = Some(Some("web".to_owned()));
    managed.kept.replication = Some(BTreeMap::from([(0, replication("pve3"))]));
    managed.migrate = BTreeMap::from([(node("pve1"), Ok(())), (node("pve3"), Ok(()))]);
    let mut template = guest(GuestKind::Qemu, 106, "tpl", GuestStatus::Stopped);
    template.template = true;
    guests.extend([managed, template]);
    let mut facts = with_guests(guests);
    for node in &mut facts.inventory.nodes {
        node.online = true;
    }
    for name in ["pve1", "pve2", "pve3"] {
        add_node(&mut facts, name);
    }
    for (volume, kind, vmid, protected) in [
        (BACKUP, GuestKind::Qemu, 101, false),
        (PROTECTED, GuestKind::Qemu, 101, true),
        (OF_CONTAINER, GuestKind::Lxc, 103, false),
    ] {
        add_backup(&mut facts, volume, key(kind, vmid), protected);
    }
    let orphan = VolumeFacts {
        size: 32 * GIB,
        content: "images".to_owned(),
        vmid: Some(999),
        made: None,
        protected: false,
        user: None,
        archive: None,
    };
    facts.volumes.insert(volume(ORPHAN), Some(orphan));
    facts
}

/// The cluster with one guest changed, in the list as well.
pub fn altered(vmid: u32, change: impl Fn(&mut GuestFacts)) -> Facts {
    let mut facts = cluster();
    let mut guests = facts.guests.values_mut();
    let guest = guests.find(|guest| guest.key.vmid.get() == vmid);
    let guest = guest.expect("a guest of the cluster");
    change(guest);
    let mut list = facts.inventory.guests.iter_mut();
    let listed = list.find(|one| one.key == guest.key);
    *listed.expect("it is listed") = fixture::listing(guest);
    facts
}

pub fn storage(name: &str) -> StorageName {
    name.parse().expect("a storage")
}

pub fn volume(name: &str) -> VolumeId {
    name.parse().expect("a volume")
}

pub fn replication(to: &str) -> ReplicationFacts {
    ReplicationFacts {
        target: node(to),
        last_sync: Some(1_795_000_000),
    }
}

/// `local-lvm` is each node's own, `nfs` everybody's.
fn add_node(facts: &mut Facts, name: &str) {
    for (storage_name, shared, content, free) in [
        ("local-lvm", false, &["images", "rootdir"][..], 100),
        ("nfs", true, &["backup", "images", "iso"][..], 500),
    ] {
        let listing = StorageListing {
            name: storage_name.to_owned(),
            node: node(name),
            shared,
            available: true,
        };
        facts.inventory.storages.push(listing);
        let seen = StorageFacts {
            active: true,
            shared,
            content: content.iter().map(|one| (*one).to_owned()).collect(),
            available: Some(free * GIB),
            total: Some(1024 * GIB),
        };
        facts
            .storages
            .insert((node(name), storage(storage_name)), seen);
    }
    let services = Service::ALL.map(|service| (service, "running".to_owned()));
    let state = NodeState {
        uptime_s: Some(864_000),
        services: BTreeMap::from(services),
    };
    facts.nodes.insert(node(name), state);
}

fn add_backup(facts: &mut Facts, name: &str, of: GuestKey, protected: bool) {
    let content = VolumeFacts {
        size: 10 * GIB,
        content: "backup".to_owned(),
        vmid: Some(of.vmid.get()),
        made: Some(1_794_000_000),
        protected,
        user: None,
        // Where it was when it was backed up, which is not where it is now.
        archive: Some(ArchiveFacts {
            storages: [storage("local-lvm"), storage("nfs")].into(),
            plugs: [plug("vmbr1", Some(20))].into(),
        }),
    };
    facts.volumes.insert(volume(name), Some(content));
    let backup = BackupFacts {
        storage: storage("nfs"),
        volume: Some(volume(name)),
        taken: Some(1_794_000_000),
        verified: None,
        protected,
        notes: None,
    };
    let guest = facts.guests.get_mut(&of).expect("a guest of the cluster");
    guest.kept.backups.get_or_insert_default().push(backup);
}

pub fn on_node(name: &str, at: &str) -> Value {
    json!({ "action": name, "node": at })
}

pub fn on_volume(name: &str, volume: &str) -> Value {
    json!({ "action": name, "volume": volume })
}

/// An action on a guest with more of its fields.
pub fn wish(name: &str, vmid: u32, more: Value) -> Value {
    let mut value = action(name, vmid);
    let (Some(fields), Value::Object(more)) = (value.as_object_mut(), more) else {
        panic!("an action is an object");
    };
    fields.extend(more);
    value
}

/// A feasible wish for each entry of the catalogue, and the cluster on which it is one.
pub fn feasible(kind: ActionKind) -> (Value, Facts) {
    let with_snapshot = || altered(101, |guest| guest.snapshots = vec![snapshot("old")]);
    let more = match kind {
        ActionKind::Start => return (action("guest.start", 102), cluster()),
        ActionKind::Resume => {
            let paused = altered(101, |guest| guest.status = GuestStatus::Paused);
            return (action("guest.resume", 101), paused);
        }
        ActionKind::DeleteSnapshot | ActionKind::Rollback => {
            let back = wish(kind.as_str(), 101, json!({ "name": "old" }));
            return (back, with_snapshot());
        }
        ActionKind::MakeTemplate | ActionKind::Destroy => {
            return (action(kind.as_str(), 102), cluster());
        }
        ActionKind::Restore | ActionKind::ProtectBackup | ActionKind::DeleteBackup => {
            return (on_volume(kind.as_str(), BACKUP), cluster());
        }
        ActionKind::UnprotectBackup => return (on_volume(kind.as_str(), PROTECTED), cluster()),
        ActionKind::DeleteVolume => return (on_volume(kind.as_str(), ORPHAN), cluster()),
        ActionKind::Drain | ActionKind::RefreshPackages => {
            return (on_node(kind.as_str(), "pve1"), cluster());
        }
        ActionKind::RebootNode | ActionKind::ShutdownNode => {
            return (on_node(kind.as_str(), "pve3"), cluster());
        }
        ActionKind::WakeNode => {
            let mut facts = cluster();
            facts.inventory.nodes[2].online = false;
            return (on_node(kind.as_str(), "pve3"), facts);
        }
        ActionKind::RestartService | ActionKind::ReloadService => {
            let mut value = on_node(kind.as_str(), "pve1");
            value["service"] = json!("chrony");
            return (value, cluster());
        }
        ActionKind::HaSet => {
            return (
                wish(kind.as_str(), 105, json!({ "state": "stopped" })),
                cluster(),
            );
        }
        ActionKind::HaRemove => return (action(kind.as_str(), 105), cluster()),
        ActionKind::HaMigrate | ActionKind::HaRelocate => {
            return (
                wish(kind.as_str(), 105, json!({ "node": "pve3" })),
                cluster(),
            );
        }
        ActionKind::RunReplication => {
            return (wish(kind.as_str(), 105, json!({ "job": 0 })), cluster());
        }
        ActionKind::PoolRemove => {
            return (
                wish(kind.as_str(), 105, json!({ "pool": "web" })),
                cluster(),
            );
        }
        ActionKind::Migrate => json!({ "node": "pve2" }),
        ActionKind::SetConfig => json!({ "set": { "cores": 4 } }),
        ActionKind::ResizeDisk => json!({ "disk": "scsi0", "size_gib": 40 }),
        ActionKind::MoveDisk => json!({ "disk": "scsi0", "storage": "nfs" }),
        ActionKind::Backup => json!({ "storage": "nfs" }),
        ActionKind::HaAdd => json!({ "state": "started" }),
        ActionKind::PoolAdd => json!({ "pool": "web" }),
        ActionKind::Shutdown
        | ActionKind::Stop
        | ActionKind::Reboot
        | ActionKind::Reset
        | ActionKind::Suspend
        | ActionKind::Hibernate
        | ActionKind::Snapshot
        | ActionKind::Clone
        | ActionKind::AgentPing
        | ActionKind::AgentInfo
        | ActionKind::AgentTrim => json!({}),
    };
    (wish(kind.as_str(), 101, more), cluster())
}
