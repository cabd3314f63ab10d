//! Nodes that are told to reboot, to shut down or to wake up.

use serde_json::{Value, json};

use super::{Lab, ROOT};
use crate::scenario::{HaRequest, Scenario};

const REBOOT: &str = "command=reboot";
const SHUTDOWN: &str = "command=shutdown";

fn lab() -> Lab {
    Lab::new().signed_in(ROOT)
}

fn online(lab: &Lab, node: &str) -> bool {
    lab.machine.node(node).is_some_and(|n| n.online)
}

fn ha_state(lab: &mut Lab, sid: &str) -> String {
    let list = lab.get("cluster/ha/status/current", "");
    let entry = list.as_array().unwrap().iter().find(|e| e["sid"] == sid);
    entry.unwrap()["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_reboot_answers_at_once_without_a_task_and_comes_back_with_a_new_uptime() {
    let mut lab = lab();
    assert_eq!(lab.post("nodes/pve2/status", REBOOT), Ok(Value::Null));
    assert_eq!(lab.machine.tasks().count(), 0);
    assert!(online(&lab, "pve2") && lab.running(102));
    lab.wait(10_000);
    assert!(!lab.running(102), "its guests are shut down first");
    lab.wait(10_000);
    assert!(!online(&lab, "pve2"));
    assert!(lab.machine.is_quorate());
    let gone = lab.post("nodes/pve2/status", REBOOT).unwrap_err();
    assert_eq!((gone.status, gone.bodyless), (595, true));
    lab.wait(100_000);
    assert!(online(&lab, "pve2"));
    assert!(lab.get("nodes/pve2/status", "")["uptime"].as_u64().unwrap() < 60);
}

#[test]
fn after_a_reboot_only_what_starts_with_its_node_runs_again() {
    let mut lab = lab();
    lab.post("nodes/pve2/status", REBOOT).unwrap();
    lab.wait(200_000);
    let running = [102, 104, 106, 113].map(|vmid| lab.running(vmid));
    assert_eq!(running, [true, true, false, false]);
    assert_eq!(
        lab.lock_of(106),
        None,
        "a boot clears what a broken backup has left behind"
    );
}

#[test]
fn a_guest_that_ignores_the_request_keeps_its_node_for_three_minutes() {
    let mut lab = lab();
    lab.post("nodes/pve3/status", SHUTDOWN).unwrap();
    lab.wait(150_000);
    assert!(online(&lab, "pve3") && lab.running(107));
    lab.wait(60_000);
    assert!(!online(&lab, "pve3") && !lab.running(107));
}

#[test]
fn a_service_is_frozen_over_a_reboot_and_starts_where_it_was() {
    let mut lab = lab();
    lab.post("nodes/pve1/status", REBOOT).unwrap();
    lab.wait(30_000);
    assert!(!online(&lab, "pve1"));
    assert_eq!(ha_state(&mut lab, "vm:103"), "freeze");
    lab.wait(85_000);
    assert!(
        online(&lab, "pve1"),
        "longer than the patience with a lost node"
    );
    assert_eq!(lab.node_of(103), "pve1");
    lab.wait(10_000);
    assert!(lab.running(103));
    assert_eq!(ha_state(&mut lab, "vm:103"), "started");
}

#[test]
fn a_service_of_a_node_that_shuts_down_is_recovered_elsewhere() {
    let mut lab = lab();
    lab.post("nodes/pve1/status", SHUTDOWN).unwrap();
    lab.wait(20_000);
    assert!(!online(&lab, "pve1"));
    assert_eq!(ha_state(&mut lab, "vm:103"), "recovery");
    lab.wait(80_000);
    assert_eq!((lab.node_of(103), lab.running(103)), ("pve2", true));
    lab.wait(3_600_000);
    assert!(!online(&lab, "pve1"), "it stays off");
}

#[test]
fn without_a_majority_nothing_is_recovered_until_it_is_back() {
    let mut lab = lab();
    lab.machine.power_node("pve1", false);
    lab.machine.power_node("pve3", false);
    lab.wait(600_000);
    assert!(!lab.machine.is_quorate() && !lab.running(103));
    lab.machine.power_node("pve3", true);
    lab.wait(20_000);
    assert_eq!((lab.node_of(103), lab.running(103)), ("pve2", true));
}

#[test]
fn a_lost_quorum_is_forced_whatever_the_number_of_nodes() {
    let mut lab = lab();
    lab.machine.set_quorate(false);
    assert_eq!(lab.get("cluster/status", "")[0]["quorate"], 0);
    lab.machine.set_quorate(true);
    lab.post("nodes/pve3/status", SHUTDOWN).unwrap();
    lab.post("nodes/pve2/status", SHUTDOWN).unwrap();
    lab.wait(600_000);
    assert_eq!(lab.get("cluster/status", "")[0]["quorate"], 0);
}

#[test]
fn a_node_is_woken_through_another_one() {
    let mut lab = lab();
    lab.post("nodes/pve2/status", SHUTDOWN).unwrap();
    lab.wait(60_000);
    assert!(!online(&lab, "pve2"));
    assert_eq!(
        lab.post("nodes/pve2/wakeonlan", ""),
        Ok(json!("BC:24:11:0A:00:02"))
    );
    lab.wait(89_000);
    assert!(!online(&lab, "pve2"));
    lab.wait(10_000);
    assert!(online(&lab, "pve2") && lab.running(102));
}

#[test]
fn waking_a_node_that_is_there_changes_nothing() {
    let mut lab = lab();
    let before = lab.machine.node("pve2").unwrap().booted_ms;
    assert!(lab.post("nodes/pve2/wakeonlan", "").is_ok());
    lab.wait(300_000);
    assert_eq!(lab.machine.node("pve2").unwrap().booted_ms, before);
}

#[test]
fn who_cannot_be_woken_is_told_why() {
    let mut lab = lab();
    assert_eq!(
        lab.refusal("nodes/pve1/wakeonlan", ""),
        "'pve1' is local node, cannot wake my self!"
    );
    assert_eq!(
        lab.refusal("nodes/pve9/wakeonlan", ""),
        "no such cluster node 'pve9'"
    );
    lab.post("nodes/pve1/status", SHUTDOWN).unwrap();
    lab.wait(60_000);
    assert_eq!(
        lab.refusal("nodes/pve1/wakeonlan", ""),
        "No wake on LAN MAC address defined for 'pve1'!"
    );
}

#[test]
fn a_node_without_power_is_not_woken_and_one_that_was_shut_down_waits_for_it() {
    let mut lab = lab();
    lab.post("nodes/pve2/status", SHUTDOWN).unwrap();
    lab.wait(60_000);
    lab.machine.power_node("pve2", false);
    lab.post("nodes/pve2/wakeonlan", "").unwrap();
    lab.wait(600_000);
    assert!(!online(&lab, "pve2"));
    lab.machine.power_node("pve2", true);
    assert!(!online(&lab, "pve2"), "power alone does not switch it on");
    lab.machine.forget_faults();
    assert!(!online(&lab, "pve2"));
    lab.post("nodes/pve2/wakeonlan", "").unwrap();
    lab.wait(100_000);
    assert!(online(&lab, "pve2"));
}

#[test]
fn power_that_is_lost_while_it_boots_breaks_the_reboot_off() {
    let mut lab = lab();
    lab.post("nodes/pve2/status", REBOOT).unwrap();
    lab.wait(30_000);
    lab.machine.power_node("pve2", false);
    lab.wait(600_000);
    assert!(!online(&lab, "pve2"));
    lab.machine.power_node("pve2", true);
    assert!(online(&lab, "pve2"));
}

#[test]
fn a_second_command_changes_nothing_and_others_may_give_none() {
    let mut lab = lab();
    lab.post("nodes/pve2/status", REBOOT).unwrap();
    lab.post("nodes/pve2/status", SHUTDOWN).unwrap();
    lab.wait(200_000);
    assert!(online(&lab, "pve2"), "it was told to reboot first");
    let wrong = lab
        .post("nodes/pve2/status", "command=explode")
        .unwrap_err();
    assert_eq!(wrong.status, 400);
    assert!(wrong.errors["command"].contains("reboot, shutdown"));
    let mut lab = lab.signed_in(super::OPS);
    for path in ["nodes/pve2/status", "nodes/pve2/wakeonlan"] {
        assert_eq!(
            lab.refusal(path, REBOOT),
            "Permission check failed (/nodes/pve2, Sys.PowerMgmt)"
        );
    }
}

#[test]
fn the_configuration_of_a_node_tells_what_wakes_it() {
    let mut lab = lab();
    let config = lab.get("nodes/pve2/config", "property=wakeonlan");
    assert_eq!(config["wakeonlan"], "BC:24:11:0A:00:02");
    assert_eq!(lab.get("nodes/pve1/config", "").get("wakeonlan"), None);
}

#[test]
fn where_no_node_is_left_nobody_answers() {
    let mut lab = Lab::of(&Scenario::solo()).signed_in(ROOT);
    lab.post("nodes/solo/status", REBOOT).unwrap();
    lab.wait(60_000);
    assert!(!lab.machine.answers());
    lab.wait(60_000);
    assert!(lab.machine.answers());
}

#[test]
fn a_machine_written_down_while_a_node_reboots_goes_on() {
    let mut lab = lab();
    lab.post("nodes/pve2/status", REBOOT).unwrap();
    lab.wait(30_000);
    let text = serde_json::to_string(&lab.machine).unwrap();
    lab.machine = serde_json::from_str(&text).unwrap();
    lab.machine.forget_faults();
    assert!(!online(&lab, "pve2"), "it is still booting");
    lab.wait(90_000);
    assert!(online(&lab, "pve2"));
}

#[test]
fn a_service_that_is_to_be_stopped_is_not_recovered() {
    let mut scenario = Scenario::lab();
    scenario.ha_resource[0].state = Some(HaRequest::Stopped);
    let mut lab = Lab::of(&scenario).signed_in(ROOT);
    lab.wait(30_000);
    assert!(
        !lab.running(103),
        "the stack acts on what the scenario asks"
    );
    lab.post("nodes/pve1/status", SHUTDOWN).unwrap();
    lab.wait(600_000);
    assert_eq!((lab.node_of(103), lab.running(103)), ("pve1", false));
}
