//! The calls against what Proxmox documents about itself.

use argus_proxmox::{Kind, manage, read, write};

use super::{
    ct,
    documented::{check, r, w},
    sid, upid, vm, volume,
};

#[test]
fn calls_that_hand_out_rights_are_documented() {
    let (user, token) = ("argus@pve", "argus-1");
    check(&[
        w(&manage::token_make(user, token, 1_767_225_600, "x")),
        w(&manage::token_remove(user, token)),
        w(&manage::grant(
            "/vms/101",
            "argus@pve!argus-1",
            ["Argus-VM.Audit"],
        )),
        r(&read::user_tokens(user)),
        r(&read::roles()),
    ]);
}

#[test]
fn writes_to_both_kinds_of_guest_are_documented() {
    let boot = [("boot", "order=scsi0")];
    check(&[w(&write::config_set(&vm(), boot, None))]);
    for guest in [vm(), ct()] {
        let disk = match guest.kind {
            Kind::Qemu => "scsi0".to_owned(),
            Kind::Lxc => "rootfs".to_owned(),
        };
        let text = |text: &str| Some(text.to_owned());
        let snapshot = write::SnapshotCreate {
            name: "before".to_owned(),
            description: text("x"),
            vmstate: true,
        };
        let clone = write::CloneGuest {
            newid: 200,
            full: true,
            name: text("web"),
            target: text("pve2"),
            storage: text("ceph"),
            format: Some(write::ImageFormat::Vmdk),
            pool: text("prod"),
            snapshot: text("clean"),
        };
        let resize = write::Resize {
            disk: disk.clone(),
            size: 1 << 30,
            digest: text("0f"),
        };
        let moving = write::MoveDisk {
            disk,
            storage: "ceph".to_owned(),
            delete: true,
            format: Some(write::ImageFormat::Raw),
            digest: text("0f"),
        };
        let destroy = write::Destroy {
            purge: true,
            unreferenced_disks: true,
        };
        let migrate = write::Migrate {
            target: "pve2".to_owned(),
            mode: write::MigrateMode::Running,
        };
        let timeout = Some(90);
        check(&[
            w(&write::start(&guest)),
            w(&write::stop(&guest)),
            w(&write::shutdown(&guest, write::Shutdown { timeout })),
            w(&write::reboot(&guest, write::Reboot { timeout })),
            w(&write::snapshot_create(&guest, &snapshot)),
            w(&write::snapshot_delete(&guest, "before")),
            w(&write::snapshot_rollback(&guest, "before", true)),
            w(&write::config_set(&guest, [("cores", "4")], Some("0f"))),
            w(&write::template(&guest)),
            w(&write::clone_guest(&guest, &clone)),
            w(&write::resize(&guest, &resize)),
            w(&write::move_disk(&guest, &moving)),
            w(&write::destroy(&guest, destroy)),
            w(&write::migrate(&guest, &migrate)),
        ]);
    }
}

#[test]
fn writes_to_virtual_machines_alone_are_documented() {
    check(&[
        w(&write::reset(&vm())),
        w(&write::suspend(&vm())),
        w(&write::suspend_to_disk(&vm(), Some("ceph"))),
        w(&write::resume(&vm())),
        w(&write::agent_ping(&vm())),
        w(&write::agent_fstrim(&vm())),
    ]);
}

#[test]
fn writes_around_backups_are_documented() {
    let archive = volume("local:backup/vzdump-1.vma.zst");
    let restore = write::Restore {
        vmid: 200,
        archive: archive.clone(),
        storage: Some("ceph".to_owned()),
        unique: true,
        start: true,
    };
    let modes = [
        (write::BackupMode::Snapshot, write::Compression::None),
        (write::BackupMode::Suspend, write::Compression::Lzo),
        (write::BackupMode::Stop, write::Compression::Gzip),
        (write::BackupMode::Stop, write::Compression::Zstd),
    ];
    for (mode, compression) in modes {
        let options = write::Backup {
            storage: "pbs".to_owned(),
            mode,
            compression: Some(compression),
            notes_template: Some("x".to_owned()),
            protected: true,
        };
        check(&[w(&write::backup(&vm(), &options))]);
    }
    check(&[
        w(&write::restore("pve1", Kind::Qemu, &restore)),
        w(&write::restore("pve1", Kind::Lxc, &restore)),
        w(&write::volume_protect("pve1", &archive, true)),
        w(&write::volume_notes("pve1", &archive, "x")),
        w(&write::volume_delete("pve1", &archive)),
    ]);
}

