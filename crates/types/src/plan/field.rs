//! Values of the live cluster that steps rely on and bring about, and what was seen of them.

use serde::{Deserialize, Serialize};

use crate::action::Service;
use crate::guest_config::ConfigKey;
use crate::id::{DiskKey, NodeName, SnapshotName, StorageName, Vmid};

/// A value that a step can rely on or bring about. What does not name something else is about the step's target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Field {
    /// The node that the guest is on.
    Node {},
    /// The guest's status.
    Status {},
    /// Proxmox's own lock; `none` where there is none.
    Lock {},
    /// The guest's name.
    Name {},
    /// What tells this guest from another one that was made later under the same vmid: the SMBIOS UUID of a
    /// VM, the creation time where there is one; `none` otherwise.
    Identity {},
    /// Whether it is a template.
    Template {},
    /// Whether high availability manages it.
    HaManaged {},
    /// What high availability is to do with it; `none` where it is not managed.
    HaState {},
    /// Its pool; `none` where it is in none.
    Pool {},
    /// Whether the cluster has the guest: `present` or `absent`.
    Guest {},
    /// Whether the guest has a finished snapshot of this name: `present` or `absent`.
    Snapshot {
        /// The snapshot's name.
        name: SnapshotName,
    },
    /// The snapshots that the guest has, in order; `none` where it has none.
    Snapshots {},
    /// The snapshot that the guest's present state grew out of; `none` where there is none.
    GrownFrom {},
    /// One of the guest's settings; `default` where it is not set.
    Config {
        /// The setting.
        key: ConfigKey,
    },
    /// Proxmox's digest of the guest's whole configuration.
    ConfigDigest {},
    /// The size of a disk, such as `32 GiB`; `none` where the guest has no such disk.
    DiskSize {
        /// The disk.
        disk: DiskKey,
    },
    /// The storage that a disk is on; `none` where the guest has no such disk.
    DiskStorage {
        /// The disk.
        disk: DiskKey,
    },
    /// Whether Proxmox can snapshot the guest on its storages.
    SnapshotSupported {},
    /// Whether Proxmox allows the guest to move to the node.
    MigrateAllowed {
        /// The node it would move to.
        to: NodeName,
    },
    /// Whether the guest was started after the step was sent: `yes` or `no`.
    Restarted {},
    /// Where a replication job of the guest copies to; `none` where there is no such job.
    ReplicationTarget {
        /// The job's number.
        job: u8,
    },
    /// Whether a replication job of the guest has succeeded after the step was sent.
    Replicated {
        /// The job's number.
        job: u8,
    },
    /// Whether the guest's configuration has the guest agent.
    Agent {},
    /// Whether a backup of the guest with this note is on the storage: `present` or `absent`.
    Backup {
        /// The storage.
        storage: StorageName,
        /// Its note.
        note: String,
    },
    /// What has a vmid: `free`, or the guest's kind and whether Proxmox holds it.
    VmidHolder {
        /// The number.
        vmid: Vmid,
    },
    /// The name of the guest that has a vmid; `none` where none has it.
    VmidName {
        /// The number.
        vmid: Vmid,
    },
    /// Whether a node is online.
    NodeOnline {
        /// The node.
        node: NodeName,
    },
    /// How many guests run on a node.
    NodeRuns {
        /// The node.
        node: NodeName,
    },
    /// Whether the other nodes that are online would have a majority without this one.
    QuorateWithout {
        /// The node.
        node: NodeName,
    },
    /// Whether the node booted after the step was sent: `yes` or `no`.
    NodeRestarted {},
    /// How a service of the node is: `running`, `stopped` or another word of Proxmox's.
    Service {
        /// The service.
        service: Service,
    },
    /// Whether a majority of nodes is together.
    Quorate {},
    /// Whether a node can use a storage.
    StorageActive {
        /// The storage.
        storage: StorageName,
        /// The node.
        node: NodeName,
    },
    /// Free space of a storage as a node sees it, in whole GiB.
    StorageFree {
        /// The storage.
        storage: StorageName,
        /// The node.
        node: NodeName,
    },
    /// Whether the volume is there: `present` or `absent`.
    Volume {},
    /// Whether the backup is kept from being deleted.
    VolumeProtected {},
    /// Who uses the volume; `none` where no guest's configuration names it.
    VolumeUser {},
    /// Whether Proxmox said that it did what was asked: `yes`. For what leaves no other trace.
    SaidDone {},
}

impl Field {
    /// What people call the value.
    pub fn label(&self) -> String {
        let text = match self {
            Self::Node {} => "node",
            Self::Status {} => "status",
            Self::Lock {} => "Proxmox lock",
            Self::Name {} => "name",
            Self::Identity {} => "identity",
            Self::Template {} => "template",
            Self::HaManaged {} => "managed by HA",
            Self::HaState {} => "wish kept by HA",
            Self::Pool {} => "pool",
            Self::Guest {} => "guest",
            Self::Snapshot { name } => return format!("snapshot {name}"),
            Self::Snapshots {} => "snapshots",
            Self::GrownFrom {} => "grown from snapshot",
            Self::Config { key } => key.label(),
            Self::ConfigDigest {} => "configuration digest",
            Self::DiskSize { disk } => return format!("size of {disk}"),
            Self::DiskStorage { disk } => return format!("storage of {disk}"),
            Self::SnapshotSupported {} => "snapshots supported",
            Self::MigrateAllowed { to } => return format!("may move to {to}"),
            Self::Restarted {} => "restarted",
            Self::ReplicationTarget { job } => return format!("replication job {job} copies to"),
            Self::Replicated { job } => return format!("replication job {job} ran"),
            Self::Agent {} => "guest agent configured",
            Self::Backup { storage, note } => return format!("backup {note} on {storage}"),
            Self::VmidHolder { vmid } => return format!("guest {vmid}"),
            Self::VmidName { vmid } => return format!("name of guest {vmid}"),
            Self::NodeOnline { node } => return format!("node {node} online"),
            Self::NodeRuns { node } => return format!("guests running on {node}"),
            Self::QuorateWithout { node } => return format!("quorum without {node}"),
            Self::NodeRestarted {} => "node restarted",
            Self::Service { service } => return format!("service {}", service.as_str()),
            Self::Quorate {} => "cluster has quorum",
            Self::StorageActive { storage, node } => {
                return format!("storage {storage} usable on {node}");
            }
            Self::StorageFree { storage, node } => {
                return format!("GiB free on {storage} at {node}");
            }
            Self::Volume {} => "volume",
            Self::VolumeProtected {} => "protected from deletion",
            Self::VolumeUser {} => "used by",
            Self::SaidDone {} => "done, says Proxmox",
        };
        text.to_owned()
    }
}

