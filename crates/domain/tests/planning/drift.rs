//! What is said about a plan that is no longer the same.

use argus_domain::drift::differences;
use argus_domain::facts::{Facts, GuestFacts};
use argus_types::cluster::GuestStatus;
use argus_types::plan::Evidence;
use serde_json::{Value, json};

use crate::fixture::{action, changed, draft, facts, migrate, node, planned, snapshot, try_plan};

fn drift(actions: Value, now: &Facts) -> Vec<Evidence> {
    let before = planned(actions.clone(), &facts()).plan;
    differences(&before, &try_plan(&draft(actions), now, false))
}

fn words(evidence: &[Evidence]) -> Vec<String> {
    assert!(evidence.iter().all(|one| !one.holds));
    let texts = evidence.iter();
    texts
        .map(|one| format!("{}: {} -> {}", one.label, one.expected, one.observed))
        .collect()
}

#[test]
fn the_same_facts_give_the_same_plan() {
    let wishes = json!([
        action("guest.snapshot.create", 101),
        migrate(101, "pve2"),
        action("guest.start", 102)
    ]);
    assert_eq!(drift(wishes, &facts()), []);
}

#[test]
fn a_change_elsewhere_is_no_drift() {
    let changes: [fn(&mut GuestFacts); 4] = [
        |guest| guest.tags = vec!["new".to_owned()],
        |guest| guest.snapshots = vec![snapshot("nightly")],
        |guest| {
            guest.migrate.remove(&node("pve3"));
        },
        |guest| guest.snapshot_supported = None,
    ];
    for change in changes {
        assert_eq!(
            drift(json!([migrate(101, "pve2")]), &changed(101, change)),
            []
        );
    }
    let other = changed(102, |guest| guest.status = GuestStatus::Running);
    assert_eq!(drift(json!([migrate(101, "pve2")]), &other), []);
}

#[test]
fn each_relied_on_value_that_changed_is_named_once() {
    let wishes = json!([action("guest.reboot", 101), action("guest.reboot", 101)]);
    let now = changed(101, |guest| {
        guest.node = node("pve2");
        guest.name = "web-new".to_owned();
        guest.identity = None;
        guest.ha_managed = true;
    });
    assert_eq!(
        words(&drift(wishes, &now)),
        [
            "web-01 (qemu 101): node: pve1 -> pve2",
            "web-01 (qemu 101): name: web-01 -> web-new",
            "web-01 (qemu 101): identity: id-101 -> none",
            "web-01 (qemu 101): managed by HA: no -> yes",
        ]
    );
}

#[test]
fn a_wish_that_came_true_meanwhile_is_drift_with_its_reason() {
    let now = changed(102, |guest| guest.status = GuestStatus::Running);
    let wishes = json!([action("guest.start", 102), action("guest.start", 104)]);
    assert_eq!(
        words(&drift(wishes, &now)),
        ["Start off-01 (qemu 102): in the plan -> it already runs"]
    );
}

#[test]
fn a_plan_that_became_impossible_is_drift_with_proxmox_s_reason() {
    let now = changed(101, |guest| guest.lock = Some("backup".to_owned()));
    let found = words(&drift(json!([migrate(101, "pve2")]), &now));
    assert!(found[0].contains("VM is locked (backup)"), "{found:?}");
}

#[test]
fn a_migration_that_would_go_another_way_is_drift() {
    let now = changed(101, |guest| guest.status = GuestStatus::Stopped);
    let found = words(&drift(json!([migrate(101, "pve2")]), &now));
    assert_eq!(found, ["web-01 (qemu 101): status: running -> stopped"]);
}
