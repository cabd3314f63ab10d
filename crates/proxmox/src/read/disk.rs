//! Disks, drives and mount points, out of a guest's configuration.

use serde_json::{Map, Value};

use crate::{lenient, volume::VolumeId};

/// A disk, drive or mount point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// Where it is attached, such as `scsi0`, `rootfs` or `unused0`.
    pub slot: String,
    /// Volume, such as `local-lvm:vm-100-disk-0`, a host path, or `none`.
    pub volume: String,
    /// Storage of the volume; `None` of a host path or an empty drive.
    pub storage: Option<String>,
    /// Size in bytes as written in the configuration.
    pub size: Option<u64>,
    /// Whether it is a CD drive.
    pub cdrom: bool,
    /// Whether it is the drive that Proxmox makes for cloud-init, which is a CD drive too.
    pub cloudinit: bool,
    /// Whether a backup of the guest takes it in: a virtual machine's disks unless they say no, a container's mount
    /// points only if they say yes.
    pub backup: bool,
    /// Whether replication of the guest takes it in, unless it says no.
    pub replicate: bool,
}

impl Disk {
    /// The volume's id; `None` of a host path or an empty drive.
    pub fn volume_id(&self) -> Option<VolumeId> {
        self.volume.parse().ok()
    }

    /// Whether it is attached to nothing.
    pub fn is_unused(&self) -> bool {
        slot_order(&self.slot).0 == "unused"
    }

    fn parse(slot: &str, value: &str) -> Self {
        let mut volume = "";
        let (mut size, mut backup, mut replicate, mut cdrom) = (None, None, None, false);
        for part in value.split(',') {
            match part.split_once('=') {
                Some(("file" | "volume", named)) => volume = named,
                Some(("size", text)) => size = parse_size(text),
                Some(("media", media)) => cdrom = media == "cdrom",
                Some(("backup", flag)) => backup = lenient::parse_flag(flag),
                Some(("replicate", flag)) => replicate = lenient::parse_flag(flag),
                None if volume.is_empty() => volume = part,
                Some(_) | None => {}
            }
        }
        let storage = volume
            .split_once(':')
            .map(|(storage, _)| storage)
            .filter(|storage| !storage.is_empty() && !storage.starts_with('/'));
        Self {
            slot: slot.to_owned(),
            volume: volume.to_owned(),
            storage: storage.map(str::to_owned),
            size,
            cdrom,
            cloudinit: is_cloudinit(volume),
            backup: match slot_order(slot).0 {
                "rootfs" => true,
                "mp" => storage.is_some() && backup.unwrap_or(false),
                "unused" => false,
                _ => !cdrom && backup.unwrap_or(true),
            },
            replicate: replicate.unwrap_or(true),
        }
    }
}

/// Those of a configuration, sorted by slot.
pub(super) fn all(config: &Map<String, Value>) -> Vec<Disk> {
    let mut disks: Vec<Disk> = config
        .iter()
        .filter(|(key, _)| is_disk_slot(key))
        .filter_map(|(key, value)| Some(Disk::parse(key, value.as_str()?)))
        .collect();
    disks.sort_by(|a, b| slot_order(&a.slot).cmp(&slot_order(&b.slot)));
    disks
}

/// Slots of virtual machines and containers that hold a volume.
fn is_disk_slot(key: &str) -> bool {
    let name = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = name.len() < key.len();
    match name {
        "rootfs" => !numbered,
        "ide" | "sata" | "scsi" | "virtio" | "efidisk" | "tpmstate" | "mp" | "unused" => numbered,
        _ => false,
    }
}

/// `scsi2` comes before `scsi10`.
fn slot_order(slot: &str) -> (&str, u32) {
    let name = slot.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = slot
        .get(name.len()..)
        .and_then(|digits| digits.parse().ok());
    (name, number.unwrap_or_default())
}

/// `local-lvm:vm-100-cloudinit`, `local:100/vm-100-cloudinit.qcow2`, or `local:cloudinit` until it is made.
fn is_cloudinit(volume: &str) -> bool {
    let Some((_, name)) = volume.split_once(':') else {
        return false;
    };
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.strip_suffix(".qcow2").unwrap_or(name);
    let name = name.strip_suffix(".raw").unwrap_or(name);
    match name.strip_suffix("cloudinit") {
        Some("") => true,
        Some(owner) => owner
            .strip_prefix("vm-")
            .and_then(|rest| rest.strip_suffix('-'))
            .is_some_and(|vmid| !vmid.is_empty() && vmid.bytes().all(|b| b.is_ascii_digit())),
        None => false,
    }
}

/// A size such as `32G`, `528K`, `4M`, `1T` or plain bytes, in powers of 1024.
fn parse_size(text: &str) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text.get(digits.len()..)? {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_takes_in_what_the_guest_itself_owns_and_has_not_left_out() {
        let table = [
            ("scsi0", "local-lvm:vm-1-disk-0,size=8G", true),
            ("scsi0", "local-lvm:vm-1-disk-0,backup=0", false),
            ("efidisk0", "local-lvm:vm-1-disk-1,size=4M", true),
            ("ide2", "local:iso/x.iso,media=cdrom", false),
            ("unused0", "local-lvm:vm-1-disk-2", false),
            ("rootfs", "local:1/vm-1-disk-0.raw,size=8G", true),
            ("mp0", "local:1/vm-1-disk-1.raw,mp=/a", false),
            ("mp0", "local:1/vm-1-disk-1.raw,mp=/a,backup=1", true),
            ("mp0", "/srv,mp=/a,backup=1", false),
        ];
        for (slot, value, expected) in table {
            let disk = Disk::parse(slot, value);
            assert_eq!(disk.backup, expected, "{slot}: {value}");
            assert_eq!(disk.is_unused(), slot == "unused0");
        }
    }

    #[test]
    fn replication_takes_in_a_disk_that_does_not_say_no() {
        assert!(Disk::parse("scsi0", "zfs:vm-1-disk-0").replicate);
        assert!(Disk::parse("scsi0", "zfs:vm-1-disk-0,replicate=1").replicate);
        assert!(!Disk::parse("scsi0", "zfs:vm-1-disk-0,replicate=0").replicate);
    }

    #[test]
    fn the_drive_of_cloud_init_is_known_by_its_volume() {
        for volume in [
            "local-lvm:vm-100-cloudinit",
            "local:100/vm-100-cloudinit.qcow2",
            "dir:100/vm-100-cloudinit.raw",
            "local:cloudinit",
        ] {
            let disk = Disk::parse("ide2", &format!("{volume},media=cdrom"));
            assert!(disk.cloudinit && disk.cdrom && !disk.backup, "{volume}");
        }
        for volume in [
            "none",
            "cloudinit",
            "local:iso/my-cloudinit.iso",
            "local:vm-x-cloudinit",
            "local:vm--cloudinit",
        ] {
            assert!(!Disk::parse("ide2", volume).cloudinit, "{volume}");
        }
    }

    #[test]
    fn the_volume_of_a_disk_has_an_id_unless_there_is_none() {
        let id = |value: &str| Disk::parse("scsi0", value).volume_id();
        let volume = id("local:100/vm-100-disk-0.qcow2,size=1G").unwrap();
        assert_eq!(volume.storage(), "local");
        assert_eq!(id("/dev/disk/by-id/x:y,size=1G"), None);
        assert_eq!(id("none,media=cdrom"), None);
    }
}
