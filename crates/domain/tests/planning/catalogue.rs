//! The rest of the catalogue: resets, pauses, snapshots that go and come back, settings.

use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::plan::{Lock, Step, StepClass, StepTarget};
use argus_types::proposal::RiskLevel;
use serde_json::{Value, json};

use crate::cluster::feasible;
use crate::fixture::{
    action, changed, checked_after, errors, facts, planned, relied_on, snapshot, try_plan,
};

fn named(name: &str, vmid: u32, snapshot: &str) -> Value {
    let mut value = action(name, vmid);
    value["name"] = json!(snapshot);
    value
}

fn set(vmid: u32, values: Value) -> Value {
    let mut value = action("guest.config.set", vmid);
    value["set"] = values;
    value
}

/// Action, request, what it relies on, what must be seen afterwards, class, whether it is destructive.
type Row = (
    Value,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    StepClass,
    bool,
);

/// What every step relies on, which the rows below leave out.
const BY_ALL: usize = 8;

fn sent(step: &Step) -> String {
    let parameters: Vec<String> = step
        .call
        .parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!(
        "{} {} {}",
        step.call.method,
        step.call.path,
        parameters.join("&")
    )
    .trim_end()
    .to_owned()
}

#[test]
fn what_each_action_sends_relies_on_and_proves() {
    let rows: [Row; 6] = [
        (
            action("guest.reset", 101),
            "POST /nodes/pve1/qemu/101/status/reset",
            &[],
            &["status: running"],
            StepClass::UnsafeToRepeat,
            true,
        ),
        (
            action("guest.suspend", 101),
            "POST /nodes/pve1/qemu/101/status/suspend",
            &[],
            &["status: paused"],
            StepClass::Idempotent,
            false,
        ),
        (
            named("guest.snapshot.delete", 103, "old"),
            "DELETE /nodes/pve1/lxc/103/snapshot/old",
            &["snapshot old: present"],
            &["snapshot old: absent", "Proxmox lock: none"],
            StepClass::Idempotent,
            true,
        ),
        (
            named("guest.snapshot.rollback", 101, "old"),
            "POST /nodes/pve1/qemu/101/snapshot/old/rollback",
            &["snapshot old: present", "grown from snapshot: new"],
            &[
                "grown from snapshot: old",
                "status: stopped",
                "Proxmox lock: none",
            ],
            StepClass::UnsafeToRepeat,
            true,
        ),
        (
            set(101, json!({"cores": 4, "onboot": true})),
            "PUT /nodes/pve1/qemu/101/config cores=4&digest=digest-101&onboot=1",
            &[
                "cores: 2",
                "starts with its node: no",
                "configuration digest: digest-101",
            ],
            &["cores: 4", "starts with its node: yes"],
            StepClass::Idempotent,
            false,
        ),
        (
            set(
                104,
                json!({"tags": ["web", "prod"], "description": "Front door.\n"}),
            ),
            "PUT /nodes/pve1/lxc/104/config description=Front door.&digest=digest-104&tags=prod;web",
            &["tags: ", "notes: ", "configuration digest: digest-104"],
            &["tags: prod;web", "notes: Front door."],
            StepClass::Idempotent,
            false,
        ),
    ];
    let facts = {
        let mut facts = facts();
        for guest in facts.guests.values_mut() {
            guest.snapshots = vec![snapshot("old"), snapshot("new")];
            guest.grown_from = Some("new".to_owned());
        }
        facts
    };
    for (action, request, relies_on, proves, class, destructive) in rows {
        let planned = planned(json!([action]), &facts);
        let step = &planned.plan.steps[0];
        assert_eq!(sent(step), request);
        assert_eq!(relied_on(step)[BY_ALL..], *relies_on, "{request}");
        assert_eq!(checked_after(step), proves, "{request}");
        assert_eq!(step.class, class, "{request}");
        assert_eq!(planned.risk.destructive, destructive, "{request}");
        assert_eq!(step.undo.possible, !destructive, "{request}");
    }
}

#[test]
fn a_paused_machine_resumes_and_is_not_started_or_shut_down() {
    let paused = changed(101, |guest| guest.status = GuestStatus::Paused);
    let planned = planned(json!([action("guest.resume", 101)]), &paused);
    assert_eq!(checked_after(&planned.plan.steps[0]), ["status: running"]);
    for verb in [
        "guest.start",
        "guest.shutdown",
        "guest.reboot",
        "guest.reset",
    ] {
        let said = &errors(json!([action(verb, 101)]), &paused)[0].message;
        assert!(said.contains("resume"), "{verb}: {said}");
    }
    let skipped = try_plan(
        &crate::fixture::draft(json!([action("guest.suspend", 101)])),
        &paused,
        false,
    );
    assert!(skipped.unwrap_err()[0].message.contains("stands still"));
}

#[test]
fn what_only_machines_can_is_refused_for_containers() {
    for (verb, vmid) in [
        ("guest.reset", 103),
        ("guest.suspend", 103),
        ("guest.resume", 104),
    ] {
        let said = &errors(json!([action(verb, vmid)]), &facts())[0].message;
        assert!(said.contains("is a container"), "{said}");
    }
    let said = errors(json!([set(103, json!({"balloon_mib": 512}))]), &facts());
    assert_eq!(said[0].pointer, "/actions/0/set/balloon_mib");
}

#[test]
fn a_snapshot_that_is_not_there_is_named_with_those_that_are() {
    let has = changed(101, |guest| guest.snapshots = vec![snapshot("good")]);
    for verb in ["guest.snapshot.delete", "guest.snapshot.rollback"] {
        let said = errors(json!([named(verb, 101, "gone")]), &has);
        assert_eq!(said[0].pointer, "/actions/0/name");
        assert!(
            said[0].message.ends_with("it has good"),
            "{}",
            said[0].message
        );
        let said = errors(json!([named(verb, 101, "gone")]), &facts());
        assert!(said[0].message.ends_with("it has none"));
    }
}

