//! Writes to guests.

use argus_proxmox::write;

use super::{ct, vm, write_line};

#[test]
fn power_writes_go_out_as_documented_for_both_kinds() {
    for (guest, base) in [
        (vm(), "/nodes/pve1/qemu/100"),
        (ct(), "/nodes/pve1/lxc/101"),
    ] {
        let (asked, unsaid) = (Some(90), None);
        let table = [
            (write_line(&write::start(&guest)), "start"),
            (write_line(&write::stop(&guest)), "stop"),
            (
                write_line(&write::shutdown(
                    &guest,
                    write::Shutdown { timeout: unsaid },
                )),
                "shutdown",
            ),
            (
                write_line(&write::shutdown(&guest, write::Shutdown { timeout: asked })),
                "shutdown timeout=90",
            ),
            (
                write_line(&write::reboot(&guest, write::Reboot { timeout: unsaid })),
                "reboot",
            ),
            (
                write_line(&write::reboot(&guest, write::Reboot { timeout: asked })),
                "reboot timeout=90",
            ),
        ];
        for (line, expected) in table {
            assert_eq!(line, format!("POST {base}/status/{expected}"));
        }
    }
}

#[test]
fn a_snapshot_takes_memory_of_virtual_machines_only() {
    let options = write::SnapshotCreate {
        name: "argus-1".to_owned(),
        description: Some("before + after".to_owned()),
        vmstate: true,
    };
    assert_eq!(
        write_line(&write::snapshot_create(&vm(), &options)),
        "POST /nodes/pve1/qemu/100/snapshot snapname=argus-1&description=before+%2B+after&vmstate=1"
    );
    assert_eq!(
        write_line(&write::snapshot_create(&ct(), &options)),
        "POST /nodes/pve1/lxc/101/snapshot snapname=argus-1&description=before+%2B+after"
    );
}

#[test]
fn a_running_virtual_machine_migrates_online_and_a_running_container_by_a_restart() {
    let to = |mode| write::Migrate {
        target: "pve2".to_owned(),
        mode,
    };
    let (running, offline) = (
        to(write::MigrateMode::Running),
        to(write::MigrateMode::Offline),
    );
    let table = [
        (
            write_line(&write::migrate(&vm(), &running)),
            "qemu/100/migrate target=pve2&online=1",
        ),
        (
            write_line(&write::migrate(&ct(), &running)),
            "lxc/101/migrate target=pve2&restart=1",
        ),
        (
            write_line(&write::migrate(&vm(), &offline)),
            "qemu/100/migrate target=pve2",
        ),
        (
            write_line(&write::migrate(&ct(), &offline)),
            "lxc/101/migrate target=pve2",
        ),
    ];
    for (line, expected) in table {
        assert_eq!(line, format!("POST /nodes/pve1/{expected}"));
    }
}

#[test]
fn a_virtual_machine_is_suspended_in_memory_or_to_a_volume() {
    let base = "POST /nodes/pve1/qemu/100/status/suspend";
    assert_eq!(write_line(&write::suspend(&vm())), base);
    assert_eq!(
        write_line(&write::suspend_to_disk(&vm(), None)),
        format!("{base} todisk=1")
    );
    assert_eq!(
        write_line(&write::suspend_to_disk(&vm(), Some("zfs"))),
        format!("{base} todisk=1&statestorage=zfs")
    );
}

#[test]
fn settings_go_out_as_they_are_with_the_digest_they_were_decided_on() {
    let options = [("cores", "4"), ("boot", "order=scsi0;net0")];
    assert_eq!(
        write_line(&write::config_set(&vm(), options, Some("0f"))),
        "PUT /nodes/pve1/qemu/100/config cores=4&boot=order%3Dscsi0%3Bnet0&digest=0f"
    );
}

#[test]
fn a_clone_says_whether_it_is_full_and_names_what_each_kind_calls_its_name() {
    let mut options = write::CloneGuest {
        newid: 200,
        full: true,
        name: Some("web-2".to_owned()),
        target: Some("pve2".to_owned()),
        storage: Some("ceph".to_owned()),
        format: Some(write::ImageFormat::Raw),
        pool: Some("prod".to_owned()),
        snapshot: Some("clean".to_owned()),
    };
    assert_eq!(
        write_line(&write::clone_guest(&vm(), &options)),
        "POST /nodes/pve1/qemu/100/clone newid=200&full=1&name=web-2&target=pve2&storage=ceph&format=raw&pool=prod\
         &snapname=clean"
    );
    assert_eq!(
        write_line(&write::clone_guest(&ct(), &options)),
        "POST /nodes/pve1/lxc/101/clone newid=200&full=1&hostname=web-2&target=pve2&storage=ceph&pool=prod\
         &snapname=clean"
    );
    options = write::CloneGuest {
        newid: 200,
        full: false,
        name: None,
        target: None,
        storage: None,
        format: None,
        pool: None,
        snapshot: None,
    };
    assert_eq!(
        write_line(&write::clone_guest(&vm(), &options)),
        "POST /nodes/pve1/qemu/100/clone newid=200&full=0"
    );
}

#[test]
fn a_disk_grows_to_a_size_and_never_by_one() {
    let options = write::Resize {
        disk: "scsi0".to_owned(),
        size: 64 << 30,
        digest: Some("0f".to_owned()),
    };
    assert_eq!(
        write_line(&write::resize(&vm(), &options)),
        "PUT /nodes/pve1/qemu/100/resize disk=scsi0&size=64G&digest=0f"
    );
}

#[test]
fn a_disk_moves_by_the_call_of_its_guests_kind() {
    let options = |disk: &str| write::MoveDisk {
        disk: disk.to_owned(),
        storage: "ceph".to_owned(),
        delete: true,
        format: Some(write::ImageFormat::Qcow2),
        digest: Some("0f".to_owned()),
    };
    assert_eq!(
        write_line(&write::move_disk(&vm(), &options("scsi0"))),
        "POST /nodes/pve1/qemu/100/move_disk disk=scsi0&storage=ceph&delete=1&format=qcow2&digest=0f"
    );
    assert_eq!(
        write_line(&write::move_disk(&ct(), &options("rootfs"))),
        "POST /nodes/pve1/lxc/101/move_volume volume=rootfs&storage=ceph&delete=1&digest=0f"
    );
}

#[test]
fn a_guest_is_destroyed_by_a_query_that_says_both_options_and_never_forces() {
    let options = write::Destroy {
        purge: true,
        unreferenced_disks: false,
    };
    let query = "purge=1&destroy-unreferenced-disks=0";
    assert_eq!(
        write_line(&write::destroy(&vm(), options)),
        format!("DELETE /nodes/pve1/qemu/100?{query}")
    );
    assert_eq!(
        write_line(&write::destroy(&ct(), options)),
        format!("DELETE /nodes/pve1/lxc/101?{query}")
    );
}

#[test]
fn the_agent_is_asked_by_a_post() {
    let base = "POST /nodes/pve1/qemu/100/agent";
    assert_eq!(
        write_line(&write::agent_ping(&vm())),
        format!("{base}/ping")
    );
    assert_eq!(
        write_line(&write::agent_fstrim(&vm())),
        format!("{base}/fstrim")
    );
}
