//! Each action of the catalogue: what is sent, relied on and checked.

use argus_types::plan::Command;
use argus_types::plan::{MigrateMode, StepClass};
use serde_json::{Value, json};

use crate::fixture::{
    action, changed, checked_after, facts, migrate, planned, relied_on, target_of,
};

/// Action, path below the node, parameters, checks afterwards, class, attempts, timeout, privilege.
type Row = (
    Value,
    &'static str,
    Value,
    &'static [&'static str],
    StepClass,
    u8,
    u32,
    &'static str,
);

fn with(mut action: Value, field: &str, value: Value) -> Value {
    action[field] = value;
    action
}

#[expect(
    clippy::too_many_lines,
    reason = "one row an action, spread out by the formatter"
)]
fn rows() -> Vec<Row> {
    use StepClass::{Idempotent, NaturalKey, UnsafeToRepeat};
    let snapshot = |vmid| {
        with(
            action("guest.snapshot.create", vmid),
            "name",
            json!("before"),
        )
    };
    let shown: &[&str] = &["snapshot before: present", "Proxmox lock: none"];
    let moved: &[&str] = &["node: pve2", "status: running", "Proxmox lock: none"];
    let note = "Argus, proposal deadbeef";
    vec![
        (
            action("guest.start", 102),
            "qemu/102/status/start",
            json!({}),
            &["status: running"],
            Idempotent,
            3,
            300,
            "VM.PowerMgmt",
        ),
        (
            action("guest.start", 104),
            "lxc/104/status/start",
            json!({}),
            &["status: running"],
            Idempotent,
            3,
            60,
            "VM.PowerMgmt",
        ),
        (
            action("guest.shutdown", 101),
            "qemu/101/status/shutdown",
            json!({"timeout": "60"}),
            &["status: stopped"],
            Idempotent,
            3,
            90,
            "VM.PowerMgmt",
        ),
        (
            with(action("guest.shutdown", 103), "timeout_s", json!(300)),
            "lxc/103/status/shutdown",
            json!({"timeout": "300"}),
            &["status: stopped"],
            Idempotent,
            3,
            330,
            "VM.PowerMgmt",
        ),
        (
            action("guest.stop", 101),
            "qemu/101/status/stop",
            json!({}),
            &["status: stopped"],
            Idempotent,
            3,
            60,
            "VM.PowerMgmt",
        ),
        (
            action("guest.reboot", 103),
            "lxc/103/status/reboot",
            json!({"timeout": "60"}),
            &["status: running", "restarted: yes"],
            UnsafeToRepeat,
            3,
            120,
            "VM.PowerMgmt",
        ),
        (
            snapshot(101),
            "qemu/101/snapshot",
            json!({"snapname": "before", "description": note}),
            shown,
            NaturalKey,
            2,
            120,
            "VM.Snapshot",
        ),
        (
            with(snapshot(101), "include_memory", json!(true)),
            "qemu/101/snapshot",
            json!({"snapname": "before", "description": note, "vmstate": "1"}),
            shown,
            NaturalKey,
            2,
            900,
            "VM.Snapshot",
        ),
        (
            with(snapshot(102), "include_memory", json!(true)),
            "qemu/102/snapshot",
            json!({"snapname": "before", "description": note}),
            shown,
            NaturalKey,
            2,
            120,
            "VM.Snapshot",
        ),
        (
            with(snapshot(103), "description", json!("why")),
            "lxc/103/snapshot",
            json!({"snapname": "before", "description": "why"}),
            shown,
            NaturalKey,
            2,
            120,
            "VM.Snapshot",
        ),
        (
            migrate(101, "pve2"),
            "qemu/101/migrate",
            json!({"target": "pve2", "online": "1"}),
            moved,
            UnsafeToRepeat,
            3,
            3600,
            "VM.Migrate",
        ),
        (
            migrate(102, "pve2"),
            "qemu/102/migrate",
            json!({"target": "pve2"}),
            &["node: pve2", "status: stopped", "Proxmox lock: none"],
            UnsafeToRepeat,
            3,
            3600,
            "VM.Migrate",
        ),
        (
            migrate(103, "pve2"),
            "lxc/103/migrate",
            json!({"target": "pve2", "restart": "1"}),
            moved,
            UnsafeToRepeat,
            3,
            1800,
            "VM.Migrate",
        ),
    ]
}

#[test]
fn each_action_becomes_its_proxmox_call_with_its_checks() {
    for (wish, path, parameters, checks, class, attempts, timeout_s, privilege) in rows() {
        let plan = planned(json!([wish.clone()]), &facts()).plan;
        let [step] = plan.steps.as_slice() else {
            panic!("one action is one step: {wish}");
        };
        assert_eq!(step.call.method, "POST", "{wish}");
        assert_eq!(step.call.path, format!("/nodes/pve1/{path}"), "{wish}");
        assert_eq!(json!(step.call.parameters), parameters, "{wish}");
        assert_eq!(checked_after(step), checks, "{wish}");
        assert_eq!((step.class, step.max_attempts), (class, attempts), "{wish}");
        assert_eq!(step.timeout_s, timeout_s, "{wish}");
        assert_eq!(step.privileges[0].name, privilege, "{wish}");
        assert_eq!(
            step.privileges[0].path,
            format!("/vms/{}", target_of(step).vmid),
            "{wish}"
        );
        assert!(
            !step.changes.is_empty() && !step.undo.how.is_empty(),
            "{wish}"
        );
    }
}

