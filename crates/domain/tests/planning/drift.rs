//! What is said about a plan when the cluster is not as its steps rely on.

use argus_domain::drift::{self, Drifted};
use argus_domain::facts::{Facts, GuestFacts};
use argus_types::cluster::GuestStatus;
use argus_types::id::GuestKind;
use argus_types::plan::Plan;
use serde_json::{Value, json};

use crate::cluster::{altered, cluster, storage, wish};
use crate::fixture::{action, changed, facts, key, migrate, node, planned, snapshot};

fn plan_of(actions: Value) -> Plan {
    planned(actions, &facts()).plan
}

fn drift(actions: Value, now: &Facts) -> Vec<Drifted> {
    drift::check(&plan_of(actions), now)
}

/// `label: as reviewed -> now`.
fn words(actions: Value, now: &Facts) -> Vec<String> {
    let plan = plan_of(actions);
    let evidence = drift::evidence(&plan, &drift::check(&plan, now));
    assert!(evidence.iter().all(|one| !one.holds));
    let texts = evidence.iter();
    texts
        .map(|one| format!("{}: {} -> {}", one.label, one.expected, one.observed))
        .collect()
}

fn steps(drifted: &[Drifted]) -> Vec<u16> {
    drifted.iter().map(|one| one.step).collect()
}

#[test]
fn the_facts_that_a_plan_was_made_on_are_no_drift() {
    let wishes = json!([
        action("guest.snapshot.create", 101),
        migrate(101, "pve2"),
        action("guest.start", 102)
    ]);
    assert_eq!(drift(wishes, &facts()), []);
}

#[test]
fn a_change_elsewhere_is_no_drift() {
    let changes: [fn(&mut GuestFacts); 8] = [
        |guest| guest.tags = vec!["new".to_owned()],
        |guest| guest.snapshots = vec![snapshot("nightly")],
        |guest| {
            guest.migrate.remove(&node("pve3"));
        },
        |guest| guest.snapshot_supported = None,
        |guest| guest.config = None,
        |guest| guest.disks = None,
        |guest| guest.kept.pool = None,
        |guest| guest.uptime_s = Some(1),
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
        words(wishes.clone(), &now),
        [
            "web-01 (qemu 101): node: pve1 -> pve2",
            "web-01 (qemu 101): name: web-01 -> web-new",
            "web-01 (qemu 101): identity: id-101 -> none",
            "web-01 (qemu 101): managed by HA: no -> yes",
        ]
    );
    assert_eq!(steps(&drift(wishes, &now)), [1]);
}

#[test]
fn only_the_steps_that_rely_on_a_change_are_named_with_what_they_would_have_done() {
    let now = changed(102, |guest| guest.status = GuestStatus::Running);
    let wishes = json!([action("guest.start", 104), action("guest.start", 102)]);
    let found = drift(wishes.clone(), &now);
    assert_eq!(steps(&found), [2]);
    assert_eq!(found[0].title, "Start off-01 (qemu 102)");
    let planned: Vec<_> = found[0].planned.iter().map(|one| &one.after).collect();
    assert_eq!(planned, ["running"]);
    assert_eq!(
        words(wishes, &now),
        ["off-01 (qemu 102): status: stopped -> running"]
    );
}

#[test]
fn a_lock_and_a_way_that_proxmox_closed_meanwhile_are_drift() {
    let locked = changed(101, |guest| guest.lock = Some("backup".to_owned()));
    assert_eq!(
        words(json!([migrate(101, "pve2")]), &locked),
        ["web-01 (qemu 101): Proxmox lock: none -> backup"]
    );
    let bound = changed(101, |guest| {
        let reason = Err("local device hostpci0".to_owned());
        guest.migrate.insert(node("pve2"), reason);
    });
    assert_eq!(
        words(json!([migrate(101, "pve2")]), &bound),
        ["web-01 (qemu 101): may move to pve2: yes -> no"]
    );
}

#[test]
fn a_migration_that_would_go_another_way_is_drift() {
    let now = changed(101, |guest| guest.status = GuestStatus::Stopped);
    assert_eq!(
        words(json!([migrate(101, "pve2")]), &now),
        ["web-01 (qemu 101): status: running -> stopped"]
    );
}

#[test]
fn a_guest_that_is_gone_leaves_nothing_to_rely_on() {
    let mut now = facts();
    let gone = key(GuestKind::Qemu, 102);
    now.guests.remove(&gone);
    now.absent.insert(gone);
    let found = words(json!([action("guest.start", 102)]), &now);
    assert!(
        found.contains(&"off-01 (qemu 102): status: stopped -> unknown".to_owned()),
        "{found:?}"
    );
}

