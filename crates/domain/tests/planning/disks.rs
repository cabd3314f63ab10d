//! Disks: larger, and elsewhere.

use argus_domain::facts::{Facts, GuestFacts};
use argus_types::cluster::GuestStatus;
use serde_json::{Value, json};

use crate::cluster::{altered, cluster, storage, wish};
use crate::fixture::{errors, node, planned, snapshot};
use crate::sheet::{assert_refused, assert_sheet, assert_skipped, request};

fn resize(vmid: u32, disk: &str, size_gib: u32) -> Value {
    wish(
        "guest.disk.resize",
        vmid,
        json!({ "disk": disk, "size_gib": size_gib }),
    )
}

fn move_disk(vmid: u32, disk: &str, to: &str) -> Value {
    wish(
        "guest.disk.move",
        vmid,
        json!({ "disk": disk, "storage": to }),
    )
}

/// The cluster with one of its guests' only disk on another storage.
fn on_nfs(vmid: u32, disk: &str) -> Facts {
    altered(vmid, |guest| {
        let disks = guest.disks.as_mut().expect("its disks are known");
        let key = disk.parse().expect("a disk");
        disks.get_mut(&key).expect("it has the disk").storage = storage("nfs");
    })
}

#[test]
fn a_disk_of_a_machine_grows_to_the_size_that_is_named() {
    assert_sheet(
        &resize(101, "scsi0", 40),
        &cluster(),
        "
        Enlarge scsi0 of web-01 (qemu 101) to 40 GiB
        PUT /nodes/pve1/qemu/101/resize digest=digest-101&disk=scsi0&size=40G
        ~ size of scsi0: 32 GiB -> 40 GiB
        relies on the guest as it is
        ? size of scsi0: 32 GiB
        ? configuration digest: digest-101
        ? GiB free on local-lvm at pve1: at least 8
        ! size of scsi0: 40 GiB
        ! Proxmox lock: none
        final: Proxmox makes no disk smaller.
        idempotent, 3 attempts, runs_to_its_end, 600 s
        locks qemu/101
        needs VM.Config.Disk /vms/101, Datastore.AllocateSpace /storage/local-lvm
        ",
    );
}

#[test]
fn a_volume_of_a_container_grows_in_the_same_way() {
    assert_sheet(
        &resize(103, "rootfs", 9),
        &cluster(),
        "
        Enlarge rootfs of ct-01 (lxc 103) to 9 GiB
        PUT /nodes/pve1/lxc/103/resize digest=digest-103&disk=rootfs&size=9G
        ~ size of rootfs: 8 GiB -> 9 GiB
        relies on the guest as it is
        ? size of rootfs: 8 GiB
        ? configuration digest: digest-103
        ? GiB free on local-lvm at pve1: at least 1
        ! size of rootfs: 9 GiB
        ! Proxmox lock: none
        final: Proxmox makes no disk smaller.
        idempotent, 3 attempts, runs_to_its_end, 600 s
        locks lxc/103
        needs VM.Config.Disk /vms/103, Datastore.AllocateSpace /storage/local-lvm
        ",
    );
}

#[test]
fn a_disk_moves_with_its_source_deleted() {
    assert_sheet(
        &move_disk(101, "scsi0", "nfs"),
        &cluster(),
        r#"
        Move scsi0 of web-01 (qemu 101) from local-lvm to nfs
        POST /nodes/pve1/qemu/101/move_disk delete=1&digest=digest-101&disk=scsi0&storage=nfs
        ~ storage of scsi0: local-lvm -> nfs
        relies on the guest as it is
        ? storage of scsi0: local-lvm
        ? snapshots: none
        ? storage nfs usable on pve1: yes
        ? GiB free on nfs at pve1: at least 32
        ? configuration digest: digest-101
        ! storage of scsi0: nfs
        ! Proxmox lock: none
        undo {"action":"guest.disk.move","disk":"scsi0","storage":"local-lvm","target":{"kind":"qemu","vmid":101}}
        unsafe_to_repeat, 3 attempts, safe_point, 14400 s
        locks qemu/101
        needs VM.Config.Disk /vms/101, Datastore.AllocateSpace /storage/nfs
        "#,
    );
}

#[test]
fn a_volume_of_a_stopped_container_moves_by_a_call_of_its_own() {
    assert_sheet(
        &move_disk(104, "rootfs", "local-lvm"),
        &on_nfs(104, "rootfs"),
        r#"
        Move rootfs of ct-off (lxc 104) from nfs to local-lvm
        POST /nodes/pve1/lxc/104/move_volume delete=1&digest=digest-104&storage=local-lvm&volume=rootfs
        ~ storage of rootfs: nfs -> local-lvm
        relies on the guest as it is
        ? storage of rootfs: nfs
        ? snapshots: none
        ? storage local-lvm usable on pve1: yes
        ? GiB free on local-lvm at pve1: at least 8
        ? configuration digest: digest-104
        ! storage of rootfs: local-lvm
        ! Proxmox lock: none
        undo {"action":"guest.disk.move","disk":"rootfs","storage":"nfs","target":{"kind":"lxc","vmid":104}}
        unsafe_to_repeat, 3 attempts, safe_point, 14400 s
        locks lxc/104
        needs VM.Config.Disk /vms/104, Datastore.AllocateSpace /storage/local-lvm
        "#,
    );
}

