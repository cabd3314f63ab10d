//! Replication jobs: told, run, failing, and turning round.

use serde_json::{Value, json};

use super::{Lab, OPS, ROOT};
use crate::routes::Method;
use crate::scenario::Scenario;

const NOW: &str = "nodes/pve2/replication/104-0/schedule_now";

fn lab() -> Lab {
    Lab::new().signed_in(ROOT)
}

fn status(lab: &mut Lab) -> Value {
    lab.get("nodes/pve2/replication/104-0/status", "")
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// The lab after the first runs, in the middle of a quarter of an hour.
fn quiet() -> Lab {
    let mut lab = lab();
    lab.wait(120_000);
    lab
}

#[test]
fn a_job_is_told_by_the_cluster_and_by_the_node_it_sends_from() {
    let mut lab = lab();
    let jobs = lab.get("cluster/replication", "");
    assert_eq!(jobs[0]["id"], "104-0");
    assert_eq!(
        (&jobs[1]["guest"], &jobs[1]["jobnum"]),
        (&json!(112), &json!(0))
    );
    let job = lab.get("cluster/replication/104-0", "");
    assert_eq!(
        (&job["source"], &job["target"]),
        (&json!("pve2"), &json!("pve1"))
    );
    assert_eq!(job["digest"].as_str().unwrap().len(), 40);
    let here = lab.get("nodes/pve2/replication", "");
    assert_eq!(here.as_array().unwrap().len(), 1);
    assert_eq!(here[0]["vmtype"], "lxc");
    assert_eq!(lab.get("nodes/pve2/replication", "guest=112"), json!([]));
    assert_eq!(lab.get("nodes/pve1/replication", ""), json!([]));
}

#[test]
fn a_job_that_is_told_to_run_does_so_a_while_later_without_a_task() {
    let mut lab = quiet();
    let before = status(&mut lab);
    assert_eq!(lab.post(NOW, ""), Ok(Value::Null));
    assert_eq!(status(&mut lab)["last_try"], 0, "it is due at once");
    lab.wait(21_000);
    let running = status(&mut lab);
    assert!(running["pid"].is_u64());
    assert!(number(&running["last_try"]) > number(&before["last_try"]));
    assert_eq!(running["last_sync"], before["last_sync"]);
    lab.wait(5_000);
    let after = status(&mut lab);
    assert_eq!(after["last_sync"], running["last_try"]);
    assert_eq!(after.get("pid"), None);
    assert_eq!(lab.machine.tasks().count(), 0);
}

#[test]
fn a_job_runs_by_its_calendar_however_far_the_clock_jumps() {
    let mut steps = lab();
    let mut jump = lab();
    for _ in 0..121 {
        steps.wait(60_000);
    }
    jump.wait(121 * 60_000);
    let (steps, jump) = (status(&mut steps), status(&mut jump));
    assert_eq!(steps, jump);
    assert_eq!(number(&jump["last_sync"]) % 900, 0);
    assert_eq!(number(&jump["next_sync"]) - number(&jump["last_sync"]), 900);
}

#[test]
fn a_job_fails_while_its_target_is_away_and_heals_when_it_is_back() {
    let mut lab = quiet();
    let before = status(&mut lab);
    lab.machine.power_node("pve1", false);
    lab.post(NOW, "").unwrap();
    lab.wait(30_000);
    let failed = status(&mut lab);
    assert_eq!(failed["fail_count"], 1);
    assert!(failed["error"].as_str().unwrap().contains("root@pve1"));
    assert_eq!(failed["last_sync"], before["last_sync"]);
    assert_eq!(failed["next_sync"], 0, "it waits for its target");
    lab.machine.power_node("pve1", true);
    lab.wait(600_000);
    let healed = status(&mut lab);
    assert_eq!(healed["fail_count"], 0);
    assert_eq!(healed.get("error"), None);
    assert!(number(&healed["last_sync"]) > number(&before["last_sync"]));
}

#[test]
fn a_job_turns_round_when_its_guest_moves_to_where_it_was_copied() {
    let mut lab = quiet();
    let path = "nodes/pve2/lxc/104/migrate";
    assert_eq!(lab.outcome(path, "target=pve1&restart=1"), "OK");
    let job = lab.get("cluster/replication/104-0", "");
    assert_eq!(
        (&job["source"], &job["target"]),
        (&json!("pve1"), &json!("pve2"))
    );
    assert_eq!(lab.get("nodes/pve2/replication", ""), json!([]));
    let path = "nodes/pve1/lxc/104/migrate";
    assert_eq!(lab.outcome(path, "target=pve3&restart=1"), "OK");
    let job = lab.get("cluster/replication/104-0", "");
    assert_eq!(
        (&job["source"], &job["target"]),
        (&json!("pve3"), &json!("pve2"))
    );
    assert_eq!(
        lab.post("nodes/pve3/replication/104-0/schedule_now", ""),
        Ok(Value::Null)
    );
    lab.wait(60_000);
    let after = lab.get("nodes/pve3/replication/104-0/status", "");
    assert!(number(&after["last_sync"]) + 60 >= lab.machine.now_s());
}

#[test]
fn a_run_ends_with_its_node() {
    let mut lab = quiet();
    let before = status(&mut lab);
    lab.post(NOW, "").unwrap();
    lab.wait(21_000);
    lab.machine.power_node("pve2", false);
    lab.wait(60_000);
    lab.machine.power_node("pve2", true);
    assert_eq!(status(&mut lab)["last_sync"], before["last_sync"]);
}

#[test]
fn who_may_not_and_what_is_not_there_is_refused() {
    let mut lab = lab();
    assert_eq!(
        lab.refusal("nodes/pve2/replication/104-7/schedule_now", ""),
        "no such replication job '104-7'"
    );
    let elsewhere = lab
        .try_call(Method::Get, "nodes/pve1/replication/104-0/status", "")
        .unwrap_err();
    assert_eq!(elsewhere.message, "no such replication job '104-0'");
    let wrong = lab
        .try_call(Method::Get, "cluster/replication/first", "")
        .unwrap_err();
    assert_eq!(wrong.status, 400);
    let mut lab = lab.signed_in(OPS);
    assert_eq!(
        lab.refusal(NOW, ""),
        "Permission check failed (/vms/104, VM.Replicate)"
    );
    let mut scenario = Scenario::lab();
    for entry in &mut scenario.acl {
        entry.path = "/pool/lab".into();
    }
    let mut lab = Lab::of(&scenario);
    let seen = lab.get("cluster/replication", "");
    assert_eq!(seen.as_array().unwrap().len(), 1, "guest 112 is in the lab");
    let denied = lab
        .try_call(Method::Get, "cluster/replication/104-0", "")
        .unwrap_err();
    assert_eq!(denied.status, 403);
}

#[test]
fn older_releases_ask_for_a_right_on_storages() {
    let mut scenario = Scenario::lab();
    scenario.release.version = "8.4.14".into();
    let mut lab = Lab::of(&scenario);
    assert_eq!(
        lab.refusal(NOW, ""),
        "Permission check failed (/storage, Datastore.Allocate)"
    );
}

#[test]
fn a_resting_job_is_listed_and_does_not_run() {
    let mut scenario = Scenario::lab();
    scenario.replication[0].disable = true;
    let mut lab = Lab::of(&scenario).signed_in(ROOT);
    lab.post(NOW, "").unwrap();
    lab.wait(3_600_000);
    let list = lab.get("nodes/pve2/replication", "");
    assert_eq!(list[0]["disable"], 1);
    assert!(number(&list[0]["last_sync"]) < super::START_MS / 1000);
}
