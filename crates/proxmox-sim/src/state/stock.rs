//! What the storages hold at the start: the guests' disks, and what a scenario says lies there.

use super::Machine;
use super::contents::{Archive, Content, Stored, in_files, storage_of};
use super::guest::Guest;
use super::series::{clock_text, share_of};
use super::volume::volumes;
use crate::scenario::{GuestKind, Scenario, Storage};

impl Machine {
    /// Fills the storages as the scenario says.
    pub(super) fn stock(&mut self, scenario: &Scenario) {
        let now_s = self.now_ms / 1000;
        let mut all = Vec::new();
        for guest in self.guests.values() {
            for volume in volumes(&guest.config) {
                let disk = Stored::disk(
                    volume.volid,
                    guest.kind,
                    guest.vmid,
                    volume.size,
                    guest.power.first().map_or(now_s, |(at, _)| at / 1000),
                );
                all.push((guest.node.clone(), disk));
            }
        }
        for line in &scenario.guest {
            let Some(guest) = self.guests.get(&line.vmid) else {
                continue;
            };
            for backup in &line.backup {
                let Some(storage) = self.storage(&backup.storage) else {
                    continue;
                };
                let at_ms = self.now_ms.saturating_sub(backup.age_hours * 3_600_000);
                let mut stored = archive_of(guest, storage, "zstd", at_ms);
                if let Some(gib) = backup.size_gib {
                    stored.size = gib << 30;
                    stored.occupied = gib << 30;
                }
                stored.protected = backup.protected;
                stored.verified = backup.verified;
                stored.notes.clone_from(&backup.notes);
                all.push((guest.node.clone(), stored));
            }
        }
        for line in &scenario.file {
            let Some(storage) = self.storage(&line.storage) else {
                continue;
            };
            let stored = file(&line.name, storage, line.size_mib << 20, now_s);
            let places = self.nodes.iter().map(|n| n.name.clone());
            let places: Vec<String> = places.filter(|n| storage.is_on(n)).collect();
            all.extend(places.into_iter().map(|node| (node, stored.clone())));
        }
        for (node, stored) in all {
            self.put(&node, stored);
        }
        for storage in self.storages.clone() {
            let used = share_of(storage.total_bytes(), storage.used);
            for node in self.nodes.clone() {
                let place = self.place(&storage.id, &node.name).to_owned();
                self.contents.fill(&storage.id, &place, used);
            }
        }
    }
}

/// The archive of a guest as it is, made at a time.
pub fn archive_of(guest: &Guest, storage: &Storage, compress: &str, at_ms: u64) -> Stored {
    let whole: u64 = volumes(&guest.config).iter().map(|v| v.size).sum();
    let stamp = clock_text(at_ms);
    let vmid = guest.vmid;
    let (name, format, size, occupied) = if storage.kind == "pbs" {
        let (folder, format) = match guest.kind {
            GuestKind::Qemu => ("vm", "pbs-vm"),
            GuestKind::Lxc => ("ct", "pbs-ct"),
        };
        let name = format!("{folder}/{vmid}/{}Z", stamp.replace(' ', "T"));
        // What the server has already, it does not keep twice.
        (name, format.to_owned(), whole, whole / 4)
    } else {
        let (kind, tool) = match guest.kind {
            GuestKind::Qemu => ("qemu", "vma"),
            GuestKind::Lxc => ("lxc", "tar"),
        };
        let (format, size) = match compress {
            "zstd" => (format!("{tool}.zst"), whole / 2),
            "gzip" => (format!("{tool}.gz"), whole / 2),
            "1" | "lzo" => (format!("{tool}.lzo"), whole / 2),
            _ => (tool.to_owned(), whole),
        };
        let stamp = stamp.replace('-', "_").replace(' ', "-").replace(':', "_");
        let name = format!("vzdump-{kind}-{vmid}-{stamp}.{format}");
        (name, format, size, size)
    };
    let mut config = guest.config.clone();
    config.remove("lock");
    Stored {
        volid: format!("{}:backup/{name}", storage.id),
        content: Content::Backup,
        format,
        size,
        occupied,
        vmid: Some(vmid),
        ctime: at_ms / 1000,
        parent: None,
        notes: None,
        protected: false,
        verified: None,
        archive: Some(Box::new(Archive {
            kind: guest.kind,
            config,
        })),
    }
}

/// The image of a CD, or the template of a container's system, as its name says.
fn file(name: &str, storage: &Storage, size: u64, now_s: u64) -> Stored {
    let content = if is_iso(name) {
        Content::Iso
    } else {
        Content::Vztmpl
    };
    let format = match content {
        Content::Iso => "iso",
        _ => "tzst",
    };
    Stored {
        volid: format!("{}:{}/{name}", storage.id, content.text()),
        content,
        format: format.into(),
        size,
        occupied: size,
        vmid: None,
        ctime: now_s.saturating_sub(90 * 86_400),
        parent: None,
        notes: None,
        protected: false,
        verified: None,
        archive: None,
    }
}

/// Whether a file is the image of a CD.
pub fn is_iso(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.eq_ignore_ascii_case("iso")
}

/// Where a volume lies in a node's file system, or what it is called there.
pub fn path_of(stored: &Stored, storage: &Storage) -> String {
    let volid = &stored.volid;
    let name = volid.get(storage_of(volid).len() + 1..).unwrap_or_default();
    if !in_files(&storage.kind) {
        return match storage.kind.as_str() {
            "zfspool" => format!("/dev/zvol/rpool/data/{name}"),
            "rbd" => format!("rbd:{}/{name}", storage.id),
            "pbs" => format!("pbs:{}:{name}", storage.id),
            _ => format!("/dev/pve/{name}"),
        };
    }
    let root = if storage.kind == "dir" {
        "/var/lib/vz".to_owned()
    } else {
        format!("/mnt/pve/{}", storage.id)
    };
    let folder = match stored.content {
        Content::Images | Content::Rootdir => "images/",
        Content::Backup | Content::Iso | Content::Vztmpl => "",
    };
    let name = match stored.content {
        Content::Backup => name.replacen("backup/", "dump/", 1),
        Content::Iso => name.replacen("iso/", "template/iso/", 1),
        Content::Vztmpl => name.replacen("vztmpl/", "template/cache/", 1),
        _ => name.to_owned(),
    };
    format!("{root}/{folder}{name}")
}
