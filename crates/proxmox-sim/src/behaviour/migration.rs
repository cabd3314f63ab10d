//! Moving guests: what is refused at once, what fails on the way, and what the log tells meanwhile.

use serde_json::json;

use super::Lab;
use crate::routes::Method;

const WEB: &str = "nodes/pve1/qemu/101/migrate";

#[test]
fn a_running_vm_moves_when_asked_to_do_it_online() {
    let mut lab = Lab::new();
    assert_eq!(
        lab.refusal(WEB, "target=pve2"),
        "can't migrate running VM without --online"
    );
    let upid = lab.task(WEB, "target=pve2&online=1");
    assert!(upid.contains(":qmigrate:101:"), "{upid}");
    lab.wait(10_000);
    assert_eq!(
        (lab.node_of(101), lab.lock_of(101)),
        ("pve1", Some("migrate"))
    );
    let log = lab.get(&format!("nodes/pve1/tasks/{upid}/log"), "");
    let lines = log.as_array().unwrap();
    assert!(lines.len() > 4, "{lines:?}");
    assert!(log[3]["t"].as_str().unwrap().contains("migration active"));
    lab.wait(10_000);
    assert_eq!((lab.node_of(101), lab.lock_of(101)), ("pve2", None));
    assert!(lab.running(101));
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    let log = lab.get(&format!("nodes/pve1/tasks/{upid}/log"), "limit=0");
    let last = log.as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["t"], "TASK OK");
}

#[test]
fn the_wrong_target_is_refused_at_once() {
    let mut lab = Lab::new();
    let local = lab.post(WEB, "target=pve1&online=1").unwrap_err();
    assert_eq!(local.status, 400);
    assert_eq!(local.errors["target"], "target is local node.");
    assert_eq!(
        lab.refusal(WEB, "target=pve9&online=1"),
        "no such cluster node 'pve9'"
    );
    assert_eq!(
        lab.refusal("nodes/pve2/qemu/106/migrate", "target=pve1&online=1"),
        "VM is locked (backup)"
    );
}

#[test]
fn a_storage_that_the_target_lacks_is_refused_at_once() {
    let mut scenario = crate::Scenario::lab();
    let storage = scenario.storage.iter_mut().find(|s| s.id == "nfs-vm");
    storage.unwrap().nodes = vec!["pve1".into(), "pve2".into()];
    let mut lab = Lab::of(&scenario);
    assert_eq!(
        lab.refusal(WEB, "target=pve3&online=1"),
        "storage 'nfs-vm' is not available on node 'pve3'"
    );
    let asked = lab.get(WEB, "");
    assert_eq!(asked["allowed_nodes"], json!(["pve2"]));
    assert_eq!(
        asked["not_allowed_nodes"],
        json!({ "pve3": { "unavailable_storages": ["nfs-vm"] } })
    );
}

#[test]
fn a_running_vm_with_a_local_disk_breaks_off_unless_the_disk_may_come_along() {
    let mut lab = Lab::new();
    let path = "nodes/pve1/qemu/111/migrate";
    assert_eq!(
        lab.outcome(path, "target=pve2&online=1"),
        "migration aborted"
    );
    assert_eq!((lab.node_of(111), lab.lock_of(111)), ("pve1", None));
    assert_eq!(lab.get(path, "")["local_disks"][0]["cdrom"], 0);
    assert_eq!(
        lab.outcome(path, "target=pve2&online=1&with-local-disks=1"),
        "OK"
    );
    assert_eq!(lab.node_of(111), "pve2");
}

#[test]
fn a_running_container_moves_by_a_restart() {
    let mut lab = Lab::new();
    let path = "nodes/pve3/lxc/105/migrate";
    assert_eq!(
        lab.refusal(path, "target=pve1"),
        "can't migrate running container without --online or --restart"
    );
    assert_eq!(
        lab.outcome(path, "target=pve1&online=1"),
        "migration aborted"
    );
    let upid = lab.task(path, "target=pve1&restart=1");
    lab.wait(6_000);
    assert!(!lab.running(105), "it is down on the way");
    lab.wait(60_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!((lab.running(105), lab.node_of(105)), (true, "pve1"));
}

#[test]
fn a_locked_container_fails_in_its_task() {
    let mut lab = Lab::new();
    lab.lock(105, "backup");
    assert_eq!(
        lab.outcome("nodes/pve3/lxc/105/migrate", "target=pve1&restart=1"),
        "CT is locked (backup)"
    );
}

#[test]
fn a_migration_breaks_off_when_its_target_goes_away() {
    let mut lab = Lab::new();
    let upid = lab.task(WEB, "target=pve2&online=1");
    lab.wait(5_000);
    lab.machine.power_node("pve2", false);
    assert_eq!(lab.exit(&upid).as_deref(), Some("migration aborted"));
    assert_eq!((lab.node_of(101), lab.lock_of(101)), ("pve1", None));
}

#[test]
fn a_migration_to_a_node_without_power_fails_in_its_task() {
    let mut lab = Lab::new();
    lab.machine.power_node("pve3", false);
    assert_eq!(
        lab.outcome(WEB, "target=pve3&online=1"),
        "migration aborted"
    );
}

#[test]
fn only_the_superuser_may_choose_the_way() {
    let mut lab = Lab::new();
    let refused = lab
        .try_call(
            Method::Post,
            WEB,
            "target=pve2&online=1&migration_type=insecure",
        )
        .unwrap_err();
    assert_eq!(
        refused.errors["migration_type"],
        "Only root may use this option."
    );
}
