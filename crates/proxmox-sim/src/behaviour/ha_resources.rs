//! Guests that the HA stack is given, told about and relieved of.

use serde_json::{Value, json};

use super::{Lab, OPS, ROOT};
use crate::routes::Method;
use crate::scenario::{HaGroup, HaRule, Scenario};
use crate::state::Twist;

const ALL: &str = "cluster/ha/resources";

fn lab() -> Lab {
    Lab::new().signed_in(ROOT)
}

fn put(lab: &mut Lab, sid: &str, params: &str) -> Result<Value, crate::failure::Failure> {
    lab.try_call(Method::Put, &format!("{ALL}/{sid}"), params)
}

fn read(lab: &mut Lab, sid: &str) -> Value {
    lab.get(&format!("{ALL}/{sid}"), "")
}

fn service(lab: &mut Lab, sid: &str) -> (String, String) {
    let list = lab.get("cluster/ha/status/current", "");
    let entry = list.as_array().unwrap().iter().find(|e| e["sid"] == sid);
    let text = |key: &str| entry.unwrap()[key].as_str().unwrap().to_owned();
    (text("request_state"), text("state"))
}

fn affinity(affinity: &str, resources: &[&str]) -> HaRule {
    HaRule {
        id: affinity.into(),
        kind: "resource-affinity".into(),
        resources: resources.iter().map(|s| (*s).to_owned()).collect(),
        nodes: Vec::new(),
        affinity: Some(affinity.into()),
        strict: false,
    }
}

#[test]
fn a_guest_that_is_added_becomes_what_it_is_asked_to_be() {
    let mut lab = lab();
    let added = lab.post(ALL, "sid=vm:108&state=started&max_restart=3&comment=new");
    assert_eq!(added, Ok(Value::Null));
    assert_eq!(
        service(&mut lab, "vm:108"),
        ("started".into(), "queued".into())
    );
    let resource = read(&mut lab, "108");
    assert_eq!(resource["sid"], "vm:108");
    assert_eq!(resource["max_restart"], 3);
    assert_eq!(resource["comment"], "new");
    lab.wait(15_000);
    assert!(lab.running(108));
    assert_eq!(
        service(&mut lab, "vm:108"),
        ("started".into(), "started".into())
    );
}

#[test]
fn power_calls_on_a_new_resource_go_through_the_manager_and_on_a_removed_one_no_more() {
    let mut lab = lab();
    lab.post(ALL, "sid=101").unwrap();
    let upid = lab.task("nodes/pve1/qemu/101/status/shutdown", "");
    assert!(upid.contains(":hastop:101:"), "{upid}");
    lab.wait(30_000);
    assert_eq!(read(&mut lab, "vm:101")["state"], "stopped");
    let gone = lab.try_call(Method::Delete, &format!("{ALL}/vm:101"), "");
    assert_eq!(gone, Ok(Value::Null));
    let upid = lab.task("nodes/pve1/qemu/101/status/start", "");
    assert!(upid.contains(":qmstart:101:"), "{upid}");
    let current = lab.get("nodes/pve1/qemu/101/status/current", "");
    assert_eq!(current["ha"], json!({ "managed": 0 }));
}

#[test]
fn what_is_not_there_or_there_already_is_refused() {
    let mut lab = lab();
    for (sid, text) in [
        ("vm:4711", "resource '4711' does not exist in cluster"),
        ("vm:104", "resource '104' does not exist in cluster"),
        (
            "4711",
            "unable do detect SID from VMID - VM/CT 4711 does not exist",
        ),
        (
            "vm:103",
            "create resource failed: resource ID 'vm:103' already defined",
        ),
    ] {
        assert_eq!(lab.refusal(ALL, &format!("sid={sid}")), text);
    }
    let wrong = lab.post(ALL, "sid=host:1").unwrap_err();
    assert_eq!(wrong.status, 400);
    let unknown = lab
        .try_call(Method::Get, &format!("{ALL}/vm:101"), "")
        .unwrap_err();
    assert_eq!(unknown.message, "no such resource 'vm:101'");
    let unknown = put(&mut lab, "vm:101", "state=stopped").unwrap_err();
    assert_eq!(
        unknown.message,
        "update resource failed: no such resource 'vm:101'"
    );
    let unknown = lab
        .try_call(Method::Delete, &format!("{ALL}/vm:101"), "")
        .unwrap_err();
    assert_eq!(
        unknown.message,
        "cannot delete service 'vm:101', not HA managed!"
    );
    for verb in ["migrate", "relocate"] {
        assert_eq!(
            lab.refusal(&format!("{ALL}/vm:101/{verb}"), "node=pve2"),
            "resource 'vm:101' is not HA managed"
        );
    }
}

