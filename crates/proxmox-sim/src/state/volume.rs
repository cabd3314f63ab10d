//! Volumes of a guest: which storage they are on, and whether they can be snapshotted.

use super::Machine;
use super::guest::{Config, Guest};
use crate::scenario::GuestKind;

/// One volume out of a configuration line such as `nfs-vm:101/vm-101-disk-0.qcow2,size=32G`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// The configuration key, `scsi0` or `rootfs`.
    pub key: String,
    /// The whole volume id.
    pub volid: String,
    /// The storage in front of the colon.
    pub storage: String,
    /// `raw`, `qcow2` or `subvol`, by the file's ending.
    pub format: String,
    /// Size in bytes.
    pub size: u64,
}

/// The volumes that a configuration names, in the order of their keys.
pub fn volumes(config: &Config) -> Vec<Volume> {
    config
        .iter()
        .filter(|(key, _)| is_disk_key(key))
        .filter_map(|(key, value)| volume(key, value))
        .collect()
}

fn is_disk_key(key: &str) -> bool {
    let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
    key == "rootfs"
        || (stem != key && matches!(stem, "scsi" | "virtio" | "sata" | "ide" | "mp" | "unused"))
}

fn volume(key: &str, value: &str) -> Option<Volume> {
    let mut parts = value.split(',');
    let volid = parts.next()?;
    let (storage, rest) = volid.split_once(':')?;
    let size = parts.find_map(|p| p.strip_prefix("size="));
    let format = match rest.rsplit_once('.') {
        Some((_, ending)) => ending,
        None => "raw",
    };
    Some(Volume {
        key: key.into(),
        volid: volid.into(),
        storage: storage.into(),
        format: format.into(),
        size: size.and_then(bytes).unwrap_or(0),
    })
}

/// `32G`, `512M` or a plain number of bytes.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match &text[digits.len()..] {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

impl Machine {
    /// Whether every volume of the guest is on a storage that can take snapshots of it.
    pub fn can_snapshot(&self, guest: &Guest) -> bool {
        volumes(&guest.config).iter().all(|volume| {
            let kind = self.storage(&volume.storage).map(|s| s.kind.as_str());
            match kind {
                Some("lvmthin" | "zfspool" | "rbd" | "btrfs" | "cephfs") => true,
                Some("dir" | "nfs" | "cifs") => {
                    guest.kind == GuestKind::Qemu && volume.format == "qcow2"
                }
                _ => false,
            }
        })
    }

    /// The volumes that only the guest's own node can see.
    pub fn local_volumes(&self, guest: &Guest) -> Vec<Volume> {
        volumes(&guest.config)
            .into_iter()
            .filter(|v| !self.storage(&v.storage).is_some_and(|s| s.shared))
            .collect()
    }

    /// The storages of a guest that a node does not have.
    pub fn unavailable_storages(&self, guest: &Guest, node: &str) -> Vec<String> {
        let mut lacking: Vec<String> = volumes(&guest.config)
            .into_iter()
            .map(|v| v.storage)
            .filter(|id| {
                !self
                    .storage(id)
                    .is_some_and(|s| s.nodes.is_empty() || s.nodes.iter().any(|n| n == node))
            })
            .collect();
        lacking.sort();
        lacking.dedup();
        lacking
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_is_read_out_of_its_configuration_line() {
        let config = Config::from([
            (
                "scsi0".into(),
                "nfs-vm:101/vm-101-disk-0.qcow2,size=32G".into(),
            ),
            ("scsihw".into(), "virtio-scsi-single".into()),
        ]);
        assert_eq!(
            volumes(&config),
            [Volume {
                key: "scsi0".into(),
                volid: "nfs-vm:101/vm-101-disk-0.qcow2".into(),
                storage: "nfs-vm".into(),
                format: "qcow2".into(),
                size: 32 << 30,
            }]
        );
    }

    #[test]
    fn snapshots_depend_on_storage_and_format() {
        let machine = Machine::new(&crate::Scenario::lab(), 1_700_000_000_000);
        let can = |vmid| machine.can_snapshot(machine.guest(vmid).unwrap());
        assert!(can(101), "qcow2 on nfs");
        assert!(can(104), "container on lvmthin");
        assert!(!can(105), "container in a raw file");
        assert!(!can(111), "raw file in a folder");
    }
}
