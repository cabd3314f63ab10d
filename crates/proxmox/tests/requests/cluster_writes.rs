//! Writes to backups, volumes, nodes and the cluster.

use argus_proxmox::{Kind, write};

use super::{ct, sid, vm, volume, write_line};

#[test]
fn a_backup_never_prunes_older_ones() {
    let mut options = write::Backup {
        storage: "pbs".to_owned(),
        mode: write::BackupMode::Snapshot,
        compression: None,
        notes_template: None,
        protected: false,
    };
    assert_eq!(
        write_line(&write::backup(&vm(), &options)),
        "POST /nodes/pve1/vzdump vmid=100&storage=pbs&mode=snapshot&remove=0"
    );
    options.mode = write::BackupMode::Stop;
    options.compression = Some(write::Compression::Zstd);
    options.notes_template = Some("{{guestname}} by Argus".to_owned());
    options.protected = true;
    assert_eq!(
        write_line(&write::backup(&ct(), &options)),
        "POST /nodes/pve1/vzdump vmid=101&storage=pbs&mode=stop&compress=zstd\
         &notes-template=%7B%7Bguestname%7D%7D+by+Argus&protected=1&remove=0"
    );
}

#[test]
fn an_archive_becomes_a_new_guest_and_never_overwrites_one() {
    let options = write::Restore {
        vmid: 200,
        archive: volume("local:backup/vzdump-1.vma.zst"),
        storage: Some("ceph".to_owned()),
        unique: true,
        start: true,
    };
    let archive = "local%3Abackup%2Fvzdump-1.vma.zst";
    let rest = "storage=ceph&unique=1&start=1";
    assert_eq!(
        write_line(&write::restore("pve1", Kind::Qemu, &options)),
        format!("POST /nodes/pve1/qemu vmid=200&archive={archive}&{rest}")
    );
    assert_eq!(
        write_line(&write::restore("pve1", Kind::Lxc, &options)),
        format!("POST /nodes/pve1/lxc vmid=200&ostemplate={archive}&restore=1&{rest}")
    );
}

#[test]
fn a_volume_is_named_whole_in_one_part_of_the_path() {
    let archive = volume("local:backup/vzdump-1.vma.zst");
    let path = "/nodes/pve1/storage/local/content/local:backup%2Fvzdump-1.vma.zst";
    let table = [
        (
            write_line(&write::volume_protect("pve1", &archive, true)),
            format!("PUT {path} protected=1"),
        ),
        (
            write_line(&write::volume_protect("pve1", &archive, false)),
            format!("PUT {path} protected=0"),
        ),
        (
            write_line(&write::volume_notes("pve1", &archive, "a\nb")),
            format!("PUT {path} notes=a%0Ab"),
        ),
        (
            write_line(&write::volume_delete("pve1", &archive)),
            format!("DELETE {path}"),
        ),
    ];
    for (line, expected) in table {
        assert_eq!(line, expected);
    }
}

#[test]
fn writes_to_a_node_go_out_as_documented() {
    let table = [
        (
            write_line(&write::node_reboot("pve1")),
            "status command=reboot",
        ),
        (
            write_line(&write::node_shutdown("pve1")),
            "status command=shutdown",
        ),
        (write_line(&write::wake_on_lan("pve1")), "wakeonlan"),
        (
            write_line(&write::service_start("pve1", "cron")),
            "services/cron/start",
        ),
        (
            write_line(&write::service_restart("pve1", "pveproxy")),
            "services/pveproxy/restart",
        ),
        (
            write_line(&write::service_reload("pve1", "sshd")),
            "services/sshd/reload",
        ),
        (write_line(&write::apt_refresh("pve1")), "apt/update"),
        (
            write_line(&write::replication_schedule_now("pve1", "100-0")),
            "replication/100-0/schedule_now",
        ),
    ];
    for (line, expected) in table {
        assert_eq!(line, format!("POST /nodes/pve1/{expected}"));
    }
}

#[test]
fn a_managed_guest_is_named_by_its_service() {
    let (vm, ct) = (sid(&vm()), sid(&ct()));
    let add = write::HaAdd {
        state: Some(write::HaState::Stopped),
        max_restart: Some(2),
        max_relocate: Some(0),
        comment: Some("web".to_owned()),
    };
    let set = write::HaSet {
        state: Some(write::HaState::Disabled),
        max_restart: Some(3),
        max_relocate: Some(1),
        comment: Some("db".to_owned()),
        digest: Some("0f".to_owned()),
    };
    let without_note = write::HaSet {
        comment: Some(String::new()),
        ..write::HaSet::default()
    };
    let path = "/cluster/ha/resources";
    let table = [
        (
            write_line(&write::ha_add(vm, &add)),
            format!(
                "POST {path} sid=vm%3A100&state=stopped&max_restart=2&max_relocate=0&comment=web"
            ),
        ),
        (
            write_line(&write::ha_add(ct, &write::HaAdd::default())),
            format!("POST {path} sid=ct%3A101"),
        ),
        (
            write_line(&write::ha_set(vm, &set)),
            format!(
                "PUT {path}/vm:100 state=disabled&max_restart=3&max_relocate=1&comment=db&digest=0f"
            ),
        ),
        (
            write_line(&write::ha_set(ct, &without_note)),
            format!("PUT {path}/ct:101 delete=comment"),
        ),
        (
            write_line(&write::ha_remove(vm)),
            format!("DELETE {path}/vm:100"),
        ),
        (
            write_line(&write::ha_migrate(vm, "pve2")),
            format!("POST {path}/vm:100/migrate node=pve2"),
        ),
        (
            write_line(&write::ha_relocate(ct, "pve2")),
            format!("POST {path}/ct:101/relocate node=pve2"),
        ),
    ];
    for (line, expected) in table {
        assert_eq!(line, expected);
    }
}

#[test]
fn a_guest_changes_its_pool_only_where_that_is_said() {
    let table = [
        (
            write_line(&write::pool_add("a/b", 100, false)),
            "poolid=a%2Fb&vms=100",
        ),
        (
            write_line(&write::pool_add("prod", 100, true)),
            "poolid=prod&vms=100&allow-move=1",
        ),
        (
            write_line(&write::pool_remove("prod", 100)),
            "poolid=prod&vms=100&delete=1",
        ),
    ];
    for (line, expected) in table {
        assert_eq!(line, format!("PUT /pools {expected}"));
    }
}

#[test]
fn a_write_can_be_read_as_plain_text() {
    let archive = volume("local:backup/a.vma.zst");
    let write = write::volume_notes("pve1", &archive, "1 + 1");
    let plain = write.plain();
    assert_eq!(plain.method, "PUT");
    assert_eq!(
        plain.path,
        "/nodes/pve1/storage/local/content/local:backup/a.vma.zst"
    );
    assert_eq!(plain.parameters, [("notes".to_owned(), "1 + 1".to_owned())]);
}