#[test]
fn only_the_console_privilege_changes_resources() {
    let mut lab = lab().signed_in(OPS);
    let refused = "Permission check failed (/, Sys.Console)";
    assert_eq!(lab.refusal(ALL, "sid=vm:101"), refused);
    assert_eq!(
        lab.refusal(&format!("{ALL}/vm:103/migrate"), "node=pve2"),
        refused
    );
    assert_eq!(
        put(&mut lab, "vm:103", "state=stopped")
            .unwrap_err()
            .message,
        refused
    );
    assert_eq!(read(&mut lab, "vm:103")["state"], "started");
}

#[test]
fn a_state_that_is_asked_for_is_followed_a_while_later() {
    let mut lab = lab();
    assert_eq!(put(&mut lab, "vm:103", "state=stopped"), Ok(Value::Null));
    assert!(lab.running(103));
    lab.wait(20_000);
    assert!(!lab.running(103));
    put(&mut lab, "vm:103", "state=enabled").unwrap();
    assert_eq!(read(&mut lab, "vm:103")["state"], "started");
    lab.wait(20_000);
    assert!(lab.running(103));
}

#[test]
fn a_digest_that_is_no_longer_true_stops_a_change() {
    let mut lab = lab();
    let digest = read(&mut lab, "vm:103")["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    let params = format!("max_relocate=2&digest={digest}");
    assert_eq!(put(&mut lab, "vm:103", &params), Ok(Value::Null));
    let stale = put(&mut lab, "vm:103", &params).unwrap_err();
    assert_eq!(
        (stale.status, stale.message.as_str()),
        (
            500,
            "update resource failed: detected modified configuration - file changed by other user? Try again."
        )
    );
    assert_eq!(read(&mut lab, "vm:103")["max_relocate"], 2);
    put(&mut lab, "vm:103", "delete=max_relocate,comment").unwrap();
    let resource = read(&mut lab, "vm:103");
    assert_eq!(resource["max_relocate"], 1);
    assert_eq!(resource.get("comment"), None);
    let wrong = put(&mut lab, "vm:103", "delete=nodes").unwrap_err();
    assert_eq!(
        wrong.message,
        "update resource failed: no such option 'nodes'"
    );
}

#[test]
fn an_ignored_guest_is_its_own() {
    let mut lab = lab();
    put(&mut lab, "vm:103", "state=ignored").unwrap();
    let upid = lab.task("nodes/pve1/qemu/103/status/shutdown", "");
    assert!(upid.contains(":qmshutdown:103:"), "{upid}");
    assert_eq!(
        lab.refusal(&format!("{ALL}/vm:103/migrate"), "node=pve2"),
        "resource 'vm:103' is not HA managed"
    );
    lab.wait(600_000);
    assert!(!lab.running(103), "nobody starts it again");
    assert_eq!(
        service(&mut lab, "vm:103"),
        ("ignored".into(), "ignored".into())
    );
    assert!(
        lab.try_call(Method::Delete, &format!("{ALL}/vm:103"), "")
            .is_ok()
    );
}

#[test]
fn a_migration_is_queued_without_a_task_and_answers_what_it_will_move() {
    let mut lab = lab();
    let answer = lab.post(&format!("{ALL}/vm:103/migrate"), "node=pve2");
    assert_eq!(
        answer,
        Ok(json!({ "sid": "vm:103", "requested-node": "pve2" }))
    );
    assert_eq!(lab.machine.tasks().count(), 0);
    lab.wait(15_000);
    assert_eq!(service(&mut lab, "vm:103").1, "migrate");
    lab.wait(30_000);
    assert_eq!((lab.node_of(103), lab.running(103)), ("pve2", true));
    let kinds: Vec<&str> = lab.machine.tasks().map(|t| t.upid.kind.as_str()).collect();
    assert_eq!(kinds, ["qmigrate"]);
}

#[test]
fn a_relocation_stops_here_and_starts_there() {
    let mut lab = lab();
    lab.post(&format!("{ALL}/vm:103/relocate"), "node=pve2")
        .unwrap();
    lab.wait(12_000);
    assert_eq!(service(&mut lab, "vm:103").1, "relocate");
    lab.wait(4_000);
    assert!(!lab.running(103), "it is down on the way");
    lab.wait(30_000);
    assert_eq!((lab.node_of(103), lab.running(103)), ("pve2", true));
    let kinds: Vec<&str> = lab.machine.tasks().map(|t| t.upid.kind.as_str()).collect();
    assert_eq!(kinds, ["qmshutdown", "qmigrate", "qmstart"]);
    assert_eq!(service(&mut lab, "vm:103").1, "started");
}

#[test]
fn a_relocation_that_cannot_move_starts_again_where_it_was() {
    let mut lab = lab();
    lab.post(&format!("{ALL}/vm:103/relocate"), "node=pve2")
        .unwrap();
    lab.wait(12_000);
    lab.machine.power_node("pve2", false);
    lab.wait(60_000);
    assert_eq!((lab.node_of(103), lab.running(103)), ("pve1", true));
}

#[test]
fn a_rule_keeps_a_resource_from_a_node_and_the_answer_says_so() {
    let mut scenario = Scenario::lab();
    scenario.ha_rule[0].strict = true;
    scenario.guest[0].ha = true;
    scenario
        .ha_rule
        .push(affinity("negative", &["vm:101", "vm:103"]));
    let mut lab = Lab::of(&scenario).signed_in(ROOT);
    let asked = lab.get("nodes/pve1/qemu/103/migrate", "");
    assert_eq!(
        asked["not_allowed_nodes"]["pve3"]["blocking-ha-resources"],
        json!([{ "sid": "vm:103", "cause": "node-affinity" }])
    );
    let answer = lab
        .post(&format!("{ALL}/vm:103/migrate"), "node=pve3")
        .unwrap();
    assert_eq!(
        answer["blocking-resources"],
        json!([{ "sid": "vm:103", "cause": "node-affinity" }])
    );
    lab.post(&format!("{ALL}/vm:101/migrate"), "node=pve2")
        .unwrap();
    lab.wait(60_000);
    assert_eq!((lab.node_of(103), lab.node_of(101)), ("pve1", "pve2"));
    let answer = lab
        .post(&format!("{ALL}/vm:101/migrate"), "node=pve1")
        .unwrap();
    assert_eq!(
        answer["blocking-resources"],
        json!([{ "sid": "vm:103", "cause": "resource-affinity" }])
    );
    lab.wait(60_000);
    assert_eq!(lab.node_of(101), "pve2", "the manager leaves it out");
}

#[test]
fn what_belongs_together_moves_together() {
    let mut scenario = Scenario::lab();
    scenario.guest[0].ha = true;
    scenario
        .ha_rule
        .push(affinity("positive", &["vm:101", "vm:103"]));
    let mut lab = Lab::of(&scenario).signed_in(ROOT);
    let answer = lab
        .post(&format!("{ALL}/vm:103/migrate"), "node=pve2")
        .unwrap();
    assert_eq!(answer["comigrated-resources"], json!(["vm:101"]));
    assert_eq!(
        lab.get("nodes/pve1/qemu/103/migrate", "")["dependent-ha-resources"],
        json!(["vm:101"])
    );
    lab.wait(60_000);
    assert_eq!((lab.node_of(101), lab.node_of(103)), ("pve2", "pve2"));
}

#[test]
fn a_removed_resource_leaves_the_rules_unless_told_otherwise() {
    let mut lab = lab();
    let path = format!("{ALL}/vm:103");
    lab.try_call(Method::Delete, &path, "purge=0").unwrap();
    assert_eq!(lab.get("cluster/ha/rules", "").as_array().unwrap().len(), 1);
    lab.post(ALL, "sid=vm:103").unwrap();
    lab.try_call(Method::Delete, &path, "").unwrap();
    assert_eq!(lab.get("cluster/ha/rules", ""), json!([]));
}

#[test]
fn a_start_that_fails_is_an_error_that_only_disabling_clears() {
    let mut lab = lab();
    lab.lock(108, "backup");
    lab.post(ALL, "sid=vm:108").unwrap();
    lab.wait(20_000);
    assert_eq!(service(&mut lab, "vm:108").1, "error");
    let in_error = "service 'vm:108' in error state, must be disabled and fixed first";
    let refused = put(&mut lab, "vm:108", "state=stopped").unwrap_err();
    assert_eq!(refused.message, in_error);
    assert_eq!(
        lab.refusal(&format!("{ALL}/vm:108/migrate"), "node=pve2"),
        in_error
    );
    lab.lock(108, "");
    put(&mut lab, "vm:108", "state=disabled").unwrap();
    lab.wait(20_000);
    assert_eq!(
        service(&mut lab, "vm:108"),
        ("disabled".into(), "stopped".into())
    );
    put(&mut lab, "vm:108", "state=started").unwrap();
    lab.wait(20_000);
    assert!(lab.running(108));
}

#[test]
fn a_bent_worker_of_the_manager_is_an_error_too() {
    let mut lab = lab();
    lab.post(ALL, "sid=vm:108").unwrap();
    lab.twist(Twist::Fails("disk on fire".into()));
    lab.wait(20_000);
    assert_eq!(service(&mut lab, "vm:108").1, "error");
}

#[test]
fn groups_are_for_old_releases_and_newer_words_are_not() {
    let mut lab = lab();
    assert_eq!(
        lab.refusal(ALL, "sid=vm:101&group=g1"),
        "invalid parameter 'group': ha groups have been migrated to rules"
    );
    let mut scenario = Scenario::solo();
    scenario.ha_group = vec![HaGroup {
        id: "all".into(),
        nodes: vec!["solo".into()],
        restricted: true,
    }];
    let mut old = Lab::of(&scenario).signed_in(ROOT);
    assert_eq!(
        old.refusal(ALL, "sid=vm:200&group=none"),
        "HA group 'none' does not exist"
    );
    let unknown = old.post(ALL, "sid=vm:200&failback=1").unwrap_err();
    assert_eq!(unknown.status, 400);
    assert!(unknown.errors["failback"].starts_with("property is not defined"));
    old.post(ALL, "sid=vm:200&group=all").unwrap();
    let resource = read(&mut old, "vm:200");
    assert_eq!(resource["group"], "all");
    assert_eq!(resource.get("failback"), None);
    let moved = old.post(&format!("{ALL}/vm:200/migrate"), "node=solo");
    assert_eq!(moved, Ok(Value::Null), "older releases answer nothing");
    let purge = old
        .try_call(Method::Delete, &format!("{ALL}/vm:200"), "purge=1")
        .unwrap_err();
    assert_eq!(purge.status, 400);
}

#[test]
fn nothing_changes_without_a_quorum() {
    let mut lab = lab();
    lab.machine.set_quorate(false);
    assert_eq!(
        lab.refusal(ALL, "sid=vm:101"),
        "cluster not ready - no quorum?"
    );
    assert!(lab.machine.guest(101).is_some() && !lab.machine.manages(101));
}
