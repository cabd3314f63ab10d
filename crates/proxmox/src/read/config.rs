//! A guest's configuration: the options that decisions rest on, and all of them as they came.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{
    disk::{self, Disk},
    inventory::split_tags,
    network::{self, Plug},
};
use crate::lenient;

/// Configuration of a guest, virtual machine or container.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestConfig {
    /// SHA-1 of the file. Sent along with a change, it makes Proxmox refuse if somebody else was faster.
    pub digest: Option<String>,
    /// Guest lock, such as `backup`.
    pub lock: Option<String>,
    /// Name, a container's host name.
    pub name: Option<String>,
    /// Tags one by one.
    pub tags: Vec<String>,
    /// Whether it is a template.
    pub template: bool,
    /// Whether it is protected against removal.
    pub protection: bool,
    /// Whether it starts with its node.
    pub onboot: bool,
    /// Memory, MiB.
    pub memory: Option<u64>,
    /// Cores, of a virtual machine for each socket. A container without has all of the node's.
    pub cores: Option<u64>,
    /// Sockets. Virtual machines only.
    pub sockets: Option<u64>,
    /// Disks, mount points and drives, sorted by slot.
    pub disks: Vec<Disk>,
    /// What its network cards are plugged into.
    pub plugs: BTreeSet<Plug>,
    /// Everything, as it came.
    pub raw: Map<String, Value>,
}

impl<'de> Deserialize<'de> for GuestConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from_raw)
    }
}

impl GuestConfig {
    pub(super) fn from_raw(raw: Map<String, Value>) -> Self {
        let text = |key: &str| raw.get(key).and_then(scalar_text);
        let flag = |key: &str| {
            text(key)
                .and_then(|text| lenient::parse_flag(&text))
                .unwrap_or(false)
        };
        let number = |key: &str| text(key).and_then(|text| text.parse().ok());
        Self {
            digest: text("digest"),
            lock: text("lock"),
            name: text("name").or_else(|| text("hostname")),
            tags: text("tags")
                .map(|tags| split_tags(&tags).into_iter().map(str::to_owned).collect())
                .unwrap_or_default(),
            template: flag("template"),
            protection: flag("protection"),
            onboot: flag("onboot"),
            // Since 8 a virtual machine's memory may be written as `current=2048`.
            memory: text("memory")
                .and_then(|text| text.trim_start_matches("current=").parse().ok()),
            cores: number("cores"),
            sockets: number("sockets"),
            disks: disk::all(&raw),
            plugs: network::plugs(&raw),
            raw,
        }
    }
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_virtual_machine_is_read_with_its_disks_in_order() {
        let config: GuestConfig = serde_json::from_value(json!({
            "digest": "0f", "name": "web", "tags": "prod;web", "protection": 1, "onboot": "1",
            "memory": "current=4096", "cores": 4, "sockets": "2", "scsihw": "virtio-scsi-pci", "virtiofs0": "dir",
            "scsi10": "ceph:vm-1-disk-2,size=1T", "scsi2": "local-lvm:vm-1-disk-0,discard=on,size=32G",
            "ide2": "none,media=cdrom", "efidisk0": "file=local-lvm:vm-1-disk-1,efitype=4m,size=4M",
        }))
        .unwrap();
        assert_eq!(config.tags, ["prod", "web"]);
        assert!(config.protection && config.onboot && !config.template);
        assert_eq!(
            (config.memory, config.cores, config.sockets),
            (Some(4096), Some(4), Some(2))
        );
        let disks: Vec<_> = config
            .disks
            .iter()
            .map(|disk| {
                (
                    disk.slot.as_str(),
                    disk.storage.as_deref(),
                    disk.size,
                    disk.cdrom,
                )
            })
            .collect();
        assert_eq!(
            disks,
            [
                ("efidisk0", Some("local-lvm"), Some(4 << 20), false),
                ("ide2", None, None, true),
                ("scsi2", Some("local-lvm"), Some(32 << 30), false),
                ("scsi10", Some("ceph"), Some(1 << 40), false),
            ]
        );
        assert_eq!(config.raw["scsihw"], "virtio-scsi-pci");
    }

    #[test]
    fn a_container_is_read_with_its_host_name_and_bind_mounts() {
        let config: GuestConfig = serde_json::from_value(json!({
            "hostname": "dns", "memory": 512, "lock": "backup", "lxc": [["lxc.cap.drop", "x"]],
            "rootfs": "local:101/vm-101-disk-0.raw,size=8G", "mp0": "/srv/data,mp=/data",
        }))
        .unwrap();
        assert_eq!(config.name.as_deref(), Some("dns"));
        assert_eq!(config.lock.as_deref(), Some("backup"));
        assert_eq!(config.memory, Some(512));
        assert_eq!(config.disks[0].volume, "/srv/data");
        assert_eq!(config.disks[0].storage, None);
        assert_eq!(config.disks[1].storage.as_deref(), Some("local"));
        assert_eq!(config.digest, None);
    }

    #[test]
    fn odd_values_are_not_there_instead_of_wrong() {
        let config: GuestConfig = serde_json::from_value(json!({
            "memory": "much", "cores": [], "onboot": "perhaps", "scsi0": 7, "scsi1": "", "sata": "x",
            "virtio0": "s:v,size=99999999999999T", "virtio1": "s:v,size=é",
        }))
        .unwrap();
        assert_eq!(
            (config.memory, config.cores, config.onboot),
            (None, None, false)
        );
        let sizes: Vec<_> = config
            .disks
            .iter()
            .map(|disk| (disk.slot.as_str(), disk.size))
            .collect();
        assert_eq!(
            sizes,
            [("scsi1", None), ("virtio0", None), ("virtio1", None)]
        );
    }
}
