//! The guest agent: what it answers, and what Proxmox says when it does not.

use super::{Lab, OPS, ROOT};
use crate::failure::Failure;
use crate::routes::Method;
use crate::scenario::Scenario;
use serde_json::Value;

const READS: [&str; 4] = [
    "get-osinfo",
    "get-host-name",
    "get-fsinfo",
    "network-get-interfaces",
];

fn ask(lab: &mut Lab, node: &str, vmid: u32, command: &str) -> Result<Value, Failure> {
    let method = match command {
        "fstrim" | "ping" => Method::Post,
        _ => Method::Get,
    };
    let path = format!("nodes/{node}/qemu/{vmid}/agent/{command}");
    lab.try_call(method, &path, "")
}

#[test]
fn an_agent_that_runs_tells_about_its_system() {
    let mut lab = Lab::new();
    let mut read = |command: &str| ask(&mut lab, "pve1", 101, command).unwrap()["result"].clone();
    assert_eq!(read("get-host-name")["host-name"], "web-01");
    assert_eq!(read("get-osinfo")["id"], "debian");
    let root = read("get-fsinfo")[0].clone();
    assert_eq!(root["mountpoint"], "/");
    assert!(root["used-bytes"].as_u64() < root["total-bytes"].as_u64());
    let outer = read("network-get-interfaces")[1].clone();
    assert_eq!(outer["hardware-address"], "bc:24:11:00:00:65");
    assert_eq!(outer["ip-addresses"][0]["ip-address-type"], "ipv4");
}

#[test]
fn trimming_needs_its_own_privilege_and_answers_what_came_back() {
    let mut lab = Lab::new();
    assert_eq!(
        ask(&mut lab, "pve1", 101, "fstrim").unwrap_err().message,
        "Permission check failed (/vms/101, VM.GuestAgent.FileSystemMgmt|VM.GuestAgent.Unrestricted)"
    );
    let mut lab = lab.signed_in(ROOT);
    let answer = ask(&mut lab, "pve1", 101, "fstrim").unwrap();
    assert!(answer["result"]["paths"][0]["trimmed"].as_u64().unwrap() > 0);
    assert_eq!(lab.machine.tasks().count(), 0);
}

#[test]
fn every_command_says_why_there_is_no_answer() {
    let mut scenario = Scenario::lab();
    scenario.guest[1].agent_silent = true;
    let mut lab = Lab::of(&scenario).signed_in(ROOT);
    lab.outcome("nodes/pve1/qemu/101/status/stop", "");
    for command in READS.into_iter().chain(["ping", "fstrim"]) {
        let mut refused = |node: &str, vmid: u32| {
            let failure = ask(&mut lab, node, vmid, command).unwrap_err();
            (failure.status, failure.message)
        };
        for (node, vmid, text) in [
            ("pve1", 111, "No QEMU guest agent configured"),
            ("pve1", 101, "VM 101 is not running"),
            ("pve2", 102, "QEMU guest agent is not running"),
            (
                "pve3",
                102,
                "Configuration file 'nodes/pve3/qemu-server/102.conf' does not exist",
            ),
        ] {
            assert_eq!(refused(node, vmid), (500, text.to_owned()), "{command}");
        }
    }
}

#[test]
fn older_releases_know_one_privilege_for_all_of_it() {
    let mut scenario = Scenario::lab();
    scenario.release.version = "8.4.14".into();
    let mut lab = Lab::of(&scenario);
    for command in READS.into_iter().chain(["ping", "fstrim"]) {
        assert_eq!(
            ask(&mut lab, "pve1", 101, command).unwrap_err().message,
            "Permission check failed (/vms/101, VM.Monitor)"
        );
    }
    let operator = scenario.role.get_mut("ArgusOperator").unwrap();
    operator.push("VM.Monitor".into());
    let mut lab = Lab::of(&scenario).signed_in(OPS);
    assert!(ask(&mut lab, "pve1", 101, "fstrim").is_ok());
}

#[test]
fn the_roles_of_a_release_name_its_own_privileges() {
    let mut old = Lab::of(&Scenario::solo()).signed_in("argus@pve!solo");
    let held = old.get("access/permissions", "path=/")["/"].clone();
    assert_eq!(held["VM.Monitor"], 1);
    assert_eq!(held.get("VM.GuestAgent.Audit"), None);
    assert_eq!(held.get("VM.Replicate"), None);
    let mut new = Lab::new().signed_in(ROOT);
    let held = new.get("access/permissions", "path=/")["/"].clone();
    assert_eq!(held["VM.GuestAgent.Audit"], 1);
    assert_eq!(held.get("VM.Monitor"), None);
}
