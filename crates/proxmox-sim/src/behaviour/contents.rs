//! What is on the storages: lists, attributes, removing, and who may see what.

use serde_json::{Value, json};

use super::{Lab, OPS, ROOT};
use crate::routes::Method;
use crate::state::{Twist, VolumeChange};

const PBS: &str = "nodes/pve1/storage/pbs/content";
const NFS: &str = "nodes/pve1/storage/nfs-vm/content";
const OLD: &str = "nfs-vm:backup/vzdump-qemu-101-2025_12_15-08_00_00.vma.zst";

fn volids(list: &Value) -> Vec<&str> {
    let entries = list.as_array().unwrap().iter();
    entries.map(|e| e["volid"].as_str().unwrap()).collect()
}

fn change(volid: &str) -> VolumeChange {
    VolumeChange {
        volid: volid.into(),
        node: None,
        remove: false,
        protected: None,
        notes: None,
        verified: None,
    }
}

#[test]
fn a_list_tells_of_disks_backups_and_files_with_what_is_known_of_each() {
    let mut lab = Lab::new().signed_in(ROOT);
    let disks = lab.get(NFS, "content=images&vmid=101");
    assert_eq!(volids(&disks), ["nfs-vm:101/vm-101-disk-0.qcow2"]);
    assert_eq!(
        (&disks[0]["format"], &disks[0]["size"]),
        (&json!("qcow2"), &json!(32_u64 << 30))
    );
    let old = lab.get(NFS, "content=backup&vmid=101");
    assert_eq!(volids(&old), [OLD]);
    assert_eq!(
        (&old[0]["protected"], &old[0]["notes"], &old[0]["subtype"]),
        (
            &json!(1),
            &json!("before the move to Debian 13"),
            &json!("qemu")
        )
    );
    let files = lab.get("nodes/pve2/storage/local/content", "");
    assert_eq!(
        volids(&files),
        [
            "local:iso/debian-13.1.0-amd64-netinst.iso",
            "local:vztmpl/debian-13-standard_13.1-1_amd64.tar.zst",
        ]
    );
    let verified = lab.get(PBS, "vmid=103");
    let states: Vec<_> = verified
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b["verification"]["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["failed", "ok"], "oldest first by name");
    assert_eq!(verified[0]["format"], "pbs-vm");
    assert_eq!(volids(&lab.get(PBS, "vmid=109")).len(), 0, "it has none");
}

#[test]
fn a_local_storage_holds_what_is_on_its_own_node_and_what_moves_goes_along() {
    let mut lab = Lab::new().signed_in(ROOT);
    let on = |lab: &mut Lab, node: &str| {
        let list = lab.get(&format!("nodes/{node}/storage/local/content"), "vmid=111");
        list.as_array().unwrap().len()
    };
    assert_eq!((on(&mut lab, "pve1"), on(&mut lab, "pve2")), (1, 0));
    let (one, two) = (lab.used("local", "pve1"), lab.used("local", "pve2"));
    lab.outcome(
        "nodes/pve1/qemu/111/migrate",
        "target=pve2&online=1&with-local-disks=1",
    );
    assert_eq!((on(&mut lab, "pve1"), on(&mut lab, "pve2")), (0, 1));
    let disk = 20_u64 << 30;
    assert_eq!(lab.used("local", "pve1"), one - disk);
    assert_eq!(lab.used("local", "pve2"), two + disk);
}

#[test]
fn lists_status_and_resources_agree_on_what_is_used() {
    let mut lab = Lab::new().signed_in(ROOT);
    lab.outcome("nodes/pve1/qemu/101/clone", "newid=120");
    let used = lab.used("nfs-vm", "pve1");
    let status = lab.get("nodes/pve1/storage/nfs-vm/status", "");
    assert_eq!(status["used"], used);
    assert_eq!(status["avail"], (4096_u64 << 30) - used);
    let list = lab.get("nodes/pve1/storage", "storage=nfs-vm");
    assert_eq!(list[0]["used"], used);
    let resources = lab.get("cluster/resources", "type=storage");
    let entry = resources
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["id"] == "storage/pve1/nfs-vm")
        .unwrap();
    assert_eq!(entry["disk"], used);
}

