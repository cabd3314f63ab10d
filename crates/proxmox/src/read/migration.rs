//! What stands in the way of a migration.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Read, of_guest, plain};
use crate::{guest::GuestRef, lenient};

/// What Proxmox says before a migration. Virtual machines and containers spell the keys differently.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MigratePreconditions {
    /// Whether the guest runs.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub running: bool,
    /// Nodes that it can go to. Missing of a running virtual machine on some releases.
    #[serde(default, alias = "allowed-nodes")]
    pub allowed_nodes: Option<Vec<String>>,
    /// Nodes that it cannot go to, and why.
    #[serde(
        default,
        alias = "not-allowed-nodes",
        deserialize_with = "lenient::or_default"
    )]
    pub not_allowed_nodes: BTreeMap<String, Obstacles>,
    /// Disks that exist on its node only.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub local_disks: Vec<LocalDisk>,
    /// Devices of its node that it uses.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub local_resources: Vec<String>,
    /// Mapped devices that it uses.
    #[serde(
        default,
        rename = "mapped-resources",
        deserialize_with = "lenient::or_default"
    )]
    pub mapped_resources: Vec<String>,
    /// Services that high availability takes along.
    #[serde(
        default,
        rename = "dependent-ha-resources",
        deserialize_with = "lenient::or_default"
    )]
    pub dependent_ha_resources: Vec<String>,
}

/// Why a node is not possible.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Obstacles {
    /// Storages that it does not have.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub unavailable_storages: Vec<String>,
    /// Services there that a rule keeps apart from the guest.
    #[serde(
        default,
        rename = "blocking-ha-resources",
        deserialize_with = "lenient::or_default"
    )]
    pub blocking_ha_resources: Vec<BlockingHaResource>,
}

/// A service in the way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BlockingHaResource {
    /// Such as `vm:100`.
    #[serde(deserialize_with = "lenient::text")]
    pub sid: String,
    /// `resource-affinity` or `node-affinity`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub cause: Option<String>,
}

/// A disk on local storage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LocalDisk {
    /// Volume.
    #[serde(deserialize_with = "lenient::text")]
    pub volid: String,
    /// Bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub size: Option<u64>,
    /// Whether it is a CD image.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub cdrom: bool,
    /// Whether it is attached to nothing.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub is_unused: bool,
}

/// `GET /nodes/{node}/{kind}/{vmid}/migrate?target=`. Needs `VM.Migrate` on the guest. Containers answer it since 9.
pub fn migrate_preconditions(guest: &GuestRef, target: &str) -> Read<MigratePreconditions> {
    plain(of_guest(guest).segment("migrate").text("target", target))
}
