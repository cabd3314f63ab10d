//! Guests that the HA stack manages: the task ends first, the guest follows (proxmox.md 3.8).

use super::Lab;

const DB: &str = "nodes/pve1/qemu/103";

fn kinds(lab: &Lab, vmid: u32) -> Vec<(String, String)> {
    lab.machine
        .tasks()
        .filter(|t| t.vmid == Some(vmid))
        .map(|t| (t.upid.kind.clone(), t.upid.user.clone()))
        .collect()
}

#[test]
fn a_shutdown_is_queued_and_happens_later() {
    let mut lab = Lab::new();
    let upid = lab.task(&format!("{DB}/status/shutdown"), "");
    assert!(upid.contains(":hastop:103:"));
    lab.wait(1_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert!(lab.running(103), "nothing has happened yet");
    lab.wait(8_000);
    assert!(lab.running(103));
    lab.wait(7_000);
    assert!(!lab.running(103));
    assert_eq!(
        kinds(&lab, 103),
        [
            ("hastop".into(), "argus@pve!ops".into()),
            ("qmshutdown".into(), "root@pam".into()),
        ]
    );
}

#[test]
fn the_state_says_what_is_wanted_and_what_is() {
    let mut lab = Lab::new();
    let service = |lab: &mut Lab| {
        let list = lab.get("cluster/ha/status/current", "");
        let entry = list
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["sid"] == "vm:103")
            .unwrap()
            .clone();
        let text = |key: &str| entry[key].as_str().unwrap().to_owned();
        (text("request_state"), text("state"))
    };
    assert_eq!(service(&mut lab), ("started".into(), "started".into()));
    lab.task(&format!("{DB}/status/shutdown"), "");
    assert_eq!(service(&mut lab), ("stopped".into(), "started".into()));
    lab.wait(10_500);
    assert_eq!(service(&mut lab), ("stopped".into(), "request_stop".into()));
    lab.wait(10_000);
    assert_eq!(service(&mut lab), ("stopped".into(), "stopped".into()));
    let current = lab.get(&format!("{DB}/status/current"), "");
    assert_eq!(current["ha"]["managed"], 1);
}

#[test]
fn a_migration_is_queued_and_happens_later() {
    let mut lab = Lab::new();
    let upid = lab.task(&format!("{DB}/migrate"), "target=pve2&online=1");
    lab.wait(1_000);
    assert!(upid.contains(":hamigrate:"));
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(lab.node_of(103), "pve1");
    lab.wait(30_000);
    assert_eq!((lab.node_of(103), lab.running(103)), ("pve2", true));
}

#[test]
fn a_start_is_queued_and_happens_later() {
    let mut lab = Lab::new();
    lab.task(&format!("{DB}/status/stop"), "");
    lab.wait(20_000);
    assert!(!lab.running(103));
    let upid = lab.task(&format!("{DB}/status/start"), "");
    assert!(upid.contains(":hastart:"));
    lab.wait(5_000);
    assert!(!lab.running(103));
    lab.wait(10_000);
    assert!(lab.running(103));
}

#[test]
fn overruling_a_shutdown_is_not_for_managed_guests() {
    let mut lab = Lab::new();
    let refused = lab
        .post(&format!("{DB}/status/stop"), "overrule-shutdown=1")
        .unwrap_err();
    assert_eq!(refused.status, 400);
}

#[test]
fn a_managed_guest_comes_back_elsewhere_when_its_node_stays_away() {
    let mut lab = Lab::new();
    lab.machine.power_node("pve1", false);
    lab.wait(60_000);
    assert!(!lab.running(103));
    lab.wait(20_000);
    assert_eq!((lab.node_of(103), lab.running(103)), ("pve2", true));
    assert_eq!(lab.node_of(101), "pve1", "nobody cares for the others");
    lab.machine.power_node("pve1", true);
    assert!(lab.running(101), "they come back with their node");
    assert_eq!(lab.node_of(103), "pve2");
}

#[test]
fn a_command_for_a_guest_on_a_lost_node_comes_to_nothing() {
    let mut lab = Lab::new();
    lab.task(&format!("{DB}/status/stop"), "");
    lab.machine.power_node("pve1", false);
    lab.wait(600_000);
    assert!(
        !lab.running(103),
        "it was to be stopped, so nobody starts it elsewhere"
    );
    assert_eq!(kinds(&lab, 103).len(), 1);
}