#[test]
fn who_may_not_back_up_or_change_disks_sees_neither_backups_nor_disks() {
    let mut ro = Lab::new().signed_in("argus@pve!ro");
    assert!(volids(&ro.get(PBS, "")).is_empty());
    assert!(volids(&ro.get(NFS, "")).is_empty());
    assert_eq!(
        volids(&ro.get("nodes/pve1/storage/local/content", "")).len(),
        2
    );
    let mut ops = ro.signed_in(OPS);
    assert_eq!(volids(&ops.get(PBS, "vmid=101")).len(), 2);
    assert!(volids(&ops.get(NFS, "content=images")).is_empty());
    let mut danger = ops.signed_in("argus@pve!danger");
    assert!(!volids(&danger.get(NFS, "content=images")).is_empty());
}

#[test]
fn notes_and_protection_of_a_backup_change_and_nothing_elses() {
    let mut lab = Lab::new();
    let path = format!("{NFS}/{OLD}");
    let read = lab.get(&path, "");
    assert_eq!(
        (&read["protected"], &read["format"]),
        (&json!(1), &json!("vma.zst"))
    );
    assert_eq!(
        read["path"],
        "/mnt/pve/nfs-vm/dump/vzdump-qemu-101-2025_12_15-08_00_00.vma.zst"
    );
    lab.try_call(Method::Put, &path, "protected=0&notes=free")
        .unwrap();
    let read = lab.get(&path, "");
    assert_eq!(
        (&read["protected"], &read["notes"]),
        (&json!(0), &json!("free"))
    );
    let mut root = lab.signed_in(ROOT);
    let disk = format!("{NFS}/nfs-vm:101/vm-101-disk-0.qcow2");
    assert_eq!(
        root.try_call(Method::Put, &disk, "protected=1")
            .unwrap_err()
            .message,
        "attribute 'protected' is not supported for storage type 'nfs'"
    );
    let gone = root.try_call(Method::Get, &format!("{NFS}/nfs-vm:backup/none"), "");
    assert_eq!(
        gone.unwrap_err().message,
        "volume 'nfs-vm:backup/none' does not exist"
    );
    let mixed = root.try_call(Method::Get, &format!("{NFS}/pbs:backup/none"), "");
    assert!(mixed.unwrap_err().errors.contains_key("volume"));
}

#[test]
fn a_protected_backup_stays_until_it_is_free_to_go() {
    let mut lab = Lab::new();
    let path = format!("{NFS}/{OLD}");
    let upid = lab.try_call(Method::Delete, &path, "").unwrap();
    assert!(
        upid.as_str().unwrap().contains(":imgdel:101@nfs-vm:"),
        "{upid}"
    );
    lab.wait(5_000);
    assert_eq!(
        lab.exit(upid.as_str().unwrap()).as_deref(),
        Some(
            "cannot remove protected volume 'backup/vzdump-qemu-101-2025_12_15-08_00_00.vma.zst' on 'nfs-vm'"
        )
    );
    let used = lab.used("nfs-vm", "pve1");
    lab.try_call(Method::Put, &path, "protected=0").unwrap();
    assert_eq!(lab.outcome_of(Method::Delete, &path, ""), "OK");
    assert_eq!(lab.used("nfs-vm", "pve1"), used - (16 << 30));
    assert_eq!(
        lab.outcome_of(Method::Delete, &path, ""),
        format!("volume '{OLD}' does not exist")
    );
}

#[test]
fn who_waits_for_the_end_of_a_removal_gets_nothing_back_or_the_reason() {
    let mut lab = Lab::new().signed_in(ROOT);
    let backup = volids(&lab.get(PBS, "vmid=104"))[0].to_owned();
    let path = format!("nodes/pve1/storage/pbs/content/{backup}");
    assert_eq!(
        lab.try_call(Method::Delete, &path, "delay=5"),
        Ok(Value::Null)
    );
    assert_eq!(
        lab.try_call(Method::Delete, &path, "delay=5")
            .unwrap_err()
            .message,
        format!("volume '{backup}' does not exist")
    );
}

