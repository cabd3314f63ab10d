//! What cannot be planned, with its place and its code.

use argus_domain::facts::{GuestWanted, NodeWanted, Wanted, wanted};
use argus_types::cluster::GuestStatus;
use argus_types::id::GuestKind;
use argus_types::problem::ProblemCode;
use serde_json::{Value, json};

use crate::fixture::{
    action, changed, draft, errors, facts, guest, key, migrate, node, snapshot, try_plan,
    with_guests,
};

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one row a refusal, spread out by the formatter"
)]
fn what_is_not_feasible_says_where_and_why() {
    let template = changed(102, |guest| guest.template = true);
    let locked = changed(101, |guest| guest.lock = Some("backup".to_owned()));
    let paused = changed(101, |guest| guest.status = GuestStatus::Paused);
    let paused_ct = changed(103, |guest| guest.status = GuestStatus::Paused);
    let unknown = changed(101, |guest| guest.status = GuestStatus::Unknown);
    let bound = changed(101, |guest| {
        guest
            .migrate
            .insert(node("pve2"), Err("local device hostpci0".to_owned()));
    });
    let silent = changed(101, |guest| guest.migrate.clear());
    let raw = changed(101, |guest| guest.snapshot_supported = Some(false));
    let mute = changed(101, |guest| guest.snapshot_supported = None);
    let taken = changed(101, |guest| guest.snapshots = vec![snapshot("Before")]);
    let away = changed(101, |guest| guest.node = node("pve3"));
    let snapshot = |name: &str| {
        let mut value = action("guest.snapshot.create", 101);
        value["name"] = json!(name);
        value
    };
    let mut ct_memory = action("guest.snapshot.create", 103);
    ct_memory["include_memory"] = json!(true);
    let table = [
        (
            action("guest.start", 102),
            &template,
            "/actions/0/target",
            "template",
        ),
        (
            action("guest.shutdown", 101),
            &locked,
            "/actions/0/target",
            "VM is locked (backup)",
        ),
        (
            action("guest.snapshot.create", 101),
            &locked,
            "/actions/0/target",
            "VM is locked (backup)",
        ),
        (
            action("guest.shutdown", 101),
            &paused,
            "/actions/0/target",
            "paused and cannot shut down",
        ),
        (
            action("guest.start", 101),
            &paused,
            "/actions/0/target",
            "paused and cannot start",
        ),
        (
            action("guest.reboot", 101),
            &paused,
            "/actions/0/target",
            "paused and cannot reboot",
        ),
        (
            migrate(103, "pve2"),
            &paused_ct,
            "/actions/0/target",
            "paused and cannot move",
        ),
        (
            action("guest.reboot", 102),
            &facts(),
            "/actions/0/target",
            "stopped and cannot reboot",
        ),
        (
            action("guest.stop", 101),
            &unknown,
            "/actions/0/target",
            "does not say whether",
        ),
        (
            migrate(101, "pve2"),
            &unknown,
            "/actions/0/target",
            "does not say whether",
        ),
        (
            snapshot("x1"),
            &unknown,
            "/actions/0/target",
            "does not say whether",
        ),
        (
            migrate(101, "pve2"),
            &bound,
            "/actions/0/node",
            "local device hostpci0",
        ),
        (
            migrate(101, "pve2"),
            &silent,
            "/actions/0/node",
            "did not say whether",
        ),
        (
            migrate(101, "pve3"),
            &facts(),
            "/actions/0/node",
            "pve3 does not answer",
        ),
        (
            action("guest.reboot", 101),
            &away,
            "/actions/0/target",
            "pve3, which does not answer",
        ),
        (
            snapshot("x1"),
            &raw,
            "/actions/0/target",
            "storage without snapshots",
        ),
        (
            snapshot("x1"),
            &mute,
            "/actions/0/target",
            "did not say whether",
        ),
        (
            snapshot("before"),
            &taken,
            "/actions/0/name",
            "already has a snapshot Before",
        ),
        (
            ct_memory,
            &facts(),
            "/actions/0/include_memory",
            "container, whose memory",
        ),
    ];
    for (wish, facts, pointer, message) in table {
        let found = errors(json!([wish.clone()]), facts);
        let [error] = found.as_slice() else {
            panic!("{wish}: {found:?}");
        };
        assert_eq!(error.code, ProblemCode::NotFeasible, "{wish}");
        assert_eq!(error.pointer, pointer, "{wish}: {}", error.message);
        assert!(error.message.contains(message), "{wish}: {}", error.message);
    }
}

#[test]
fn without_quorum_or_knowledge_of_it_nothing_is_planned() {
    for (quorate, message) in [(Some(false), "no quorum"), (None, "Sys.Audit")] {
        let mut facts = facts();
        facts.inventory.quorate = quorate;
        let found = errors(json!([action("guest.start", 102)]), &facts);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, ProblemCode::NotFeasible);
        assert!(found[0].message.contains(message), "{}", found[0].message);
    }
}

#[test]
fn a_draft_of_nothing_new_has_nothing_to_do() {
    let found = errors(
        json!([action("guest.start", 101), action("guest.stop", 102)]),
        &facts(),
    );
    assert_eq!(found[0].code, ProblemCode::NothingToDo);
    assert!(
        found[0].message.contains("already runs") && found[0].message.contains("already stopped")
    );
}