/// How much a value may differ from what is expected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Tolerance {
    /// Not at all.
    #[default]
    Exact,
    /// A number that may be larger.
    AtLeast,
}

impl Tolerance {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands the value over by reference"
    )]
    fn is_exact(&self) -> bool {
        *self == Self::Exact
    }

    /// Whether `seen` is near enough to `expected`. What is no number is compared as text.
    pub fn accepts(self, expected: &str, seen: &str) -> bool {
        match (self, expected.parse::<u64>(), seen.parse::<u64>()) {
            (Self::AtLeast, Ok(expected), Ok(seen)) => seen >= expected,
            _ => expected == seen,
        }
    }
}

/// A field and the value it must have. Booleans are `yes` and `no`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Expectation {
    /// Which value.
    #[serde(flatten)]
    pub field: Field,
    /// What it must be.
    pub value: String,
    /// How much it may differ from that.
    #[serde(default, skip_serializing_if = "Tolerance::is_exact")]
    pub tolerance: Tolerance,
}

/// What was found where something was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct Evidence {
    /// What people call the value.
    pub label: String,
    /// What it had to be.
    pub expected: String,
    /// What it was; `unknown` where Proxmox did not say.
    pub observed: String,
    /// Whether the two agree.
    pub holds: bool,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_number_may_be_larger_and_a_text_may_not_differ() {
        for (expected, seen, exact, at_least) in [
            ("20", "20", true, true),
            ("20", "21", false, true),
            ("20", "100", false, true),
            ("20", "19", false, false),
            ("20", "", false, false),
            ("20", "-1", false, false),
            ("20", "none", false, false),
            ("yes", "yes", true, true),
            ("yes", "z", false, false),
        ] {
            assert_eq!(Tolerance::Exact.accepts(expected, seen), exact, "{seen}");
            assert_eq!(
                Tolerance::AtLeast.accepts(expected, seen),
                at_least,
                "{seen}"
            );
        }
    }

    #[test]
    fn an_exact_expectation_says_nothing_of_tolerance() {
        let exact = r#"{"field":"snapshot","name":"before","value":"absent"}"#;
        let least = r#"{"field":"storage_free","storage":"nfs","node":"pve1","value":"20","tolerance":"at_least"}"#;
        for text in [exact, least] {
            let wish: Expectation = serde_json::from_str(text).unwrap();
            let expected: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(&wish).unwrap(), expected);
        }
        let wish: Expectation = serde_json::from_str(exact).unwrap();
        assert_eq!(wish.tolerance, Tolerance::Exact);
    }

    #[test]
    fn a_label_tells_a_value_from_every_other() {
        let node = || "pve1".parse().unwrap();
        let storage = || "nfs".parse().unwrap();
        let disk = || "scsi0".parse().unwrap();
        let vmid = || Vmid::try_from(101).unwrap();
        let fields = [
            Field::Node {},
            Field::Status {},
            Field::Lock {},
            Field::Name {},
            Field::Identity {},
            Field::Template {},
            Field::HaManaged {},
            Field::HaState {},
            Field::Pool {},
            Field::Guest {},
            Field::Snapshot {
                name: "before".parse().unwrap(),
            },
            Field::Snapshots {},
            Field::GrownFrom {},
            Field::Config {
                key: ConfigKey::Cores,
            },
            Field::Config {
                key: ConfigKey::Tags,
            },
            Field::ConfigDigest {},
            Field::DiskSize { disk: disk() },
            Field::DiskStorage { disk: disk() },
            Field::SnapshotSupported {},
            Field::MigrateAllowed { to: node() },
            Field::Restarted {},
            Field::ReplicationTarget { job: 0 },
            Field::Replicated { job: 0 },
            Field::Agent {},
            Field::Backup {
                storage: storage(),
                note: "n".to_owned(),
            },
            Field::VmidHolder { vmid: vmid() },
            Field::VmidName { vmid: vmid() },
            Field::NodeOnline { node: node() },
            Field::NodeRuns { node: node() },
            Field::QuorateWithout { node: node() },
            Field::NodeRestarted {},
            Field::Service {
                service: Service::Cron,
            },
            Field::Quorate {},
            Field::StorageActive {
                storage: storage(),
                node: node(),
            },
            Field::StorageFree {
                storage: storage(),
                node: node(),
            },
            Field::Volume {},
            Field::VolumeProtected {},
            Field::VolumeUser {},
            Field::SaidDone {},
        ];
        let labels: BTreeSet<String> = fields.iter().map(Field::label).collect();
        assert_eq!(labels.len(), fields.len());
    }
}
