//! Disks that grow, move and become bases.

use serde_json::Value;

use super::{Lab, ROOT};
use crate::routes::Method;
use crate::state::Twist;

const WEB: &str = "nodes/pve1/qemu/101";
const GIB: u64 = 1 << 30;

fn root() -> Lab {
    Lab::new().signed_in(ROOT)
}

fn resize(lab: &mut Lab, path: &str, params: &str) -> String {
    lab.outcome_of(Method::Put, &format!("{path}/resize"), params)
}

fn refused(lab: &mut Lab, path: &str, params: &str) -> String {
    lab.try_call(Method::Put, &format!("{path}/resize"), params)
        .unwrap_err()
        .message
}

#[test]
fn a_disk_grows_to_a_size_or_by_one_and_takes_the_room() {
    let mut lab = root();
    let before = lab.used("nfs-vm", "pve1");
    let upid = lab
        .try_call(Method::Put, &format!("{WEB}/resize"), "disk=scsi0&size=40G")
        .unwrap();
    assert!(upid.as_str().unwrap().contains(":resize:101:"), "{upid}");
    lab.wait(1_000);
    assert_eq!(
        lab.config(101, "scsi0"),
        Some("nfs-vm:101/vm-101-disk-0.qcow2,size=40G")
    );
    assert_eq!(resize(&mut lab, WEB, "disk=scsi0&size=+512M"), "OK");
    assert_eq!(
        lab.config(101, "scsi0"),
        Some("nfs-vm:101/vm-101-disk-0.qcow2,size=41472M")
    );
    assert_eq!(lab.used("nfs-vm", "pve1"), before + 8 * GIB + GIB / 2);
}

#[test]
fn a_vm_refuses_to_shrink_in_the_task_and_takes_the_same_size_for_done() {
    let mut lab = root();
    let digest = lab.machine.guest(101).unwrap().digest();
    assert_eq!(
        resize(&mut lab, WEB, "disk=scsi0&size=16G"),
        "shrinking disks is not supported"
    );
    assert_eq!(resize(&mut lab, WEB, "disk=scsi0&size=32G"), "OK");
    assert_eq!(lab.machine.guest(101).unwrap().digest(), digest);
    assert_eq!(
        resize(&mut lab, WEB, "disk=scsi1&size=64G"),
        "disk 'scsi1' does not exist"
    );
    assert_eq!(
        resize(&mut lab, WEB, "disk=scsi0&size=64G&digest=0000"),
        "checksum mismatch (file change by other user?)"
    );
    assert_eq!(
        resize(
            &mut lab,
            WEB,
            &format!("disk=scsi0&size=64G&digest={digest}")
        ),
        "OK"
    );
    assert_eq!(
        resize(&mut lab, WEB, "disk=scsi0&size=9T"),
        "unable to create image on storage 'nfs-vm': No space left on device"
    );
}

#[test]
fn a_container_refuses_at_once_and_says_so_of_the_same_size_too() {
    let mut lab = root();
    let path = "nodes/pve2/lxc/104";
    for (params, why) in [
        ("disk=rootfs&size=4G", "unable to shrink disk size"),
        ("disk=rootfs&size=8G", "disk is already at specified size"),
        ("disk=mp0&size=8G", "disk 'mp0' does not exist"),
        (
            "disk=rootfs&size=9G&digest=0000",
            "detected modified configuration - file changed by other user? Try again.",
        ),
    ] {
        assert_eq!(refused(&mut lab, path, params), why);
    }
    assert_eq!(resize(&mut lab, path, "disk=rootfs&size=+1G"), "OK");
    assert_eq!(
        lab.config(104, "rootfs"),
        Some("local-lvm:vm-104-disk-0,size=9G")
    );
}

#[test]
fn growing_needs_rights_on_the_guest_and_its_storage_and_a_proper_size() {
    let mut lab = Lab::new();
    assert_eq!(
        refused(&mut lab, WEB, "disk=scsi0&size=40G"),
        "Permission check failed (/vms/101, VM.Config.Disk)"
    );
    let mut lab = root();
    for wrong in ["disk=scsi0&size=big", "disk=net0&size=40G", "size=40G"] {
        let failure = lab.try_call(Method::Put, &format!("{WEB}/resize"), wrong);
        assert_eq!(failure.unwrap_err().status, 400, "{wrong}");
    }
}

