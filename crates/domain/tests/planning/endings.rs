//! Guests that go: into hibernation, or for good.

use argus_domain::facts::GuestFacts;
use argus_types::action::{ActionKind, HaState};
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use serde_json::json;

use crate::cluster::{altered, cluster, feasible, replication, wish};
use crate::fixture::{action, planned, relied_on, snapshot};
use crate::sheet::{assert_refused, assert_sheet, assert_skipped};

#[test]
fn a_hibernated_machine_is_stopped_with_its_memory_on_disk() {
    assert_sheet(
        &action("guest.hibernate", 101),
        &cluster(),
        r#"
        Hibernate web-01 (qemu 101)
        POST /nodes/pve1/qemu/101/status/suspend todisk=1
        ~ status: running -> stopped, its memory on disk
        ~ Proxmox lock: none -> suspended
        relies on the guest as it is
        ! status: stopped
        ! Proxmox lock: suspended
        undo {"action":"guest.start","target":{"kind":"qemu","vmid":101}}
        idempotent, 2 attempts, runs_to_its_end, 900 s
        locks qemu/101
        needs VM.PowerMgmt /vms/101, VM.Config.Disk /vms/101, Datastore.AllocateSpace /storage/local-lvm
        "#,
    );
}

#[test]
fn a_destroyed_guest_is_gone_with_its_disks() {
    assert_sheet(
        &action("guest.destroy", 102),
        &cluster(),
        "
        Destroy off-01 (qemu 102) with its disks
        DELETE /nodes/pve1/qemu/102 destroy-unreferenced-disks=0&purge=0
        ~ guest: present -> absent
        ~ disks: 32 GiB -> none
        relies on the guest as it is
        ? protected from removal: no
        ? snapshots: none
        ? configuration digest: digest-102
        ! guest: absent
        final: Only a backup brings it back.
        unsafe_to_repeat, 2 attempts, runs_to_its_end, 600 s
        locks qemu/102
        needs VM.Allocate /vms/102
        ",
    );
}

#[test]
fn a_purge_takes_a_guest_out_of_what_manages_it_as_well() {
    assert_sheet(
        &wish("guest.destroy", 104, json!({ "purge": true })),
        &altered(104, |guest| {
            guest.ha_managed = true;
            guest.kept.ha = Some(Some(HaState::Stopped));
            guest.snapshots = vec![snapshot("old")];
        }),
        "
        Destroy ct-off (lxc 104) with its disks
        DELETE /nodes/pve1/lxc/104 destroy-unreferenced-disks=0&purge=1
        ~ guest: present -> absent
        ~ disks: 8 GiB -> none
        ~ snapshots: old -> none
        ~ HA, replication, backup jobs: as they are -> without it
        relies on the guest as it is
        ? protected from removal: no
        ? snapshots: old
        ? configuration digest: digest-104
        ! guest: absent
        final: Only a backup brings it back.
        unsafe_to_repeat, 2 attempts, runs_to_its_end, 600 s
        locks lxc/104
        needs VM.Allocate /vms/104
        ",
    );
}

#[test]
fn what_stands_in_the_way_of_hibernating_is_named() {
    let hibernate = |vmid| action("guest.hibernate", vmid);
    assert_refused(&hibernate(103), &cluster(), "/target", "is a container");
    assert_refused(
        &hibernate(102),
        &cluster(),
        "/target",
        "is stopped and cannot hibernate",
    );
    assert_refused(&hibernate(105), &cluster(), "/target", "managed by HA");
}

#[test]
fn a_hibernated_guest_is_locked_for_all_but_its_start_and_its_pool() {
    let asleep = altered(101, |guest| {
        guest.status = GuestStatus::Stopped;
        guest.lock = Some("suspended".to_owned());
    });
    assert_skipped(
        &action("guest.hibernate", 101),
        &asleep,
        "it is already hibernated",
    );
    let start = planned(json!([action("guest.start", 101)]), &asleep).plan;
    assert!(relied_on(&start.steps[0]).contains(&"Proxmox lock: suspended".to_owned()));
    planned(
        json!([wish("pool.add", 101, json!({ "pool": "web" }))]),
        &asleep,
    );
    for kind in [
        ActionKind::Clone,
        ActionKind::Snapshot,
        ActionKind::Migrate,
        ActionKind::Backup,
    ] {
        assert_refused(
            &feasible(kind).0,
            &asleep,
            "/target",
            "VM is locked (suspended)",
        );
    }
    for name in ["guest.destroy", "guest.template"] {
        assert_refused(
            &action(name, 101),
            &asleep,
            "/target",
            "VM is locked (suspended)",
        );
    }
}

#[test]
fn what_stands_in_the_way_of_destroying_is_named() {
    let destroy = action("guest.destroy", 102);
    let refused = |change: fn(&mut GuestFacts), part: &str, words: &str| {
        assert_refused(&destroy, &altered(102, change), part, words);
    };
    refused(
        |guest| guest.status = GuestStatus::Running,
        "/target",
        "running and cannot be destroyed",
    );
    refused(
        |guest| {
            let config = guest.config.as_mut().unwrap();
            config
                .values
                .insert(ConfigKey::Protection, "yes".to_owned());
        },
        "/target",
        "protected from removal",
    );
    refused(|guest| guest.config = None, "/target", "after a rollback");
    refused(|guest| guest.ha_managed = true, "/purge", "managed by HA");
    refused(
        |guest| guest.kept.replication = Some([(0, replication("pve2"))].into()),
        "/purge",
        "managed by replication",
    );
    assert_refused(
        &action("guest.destroy", 101),
        &cluster(),
        "/target",
        "shut it down first",
    );
}
