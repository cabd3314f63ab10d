//! What the reviewer is told: risk, snapshots first, title.

use argus_domain::facts::{Facts, GIB};
use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::id::GuestKind;
use argus_types::proposal::RiskLevel::{self, High, Low, Medium};
use serde_json::{Value, json};

use crate::cluster::cluster;
use crate::fixture::{
    action, changed, draft, facts, guest, migrate, planned, target_of, try_plan, with_guests,
};

fn tagged(vmid: u32, tag: &str) -> Facts {
    changed(vmid, |guest| guest.tags = vec![tag.to_owned()])
}

#[test]
fn risk_follows_from_action_and_guest() {
    let table: [(Value, Facts, RiskLevel); 15] = [
        (action("guest.start", 102), tagged(102, "prod"), Low),
        (
            action("guest.snapshot.create", 101),
            tagged(101, "prod"),
            Low,
        ),
        (migrate(101, "pve2"), facts(), Low),
        (migrate(101, "pve2"), tagged(101, "PROD"), Medium),
        (
            migrate(101, "pve2"),
            changed(101, |guest| guest.ha_managed = true),
            Medium,
        ),
        (migrate(102, "pve2"), tagged(102, "prod"), Low),
        (migrate(103, "pve2"), facts(), Medium),
        (migrate(103, "pve2"), tagged(103, "production"), High),
        (action("guest.shutdown", 101), facts(), Medium),
        (action("guest.shutdown", 101), tagged(101, "prod"), High),
        (action("guest.reboot", 103), facts(), Medium),
        (
            action("guest.reboot", 103),
            changed(103, |guest| guest.ha_managed = true),
            High,
        ),
        (
            action("guest.reboot", 101),
            tagged(101, "product-page"),
            Medium,
        ),
        (action("guest.stop", 101), facts(), High),
        (action("guest.stop", 101), tagged(101, "prod"), High),
    ];
    for (wish, facts, level) in table {
        let risk = planned(json!([wish.clone()]), &facts).risk;
        assert_eq!(risk.level, level, "{wish}: {risk:?}");
        assert_eq!(risk.reasons[0].level, level);
        assert_eq!(risk.reasons[0].steps, [1]);
    }
}

#[test]
fn many_guests_raise_the_risk_of_harmless_actions() {
    for (count, level) in [(5, Low), (6, Medium), (20, Medium), (21, High)] {
        let guests = (0..count).map(|n| guest(GuestKind::Qemu, 200 + n, "x", GuestStatus::Stopped));
        let facts = with_guests(guests.collect());
        let wishes: Vec<Value> = (0..count).map(|n| action("guest.start", 200 + n)).collect();
        assert_eq!(planned(json!(wishes), &facts).risk.level, level, "{count}");
    }
}

#[test]
fn the_weightiest_reason_comes_first_and_equal_ones_are_one() {
    let risk = planned(
        json!([
            action("guest.start", 102),
            action("guest.shutdown", 101),
            action("guest.stop", 103),
            action("guest.start", 104)
        ]),
        &facts(),
    )
    .risk;
    let levels: Vec<_> = risk
        .reasons
        .iter()
        .map(|reason| (reason.level, reason.steps.clone()))
        .collect();
    assert_eq!(
        levels,
        [(High, vec![3]), (Medium, vec![2]), (Low, vec![1, 4])]
    );
}

#[test]
fn snapshots_first_go_before_each_guest_s_first_outage_or_move() {
    let wishes = draft(json!([
        action("guest.start", 102),
        action("guest.shutdown", 101),
        migrate(101, "pve2"),
        action("guest.reboot", 103),
        action("guest.start", 104),
    ]));
    let planned = try_plan(&wishes, &facts(), true).unwrap();
    let steps: Vec<_> = planned
        .plan
        .steps
        .iter()
        .map(|step| (step.number, step.action, target_of(step).vmid.get()))
        .collect();
    assert_eq!(
        steps,
        [
            (1, ActionKind::Start, 102),
            (2, ActionKind::Snapshot, 101),
            (3, ActionKind::Shutdown, 101),
            (4, ActionKind::Migrate, 101),
            (5, ActionKind::Snapshot, 103),
            (6, ActionKind::Reboot, 103),
            (7, ActionKind::Start, 104),
        ]
    );
    assert_eq!(
        planned.plan.steps[4].call.parameters["snapname"],
        "argus-deadbeef-5"
    );
    assert!(
        planned
            .snapshots
            .iter()
            .all(|option| option.planned && option.feasible)
    );
}

#[test]
fn a_snapshot_that_is_already_planned_or_impossible_is_not_added() {
    let own = draft(json!([
        action("guest.snapshot.create", 101),
        action("guest.reboot", 101)
    ]));
    assert_eq!(
        try_plan(&own, &facts(), true),
        try_plan(&own, &facts(), false)
    );

    let raw = changed(101, |guest| guest.snapshot_supported = Some(false));
    let bare = draft(json!([action("guest.reboot", 101)]));
    let planned = try_plan(&bare, &raw, true).unwrap();
    assert_eq!(planned.plan.steps.len(), 1);
    assert!(!planned.snapshots[0].feasible && !planned.snapshots[0].planned);
    assert!(
        planned.snapshots[0]
            .note
            .contains("storage without snapshots")
    );
}

