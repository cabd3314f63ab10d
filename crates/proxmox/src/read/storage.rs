//! Reads about storages and volumes. A dead network storage makes these hang until Proxmox gives up.

use serde::Deserialize;

use super::{Read, of_node, plain};
use crate::{call::CallBuilder, lenient, volume::VolumeId};

/// A storage as one node sees it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct NodeStorage {
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub storage: String,
    /// Type, such as `dir` or `lvmthin`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub type_: Option<String>,
    /// What it may hold, separated by `,`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub content: Option<String>,
    /// Whether the node can use it now.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub active: bool,
    /// Whether it is switched on.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub enabled: bool,
    /// Whether it is the same on all nodes.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub shared: bool,
    /// Bytes there are.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub total: Option<u64>,
    /// Bytes in use.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub used: Option<u64>,
    /// Bytes free.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub avail: Option<u64>,
}

impl NodeStorage {
    /// The kinds of content that it may hold, such as `images`, `rootdir` and `backup`.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        let content = self.content.as_deref().unwrap_or_default();
        content.split(',').filter(|kind| !kind.is_empty())
    }

    /// Whether it can take this kind of content now.
    pub fn takes(&self, kind: &str) -> bool {
        self.active && self.enabled && self.kinds().any(|known| known == kind)
    }
}

/// `GET /nodes/{node}/storage`: those the token may see, by `Datastore.Audit` or `Datastore.AllocateSpace`.
pub fn node_storage(node: &str) -> Read<Vec<NodeStorage>> {
    plain(of_node(node).segment("storage"))
}

/// A volume on a storage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Volume {
    /// Id, such as `local-lvm:vm-100-disk-0`.
    #[serde(deserialize_with = "lenient::text")]
    pub volid: String,
    /// What it holds, such as `images` or `backup`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub content: Option<String>,
    /// Format, such as `raw` or `qcow2`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub format: Option<String>,
    /// Bytes.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub size: Option<u64>,
    /// When it was made, epoch seconds.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub ctime: Option<u64>,
    /// Guest that owns it.
    #[serde(default, deserialize_with = "lenient::opt_uint32")]
    pub vmid: Option<u32>,
    /// First line of the note on a backup.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub notes: Option<String>,
    /// Whether a backup is protected against removal.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub protected: bool,
    /// Volume that it is a clone of.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub parent: Option<String>,
    /// What a Proxmox Backup Server's last verification of a backup found.
    #[serde(default)]
    pub verification: Option<Verification>,
}

impl Volume {
    /// The id, parsed.
    pub fn id(&self) -> Option<VolumeId> {
        self.volid.parse().ok()
    }
}

/// A verification of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Verification {
    /// `ok` or `failed`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub state: Option<String>,
    /// The backup server's task.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub upid: Option<String>,
}

/// Which volumes of a storage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContentFilter {
    /// Only those of this kind, such as `images` or `backup`.
    pub content: Option<String>,
    /// Only those of this guest.
    pub vmid: Option<u32>,
}

/// `GET /nodes/{node}/storage/{storage}/content`. Needs `Datastore.Audit` or `Datastore.AllocateSpace` on the storage,
/// and shows the volumes that the token may read.
pub fn storage_content(node: &str, storage: &str, filter: &ContentFilter) -> Read<Vec<Volume>> {
    let call = of_content(node, storage)
        .text_if("content", filter.content.as_deref())
        .number_if("vmid", filter.vmid.map(u64::from));
    plain(call)
}

/// What a storage knows about one volume.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VolumeAttributes {
    /// Where it is on the node.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub path: Option<String>,
    /// Format, such as `raw` or `vma.zst`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub format: Option<String>,
    /// Bytes that it stands for.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub size: Option<u64>,
    /// Bytes that it takes; few storages know.
    #[serde(default, deserialize_with = "lenient::opt_uint")]
    pub used: Option<u64>,
    /// The whole note on a backup.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub notes: Option<String>,
    /// Whether a backup is protected against removal.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub protected: bool,
}

/// `GET /nodes/{node}/storage/{storage}/content/{volume}`. Needs the right to read the volume. Some storages answer for
/// a volume that is gone with an error without a class: whether there is one is [`storage_content`]'s to say.
pub fn volume(node: &str, volume: &VolumeId) -> Read<VolumeAttributes> {
    plain(of_content(node, volume.storage()).volume(volume))
}

fn of_content(node: &str, storage: &str) -> CallBuilder {
    of_node(node)
        .segment("storage")
        .segment(storage)
        .segment("content")
}
