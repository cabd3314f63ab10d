//! Reads about one guest, or the guests of one node. All need `VM.Audit` on the guest.

use serde::Deserialize;
use serde_json::Value;

use super::{Read, config::GuestConfig, inventory::split_tags, of_guest, of_node, plain};
use crate::{
    answer,
    guest::{GuestRef, Kind},
    lenient,
};

/// A guest in its node's list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct GuestEntry {
    /// Number.
    #[serde(deserialize_with = "lenient::uint32")]
    pub vmid: u32,
    /// `running` or `stopped`.
    #[serde(deserialize_with = "lenient::text")]
    pub status: String,
    /// Name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// Tags, separated by `;`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub tags: Option<String>,
    /// Guest lock.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub lock: Option<String>,
    /// Whether it is a template.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub template: bool,
    /// Seconds since start.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub uptime: Option<u64>,
    /// Number of CPUs.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub cpus: Option<f64>,
    /// Memory in use, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub mem: Option<u64>,
    /// Memory there is, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub maxmem: Option<u64>,
}

/// `GET /nodes/{node}/{kind}`.
pub fn guest_list(node: &str, kind: Kind) -> Read<Vec<GuestEntry>> {
    plain(of_node(node).segment(kind.as_str()))
}

/// The state of a guest right now: what a pre-check and a post-check rest on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct GuestStatus {
    /// `running` or `stopped`.
    #[serde(deserialize_with = "lenient::text")]
    pub status: String,
    /// What QEMU says, such as `running`, `paused` or `prelaunch`. Virtual machines only.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub qmpstatus: Option<String>,
    /// Guest lock, such as `backup`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub lock: Option<String>,
    /// Name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// Tags, separated by `;`. See [`GuestStatus::tag_list`].
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub tags: Option<String>,
    /// Whether it is a template.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub template: bool,
    /// What high availability does with it.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub ha: GuestHa,
    /// Seconds since start; 0 of a stopped guest.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub uptime: Option<u64>,
    /// Process id, which changes with each start.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub pid: Option<u64>,
    /// Share of its CPUs in use, 0 to 1.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub cpu: Option<f64>,
    /// Number of CPUs.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub cpus: Option<f64>,
    /// Memory in use, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub mem: Option<u64>,
    /// Memory there is, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub maxmem: Option<u64>,
    /// Size of its root disk, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub maxdisk: Option<u64>,
    /// Whether the guest agent is switched on in its configuration. Virtual machines only.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub agent: bool,
}

/// A guest's part in high availability.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct GuestHa {
    /// Whether power and migration go through its manager, which only queues them.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub managed: bool,
    /// State that is asked for.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub state: Option<String>,
}

impl GuestStatus {
    /// Whether it runs. A paused virtual machine counts as running.
    pub fn is_running(&self) -> bool {
        self.status == "running"
    }

    /// The tags one by one.
    pub fn tag_list(&self) -> Vec<&str> {
        self.tags.as_deref().map(split_tags).unwrap_or_default()
    }
}

/// `GET /nodes/{node}/{kind}/{vmid}/status/current`.
pub fn guest_status(guest: &GuestRef) -> Read<GuestStatus> {
    plain(of_guest(guest).path("status/current"))
}

/// `GET /nodes/{node}/{kind}/{vmid}/config`: as it will be after the next start, with its digest.
pub fn guest_config(guest: &GuestRef) -> Read<GuestConfig> {
    plain(of_guest(guest).segment("config"))
}

/// A configured value, and what waits for the next start.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PendingValue {
    /// Name of the option.
    #[serde(deserialize_with = "lenient::text")]
    pub key: String,
    /// Value in effect.
    #[serde(default)]
    pub value: Option<Value>,
    /// Value that waits.
    #[serde(default)]
    pub pending: Option<Value>,
    /// Whether its removal waits: 1, or 2 by force.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub delete: Option<u64>,
}

impl PendingValue {
    /// Whether a change waits for the next start.
    pub fn is_waiting(&self) -> bool {
        self.pending.is_some() || self.delete.is_some_and(|delete| delete > 0)
    }
}

/// `GET /nodes/{node}/{kind}/{vmid}/pending`.
pub fn pending(guest: &GuestRef) -> Read<Vec<PendingValue>> {
    plain(of_guest(guest).segment("pending"))
}

/// A snapshot of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Name.
    pub name: String,
    /// The snapshot that it was taken on top of.
    pub parent: Option<String>,
    /// When, in epoch seconds.
    pub snaptime: Option<u64>,
    /// Note.
    pub description: Option<String>,
    /// Whether memory was saved with it. Virtual machines only.
    pub vmstate: bool,
    /// Whether the guest's present state grew out of this snapshot.
    pub is_parent_of_present: bool,
}

/// `GET /nodes/{node}/{kind}/{vmid}/snapshot`. Proxmox's line for the present state is not a snapshot and left out.
pub fn snapshots(guest: &GuestRef) -> Read<Vec<Snapshot>> {
    Read::new(of_guest(guest).segment("snapshot"), |body| {
        #[derive(Deserialize)]
        struct Entry {
            #[serde(deserialize_with = "lenient::text")]
            name: String,
            #[serde(default, deserialize_with = "lenient::opt_text")]
            parent: Option<String>,
            #[serde(default, deserialize_with = "lenient::opt_uint")]
            snaptime: Option<u64>,
            #[serde(default, deserialize_with = "lenient::opt_text")]
            description: Option<String>,
            #[serde(default, deserialize_with = "lenient::flag")]
            vmstate: bool,
        }
        let (present, taken): (Vec<Entry>, Vec<Entry>) = answer::data::<Vec<Entry>>(body)?
            .into_iter()
            .partition(|entry| entry.name == "current");
        let parent = present.into_iter().find_map(|entry| entry.parent);
        let snapshots = taken.into_iter().map(|entry| Snapshot {
            is_parent_of_present: parent.as_ref() == Some(&entry.name),
            name: entry.name,
            parent: entry.parent,
            snaptime: entry.snaptime,
            description: entry.description,
            vmstate: entry.vmstate,
        });
        Ok(snapshots.collect())
    })
}

/// Whether a guest can do something.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Feature {
    /// Whether it can, as it is now and where it is now.
    #[serde(rename = "hasFeature", default, deserialize_with = "lenient::flag")]
    pub has_feature: bool,
    /// The nodes on which it could. Virtual machines only.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub nodes: Vec<String>,
}

/// `GET /nodes/{node}/{kind}/{vmid}/feature?feature=snapshot`: whether all its disks can be snapshotted.
pub fn feature_snapshot(guest: &GuestRef) -> Read<Feature> {
    plain(
        of_guest(guest)
            .segment("feature")
            .text("feature", "snapshot"),
    )
}
