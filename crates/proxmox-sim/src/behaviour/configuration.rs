//! Changing a configuration: digests, locks, what waits for a restart, who may.

use serde_json::{Value, json};

use super::{Lab, ROOT};
use crate::failure::Failure;
use crate::routes::Method;

const WEB: &str = "nodes/pve1/qemu/101/config";
const CACHE: &str = "nodes/pve2/lxc/104/config";

fn put(lab: &mut Lab, path: &str, params: &str) -> Result<Value, Failure> {
    lab.try_call(Method::Put, path, params)
}

fn digest(lab: &mut Lab, path: &str) -> String {
    lab.get(path, "")["digest"].as_str().unwrap().to_owned()
}

#[test]
fn a_change_holds_only_on_the_configuration_it_was_made_for() {
    let mut lab = Lab::new();
    for (path, complaint) in [
        (WEB, "checksum mismatch (file change by other user?)"),
        (
            CACHE,
            "detected modified configuration - file changed by other user? Try again.",
        ),
    ] {
        let seen = digest(&mut lab, path);
        put(&mut lab, path, &format!("digest={seen}&onboot=0")).unwrap();
        let stale = put(&mut lab, path, &format!("digest={seen}&onboot=1")).unwrap_err();
        assert_eq!((stale.status, stale.message.as_str()), (500, complaint));
        assert_ne!(digest(&mut lab, path), seen);
    }
}

#[test]
fn cores_of_a_running_vm_wait_for_its_restart() {
    let mut lab = Lab::new();
    put(&mut lab, WEB, "cores=6").unwrap();
    assert_eq!(lab.get(WEB, "")["cores"], 6);
    assert_eq!(lab.get(WEB, "current=1")["cores"], 4);
    let pending = lab.get("nodes/pve1/qemu/101/pending", "");
    let cores = pending
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["key"] == "cores")
        .unwrap();
    assert_eq!(
        cores,
        &json!({ "key": "cores", "value": "4", "pending": "6" })
    );
    lab.outcome("nodes/pve1/qemu/101/status/reboot", "");
    assert_eq!(lab.get(WEB, "current=1")["cores"], 6);
}

#[test]
fn each_key_needs_its_own_privilege() {
    let mut lab = Lab::new();
    let refused = put(&mut lab, CACHE, "hostname=cache-02").unwrap_err();
    assert_eq!(
        refused.message,
        "Permission check failed (/vms/104, VM.Config.Network)"
    );
    put(&mut lab, CACHE, "memory=2048").unwrap();
    assert_eq!(lab.get(CACHE, "")["memory"], 2048);
}

#[test]
fn a_locked_configuration_is_refused_at_once_and_only_root_unlocks() {
    let mut lab = Lab::new();
    let path = "nodes/pve2/qemu/106/config";
    assert_eq!(
        put(&mut lab, path, "onboot=1").unwrap_err().message,
        "VM is locked (backup)"
    );
    assert_eq!(
        put(&mut lab, path, "delete=lock").unwrap_err().message,
        "only root can set 'lock' config"
    );
    let mut lab = lab.signed_in(ROOT);
    put(&mut lab, path, "delete=lock").unwrap();
    assert_eq!(lab.lock_of(106), None);
}

#[test]
fn values_are_checked_before_anything_is_changed() {
    let mut lab = Lab::new();
    let before = digest(&mut lab, WEB);
    for wrong in [
        "memory=lots",
        "memory=8",
        "cores=0",
        "tags=a%20b!",
        "cores=4&frob=1",
        "",
    ] {
        let refused = put(&mut lab, WEB, wrong).unwrap_err();
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(!refused.errors.is_empty(), "{wrong}");
    }
    assert_eq!(digest(&mut lab, WEB), before);
}

#[test]
fn a_snapshot_changes_the_digest() {
    let mut lab = Lab::new();
    let before = digest(&mut lab, WEB);
    lab.outcome("nodes/pve1/qemu/101/snapshot", "snapname=s1");
    assert_ne!(digest(&mut lab, WEB), before);
}

#[test]
fn a_configuration_in_use_by_a_worker_is_refused() {
    let mut lab = Lab::new();
    lab.task("nodes/pve3/qemu/107/status/shutdown", "timeout=60");
    assert_eq!(
        put(&mut lab, "nodes/pve3/qemu/107/config", "onboot=1")
            .unwrap_err()
            .message,
        "can't lock file '/var/lock/qemu-server/lock-107.conf' - got timeout"
    );
}

#[test]
fn a_live_migration_leaves_pending_changes_pending() {
    let mut lab = Lab::new();
    put(&mut lab, WEB, "cores=6").unwrap();
    lab.outcome("nodes/pve1/qemu/101/migrate", "target=pve2&online=1");
    let there = "nodes/pve2/qemu/101/config";
    assert_eq!(lab.get(there, "current=1")["cores"], 4);
    assert_eq!(lab.get(there, "")["cores"], 6);
}