#[test]
fn snapshot_options_are_offered_from_medium_risk_on_for_guests_that_suffer() {
    assert!(
        planned(json!([migrate(101, "pve2")]), &facts())
            .snapshots
            .is_empty()
    );
    let options = planned(
        json!([
            action("guest.start", 102),
            action("guest.reboot", 101),
            action("guest.stop", 101)
        ]),
        &facts(),
    )
    .snapshots;
    let [only] = options.as_slice() else {
        panic!("one guest has an outage: {options:?}");
    };
    assert_eq!(only.target.vmid.get(), 101);
    assert!(only.feasible && !only.planned);
}

#[test]
fn a_snapshot_option_says_how_much_room_there_is_and_what_it_would_cost() {
    let reboot = json!([action("guest.reboot", 101)]);
    let option = |facts: &Facts| planned(reboot.clone(), facts).snapshots.remove(0);
    let plenty = option(&cluster());
    let [room] = plenty.rooms.as_slice() else {
        panic!("one storage: {plenty:?}");
    };
    assert_eq!(room.storage, "local-lvm");
    assert_eq!(room.free_bytes, Some(100 * GIB));
    assert_eq!(
        room.most_bytes,
        Some(32 * GIB),
        "no medium in a drive counts"
    );
    let said = "On local-lvm 100 GiB of 1024 GiB are free; it takes nothing at first, and at most 32 GiB as the guest \
                writes.";
    assert!(plenty.note.ends_with(said), "{}", plenty.note);

    let mut full = cluster();
    for ((_, name), seen) in &mut full.storages {
        if name.as_str() == "local-lvm" {
            seen.available = Some(2 * GIB);
        }
    }
    let little = option(&full);
    assert!(
        little.feasible && little.note.contains("little room"),
        "{}",
        little.note
    );

    let mut blind = cluster();
    blind.storages.clear();
    let unknown = option(&blind);
    assert!(unknown.note.contains("is not known"), "{}", unknown.note);
    assert_eq!(unknown.rooms[0].free_bytes, None);
}

#[test]
fn a_title_says_the_whole_in_a_few_words() {
    let snapshot = |vmid| action("guest.snapshot.create", vmid);
    let table = [
        (
            json!([action("guest.shutdown", 101)]),
            "Shut down web-01 (qemu 101)",
        ),
        (
            json!([migrate(101, "pve2")]),
            "Migrate web-01 (qemu 101) from pve1 to pve2, live",
        ),
        (
            json!([snapshot(101), migrate(101, "pve2")]),
            "Snapshot and migrate web-01 (qemu 101)",
        ),
        (
            json!([
                snapshot(101),
                migrate(101, "pve2"),
                action("guest.reboot", 101)
            ]),
            "Snapshot, migrate and reboot web-01 (qemu 101)",
        ),
        (
            json!([action("guest.shutdown", 101), action("guest.shutdown", 103)]),
            "Shut down web-01 (qemu 101) and ct-01 (lxc 103)",
        ),
        (
            json!([snapshot(101), snapshot(102), snapshot(103), snapshot(104)]),
            "Snapshot 4 guests",
        ),
        (
            json!([snapshot(101), snapshot(103), action("guest.start", 102)]),
            "Snapshot 2 guests, start 1 guest",
        ),
    ];
    for (wishes, title) in table {
        assert_eq!(planned(wishes, &facts()).title, title);
    }
}

#[test]
fn of_starting_and_ending_a_guest_only_a_hard_stop_is_destructive() {
    for (name, destructive) in [
        ("guest.start", false),
        ("guest.shutdown", false),
        ("guest.reboot", false),
        ("guest.snapshot.create", false),
        ("guest.stop", true),
    ] {
        let vmid = if name == "guest.start" { 102 } else { 101 };
        let risk = planned(json!([action(name, vmid)]), &tagged(vmid, "prod")).risk;
        assert_eq!(risk.destructive, destructive, "{name}");
    }
    let mixed = json!([action("guest.start", 102), action("guest.stop", 101)]);
    assert!(planned(mixed, &facts()).risk.destructive);
}

#[test]
fn a_plan_says_where_each_of_its_guests_is() {
    let mut facts = tagged(101, "web");
    for guest in &mut facts.inventory.guests {
        guest.pool = Some(format!("pool-{}", guest.key.vmid));
        guest.tags = vec!["of the list".to_owned()];
    }
    let wishes = json!([
        action("guest.start", 102),
        action("guest.reboot", 101),
        action("guest.snapshot.create", 101)
    ]);
    let placements = planned(wishes, &facts).placements;
    assert_eq!(placements.len(), 2);
    assert_eq!(placements[0].pool.as_deref(), Some("pool-101"));
    assert_eq!(placements[0].tags, ["web"], "the fresh ones");
    assert_eq!(placements[1].pool.as_deref(), Some("pool-102"));
}
