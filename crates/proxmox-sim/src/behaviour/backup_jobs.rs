//! Backup jobs: listed with their next run, and run by the calendar.

use serde_json::{Value, json};

use super::{Lab, OPS, ROOT, START_MS};
use crate::scenario::{BackupJob, Scenario};

const START_S: u64 = START_MS / 1000;

fn job(id: &str) -> BackupJob {
    BackupJob {
        id: id.into(),
        schedule: "00:10".into(),
        enabled: true,
        all: false,
        vmid: vec![101, 102],
        exclude: vec![],
        pool: None,
        node: None,
        storage: "nfs-vm".into(),
        mode: "snapshot".into(),
        comment: None,
    }
}

fn lab(jobs: Vec<BackupJob>) -> Lab {
    let mut scenario = Scenario::lab();
    let keeps = |s: &&crate::scenario::Storage| s.shared && s.keeps("backup");
    let storage = scenario.storage.iter().find(keeps).map(|s| s.id.clone());
    let storage = storage.expect("the lab has a shared place for archives");
    scenario.backup_job = jobs;
    for job in &mut scenario.backup_job {
        job.storage.clone_from(&storage);
    }
    Lab::of(&scenario).signed_in(ROOT)
}

fn archives(lab: &Lab) -> Vec<(String, String)> {
    let tasks = lab
        .machine
        .tasks()
        .filter(|task| task.upid.kind == "vzdump");
    tasks
        .map(|task| (task.upid.node.clone(), task.upid.user.clone()))
        .collect()
}

#[test]
fn a_job_is_listed_with_the_time_of_its_next_run() {
    let mut lab = lab(vec![BackupJob {
        all: true,
        vmid: vec![],
        exclude: vec![104],
        ..job("nightly")
    }]);
    let listed = lab.get("cluster/backup", "");
    assert_eq!(listed[0]["id"], "nightly");
    assert_eq!(listed[0]["all"], 1);
    assert_eq!(listed[0]["exclude"], "104");
    assert_eq!(listed[0]["next-run"], START_S + 600);
    assert_eq!(listed[0].get("vmid"), None);
    lab.wait(601_000);
    let listed = lab.get("cluster/backup", "");
    assert_eq!(listed[0]["next-run"], START_S + 600 + 86_400);
    let without: Vec<Value> = lab
        .get("cluster/backup-info/not-backed-up", "")
        .as_array()
        .cloned()
        .unwrap_or_default();
    let numbers: Vec<&Value> = without.iter().map(|guest| &guest["vmid"]).collect();
    assert_eq!(numbers, [&json!(104)]);
}

#[test]
fn a_job_runs_at_its_time_as_the_system_and_once_a_node() {
    let mut lab = lab(vec![job("nightly")]);
    let homes: std::collections::BTreeSet<String> =
        [101, 102].map(|vmid| lab.node_of(vmid).to_owned()).into();
    lab.wait(599_000);
    assert_eq!(archives(&lab), []);
    lab.wait(1_000);
    let started = archives(&lab);
    assert_eq!(started.len(), homes.len());
    assert!(
        started
            .iter()
            .all(|(node, user)| homes.contains(node) && user == ROOT)
    );
    lab.wait(86_400_000);
    assert_eq!(archives(&lab).len(), 2 * homes.len(), "the next night");
}

#[test]
fn a_job_that_is_not_enabled_is_listed_and_never_runs() {
    let mut lab = lab(vec![BackupJob {
        enabled: false,
        ..job("resting")
    }]);
    assert_eq!(lab.get("cluster/backup", "")[0]["enabled"], 0);
    lab.wait(86_400_000);
    assert_eq!(archives(&lab), []);
}

#[test]
fn a_job_with_one_node_leaves_guests_elsewhere_alone() {
    let mut lab = lab(vec![BackupJob {
        all: true,
        vmid: vec![],
        node: Some("pve2".into()),
        ..job("of-one")
    }]);
    lab.wait(601_000);
    assert!(archives(&lab).iter().all(|(node, _)| node == "pve2"));
    assert_eq!(archives(&lab).len(), 1);
}

#[test]
fn jobs_are_for_those_who_audit_the_cluster() {
    let mut scenario = Scenario::lab();
    scenario
        .role
        .insert("Blind".into(), vec!["VM.Snapshot".into()]);
    for entry in &mut scenario.acl {
        entry.role = "Blind".into();
    }
    let refused = Lab::of(&scenario).try_call(crate::routes::Method::Get, "cluster/backup", "");
    assert!(refused.is_err_and(|failure| failure.message.contains("Sys.Audit")));
    let mut lab = lab(vec![job("nightly")]).signed_in(OPS);
    assert_eq!(
        lab.get("cluster/backup", "").as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_job_that_never_makes_an_archive_is_refused() {
    for broken in [
        BackupJob {
            schedule: "*/15".into(),
            ..job("a")
        },
        BackupJob {
            storage: "none".into(),
            ..job("a")
        },
        BackupJob {
            mode: "fast".into(),
            ..job("a")
        },
        BackupJob {
            node: Some("pve9".into()),
            ..job("a")
        },
    ] {
        let mut scenario = Scenario::lab();
        scenario.backup_job = vec![broken.clone()];
        let text = toml::to_string(&scenario).expect("TOML");
        assert!(Scenario::parse(&text).is_err(), "{broken:?}");
    }
}
