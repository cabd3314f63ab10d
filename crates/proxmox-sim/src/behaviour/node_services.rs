//! System services and package lists of a node.

use super::{Lab, OPS, ROOT};
use crate::routes::Method;
use crate::state::Twist;

fn lab() -> Lab {
    Lab::new().signed_in(ROOT)
}

fn state(lab: &mut Lab, service: &str) -> String {
    let path = format!("nodes/pve2/services/{service}/state");
    lab.get(&path, "")["state"].as_str().unwrap().to_owned()
}

fn command(service: &str, verb: &str) -> String {
    format!("nodes/pve2/services/{service}/{verb}")
}

#[test]
fn a_service_stops_and_starts_in_tasks_of_their_own() {
    let mut lab = lab();
    assert_eq!(state(&mut lab, "pve-firewall"), "running");
    let upid = lab.task(&command("pve-firewall", "stop"), "");
    assert!(upid.contains(":srvstop:pve-firewall:root@pam:"), "{upid}");
    assert_eq!(state(&mut lab, "pve-firewall"), "running");
    lab.wait(1_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(state(&mut lab, "pve-firewall"), "dead");
    let upid = lab.task(&command("pve-firewall", "reload"), "");
    assert!(upid.contains(":srvreload:"));
    lab.wait(1_000);
    assert_eq!(
        state(&mut lab, "pve-firewall"),
        "dead",
        "what does not run has nothing to read again"
    );
    let upid = lab.task(&command("pve-firewall", "start"), "");
    assert!(upid.contains(":srvstart:"));
    lab.wait(1_000);
    assert_eq!(state(&mut lab, "pve-firewall"), "running");
    let elsewhere = lab.get("nodes/pve1/services/pve-firewall/state", "");
    assert_eq!(elsewhere["state"], "running");
}

#[test]
fn a_restart_takes_a_service_down_and_up_again() {
    let mut lab = lab();
    let upid = lab.task(&command("pveproxy", "restart"), "");
    assert!(upid.contains(":srvrestart:pveproxy:"));
    lab.wait(500);
    assert_eq!(state(&mut lab, "pveproxy"), "dead");
    lab.wait(500);
    assert_eq!(state(&mut lab, "pveproxy"), "running");
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
}

#[test]
fn what_cannot_be_done_fails_in_the_task() {
    let mut lab = lab();
    assert_eq!(
        lab.outcome(&command("pvedaemon", "stop"), ""),
        "invalid service cmd 'pvedaemon stop': refusing to stop essential service!"
    );
    assert_eq!(
        lab.outcome(&command("systemd-timesyncd", "start"), ""),
        "command 'systemctl start systemd-timesyncd' failed: exit code 5"
    );
    assert_eq!(state(&mut lab, "pvedaemon"), "running");
}

#[test]
fn the_list_is_closed_and_changes_need_their_privilege() {
    let mut lab = lab();
    let list = lab.get("nodes/pve2/services", "");
    assert_eq!(list.as_array().unwrap().len(), 23);
    let unknown = lab.post(&command("nginx", "restart"), "").unwrap_err();
    assert_eq!(unknown.status, 400);
    assert!(unknown.errors["service"].starts_with("value 'nginx' does not have a value"));
    let mut lab = lab.signed_in(OPS);
    assert_eq!(
        lab.refusal(&command("pveproxy", "restart"), ""),
        "Permission check failed (/nodes/pve2, Sys.Modify)"
    );
    assert_eq!(
        lab.refusal("nodes/pve2/apt/update", ""),
        "Permission check failed (/nodes/pve2, Sys.Modify)"
    );
}

#[test]
fn a_boot_brings_every_service_back() {
    let mut lab = lab();
    lab.outcome(&command("pvestatd", "stop"), "");
    lab.machine.power_node("pve2", false);
    lab.machine.power_node("pve2", true);
    assert_eq!(state(&mut lab, "pvestatd"), "running");
}

#[test]
fn a_standalone_node_runs_no_corosync() {
    let mut lab = Lab::of(&crate::Scenario::solo()).signed_in(ROOT);
    let corosync = lab.get("nodes/solo/services/corosync/state", "");
    assert_eq!(
        (&corosync["state"], &corosync["unit-state"]),
        (&"dead".into(), &"disabled".into())
    );
}

#[test]
fn package_lists_are_refreshed_in_a_task_without_an_id() {
    let mut lab = lab();
    let upid = lab.task("nodes/pve2/apt/update", "notify=0");
    assert!(upid.contains(":aptupdate::root@pam:"), "{upid}");
    lab.wait(8_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    let log = lab.get(&format!("nodes/pve2/tasks/{upid}/log"), "");
    assert_eq!(log[3]["t"], "Reading package lists...");
}

#[test]
fn a_bent_task_leaves_the_service_as_it_was() {
    let mut lab = lab();
    lab.twist(Twist::Fails("no".into()));
    assert_eq!(lab.outcome(&command("cron", "stop"), ""), "no");
    assert_eq!(state(&mut lab, "cron"), "running");
    lab.twist(Twist::NeverEnds);
    let upid = lab.task(&command("cron", "stop"), "");
    lab.wait(600_000);
    assert_eq!(lab.exit(&upid), None);
    lab.machine.lift_twists();
    lab.wait(1_000);
    assert_eq!(state(&mut lab, "cron"), "dead");
}

#[test]
fn a_worker_on_a_lost_node_is_gone() {
    let mut lab = lab();
    let upid = lab.task("nodes/pve2/apt/update", "");
    lab.machine.power_node("pve2", false);
    assert_eq!(lab.exit(&upid).as_deref(), Some("unexpected status"));
    let down = lab
        .try_call(Method::Get, "nodes/pve2/services", "")
        .unwrap_err();
    assert_eq!(down.status, 595);
}
