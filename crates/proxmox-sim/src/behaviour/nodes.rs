//! Nodes that go and come.

use super::Lab;
use crate::state::Change;

#[test]
fn a_lost_node_takes_its_guests_and_workers_along() {
    let mut lab = Lab::new();
    let upid = lab.task("nodes/pve2/qemu/102/snapshot", "snapname=s1");
    lab.machine.power_node("pve2", false);
    assert!(!lab.running(102));
    assert_eq!(lab.exit(&upid).as_deref(), Some("unexpected status"));
    let nodes = lab.get("nodes", "");
    assert_eq!(nodes[1]["status"], "offline");
    let guests = lab.get("cluster/resources", "type=vm");
    let lost = guests
        .as_array()
        .unwrap()
        .iter()
        .find(|g| g["vmid"] == 102)
        .unwrap();
    assert_eq!(lost["status"], "unknown");
    lab.machine.power_node("pve2", true);
    assert!(lab.running(102));
    assert_eq!(lab.get("nodes/pve2/status", "")["uptime"], 0);
}

#[test]
fn without_a_majority_there_is_no_quorum() {
    let mut lab = Lab::new();
    lab.machine.power_node("pve1", false);
    assert!(lab.machine.is_quorate());
    assert_eq!(lab.machine.entry_node().name, "pve2");
    lab.machine.power_node("pve2", false);
    assert_eq!(lab.get("cluster/status", "")[0]["quorate"], 0);
    assert_eq!(
        lab.refusal("nodes/pve3/qemu/108/status/start", ""),
        "cluster not ready - no quorum?"
    );
}

#[test]
fn a_standalone_node_has_no_cluster_entry() {
    let mut lab = Lab::of(&crate::Scenario::solo()).signed_in("argus@pve!solo");
    let status = lab.get("cluster/status", "");
    assert_eq!(status.as_array().unwrap().len(), 1);
    assert_eq!(status[0]["type"], "node");
    assert_eq!(lab.get("version", "")["release"], "8.4");
}

#[test]
fn the_resources_are_stale_while_the_status_is_fresh() {
    let mut lab = Lab::new();
    let listed = |lab: &mut Lab| {
        let all = lab.get("cluster/resources", "type=vm");
        let entry = all.as_array().unwrap().iter().find(|g| g["vmid"] == 108);
        entry.unwrap()["status"].as_str().unwrap().to_owned()
    };
    lab.wait(1_000);
    lab.task("nodes/pve3/qemu/108/status/start", "");
    lab.wait(3_000);
    assert_eq!(
        lab.get("nodes/pve3/qemu/108/status/current", "")["status"],
        "running"
    );
    assert_eq!(listed(&mut lab), "stopped");
    lab.wait(7_000);
    assert_eq!(listed(&mut lab), "running");
}

#[test]
fn a_change_behind_the_back_shows_at_once_and_is_refused_where_it_makes_no_sense() {
    let mut lab = Lab::new();
    let rename = Change {
        name: Some("web-renamed".into()),
        status: Some("stopped".into()),
        ..Change::default()
    };
    lab.change(101, rename);
    let current = lab.get("nodes/pve1/qemu/101/status/current", "");
    assert_eq!(
        (&current["name"], &current["status"]),
        (&"web-renamed".into(), &"stopped".into())
    );
    let nowhere = Change {
        node: Some("pve9".into()),
        ..Change::default()
    };
    assert!(lab.machine.change_guest(101, nowhere).is_err());
    assert!(lab.machine.change_guest(4711, Change::default()).is_err());
}

#[test]
fn a_long_jump_needs_no_more_work_than_a_short_one() {
    let mut lab = Lab::new();
    lab.wait(10 * 365 * 86_400_000);
    let resources = lab.get("cluster/resources", "type=node");
    let uptime = resources[0]["uptime"].as_u64().unwrap();
    assert!(uptime > 9 * 365 * 86_400);
}

#[test]
fn the_same_calls_at_the_same_times_give_the_same_answers() {
    let run = || {
        let mut lab = Lab::new();
        lab.task("nodes/pve1/qemu/101/migrate", "target=pve2&online=1");
        lab.wait(12_345);
        serde_json::to_string(&lab.machine).unwrap()
    };
    assert_eq!(run(), run());
}

#[test]
fn a_machine_survives_being_written_down() {
    let mut lab = Lab::new();
    let upid = lab.task("nodes/pve1/qemu/101/migrate", "target=pve2&online=1");
    lab.wait(5_000);
    let text = serde_json::to_string(&lab.machine).unwrap();
    lab.machine = serde_json::from_str(&text).unwrap();
    lab.wait(15_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(lab.node_of(101), "pve2");
}