#[test]
fn a_step_relies_on_who_the_guest_is_where_it_is_and_how_it_is() {
    let plan = planned(json!([migrate(101, "pve2")]), &facts()).plan;
    assert_eq!(
        relied_on(&plan.steps[0]),
        [
            "node: pve1",
            "status: running",
            "Proxmox lock: none",
            "name: web-01",
            "identity: id-101",
            "template: no",
            "managed by HA: no",
            "cluster has quorum: yes",
            "node pve2 online: yes",
            "may move to pve2: yes",
        ]
    );
}

#[test]
fn later_steps_rely_on_what_earlier_ones_are_predicted_to_leave() {
    let plan = planned(
        json!([
            action("guest.snapshot.create", 101),
            migrate(101, "pve2"),
            action("guest.reboot", 101),
            action("guest.shutdown", 101),
            migrate(101, "pve1"),
            action("guest.start", 101),
        ]),
        &facts(),
    )
    .plan;
    let places: Vec<_> = plan
        .steps
        .iter()
        .map(|step| format!("{} {}", step.target.node(), step.read_set[1].value))
        .collect();
    assert_eq!(
        places,
        [
            "pve1 running",
            "pve1 running",
            "pve2 running",
            "pve2 running",
            "pve2 stopped",
            "pve1 stopped"
        ]
    );
    assert_eq!(
        plan.steps[2].call.path,
        "/nodes/pve2/qemu/101/status/reboot"
    );
    // Stopped by then: no longer a live migration.
    assert!(matches!(
        plan.steps[4].command,
        Command::Migrate {
            mode: MigrateMode::Offline,
            ..
        }
    ));
}

#[test]
fn a_snapshot_without_a_name_is_named_after_proposal_and_step() {
    let plan = planned(
        json!([
            action("guest.start", 102),
            action("guest.snapshot.create", 101)
        ]),
        &facts(),
    )
    .plan;
    assert_eq!(
        plan.steps[1].call.parameters["snapname"],
        "argus-deadbeef-2"
    );
    assert!(relied_on(&plan.steps[1]).contains(&"snapshot argus-deadbeef-2: absent".to_owned()));
}

#[test]
fn high_availability_gets_the_same_call_more_time_and_a_word_to_the_reviewer() {
    let own = planned(json!([migrate(101, "pve2")]), &facts()).plan;
    let managed = changed(101, |guest| guest.ha_managed = true);
    let plan = planned(json!([migrate(101, "pve2")]), &managed).plan;
    assert_eq!(plan.steps[0].call, own.steps[0].call);
    assert_eq!(plan.steps[0].timeout_s, own.steps[0].timeout_s + 120);
    assert!(
        plan.steps[0]
            .changes
            .iter()
            .any(|change| change.after.contains("HA"))
    );
    assert!(plan.steps[0].undo.how.contains("HA"));
    assert!(relied_on(&plan.steps[0]).contains(&"managed by HA: yes".to_owned()));
}

#[test]
fn what_is_already_so_is_skipped_and_named() {
    let planned = planned(
        json!([
            action("guest.start", 101),
            action("guest.shutdown", 102),
            action("guest.stop", 104),
            migrate(102, "pve1"),
            action("guest.start", 102),
            action("guest.start", 102),
        ]),
        &facts(),
    );
    assert_eq!(planned.plan.steps.len(), 1);
    let reasons: Vec<_> = planned
        .skipped
        .iter()
        .map(|one| format!("{}: {}", one.title, one.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            "Start web-01 (qemu 101): it already runs",
            "Shut down off-01 (qemu 102): it is already stopped",
            "Stop hard ct-off (lxc 104): it is already stopped",
            "Migrate off-01 (qemu 102): it already is on pve1",
            "Start off-01 (qemu 102): it already runs",
        ]
    );
}

#[test]
fn a_plan_survives_json_unchanged() {
    for (wish, ..) in rows() {
        let planned = planned(json!([wish]), &facts());
        let text = serde_json::to_string(&planned.plan).unwrap();
        let back: argus_types::plan::Plan = serde_json::from_str(&text).unwrap();
        assert_eq!(argus_domain::digest::of(&back), planned.digest);
    }
}

#[test]
fn a_name_that_hides_something_is_shown_with_a_mark_and_relied_on_as_it_is() {
    let facts = changed(102, |guest| guest.name = "off\u{202e}01".to_owned());
    let planned = planned(json!([action("guest.start", 102)]), &facts);
    assert_eq!(planned.title, "Start off\u{fffd}01 (qemu 102)");
    assert!(relied_on(&planned.plan.steps[0]).contains(&"name: off\u{202e}01".to_owned()));
}