#[test]
fn a_block_device_in_use_stays_a_file_goes_and_so_does_what_a_stopped_guest_names() {
    let mut lab = Lab::new().signed_in(ROOT);
    assert_eq!(
        lab.outcome_of(
            Method::Delete,
            "nodes/pve2/storage/local-lvm/content/local-lvm:vm-104-disk-0",
            ""
        ),
        "lvremove 'pve/vm-104-disk-0' error: Logical volume pve/vm-104-disk-0 in use."
    );
    let file = format!("{NFS}/nfs-vm:101/vm-101-disk-0.qcow2");
    assert_eq!(lab.outcome_of(Method::Delete, &file, ""), "OK");
    lab.outcome("nodes/pve1/qemu/101/status/stop", "");
    assert_eq!(
        lab.outcome("nodes/pve1/qemu/101/status/start", ""),
        "volume 'nfs-vm:101/vm-101-disk-0.qcow2' does not exist"
    );
    let stopped = "nodes/pve1/storage/local-lvm/content/local-lvm:vm-109-disk-0";
    assert_eq!(lab.outcome_of(Method::Delete, stopped, ""), "OK");
}

#[test]
fn a_base_stays_while_linked_clones_read_from_it() {
    let mut lab = Lab::new().signed_in(ROOT);
    lab.outcome("nodes/pve1/qemu/9000/clone", "newid=120");
    let base = format!("{NFS}/nfs-vm:9000/base-9000-disk-0.qcow2");
    assert_eq!(
        lab.outcome_of(Method::Delete, &base, ""),
        "base volume '9000/base-9000-disk-0.qcow2' is still in use by linked clones"
    );
}

#[test]
fn removing_a_disk_needs_the_right_to_allocate_and_a_backup_the_right_to_back_up() {
    let mut lab = Lab::new();
    let disk = format!("{NFS}/nfs-vm:101/vm-101-disk-0.qcow2");
    assert_eq!(
        lab.try_call(Method::Delete, &disk, "").unwrap_err().message,
        "Permission check failed (/storage/nfs-vm, Datastore.Allocate)"
    );
    let mut weak = lab.signed_in("argus@pve!weak");
    let refused = weak.try_call(Method::Delete, &format!("{NFS}/{OLD}"), "");
    assert_eq!(
        refused.unwrap_err().message,
        "Permission check failed (/storage/nfs-vm, Datastore.AllocateSpace)"
    );
}

#[test]
fn a_storage_changes_behind_everybodys_back() {
    let mut lab = Lab::new().signed_in(ROOT);
    let free = VolumeChange {
        protected: Some(false),
        notes: Some(String::new()),
        ..change(OLD)
    };
    lab.machine.change_volume(free).unwrap();
    let read = lab.get(&format!("{NFS}/{OLD}"), "");
    assert_eq!(
        (&read["protected"], &read["notes"]),
        (&json!(0), &json!(""))
    );
    let gone = VolumeChange {
        remove: true,
        ..change(OLD)
    };
    lab.machine.change_volume(gone.clone()).unwrap();
    assert!(lab.machine.stored("pve1", OLD).is_none());
    assert!(lab.machine.change_volume(gone).is_err());
}

#[test]
fn a_bent_removal_removes_nothing() {
    let mut lab = Lab::new().signed_in(ROOT);
    let backup = volids(&lab.get(PBS, "vmid=104"))[0].to_owned();
    lab.twist(Twist::Fails("out of luck".into()));
    let path = format!("nodes/pve1/storage/pbs/content/{backup}");
    assert_eq!(lab.outcome_of(Method::Delete, &path, ""), "out of luck");
    assert!(lab.machine.stored("pve1", &backup).is_some());
}