#[test]
fn what_stands_in_the_way_of_a_larger_disk_is_named() {
    assert_refused(
        &resize(101, "scsi0", 31),
        &cluster(),
        "/size_gib",
        "has 32 GiB already",
    );
    assert_refused(
        &resize(101, "scsi5", 40),
        &cluster(),
        "/disk",
        "has no disk scsi5; it has scsi0",
    );
    assert_refused(
        &resize(101, "ide2", 40),
        &cluster(),
        "/disk",
        "a medium in a drive",
    );
    assert_refused(
        &resize(101, "scsi0", 133),
        &cluster(),
        "/disk",
        "100 GiB free and 101 GiB are needed",
    );
    let refused = |change: fn(&mut GuestFacts), words: &str| {
        assert_refused(
            &resize(101, "scsi0", 40),
            &altered(101, change),
            "/disk",
            words,
        );
    };
    refused(|guest| guest.disks = None, "after a rollback");
    refused(|guest| guest.disks = Some([].into()), "it has none");
    refused(
        |guest| {
            for disk in guest.disks.iter_mut().flat_map(|disks| disks.values_mut()) {
                disk.size = None;
            }
        },
        "does not say how large",
    );
    let mut away = cluster();
    let seen = away
        .storages
        .get_mut(&(node("pve1"), storage("local-lvm")))
        .unwrap();
    seen.active = false;
    assert_refused(
        &resize(101, "scsi0", 40),
        &away,
        "/disk",
        "cannot be used on pve1",
    );
}

#[test]
fn what_stands_in_the_way_of_a_disk_s_move_is_named() {
    let moved = move_disk(101, "scsi0", "nfs");
    assert_refused(
        &move_disk(103, "rootfs", "nfs"),
        &cluster(),
        "/target",
        "running and cannot have a disk moved",
    );
    assert_refused(
        &move_disk(104, "rootfs", "nfs"),
        &cluster(),
        "/storage",
        "does not take rootdir",
    );
    assert_refused(
        &move_disk(101, "scsi0", "ceph"),
        &cluster(),
        "/storage",
        "for this it has local-lvm, nfs",
    );
    let kept = altered(101, |guest| guest.snapshots = vec![snapshot("old")]);
    assert_refused(&moved, &kept, "/disk", "has snapshots");
    let mut full = cluster();
    full.storages
        .get_mut(&(node("pve1"), storage("nfs")))
        .unwrap()
        .available = Some(0);
    assert_refused(
        &moved,
        &full,
        "/storage",
        "0 GiB free and 32 GiB are needed",
    );
    let paused = altered(104, |guest| guest.status = GuestStatus::Paused);
    assert_refused(
        &move_disk(104, "rootfs", "nfs"),
        &paused,
        "/target",
        "paused",
    );
}

#[test]
fn a_disk_that_is_so_already_is_left_alone() {
    assert_skipped(
        &resize(101, "scsi0", 32),
        &cluster(),
        "scsi0 already has 32 GiB",
    );
    assert_skipped(
        &move_disk(101, "scsi0", "local-lvm"),
        &cluster(),
        "scsi0 already is on local-lvm",
    );
}

#[test]
fn later_steps_on_a_disk_find_it_as_the_earlier_ones_leave_it() {
    let steps = planned(
        json!([
            resize(101, "scsi0", 40),
            move_disk(101, "scsi0", "nfs"),
            move_disk(101, "scsi0", "local-lvm"),
        ]),
        &cluster(),
    )
    .plan
    .steps;
    // Only the first can know the digest: each step writes the configuration anew.
    let requests: Vec<_> = steps.iter().map(request).collect();
    assert_eq!(
        requests,
        [
            "PUT /nodes/pve1/qemu/101/resize digest=digest-101&disk=scsi0&size=40G",
            "POST /nodes/pve1/qemu/101/move_disk delete=1&disk=scsi0&storage=nfs",
            "POST /nodes/pve1/qemu/101/move_disk delete=1&disk=scsi0&storage=local-lvm",
        ]
    );
    // 40 GiB were freed by the move, so that 100 GiB are there for another.
    let found = errors(
        json!([resize(101, "scsi0", 132), resize(102, "scsi0", 33)]),
        &cluster(),
    );
    assert_eq!(found[0].pointer, "/actions/1/disk");
}
