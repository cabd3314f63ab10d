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

impl Volume {
    /// Whether it is in a CD drive.
    pub fn is_cdrom(&self, config: &Config) -> bool {
        config
            .get(&self.key)
            .is_some_and(|line| line.contains("media=cdrom"))
    }
}

/// A configuration line with another volume and size; what else it says stays.
pub fn relined(line: &str, volid: &str, size: u64) -> String {
    let kept = line.split(',').skip(1).filter(|p| !p.starts_with("size="));
    let size = format!("size={}", size_text(size));
    let parts = std::iter::once(volid).chain(kept).chain([size.as_str()]);
    parts.collect::<Vec<_>>().join(",")
}

/// Bytes as a configuration line has them, in the largest unit that is exact.
fn size_text(bytes: u64) -> String {
    for (unit, shift) in [("G", 30), ("M", 20), ("K", 10)] {
        if bytes > 0 && bytes.trailing_zeros() >= shift {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}

/// A size as `resize` takes it, `+1.5G` or `64G`: whether it is that much more, and the bytes.
pub fn size_wanted(text: &str) -> Option<(bool, u64)> {
    let (more, text) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits = text.trim_end_matches(['K', 'M', 'G', 'T']);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let numeric = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if text.len() - digits.len() > 1 || !numeric(whole) || !numeric(part) {
        return None;
    }
    let shift = match &text[digits.len()..] {
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => 0,
    };
    let whole: u64 = whole.parse().ok()?;
    let whole = whole.checked_mul(1 << shift)?;
    // Nine digits after the point are finer than any unit asks for.
    let part: u128 = format!("{part:0<9}").get(..9)?.parse().ok()?;
    let part = u64::try_from((part << shift) / 1_000_000_000).ok()?;
    Some((more, whole.checked_add(part)?))
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
    fn a_line_keeps_what_else_it_says() {
        assert_eq!(
            relined(
                "a:vm-1-disk-0,discard=on,size=4G,ssd=1",
                "b:vm-1-disk-0",
                3 << 29
            ),
            "b:vm-1-disk-0,discard=on,ssd=1,size=1536M"
        );
    }

    #[test]
    fn a_wanted_size_is_absolute_or_more() {
        assert_eq!(size_wanted("64G"), Some((false, 64 << 30)));
        assert_eq!(size_wanted("+1.5G"), Some((true, 3 << 29)));
        assert_eq!(size_wanted("4096"), Some((false, 4096)));
        for wrong in [
            "",
            "G",
            "1.",
            "-1G",
            "1GG",
            "1P",
            "99999999999999T",
            "1.5.1G",
        ] {
            assert_eq!(size_wanted(wrong), None, "{wrong}");
        }
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
