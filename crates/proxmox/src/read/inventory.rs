//! What there is: nodes, guests, storages, in one call each.

use serde::Deserialize;

use super::{Read, plain};
use crate::{
    call::CallBuilder,
    guest::{GuestRef, Kind},
    lenient,
};

/// A node, as `/nodes` lists it. Numbers need `Sys.Audit` on the node and are missing without it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NodeEntry {
    /// Name, exactly as paths need it.
    #[serde(deserialize_with = "lenient::text")]
    pub node: String,
    /// `online`, `offline` or `unknown`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub status: Option<String>,
    /// SHA-256 of its certificate, as `AA:BB:…`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub ssl_fingerprint: Option<String>,
    /// Share of the CPUs in use, 0 to 1.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub cpu: Option<f64>,
    /// Number of CPUs.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub maxcpu: Option<f64>,
    /// Memory in use, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub mem: Option<u64>,
    /// Memory there is, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub maxmem: Option<u64>,
    /// Root file system in use, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub disk: Option<u64>,
    /// Root file system's size, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub maxdisk: Option<u64>,
    /// Seconds since boot.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub uptime: Option<u64>,
}

impl NodeEntry {
    /// Whether the answering node sees it.
    pub fn is_online(&self) -> bool {
        self.status.as_deref() == Some("online")
    }
}

/// `GET /nodes`. Any token.
pub fn nodes() -> Read<Vec<NodeEntry>> {
    plain(CallBuilder::get().path("nodes"))
}

/// What kind of thing a [`Resource`] is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceType {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
    /// A node.
    Node,
    /// A storage on one node.
    Storage,
    /// A pool.
    Pool,
    /// A zone of the software-defined network.
    Sdn,
    /// One that this release of the client does not know.
    #[serde(untagged)]
    Other(String),
}

/// One line of `/cluster/resources`. Up to 12 s old; never proof that an action worked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Resource {
    /// Such as `qemu/100`, `node/pve1`, `storage/pve1/local`.
    #[serde(deserialize_with = "lenient::text")]
    pub id: String,
    /// What it is.
    #[serde(rename = "type")]
    pub type_: ResourceType,
    /// Where it is.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub node: Option<String>,
    /// `running`, `stopped`, `online`, `available`, `unknown` and others, by type.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub status: Option<String>,
    /// Guest number.
    #[serde(default, deserialize_with = "lenient::opt_uint32")]
    pub vmid: Option<u32>,
    /// Guest name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// Pool, of a guest in one.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub pool: Option<String>,
    /// Tags, separated by `;`. See [`Resource::tag_list`].
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub tags: Option<String>,
    /// Guest lock, such as `backup`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub lock: Option<String>,
    /// State in high availability, of a managed guest.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub hastate: Option<String>,
    /// Whether the guest is a template.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub template: bool,
    /// Share of the CPUs in use, 0 to 1.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub cpu: Option<f64>,
    /// Number of CPUs.
    #[serde(default, deserialize_with = "lenient::opt_float")]
    pub maxcpu: Option<f64>,
    /// Memory in use, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub mem: Option<u64>,
    /// Memory there is, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub maxmem: Option<u64>,
    /// Memory that the guest costs its node, bytes. Since 9.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub memhost: Option<u64>,
    /// Disk in use, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub disk: Option<u64>,
    /// Disk there is, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub maxdisk: Option<u64>,
    /// Received since start, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub netin: Option<u64>,
    /// Sent since start, bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub netout: Option<u64>,
    /// Seconds since start.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub uptime: Option<u64>,
    /// Storage name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub storage: Option<String>,
    /// Storage type, such as `lvmthin`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub plugintype: Option<String>,
    /// What a storage may hold, separated by `,`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub content: Option<String>,
    /// Whether a storage is the same on all nodes.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub shared: bool,
}

impl Resource {
    /// The guest that this line is about; `None` for anything else.
    pub fn guest(&self) -> Option<GuestRef> {
        let kind = match self.type_ {
            ResourceType::Qemu => Kind::Qemu,
            ResourceType::Lxc => Kind::Lxc,
            _ => return None,
        };
        Some(GuestRef {
            node: self.node.clone()?,
            kind,
            vmid: self.vmid?,
        })
    }

    /// The tags one by one.
    pub fn tag_list(&self) -> Vec<&str> {
        self.tags.as_deref().map(split_tags).unwrap_or_default()
    }
}

/// Tags come separated by `;`, and by `,` or spaces where somebody wrote them by hand.
pub(super) fn split_tags(tags: &str) -> Vec<&str> {
    tags.split([';', ',', ' ', '\t'])
        .filter(|tag| !tag.is_empty())
        .collect()
}

/// `GET /cluster/resources`: everything the token may see, by `VM.Audit`, `Datastore.Audit` and `Sys.Audit`.
pub fn cluster_resources() -> Read<Vec<Resource>> {
    plain(CallBuilder::get().path("cluster/resources"))
}
