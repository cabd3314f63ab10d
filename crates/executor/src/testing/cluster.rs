//! What a Proxmox in memory begins with, and its clock.

use argus_domain::facts::{ConfigFacts, GuestFacts, Kept, SnapshotFacts};
use argus_domain::inventory::{GuestListing, Inventory, NodeFacts};
use argus_types::Timestamp;
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKey, NodeName};
use tokio::time::Instant;

/// What its clock says at the beginning, in epoch seconds.
pub const BEGAN: i64 = 1_795_000_000;

/// A snapshot that every guest has.
pub const OLD: &str = "old";

/// The right time, where it all began at `began`.
///
/// # Panics
/// Never: [`BEGAN`] is within the calendar.
pub fn wall_clock(began: Instant) -> Timestamp {
    let start = Timestamp::from_unix(BEGAN).expect("within the calendar");
    Timestamp::new(start.get() + began.elapsed())
}

/// A guest on `pve1` that has nothing but the snapshot [`OLD`].
pub fn guest(key: GuestKey, status: GuestStatus, ha_managed: bool) -> GuestFacts {
    GuestFacts {
        key,
        node: node("pve1"),
        name: format!("guest-{}", key.vmid),
        status,
        uptime_s: None,
        lock: None,
        template: false,
        identity: Some(format!("uuid-{}", key.vmid)),
        ha_managed,
        tags: Vec::new(),
        snapshots: vec![SnapshotFacts {
            name: OLD.to_owned(),
            parent: None,
            with_memory: false,
            taken: None,
        }],
        grown_from: None,
        config: Some(ConfigFacts::default()),
        disks: None,
        snapshot_supported: Some(true),
        migrate: [(node("pve2"), Ok(()))].into(),
        kept: Kept::default(),
    }
}

/// Two nodes of the newest release, with these guests.
///
/// # Panics
/// Never: its names are names.
pub fn inventory(guests: &[GuestFacts]) -> Inventory {
    Inventory {
        cluster: "lab".parse().expect("a cluster id"),
        quorate: Some(true),
        release: Some(9),
        nodes: ["pve1", "pve2"]
            .map(|name| NodeFacts::new(node(name), true))
            .to_vec(),
        guests: guests.iter().map(listing).collect(),
        storages: Vec::new(),
    }
}

fn listing(guest: &GuestFacts) -> GuestListing {
    GuestListing {
        key: guest.key,
        name: guest.name.clone(),
        node: guest.node.clone(),
        status: guest.status,
        template: false,
        lock: None,
        pool: None,
        tags: Vec::new(),
        ha_managed: guest.ha_managed,
        memory: None,
    }
}

fn node(name: &str) -> NodeName {
    name.parse().expect("a node name")
}
