//! Reads: every one answers, and the ones with numbers have sensible ones.

use serde_json::{Value, json};

use super::{Lab, ROOT};
use crate::routes::{Method, table};
use crate::scenario::Scenario;

#[test]
fn every_read_answers_for_every_kind_of_guest() {
    let mut lab = Lab::new().signed_in(ROOT);
    let upid = lab.task("nodes/pve1/qemu/101/snapshot", "snapname=s1");
    lab.wait(60_000);
    // Files within guests are guarded, and nobody reads them here.
    let reads = table()
        .iter()
        .filter(|r| r.method == Method::Get && !r.path.ends_with("/file-read"));
    for route in reads {
        let (node, vmid) = if ["/lxc/", "{id}"].iter().any(|p| route.path.contains(p)) {
            ("pve2", "104")
        } else {
            ("pve1", "101")
        };
        let path = route
            .path
            .trim_start_matches('/')
            .replace("{node}", node)
            .replace("{vmid}", vmid)
            .replace("{upid}", &upid)
            .replace("{storage}", "nfs-vm")
            .replace("{sid}", "vm:103")
            .replace("{service}", "pveproxy")
            .replace("{id}", "104-0")
            .replace("{userid}", "argus@pve")
            .replace("{tokenid}", "ops")
            .replace("{roleid}", "PVEAuditor")
            .replace("{volume}", "nfs-vm:101/vm-101-disk-0.qcow2");
        let params = match () {
            () if path.ends_with("/rrddata") => "timeframe=hour",
            () if path.ends_with("/feature") => "feature=snapshot",
            () if path.ends_with("/extractconfig") => {
                "volume=nfs-vm:backup/vzdump-qemu-101-2025_12_15-08_00_00.vma.zst"
            }
            () => "",
        };
        let answer = lab.try_call(Method::Get, &path, params);
        assert!(answer.is_ok_and(|a| !a.is_null()), "{path}");
    }
}

#[test]
fn a_series_has_its_length_and_a_gap_where_the_guest_was_off() {
    let mut lab = Lab::new();
    let path = "nodes/pve1/qemu/101/rrddata";
    assert_eq!(
        lab.get(path, "timeframe=day").as_array().unwrap().len(),
        1_440
    );
    lab.outcome("nodes/pve1/qemu/101/status/stop", "");
    lab.wait(1_200_000);
    let hour = lab.get(path, "timeframe=hour");
    let hour = hour.as_array().unwrap();
    assert!(hour[0]["cpu"].as_f64().is_some_and(|cpu| cpu > 0.0));
    assert_eq!(hour[59].get("cpu"), None);
    let times: Vec<u64> = hour.iter().map(|p| p["time"].as_u64().unwrap()).collect();
    assert!(times.is_sorted() && times[59] - times[0] == 59 * 60);
}

#[test]
fn pressure_and_strain_are_told_as_the_scenario_says_and_pressure_not_before_9() {
    let mut scenario = Scenario::lab();
    scenario.guest[0].pressure.io = 12.5;
    scenario.node[0].strain.load = 40.0;
    scenario.node[0].strain.swap_mib = 1024;
    let mut lab = Lab::of(&scenario);
    let last = |answer: Value| answer.as_array().unwrap()[59].clone();
    let guest = "nodes/pve1/qemu/101";
    let point = last(lab.get(&format!("{guest}/rrddata"), "timeframe=hour"));
    assert_eq!(point["pressureiosome"], 12.5);
    assert_eq!(point["pressurecpusome"], 0.0);
    let now = lab.get(&format!("{guest}/status/current"), "");
    assert_eq!(now["pressureiosome"], 12.5);
    let point = last(lab.get("nodes/pve1/rrddata", "timeframe=hour"));
    assert!(point["loadavg"].as_f64().is_some_and(|load| load > 40.0));
    assert_eq!(
        (&point["iowait"], &point["swapused"]),
        (&json!(0.002), &json!(1 << 30))
    );
    let now = lab.get("nodes/pve1/status", "");
    assert_eq!(
        (&now["wait"], &now["swap"]["used"]),
        (&json!(0.002), &json!(1 << 30))
    );

    scenario.release.version = "8.4.1".into();
    let mut lab = Lab::of(&scenario);
    let point = last(lab.get(&format!("{guest}/rrddata"), "timeframe=hour"));
    assert!(point.get("cpu").is_some() && point.get("pressureiosome").is_none());
}

#[test]
fn the_cluster_log_tells_of_tasks_newest_first() {
    let mut lab = Lab::new();
    lab.outcome("nodes/pve3/qemu/108/status/start", "");
    let log = lab.get("cluster/log", "max=2");
    let text = |at: usize| log[at]["msg"].as_str().unwrap().to_owned();
    assert!(text(0).starts_with("end task UPID:pve3:"), "{}", text(0));
    assert!(text(1).starts_with("starting task UPID:pve3:"));
}

#[test]
fn syslog_is_read_in_pages_and_by_time() {
    let mut lab = Lab::new();
    lab.outcome("nodes/pve3/qemu/108/status/start", "");
    let page = lab.get("nodes/pve3/syslog", "start=1&limit=1");
    assert_eq!(page[0]["n"], 2);
    assert_eq!(page.as_array().unwrap().len(), 1);
    let none = lab.get("nodes/pve3/syslog", "since=2030-01-01");
    assert_eq!(none, Value::Array(vec![]));
    let day = lab.get("nodes/pve3/syslog", "since=2026-01-01&until=2026-01-01");
    assert_eq!(day.as_array().unwrap().len(), 2);
}

#[test]
fn the_agent_answers_when_there_is_one() {
    let mut lab = Lab::new();
    assert!(lab.post("nodes/pve1/qemu/101/agent/ping", "").is_ok());
    assert_eq!(
        lab.refusal("nodes/pve1/qemu/111/agent/ping", ""),
        "No QEMU guest agent configured"
    );
    lab.outcome("nodes/pve1/qemu/101/status/stop", "");
    assert_eq!(
        lab.refusal("nodes/pve1/qemu/101/agent/ping", ""),
        "VM 101 is not running"
    );
}

#[test]
fn the_next_number_is_free_and_a_used_one_is_named() {
    let mut lab = Lab::new();
    assert_eq!(lab.get("cluster/nextid", ""), "100");
    let used = lab
        .try_call(Method::Get, "cluster/nextid", "vmid=101")
        .unwrap_err();
    assert_eq!(used.errors["vmid"], "VM 101 already exists");
}