#[test]
fn writes_to_nodes_and_the_cluster_are_documented() {
    let add = write::HaAdd {
        state: Some(write::HaState::Started),
        max_restart: Some(2),
        max_relocate: Some(2),
        comment: Some("x".to_owned()),
    };
    for state in [
        write::HaState::Stopped,
        write::HaState::Disabled,
        write::HaState::Ignored,
    ] {
        let set = write::HaSet {
            state: Some(state),
            max_restart: Some(2),
            max_relocate: Some(2),
            comment: Some("x".to_owned()),
            digest: Some("0f".to_owned()),
        };
        check(&[w(&write::ha_set(sid(&ct()), &set))]);
    }
    let without_note = write::HaSet {
        comment: Some(String::new()),
        ..write::HaSet::default()
    };
    check(&[
        w(&write::node_reboot("pve1")),
        w(&write::node_shutdown("pve1")),
        w(&write::wake_on_lan("pve1")),
        w(&write::service_start("pve1", "cron")),
        w(&write::service_restart("pve1", "cron")),
        w(&write::service_reload("pve1", "cron")),
        w(&write::apt_refresh("pve1")),
        w(&write::replication_schedule_now("pve1", "100-0")),
        w(&write::ha_add(sid(&vm()), &add)),
        w(&write::ha_set(sid(&vm()), &without_note)),
        w(&write::ha_remove(sid(&vm()))),
        w(&write::ha_migrate(sid(&vm()), "pve2")),
        w(&write::ha_relocate(sid(&ct()), "pve2")),
        w(&write::pool_add("prod", 100, true)),
        w(&write::pool_remove("prod", 100)),
    ]);
}

#[test]
fn reads_are_documented() {
    let archive = volume("local:backup/vzdump-1.vma.zst");
    let content = read::ContentFilter {
        content: Some("backup".to_owned()),
        vmid: Some(100),
    };
    check(&[
        r(&read::cluster_resources()),
        r(&read::cluster_status()),
        r(&read::cluster_tasks()),
        r(&read::nextid(Some(200))),
        r(&read::not_backed_up()),
        r(&read::backup_jobs()),
        r(&read::ha_status()),
        r(&read::ha_resources()),
        r(&read::ha_resource(sid(&vm()))),
        r(&read::ha_rules()),
        r(&read::replication_jobs()),
        r(&read::replication("pve1")),
        r(&read::replication_status("pve1", "100-0")),
        r(&read::pools()),
        r(&read::pool("prod")),
        r(&read::node_status("pve1")),
        r(&read::node_storage("pve1")),
        r(&read::storage_content("pve1", "local", &content)),
        r(&read::volume("pve1", &archive)),
        r(&read::archived_config("pve1", &archive)),
        r(&read::services("pve1")),
        r(&read::service("pve1", "cron")),
        r(&read::running_tasks("pve1")),
        r(&read::task_status(&upid())),
        r(&read::agent_osinfo(&vm())),
        r(&read::agent_host_name(&vm())),
        r(&read::agent_fsinfo(&vm())),
        r(&read::agent_interfaces(&vm())),
    ]);
    for guest in [vm(), ct()] {
        check(&[
            r(&read::guest_status(&guest)),
            r(&read::guest_config(&guest)),
            r(&read::snapshots(&guest)),
            r(&read::migrate_preconditions(&guest, "pve2")),
        ]);
    }
}