#[test]
fn a_moved_disk_is_on_the_other_storage_and_its_source_stays_unused() {
    let mut lab = root();
    let (nfs, lvm) = (lab.used("nfs-vm", "pve1"), lab.used("local-lvm", "pve1"));
    let upid = lab.task(&format!("{WEB}/move_disk"), "disk=scsi0&storage=local-lvm");
    assert!(upid.contains(":qmmove:101:"), "{upid}");
    lab.wait(33_999);
    assert_eq!(lab.exit(&upid), None);
    assert!(lab.config(101, "scsi0").unwrap().starts_with("nfs-vm:"));
    lab.wait(1);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert!(
        lab.config(101, "scsi0")
            .unwrap()
            .starts_with("local-lvm:vm-101-disk-")
    );
    assert_eq!(
        lab.config(101, "unused0"),
        Some("nfs-vm:101/vm-101-disk-0.qcow2")
    );
    assert_eq!(lab.used("local-lvm", "pve1"), lvm + 32 * GIB);
    assert_eq!(lab.used("nfs-vm", "pve1"), nfs);
    lab.try_call(Method::Put, &format!("{WEB}/config"), "delete=unused0")
        .unwrap();
    assert_eq!(lab.used("nfs-vm", "pve1"), nfs - 32 * GIB);
}

#[test]
fn a_move_that_deletes_gives_the_room_back() {
    let mut lab = root();
    let nfs = lab.used("nfs-vm", "pve1");
    let params = "disk=scsi0&storage=local-lvm&delete=1";
    assert_eq!(lab.outcome(&format!("{WEB}/move_disk"), params), "OK");
    assert_eq!(lab.config(101, "unused0"), None);
    assert_eq!(lab.used("nfs-vm", "pve1"), nfs - 32 * GIB);
    assert!(lab.running(101), "it ran on");
}

#[test]
fn what_keeps_a_disk_where_it_is_is_said_at_once() {
    let mut lab = root();
    let path = format!("{WEB}/move_disk");
    for (params, why) in [
        (
            "disk=scsi0&storage=nfs-vm",
            "you can't move to the same storage with same format",
        ),
        (
            "disk=scsi3&storage=local-lvm",
            "disk 'scsi3' does not exist",
        ),
        (
            "disk=scsi0&storage=nowhere",
            "storage 'nowhere' does not exist",
        ),
        (
            "disk=scsi0&storage=local&digest=0000",
            "detected modified configuration - file changed by other user? Try again.",
        ),
    ] {
        assert_eq!(lab.refusal(&path, params), why);
    }
    let nowhere = lab.post(&path, "disk=scsi0").unwrap_err();
    assert!(nowhere.errors.contains_key("storage") && nowhere.errors.contains_key("target-vmid"));
    let content = lab.post(&path, "disk=scsi0&storage=pbs").unwrap_err();
    assert!(content.errors.contains_key("storage"));
    lab.outcome(&format!("{WEB}/snapshot"), "snapname=s1");
    assert_eq!(
        lab.refusal(&path, "disk=scsi0&storage=local-lvm&delete=1"),
        "you can't move a disk with snapshots and delete the source"
    );
    assert_eq!(lab.outcome(&path, "disk=scsi0&storage=local-lvm"), "OK");
}

#[test]
fn a_storage_without_room_fails_the_move() {
    let mut lab = root();
    assert_eq!(
        lab.outcome("nodes/pve1/qemu/103/move_disk", "disk=scsi0&storage=local"),
        "storage migration failed: unable to create image on storage 'local': No space left on device"
    );
    assert!(lab.config(103, "scsi0").unwrap().starts_with("nfs-vm:"));
}

#[test]
fn a_containers_volume_moves_only_while_it_is_off() {
    let mut lab = root();
    let path = "nodes/pve3/lxc/105";
    let params = "volume=rootfs&storage=local-lvm&delete=1";
    assert_eq!(
        lab.refusal(&format!("{path}/move_volume"), params),
        "cannot move volumes of a running container"
    );
    lab.outcome(&format!("{path}/status/shutdown"), "");
    let upid = lab.task(&format!("{path}/move_volume"), params);
    assert!(upid.contains(":move_volume:105:"), "{upid}");
    assert_eq!(lab.lock_of(105), Some("disk"));
    lab.wait(60_000);
    assert_eq!(
        (lab.exit(&upid).as_deref(), lab.lock_of(105)),
        (Some("OK"), None)
    );
    assert_eq!(
        lab.config(105, "rootfs"),
        Some("local-lvm:vm-105-disk-0,size=24G")
    );
    assert!(
        lab.machine
            .stored("pve3", "nfs-vm:105/vm-105-disk-0.raw")
            .is_none()
    );
    assert_eq!(
        lab.outcome(&format!("{path}/move_volume"), "volume=rootfs&storage=pbs"),
        "storage 'pbs' does not support content type 'rootdir'"
    );
}

