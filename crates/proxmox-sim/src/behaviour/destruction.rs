//! The end of guests.

use super::{Lab, ROOT};
use crate::routes::Method;
use crate::state::Twist;

const GIB: u64 = 1 << 30;

fn root() -> Lab {
    Lab::new().signed_in(ROOT)
}

fn destroy(lab: &mut Lab, path: &str, params: &str) -> String {
    lab.outcome_of(Method::Delete, path, params)
}

fn refused(lab: &mut Lab, path: &str, params: &str) -> String {
    lab.try_call(Method::Delete, path, params)
        .unwrap_err()
        .message
}

#[test]
fn a_destroyed_guest_is_gone_with_its_disks_and_its_backups_stay() {
    let mut lab = root();
    lab.outcome("nodes/pve2/qemu/102/status/stop", "");
    let before = lab.used("nfs-vm", "pve2");
    let upid = lab
        .try_call(Method::Delete, "nodes/pve2/qemu/102", "")
        .unwrap();
    assert!(upid.as_str().unwrap().contains(":qmdestroy:102:"), "{upid}");
    lab.wait(2_499);
    assert!(lab.machine.guest(102).is_some());
    lab.wait(1);
    assert_eq!(lab.exit(upid.as_str().unwrap()).as_deref(), Some("OK"));
    assert!(lab.machine.guest(102).is_none());
    assert_eq!(lab.used("nfs-vm", "pve2"), before - 32 * GIB);
    let backups = lab.get("nodes/pve2/storage/pbs/content", "vmid=102");
    assert_eq!(backups.as_array().unwrap().len(), 1);
    assert_eq!(
        refused(&mut lab, "nodes/pve2/qemu/102", ""),
        "Configuration file 'nodes/pve2/qemu-server/102.conf' does not exist"
    );
    assert_eq!(lab.get("cluster/nextid", "vmid=102"), "102");
}

#[test]
fn what_runs_is_protected_or_in_the_ha_stack_is_refused_at_once() {
    let mut lab = root();
    assert_eq!(
        refused(&mut lab, "nodes/pve1/qemu/101", ""),
        "VM 101 is running - destroy failed"
    );
    assert_eq!(
        refused(&mut lab, "nodes/pve2/lxc/104", ""),
        "There is a replication job '104-0' for guest '104' - Please remove that first."
    );
    assert_eq!(
        refused(&mut lab, "nodes/pve2/lxc/104", "purge=1"),
        "unable to destroy CT 104 - container is running"
    );
    lab.try_call(Method::Put, "nodes/pve3/qemu/108/config", "protection=1")
        .unwrap();
    assert_eq!(
        refused(&mut lab, "nodes/pve3/qemu/108", ""),
        "can't remove VM 108 - protection mode enabled"
    );
    assert_eq!(
        refused(&mut lab, "nodes/pve1/qemu/103", ""),
        "unable to remove VM 103 - used in HA resources and purge parameter not set."
    );
    let mut ops = Lab::new();
    assert_eq!(
        refused(&mut ops, "nodes/pve3/qemu/108", ""),
        "Permission check failed (/vms/108, VM.Allocate)"
    );
}

#[test]
fn purging_takes_a_guest_out_of_the_ha_stack_too() {
    let mut lab = root();
    lab.outcome("nodes/pve1/qemu/103/status/stop", "");
    assert_eq!(destroy(&mut lab, "nodes/pve1/qemu/103", "purge=1"), "OK");
    assert!(!lab.machine.ha.contains_key(&103));
    assert!(lab.machine.ha_rules.is_empty());
    let members = lab.get("pools", "poolid=prod")[0]["members"].to_string();
    assert!(!members.contains("qemu/103"), "{members}");
}

#[test]
fn a_lock_shows_in_the_task_of_a_vm_and_at_once_for_a_container() {
    let mut lab = root();
    lab.lock(108, "snapshot");
    assert_eq!(
        destroy(&mut lab, "nodes/pve3/qemu/108", ""),
        "VM is locked (snapshot)"
    );
    lab.outcome("nodes/pve2/lxc/104/status/stop", "");
    lab.lock(104, "backup");
    assert_eq!(
        refused(&mut lab, "nodes/pve2/lxc/104", ""),
        "CT is locked (backup)"
    );
}

#[test]
fn force_ends_a_container_that_runs() {
    let mut lab = root();
    assert_eq!(
        destroy(&mut lab, "nodes/pve2/lxc/104", "force=1&purge=1"),
        "OK"
    );
    assert!(lab.machine.guest(104).is_none());
    assert!(
        lab.machine
            .stored("pve2", "local-lvm:vm-104-disk-0")
            .is_none()
    );
}

#[test]
fn a_template_stays_while_linked_clones_read_from_it() {
    let mut lab = root();
    lab.outcome("nodes/pve1/qemu/9000/clone", "newid=120");
    assert_eq!(
        destroy(&mut lab, "nodes/pve1/qemu/9000", ""),
        "base volume 'nfs-vm:9000/base-9000-disk-0.qcow2' is still in use by linked cloned"
    );
    assert_eq!(destroy(&mut lab, "nodes/pve1/qemu/120", ""), "OK");
    assert_eq!(destroy(&mut lab, "nodes/pve1/qemu/9000", ""), "OK");
}

#[test]
fn disks_that_the_configuration_does_not_name_go_only_when_asked() {
    for (params, stays) in [("", true), ("destroy-unreferenced-disks=1", false)] {
        let mut lab = root();
        lab.change(
            108,
            crate::state::Change {
                config: [("scsi0".to_owned(), String::new())].into(),
                ..Default::default()
            },
        );
        assert_eq!(destroy(&mut lab, "nodes/pve3/qemu/108", params), "OK");
        let disk = lab.machine.stored("pve3", "nfs-vm:108/vm-108-disk-0.qcow2");
        assert_eq!(disk.is_some(), stays);
    }
}

#[test]
fn who_waits_for_the_configuration_of_a_guest_that_goes_finds_none() {
    let mut lab = root();
    lab.try_call(Method::Delete, "nodes/pve3/qemu/108", "")
        .unwrap();
    let start = lab.task("nodes/pve3/qemu/108/status/start", "");
    lab.wait(2_500);
    assert_eq!(
        lab.exit(&start).as_deref(),
        Some("Configuration file 'nodes/pve3/qemu-server/108.conf' does not exist")
    );
}

#[test]
fn a_bent_end_is_none() {
    let mut lab = root();
    lab.twist(Twist::Fails("out of luck".into()));
    assert_eq!(destroy(&mut lab, "nodes/pve3/qemu/108", ""), "out of luck");
    assert_eq!(lab.outcome("nodes/pve3/qemu/108/status/start", ""), "OK");
}
