//! Rows of what is kept: settings, snapshots, disks, copies, backups and volumes.

use argus_types::action::{Action, BackupMode};
use argus_types::guest_config::ConfigChange;
use argus_types::id::GuestKind;

use super::Row;
use crate::lab::{guest, vm};

fn named_snapshot() -> Action {
    Action::Snapshot {
        target: vm(101),
        name: Some("before".parse().expect("a name")),
        description: None,
        include_memory: false,
    }
}

pub fn snapshot() -> Row {
    Row::new(
        |_| named_snapshot(),
        |_, now| now.guest(101, "snapshots")[0] == "before",
    )
    .task("qmsnapshot")
}

pub fn delete_snapshot() -> Row {
    Row::new(
        |_| Action::DeleteSnapshot {
            target: vm(101),
            name: "before".parse().expect("a name"),
        },
        |_, now| now.guest(101, "snapshots") == serde_json::json!([]),
    )
    .after(named_snapshot())
    .task("qmdelsnapshot")
}

pub fn rollback() -> Row {
    Row::new(
        |_| Action::Rollback {
            target: vm(101),
            name: "before".parse().expect("a name"),
            start: true,
        },
        |before, now| {
            let then = before.guest(101, "config");
            let tags = &now.guest(101, "config")["tags"];
            now.runs(101) && tags == "prod;web" && then["tags"] == "later"
        },
    )
    .after(named_snapshot())
    .after(Action::SetConfig {
        target: vm(101),
        set: ConfigChange {
            tags: Some(vec!["later".parse().expect("a tag")]),
            ..ConfigChange::default()
        },
    })
    .task("qmrollback")
}

pub fn clone_guest() -> Row {
    Row::new(
        |_| Action::Clone {
            target: vm(9000),
            new_vmid: Some(200.try_into().expect("a vmid")),
            name: Some("fresh".parse().expect("a name")),
            storage: None,
        },
        |_, now| now.guest(200, "name") == "fresh" && now.disk(200, "scsi0").is_some(),
    )
    .task("qmclone")
}

pub fn set_config() -> Row {
    Row::new(
        |_| Action::SetConfig {
            target: guest(GuestKind::Lxc, 104),
            set: ConfigChange {
                cores: Some(3),
                memory_mib: Some(777),
                ..ConfigChange::default()
            },
        },
        |_, now| {
            let config = now.guest(104, "config");
            config["cores"] == "3" && config["memory"] == "777"
        },
    )
}

pub fn resize_disk() -> Row {
    Row::new(
        |_| Action::ResizeDisk {
            target: vm(108),
            disk: "scsi0".parse().expect("a disk"),
            size_gib: 20,
        },
        |_, now| {
            now.disk(108, "scsi0")
                .is_some_and(|disk| disk["size"] == 20_u64 << 30)
        },
    )
    .task("resize")
}

pub fn move_disk() -> Row {
    Row::new(
        |_| Action::MoveDisk {
            target: vm(108),
            disk: "scsi0".parse().expect("a disk"),
            storage: "local-lvm".parse().expect("a storage"),
        },
        |_, now| {
            let disk = now.disk(108, "scsi0").expect("a disk");
            let volume = disk["volid"].as_str().expect("a name");
            volume.starts_with("local-lvm:") && now.volume(volume).is_some()
        },
    )
    .task("qmmove")
}

pub fn make_template() -> Row {
    Row::new(
        |_| Action::MakeTemplate { target: vm(108) },
        |_, now| now.guest(108, "template") == true,
    )
    .task("qmtemplate")
}

pub fn destroy() -> Row {
    Row::new(
        |_| Action::Destroy {
            target: vm(108),
            purge: false,
        },
        |_, now| !now.exists(108),
    )
    .task("qmdestroy")
}

pub fn backup() -> Row {
    Row::new(
        |_| Action::Backup {
            target: vm(108),
            storage: "nfs-vm".parse().expect("a storage"),
            mode: BackupMode::Snapshot,
            protect: true,
        },
        |_, now| {
            let found = now.backups(108, "nfs-vm");
            found.len() == 1 && found[0]["protected"] == true
        },
    )
    .task("vzdump")
}

pub fn restore() -> Row {
    Row::new(
        |now| Action::Restore {
            volume: now.backup(105, "nfs-vm"),
            node: None,
            new_vmid: Some(205.try_into().expect("a vmid")),
            storage: None,
            start: false,
        },
        |_, now| now.guest(205, "kind") == "lxc" && now.is_stopped(205),
    )
    .task("vzrestore")
}

pub fn protect_backup() -> Row {
    Row::new(
        |now| Action::ProtectBackup {
            volume: now.backup(102, "pbs"),
        },
        |_, now| now.backups(102, "pbs")[0]["protected"] == true,
    )
}

pub fn unprotect_backup() -> Row {
    Row::new(
        |now| Action::UnprotectBackup {
            volume: now.backup(101, "nfs-vm"),
        },
        |_, now| now.backups(101, "nfs-vm")[0]["protected"] == false,
    )
}

pub fn delete_backup() -> Row {
    Row::new(
        |now| Action::DeleteBackup {
            volume: now.backup(105, "nfs-vm"),
        },
        |_, now| now.backups(105, "nfs-vm").is_empty(),
    )
    .task("imgdel")
}

pub fn delete_volume() -> Row {
    Row::new(
        |_| Action::DeleteVolume {
            volume: "local:iso/debian-13.1.0-amd64-netinst.iso"
                .parse()
                .expect("a volume"),
        },
        |before, now| now.volume_ids().len() + 1 == before.volume_ids().len(),
    )
    .task("imgdel")
}
