//! Lists, logs and ends of tasks (proxmox.md 3.4).

use super::{Lab, ROOT};
use crate::routes::Method;
use crate::state::{Flood, Twist};

const WEB: &str = "nodes/pve1/qemu/101";

fn upids(list: &serde_json::Value) -> Vec<String> {
    let list = list.as_array().unwrap();
    list.iter()
        .map(|t| t["upid"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_list_holds_running_tasks_only_when_asked() {
    let mut lab = Lab::new();
    let upid = lab.task(&format!("{WEB}/snapshot"), "snapname=s1");
    let list = |lab: &mut Lab, source: &str| {
        upids(&lab.get("nodes/pve1/tasks", &format!("source={source}")))
    };
    assert!(list(&mut lab, "archive").is_empty());
    assert_eq!(list(&mut lab, "active"), [upid.as_str()]);
    let all = lab.get("nodes/pve1/tasks", "source=all");
    assert_eq!(all[0]["status"], "RUNNING");
    lab.wait(5_000);
    assert!(list(&mut lab, "active").is_empty());
    assert_eq!(list(&mut lab, "archive"), [upid]);
}

#[test]
fn a_lost_answer_is_found_again_by_guest_type_time_and_user() {
    let mut lab = Lab::new();
    lab.task("nodes/pve1/qemu/111/status/reboot", "");
    lab.wait(30_000);
    let since = lab.machine.now_s();
    let upid = lab.task(&format!("{WEB}/snapshot"), "snapname=s1");
    let filter =
        format!("source=all&vmid=101&typefilter=qmsnapshot&since={since}&userfilter=argus@pve!ops");
    assert_eq!(upids(&lab.get("nodes/pve1/tasks", &filter)), [upid]);
    let later = format!("source=all&vmid=101&since={}", since + 1);
    assert!(upids(&lab.get("nodes/pve1/tasks", &later)).is_empty());
}

#[test]
fn a_status_knows_the_token_and_has_an_exit_only_at_the_end() {
    let mut lab = Lab::new();
    let upid = lab.task(&format!("{WEB}/snapshot"), "snapname=s1");
    let path = format!("nodes/pve1/tasks/{upid}/status");
    let running = lab.get(&path, "");
    assert_eq!(running["status"], "running");
    assert_eq!(running["user"], "argus@pve");
    assert_eq!(running["tokenid"], "ops");
    assert!(running.get("exitstatus").is_none());
    lab.wait(5_000);
    assert_eq!(lab.get(&path, "")["exitstatus"], "OK");
}

#[test]
fn a_task_is_known_on_its_own_node_only() {
    let mut lab = Lab::new();
    let upid = lab.task(&format!("{WEB}/migrate"), "target=pve2&online=1");
    lab.wait(30_000);
    let elsewhere = lab.try_call(Method::Get, &format!("nodes/pve2/tasks/{upid}/status"), "");
    assert_eq!(elsewhere.unwrap_err().message, "no such task");
    assert_eq!(
        lab.get(&format!("nodes/pve1/tasks/{upid}/status"), "")["exitstatus"],
        "OK"
    );
    let nonsense = lab.try_call(Method::Get, "nodes/pve1/tasks/nonsense/status", "");
    assert_eq!(
        nonsense.unwrap_err().message,
        "unable to parse worker upid 'nonsense'"
    );
}

#[test]
fn a_log_is_read_in_pages_and_an_empty_one_says_so() {
    let mut lab = Lab::new();
    let upid = lab.task("nodes/pve3/qemu/108/status/start", "");
    let path = format!("nodes/pve3/tasks/{upid}/log");
    assert_eq!(lab.get(&path, "")[0]["t"], "no content");
    lab.wait(5_000);
    assert_eq!(lab.get(&path, "")[0]["t"], "TASK OK");
    let upid = lab.task(&format!("{WEB}/migrate"), "target=pve2&online=1");
    lab.wait(30_000);
    let page = lab.get(&format!("nodes/pve1/tasks/{upid}/log"), "start=2&limit=3");
    let numbers: Vec<_> = page
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["n"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [3, 4, 5]);
}

#[test]
fn a_long_log_grows_evenly_and_is_read_anywhere() {
    let mut lab = Lab::new();
    lab.twist(Twist::Writes(Flood {
        lines: 300_000,
        ms: 60_000,
    }));
    let upid = lab.task(&format!("{WEB}/snapshot"), "snapname=s1");
    let path = format!("nodes/pve1/tasks/{upid}/log");
    let texts = |lab: &mut Lab, params: &str| -> Vec<String> {
        let page = lab.get(&path, params);
        let lines = page.as_array().unwrap().iter();
        lines
            .map(|line| {
                format!(
                    "{} {}",
                    line["n"].as_u64().unwrap(),
                    line["t"].as_str().unwrap()
                )
            })
            .collect()
    };
    lab.wait(30_000);
    assert_eq!(
        texts(&mut lab, "start=149998&limit=10"),
        [
            "149999 INFO: block 149999 of the disk is copied",
            "150000 WARN: block 150000 was read twice"
        ]
    );
    assert_eq!(lab.lock_of(101), Some("snapshot"));
    lab.wait(60_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(lab.machine.guest(101).unwrap().snapshots.len(), 1);
    let early = texts(&mut lab, "start=149998&limit=2");
    assert!(early[1].starts_with("150000 WARN"), "{early:?}");
    let end = texts(&mut lab, "start=299999&limit=500");
    assert!(
        end.len() >= 2 && end[0].starts_with("300000 WARN"),
        "{end:?}"
    );
    assert!(end.last().unwrap().ends_with("TASK OK"), "{end:?}");
    assert!(texts(&mut lab, "start=900000&limit=5").is_empty());
}

#[test]
fn a_task_that_is_stopped_writes_no_more_of_its_long_log() {
    let mut lab = Lab::new();
    lab.twist(Twist::Writes(Flood {
        lines: 1_000,
        ms: 10_000,
    }));
    let upid = lab.task(&format!("{WEB}/snapshot"), "snapname=s1");
    lab.wait(5_000);
    let stopped = lab.try_call(Method::Delete, &format!("nodes/pve1/tasks/{upid}"), "");
    assert!(stopped.is_ok());
    lab.wait(60_000);
    let log = lab.get(&format!("nodes/pve1/tasks/{upid}/log"), "limit=0");
    let log = log.as_array().unwrap();
    assert_eq!(log.len(), 501);
    assert_eq!(log[500]["t"], "TASK ERROR: interrupted by signal");
}

#[test]
fn stopping_a_task_leaves_its_configuration_lock_behind() {
    let mut lab = Lab::new();
    let upid = lab.task(&format!("{WEB}/migrate"), "target=pve2&online=1");
    lab.wait(5_000);
    let refused = lab.try_call(Method::Delete, &format!("nodes/pve1/tasks/{upid}"), "");
    assert!(refused.is_ok(), "the owner may");
    lab.wait(60_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("interrupted by signal"));
    assert_eq!(
        (lab.node_of(101), lab.lock_of(101)),
        ("pve1", Some("migrate"))
    );
}

#[test]
fn a_token_without_the_right_to_audit_sees_nothing_in_the_cluster_list() {
    let mut scenario = crate::Scenario::lab();
    scenario
        .role
        .insert("Blind".into(), vec!["VM.Snapshot".into()]);
    for entry in &mut scenario.acl {
        entry.role = "Blind".into();
    }
    let mut lab = Lab::of(&scenario);
    let upid = lab.task(&format!("{WEB}/snapshot"), "snapname=s1");
    assert!(upids(&lab.get("cluster/tasks", "")).is_empty());
    assert_eq!(
        upids(&lab.get("nodes/pve1/tasks", "source=all")),
        [upid.as_str()],
        "its node's list shows it its own"
    );
    let mut other = lab.signed_in("argus@pve!weak");
    assert!(upids(&other.get("nodes/pve1/tasks", "source=all")).is_empty());
    let denied = other.try_call(Method::Get, &format!("nodes/pve1/tasks/{upid}/status"), "");
    assert_eq!(
        denied.unwrap_err().message,
        "Permission check failed (/nodes/pve1, Sys.Audit)"
    );
    let mut root = other.signed_in(ROOT);
    assert_eq!(upids(&root.get("cluster/tasks", "")), [upid]);
}

#[test]
fn a_task_bent_to_fail_runs_its_time_and_changes_nothing() {
    let mut lab = Lab::new();
    lab.twist(Twist::Fails("out of luck".into()));
    let upid = lab.task(&format!("{WEB}/snapshot"), "snapname=s1");
    lab.wait(2_999);
    assert_eq!(lab.exit(&upid), None);
    lab.wait(1);
    assert_eq!(lab.exit(&upid).as_deref(), Some("out of luck"));
    assert_eq!(lab.machine.guest(101).unwrap().snapshots.len(), 0);
    assert_eq!(lab.lock_of(101), None);
}

#[test]
fn a_task_bent_to_never_end_goes_on_when_the_fault_is_lifted() {
    let mut lab = Lab::new();
    lab.twist(Twist::NeverEnds);
    let upid = lab.task(&format!("{WEB}/snapshot"), "snapname=s1");
    lab.wait(86_400_000);
    assert_eq!(
        (lab.exit(&upid), lab.lock_of(101)),
        (None, Some("snapshot"))
    );
    lab.machine.lift_twists();
    lab.wait(3_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(lab.machine.guest(101).unwrap().snapshots.len(), 1);
}

#[test]
fn every_end_has_its_words() {
    use crate::state::Exit;
    let ends = [
        (Exit::Ok, "OK", Some("TASK OK")),
        (Exit::Warnings(2), "WARNINGS: 2", Some("TASK WARNINGS: 2")),
        (Exit::Error("no".into()), "no", Some("TASK ERROR: no")),
        (Exit::Vanished, "unexpected status", None),
    ];
    for (exit, text, line) in ends {
        assert_eq!(exit.text(), text);
        assert_eq!(exit.last_line().as_deref(), line);
    }
}
