//! Taking, listing, deleting and rolling back to snapshots.

use serde_json::json;

use super::Lab;
use crate::routes::Method;

const WEB: &str = "nodes/pve1/qemu/101/snapshot";

#[test]
fn a_snapshot_is_there_once_its_task_has_ended_and_the_lock_is_gone_again() {
    let mut lab = Lab::new();
    let upid = lab.task(WEB, "snapname=before&description=the%20update");
    assert_eq!(lab.lock_of(101), Some("snapshot"));
    lab.wait(3_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(lab.lock_of(101), None);
    let list = lab.get(WEB, "");
    assert_eq!(list[0]["name"], "before");
    assert_eq!(list[1]["name"], "current");
    assert_eq!(list[1]["parent"], "before");
}

#[test]
fn a_name_that_is_used_fails_in_the_task_and_a_reserved_one_at_once() {
    let mut lab = Lab::new();
    assert_eq!(lab.outcome(WEB, "snapname=once"), "OK");
    assert_eq!(
        lab.outcome(WEB, "snapname=once"),
        "snapshot name 'once' already used"
    );
    assert_eq!(
        lab.refusal(WEB, "snapname=current"),
        "unable to use snapshot name 'current' (reserved name)"
    );
}

#[test]
fn a_raw_file_in_a_folder_has_no_snapshots() {
    let mut lab = Lab::new();
    assert_eq!(
        lab.outcome("nodes/pve1/qemu/111/snapshot", "snapname=never"),
        "snapshot feature is not available"
    );
    let feature = lab.get("nodes/pve1/qemu/111/feature", "feature=snapshot");
    assert_eq!(feature["hasFeature"], 0);
    let feature = lab.get("nodes/pve1/qemu/101/feature", "feature=snapshot");
    assert_eq!(feature["hasFeature"], 1);
}

#[test]
fn a_locked_guest_fails_in_the_task_and_a_missing_one_at_once() {
    let mut lab = Lab::new();
    assert_eq!(
        lab.outcome("nodes/pve2/qemu/106/snapshot", "snapname=locked"),
        "VM is locked (backup)"
    );
    assert_eq!(
        lab.refusal("nodes/pve2/qemu/4711/snapshot", "snapname=nobody"),
        "Configuration file 'nodes/pve2/qemu-server/4711.conf' does not exist"
    );
}

#[test]
fn two_snapshots_at_once_meet_the_lock_of_the_first() {
    let mut lab = Lab::new();
    lab.task(WEB, "snapname=first");
    assert_eq!(
        lab.outcome(WEB, "snapname=second"),
        "VM is locked (snapshot)"
    );
}

#[test]
fn what_descends_from_a_deleted_snapshot_descends_from_its_parent() {
    let mut lab = Lab::new();
    for name in ["one", "two", "three"] {
        assert_eq!(lab.outcome(WEB, &format!("snapname={name}")), "OK");
    }
    lab.try_call(Method::Delete, &format!("{WEB}/two"), "")
        .unwrap();
    lab.wait(10_000);
    let list = lab.get(WEB, "");
    let parents: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["name"].clone(), s["parent"].clone()))
        .collect();
    assert_eq!(
        parents,
        [
            (json!("one"), json!(null)),
            (json!("three"), json!("one")),
            (json!("current"), json!("three")),
        ]
    );
}

#[test]
fn deleting_a_snapshot_that_is_not_there_fails_in_the_task() {
    let mut lab = Lab::new();
    let upid = lab
        .try_call(Method::Delete, &format!("{WEB}/ghost"), "")
        .unwrap();
    lab.wait(10_000);
    assert_eq!(
        lab.exit(upid.as_str().unwrap()).as_deref(),
        Some("snapshot 'ghost' does not exist")
    );
}

#[test]
fn a_rollback_stops_the_guest_and_brings_its_configuration_back() {
    let mut lab = Lab::new().signed_in(super::ROOT);
    assert_eq!(lab.outcome(WEB, "snapname=good"), "OK");
    lab.try_call(Method::Put, "nodes/pve1/qemu/101/config", "tags=broken")
        .unwrap();
    assert_eq!(lab.outcome(&format!("{WEB}/good/rollback"), ""), "OK");
    assert!(!lab.running(101));
    let config = lab.get("nodes/pve1/qemu/101/config", "");
    assert_eq!(
        (&config["tags"], &config["lock"]),
        (&json!("prod;web"), &json!(null))
    );
}

#[test]
fn a_rollback_brings_a_disk_back_to_its_size() {
    let mut lab = Lab::new().signed_in(super::ROOT);
    assert_eq!(lab.outcome(WEB, "snapname=good"), "OK");
    let disk = "nfs-vm:101/vm-101-disk-0.qcow2";
    let size = |lab: &Lab| {
        lab.machine
            .stored("pve1", disk)
            .map(|stored| stored.size >> 30)
    };
    let resize = |lab: &mut Lab, size| {
        lab.try_call(
            Method::Put,
            "nodes/pve1/qemu/101/resize",
            &format!("disk=scsi0&size={size}"),
        )
        .unwrap();
        lab.wait(60_000);
    };
    resize(&mut lab, "50G");
    assert_eq!(size(&lab), Some(50));
    assert_eq!(lab.outcome(&format!("{WEB}/good/rollback"), ""), "OK");
    assert_eq!(size(&lab), Some(32));
    resize(&mut lab, "40G");
    assert_eq!(size(&lab), Some(40));
}