#[test]
fn every_wrong_action_is_named_once_and_what_follows_from_it_is_not() {
    let facts = changed(101, |guest| guest.lock = Some("backup".to_owned()));
    let found = errors(
        json!([
            action("guest.reboot", 101),
            action("guest.start", 102),
            migrate(101, "pve2"),
            action("guest.reboot", 104),
        ]),
        &facts,
    );
    let pointers: Vec<_> = found.iter().map(|error| error.pointer.as_str()).collect();
    assert_eq!(pointers, ["/actions/0/target", "/actions/3/target"]);
}

#[test]
fn a_name_that_an_earlier_action_of_the_draft_uses_is_taken() {
    let mut snapshot = action("guest.snapshot.create", 101);
    snapshot["name"] = json!("twice");
    let found = errors(json!([snapshot.clone(), snapshot]), &facts());
    assert_eq!(found[0].pointer, "/actions/1/name");
}

#[test]
fn a_draft_of_the_wrong_size_is_refused_before_anything_is_read() {
    for count in [0, 51] {
        let draft = draft(Value::Array(vec![action("guest.start", 102); count]));
        let found = wanted(&draft, &facts().inventory).expect_err("wrong size");
        assert_eq!(
            (found[0].code, found[0].pointer.as_str()),
            (ProblemCode::SchemaViolation, "/actions")
        );
        assert!(try_plan(&draft, &facts(), false).is_err());
    }
}

#[test]
fn what_is_to_be_read_is_asked_once_a_guest() {
    let draft = draft(json!([
        action("guest.start", 102),
        migrate(101, "pve2"),
        action("guest.snapshot.create", 101),
        migrate(101, "pve3"),
        migrate(101, "pve2"),
    ]));
    let started = GuestWanted {
        snapshots: true,
        ..GuestWanted::at(node("pve1"))
    };
    let moved = GuestWanted {
        snapshot_feature: true,
        migrate_to: [node("pve2"), node("pve3")].into(),
        ..started.clone()
    };
    let guests = [
        (key(GuestKind::Qemu, 102), started),
        (key(GuestKind::Qemu, 101), moved),
    ];
    let storages = NodeWanted {
        storages: true,
        ..NodeWanted::default()
    };
    assert_eq!(
        wanted(&draft, &facts().inventory),
        Ok(Wanted {
            guests: guests.into(),
            // How much room there is for a snapshot before the move.
            nodes: [(node("pve1"), storages)].into(),
            ..Wanted::default()
        })
    );
}

#[test]
fn a_missing_guest_a_wrong_node_and_a_missing_node_are_told_apart_with_a_hint() {
    let mut elsewhere = action("guest.start", 102);
    elsewhere["target"]["node"] = json!("pve2");
    let mut wrong_kind = action("guest.start", 102);
    wrong_kind["target"]["kind"] = json!("lxc");
    let table = [
        (
            action("guest.start", 109),
            "/actions/0/target",
            ProblemCode::GuestNotFound,
            "qemu/101",
        ),
        (
            wrong_kind,
            "/actions/0/target",
            ProblemCode::GuestNotFound,
            "write qemu/102",
        ),
        (
            elsewhere,
            "/actions/0/target/node",
            ProblemCode::GuestOnOtherNode,
            "is on pve1",
        ),
        (
            migrate(101, "pve9"),
            "/actions/0/node",
            ProblemCode::NodeNotFound,
            "pve2",
        ),
        (
            migrate(101, "PVE2"),
            "/actions/0/node",
            ProblemCode::NodeNotFound,
            "pve2",
        ),
    ];
    for (wish, pointer, code, hint) in table {
        let draft = draft(json!([wish.clone()]));
        let before = wanted(&draft, &facts().inventory).expect_err("the inventory shows it");
        let later = try_plan(&draft, &facts(), false).expect_err("so does planning");
        for found in [before, later] {
            assert_eq!(
                (found[0].code, found[0].pointer.as_str()),
                (code, pointer),
                "{wish}"
            );
            assert!(
                found[0].message.contains(hint),
                "{wish}: {}",
                found[0].message
            );
        }
    }
}

#[test]
fn the_author_may_write_where_an_earlier_action_takes_the_guest() {
    let mut reboot = action("guest.reboot", 101);
    reboot["target"]["node"] = json!("pve2");
    let draft = draft(json!([migrate(101, "pve2"), reboot]));
    assert!(wanted(&draft, &facts().inventory).is_ok());
    assert!(try_plan(&draft, &facts(), false).is_ok());
}

#[test]
fn what_proxmox_said_about_moving_a_running_guest_is_not_held_against_it_once_it_is_stopped() {
    let mut one = guest(GuestKind::Qemu, 101, "web-01", GuestStatus::Running);
    one.migrate
        .insert(node("pve2"), Err("local device hostpci0".to_owned()));
    let facts = with_guests(vec![one]);
    let draft = draft(json!([action("guest.shutdown", 101), migrate(101, "pve2")]));
    assert!(try_plan(&draft, &facts, false).is_ok());
}