#[test]
fn a_template_has_bases_and_does_not_run_again() {
    let mut lab = root();
    let path = "nodes/pve3/qemu/108";
    assert_eq!(
        lab.refusal(&format!("{WEB}/template"), ""),
        "you can't convert a VM to template if VM is running"
    );
    let upid = lab.task(&format!("{path}/template"), "");
    assert!(upid.contains(":qmtemplate:108:"), "{upid}");
    lab.wait(1_500);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(
        lab.config(108, "scsi0"),
        Some("nfs-vm:108/base-108-disk-0.qcow2,size=16G")
    );
    assert!(
        lab.machine
            .stored("pve3", "nfs-vm:108/base-108-disk-0.qcow2")
            .is_some()
    );
    assert!(
        lab.machine
            .stored("pve3", "nfs-vm:108/vm-108-disk-0.qcow2")
            .is_none()
    );
    assert_eq!(
        lab.refusal(&format!("{path}/template"), ""),
        "you can't convert a template to a template"
    );
    assert_eq!(
        lab.outcome(&format!("{path}/status/start"), ""),
        "you can't start a vm if it's a template"
    );
    assert_eq!(lab.outcome(&format!("{path}/clone"), "newid=120"), "OK");
}

#[test]
fn a_guest_with_snapshots_is_no_template() {
    let mut lab = root();
    lab.outcome("nodes/pve1/qemu/101/snapshot", "snapname=s1");
    lab.outcome("nodes/pve1/qemu/101/status/stop", "");
    assert_eq!(
        lab.refusal(&format!("{WEB}/template"), ""),
        "unable to create template, because VM contains snapshots"
    );
}

#[test]
fn a_containers_template_answers_nothing_and_starts_a_task_all_the_same() {
    let mut lab = root();
    for vmid in [104, 105] {
        let node = lab.node_of(vmid).to_owned();
        lab.outcome(&format!("nodes/{node}/lxc/{vmid}/status/stop"), "");
    }
    assert_eq!(
        lab.refusal("nodes/pve3/lxc/105/template", ""),
        "Directory storage 'nfs-vm' does not support container templates!"
    );
    assert_eq!(lab.post("nodes/pve2/lxc/104/template", ""), Ok(Value::Null));
    lab.wait(5_000);
    let last = lab.machine.tasks().last().unwrap();
    assert_eq!(last.upid.kind, "vztemplate");
    assert_eq!(
        lab.config(104, "rootfs"),
        Some("local-lvm:base-104-disk-0,size=8G")
    );
    assert_eq!(lab.config(104, "template"), Some("1"));
}

#[test]
fn a_bent_move_leaves_the_disk_where_it_was() {
    let mut lab = root();
    let before = lab.used("local-lvm", "pve1");
    lab.twist(Twist::Fails("out of luck".into()));
    let path = format!("{WEB}/move_disk");
    assert_eq!(
        lab.outcome(&path, "disk=scsi0&storage=local-lvm"),
        "out of luck"
    );
    assert!(lab.config(101, "scsi0").unwrap().starts_with("nfs-vm:"));
    assert_eq!(lab.used("local-lvm", "pve1"), before);
}

#[test]
fn the_boot_order_names_devices_that_are_there() {
    let mut lab = root();
    let path = "nodes/pve3/qemu/108/config";
    lab.try_call(Method::Put, path, "boot=order=scsi0;net0")
        .unwrap();
    assert_eq!(lab.config(108, "boot"), Some("order=scsi0;net0"));
    let ghost = lab
        .try_call(Method::Put, path, "boot=order=scsi9")
        .unwrap_err();
    assert_eq!(
        ghost.message,
        "invalid bootorder: device 'scsi9' does not exist'"
    );
    let nonsense = lab.try_call(Method::Put, path, "boot=first").unwrap_err();
    assert!(nonsense.errors.contains_key("boot"));
    let stale = lab.try_call(Method::Put, path, "boot=order=net0&digest=0000");
    assert_eq!(
        stale.unwrap_err().message,
        "checksum mismatch (file change by other user?)"
    );
}
