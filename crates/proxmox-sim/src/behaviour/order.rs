//! In which order a call is checked (proxmox.md 3.2).

use super::{Lab, ROOT};
use crate::routes::Method;

#[test]
fn an_unknown_call_comes_before_everything() {
    let mut lab = Lab::new().signed_in("nobody@pve");
    let failure = lab
        .try_call(Method::Post, "nodes/pve9/frobnicate", "x=1")
        .unwrap_err();
    assert_eq!(failure.status, 501);
    assert_eq!(
        failure.message,
        "Method 'POST /nodes/pve9/frobnicate' not implemented"
    );
}

#[test]
fn a_conflict_with_the_path_comes_before_permission() {
    let mut lab = Lab::new().signed_in("argus@pve!weak");
    let failure = lab
        .try_call(
            Method::Post,
            "nodes/pve1/qemu/101/snapshot",
            "vmid=102&snapname=s1",
        )
        .unwrap_err();
    assert_eq!(failure.status, 400);
    assert!(failure.errors["vmid"].contains("conflicting"));
}

#[test]
fn permission_comes_before_the_node_and_the_parameters() {
    let mut lab = Lab::new().signed_in("argus@pve!weak");
    let failure = lab
        .try_call(Method::Post, "nodes/pve9/qemu/101/snapshot", "bogus=1")
        .unwrap_err();
    assert_eq!(failure.status, 403);
    assert_eq!(
        failure.message,
        "Permission check failed (/vms/101, VM.Snapshot)"
    );
}

#[test]
fn the_node_comes_before_the_parameters() {
    let mut lab = Lab::new();
    let unknown = lab
        .try_call(Method::Post, "nodes/pve9/qemu/101/snapshot", "bogus=1")
        .unwrap_err();
    assert_eq!(unknown.status, 500);
    assert!(unknown.message.starts_with("hostname lookup 'pve9' failed"));
    lab.machine.power_node("pve2", false);
    let down = lab
        .try_call(Method::Post, "nodes/pve2/qemu/102/snapshot", "bogus=1")
        .unwrap_err();
    assert_eq!((down.status, down.bodyless), (595, true));
}

#[test]
fn every_wrong_parameter_is_named_before_the_code_runs() {
    let mut lab = Lab::new();
    let failure = lab
        .try_call(
            Method::Post,
            "nodes/pve1/qemu/4711/snapshot",
            "vmstate=true&bogus=1",
        )
        .unwrap_err();
    assert_eq!(failure.status, 400);
    assert_eq!(failure.message, "Parameter verification failed.");
    assert_eq!(
        failure.errors["vmstate"],
        "type check ('boolean') failed - got 'true'"
    );
    assert_eq!(
        failure.errors["bogus"],
        "property is not defined in schema and the schema does not allow additional properties"
    );
    assert_eq!(
        failure.errors["snapname"],
        "property is missing and it is not optional"
    );
}

#[test]
fn only_the_superuser_skips_a_lock() {
    let mut lab = Lab::new();
    let path = "nodes/pve2/qemu/106/status/stop";
    let failure = lab.try_call(Method::Post, path, "skiplock=1").unwrap_err();
    assert_eq!(failure.errors["skiplock"], "Only root may use this option.");
    assert!(
        lab.signed_in(ROOT)
            .try_call(Method::Post, path, "skiplock=1")
            .is_ok()
    );
}