#[test]
fn another_guest_under_the_same_number_is_drift() {
    let now = changed(101, |guest| {
        guest.identity = Some("id-of-another".to_owned());
    });
    assert_eq!(
        words(json!([action("guest.reboot", 101)]), &now),
        ["web-01 (qemu 101): identity: id-101 -> id-of-another"]
    );
}

#[test]
fn what_an_earlier_step_brings_about_is_what_a_later_one_relies_on() {
    // Shut down by the first step, started by the second: that it runs now is as planned for both.
    let wishes = json!([action("guest.shutdown", 101), action("guest.start", 101)]);
    assert_eq!(drift(wishes.clone(), &facts()), []);
    let now = changed(101, |guest| guest.status = GuestStatus::Stopped);
    assert_eq!(steps(&drift(wishes, &now)), [1]);
}

#[test]
fn what_an_earlier_step_leaves_unknown_is_no_drift_yet() {
    // After the snapshot Proxmox is asked anew whether the guest may move, and the digest is another one.
    let wishes = json!([
        action("guest.snapshot.create", 101),
        migrate(101, "pve2"),
        wish("guest.config.set", 101, json!({ "set": { "cores": 4 } })),
    ]);
    assert_eq!(drift(wishes.clone(), &facts()), []);
    let bound = changed(101, |guest| {
        let reason = Err("local device hostpci0".to_owned());
        guest.migrate.insert(node("pve2"), reason);
    });
    assert_eq!(drift(wishes, &bound), []);
}

#[test]
fn room_may_grow_and_must_not_shrink_below_what_is_needed() {
    let moved = json!([wish(
        "guest.disk.move",
        101,
        json!({ "disk": "scsi0", "storage": "nfs" })
    )]);
    let plan = planned(moved, &cluster()).plan;
    let with_room = |gib: u64| {
        let mut now = cluster();
        for ((_, name), seen) in &mut now.storages {
            if *name == storage("nfs") {
                seen.available = Some(gib << 30);
            }
        }
        drift::check(&plan, &now)
    };
    assert_eq!(with_room(900), []);
    assert_eq!(with_room(32), []);
    let short = with_room(31);
    assert_eq!(
        drift::evidence(&plan, &short)[0].label,
        "web-01 (qemu 101): GiB free on nfs at pve1"
    );
    assert_eq!(short[0].evidence[0].expected, "at least 32");
    assert_eq!(short[0].evidence[0].observed, "31");
}

#[test]
fn a_check_asks_for_what_the_steps_rely_on_and_for_no_more() {
    let wishes = json!([
        wish("ha.set", 105, json!({ "state": "stopped" })),
        wish(
            "guest.clone",
            102,
            json!({ "new_vmid": 200, "storage": "nfs" })
        ),
        wish("backup.protect", 101, json!({})),
    ]);
    let mut wishes = wishes;
    wishes[2] = crate::cluster::on_volume("backup.protect", crate::cluster::BACKUP);
    let plan = planned(wishes, &cluster()).plan;
    let wanted = drift::wanted(&plan);
    let managed = &wanted.guests[&key(GuestKind::Qemu, 105)];
    assert!(managed.ha && !managed.pool && !managed.backups && !managed.snapshots);
    assert!(!wanted.guests[&key(GuestKind::Qemu, 102)].ha);
    assert!(wanted.list && wanted.cluster);
    assert!(wanted.nodes[&node("pve1")].storages && !wanted.nodes[&node("pve1")].uptime);
    assert_eq!(wanted.volumes.len(), 1);
    // Nothing of it drifts on the cluster that it was planned on, and each is missed where it is not read.
    assert_eq!(drift::check(&plan, &cluster()), []);
    let unread = altered(105, |guest| guest.kept.ha = None);
    assert_eq!(steps(&drift::check(&plan, &unread)), [1]);
}

#[test]
fn asking_a_guest_something_first_does_not_open_a_way_that_proxmox_closed() {
    let bound = changed(101, |guest| {
        let reason = Err("local device hostpci0".to_owned());
        guest.migrate.insert(node("pve2"), reason);
    });
    for first in [
        action("agent.ping", 101),
        wish("pool.add", 101, json!({ "pool": "web" })),
        wish("guest.clone", 101, json!({})),
    ] {
        let found = crate::fixture::errors(json!([first, migrate(101, "pve2")]), &bound);
        assert_eq!(found[0].pointer, "/actions/1/node", "{first}");
    }
}