#[test]
fn a_rollback_runs_afterwards_where_memory_was_kept_or_it_is_asked_for() {
    let with_memory = changed(101, |guest| {
        guest.snapshots = vec![snapshot("old")];
        guest.snapshots[0].with_memory = true;
    });
    let back = named("guest.snapshot.rollback", 101, "old");
    let after = planned(json!([back]), &with_memory);
    assert!(checked_after(&after.plan.steps[0]).contains(&"status: running".to_owned()));

    let plain = changed(101, |guest| guest.snapshots = vec![snapshot("old")]);
    let mut started = back.clone();
    started["start"] = json!(true);
    let after = planned(json!([started]), &plain);
    let step = &after.plan.steps[0];
    assert!(checked_after(step).contains(&"status: running".to_owned()));
    assert_eq!(step.call.parameters["start"], "1");
    assert_eq!(step.privileges.len(), 2);

    let managed = changed(101, |guest| {
        guest.snapshots = vec![snapshot("old")];
        guest.ha_managed = true;
    });
    assert_eq!(
        errors(json!([back]), &managed)[0].pointer,
        "/actions/0/start"
    );
}

#[test]
fn later_steps_are_planned_on_what_earlier_ones_leave() {
    let has = changed(101, |guest| {
        guest.snapshots = vec![snapshot("one"), snapshot("two")];
        guest.snapshots[1].parent = Some("one".to_owned());
        guest.grown_from = Some("two".to_owned());
    });
    let steps = planned(
        json!([
            named("guest.snapshot.delete", 101, "two"),
            set(101, json!({"cores": 4})),
            set(101, json!({"cores": 8})),
            named("guest.snapshot.rollback", 101, "one"),
        ]),
        &has,
    )
    .plan
    .steps;
    // The configuration was written by the step before: its digest cannot be known.
    assert_eq!(sent(&steps[1]), "PUT /nodes/pve1/qemu/101/config cores=4");
    assert_eq!(relied_on(&steps[2])[BY_ALL..], ["cores: 4"]);
    // What stood on the deleted snapshot stands on its parent.
    let relied = relied_on(&steps[3]);
    assert!(
        relied.contains(&"grown from snapshot: one".to_owned()),
        "{relied:?}"
    );
    let said = errors(
        json!([
            named("guest.snapshot.rollback", 101, "one"),
            set(101, json!({"cores": 4})),
        ]),
        &has,
    );
    assert_eq!(said[0].pointer, "/actions/1/set");
}

#[test]
fn settings_that_are_so_already_are_left_alone() {
    let planned = planned(
        json!([set(101, json!({"cores": 2, "memory_mib": 4096}))]),
        &facts(),
    );
    assert_eq!(
        sent(&planned.plan.steps[0]),
        "PUT /nodes/pve1/qemu/101/config digest=digest-101&memory=4096"
    );
    let said = errors(json!([set(101, json!({"cores": 2}))]), &facts());
    assert!(said[0].message.contains("already"), "{}", said[0].message);
    let said = errors(json!([set(101, json!({}))]), &facts());
    assert_eq!(said[0].pointer, "/actions/0/set");
    let said = errors(
        json!([set(101, json!({"memory_mib": 1024, "balloon_mib": 2048}))]),
        &facts(),
    );
    assert!(said[0].message.contains("least memory"));
}

#[test]
fn risk_follows_what_is_set() {
    let level = |values: Value| planned(json!([set(101, values)]), &facts()).risk.level;
    assert_eq!(level(json!({"description": "x"})), RiskLevel::Low);
    assert_eq!(level(json!({"cores": 8})), RiskLevel::Medium);
    let protected = changed(101, |guest| {
        let key = argus_types::guest_config::ConfigKey::Protection;
        guest
            .config
            .as_mut()
            .unwrap()
            .values
            .insert(key, "yes".to_owned());
    });
    let lifted = planned(json!([set(101, json!({"protection": false}))]), &protected);
    assert_eq!(lifted.risk.level, RiskLevel::High);
}

#[test]
fn every_entry_of_the_catalogue_becomes_a_step_whose_title_names_what_it_is_about() {
    for kind in ActionKind::ALL.iter().copied() {
        let (wish, facts) = feasible(kind);
        let planned = planned(json!([wish]), &facts);
        let step = &planned.plan.steps[0];
        // Draining a node is migrations, each a step of its own.
        let becomes = if kind == ActionKind::Drain {
            ActionKind::Migrate
        } else {
            kind
        };
        assert_eq!(step.action, becomes);
        let label = match step.target.guest() {
            Some(guest) => format!("{} ({} {})", guest.name, guest.kind, guest.vmid),
            None => step.target.name().to_owned(),
        };
        assert!(step.title.contains(&label), "{}", step.title);
        assert!(!step.post_checks.is_empty() && !step.undo.how.is_empty());
        assert!(!step.worst_case.is_empty() && !step.privileges.is_empty());
        let own = step.locks.iter().any(|lock| match (lock, &step.target) {
            (Lock::Guest { vmid, .. }, StepTarget::Guest(guest)) => *vmid == guest.vmid,
            (Lock::Node { node }, StepTarget::Node(target)) => *node == target.node,
            (Lock::Storage { storage }, StepTarget::Volume(target)) => {
                *storage == target.volume.storage()
            }
            _ => false,
        });
        assert!(own, "{kind} reserves what it is about: {:?}", step.locks);
        assert!(step.locks.is_sorted(), "{kind}: {:?}", step.locks);
    }
}
