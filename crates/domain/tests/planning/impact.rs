//! What a plan brings about beside what its steps say.

use argus_domain::facts::{Facts, GIB};
use argus_types::action::Action;
use argus_types::cluster::GuestStatus;
use argus_types::id::GuestKind;
use argus_types::impact::{Headroom, QuorumAfter, RestorePoint};
use argus_types::plan::Plan;
use serde_json::{Value, json};

use crate::cluster::{
    BACKUP, OF_CONTAINER, PROTECTED, altered, cluster, on_node, on_volume, storage, wish,
};
use crate::fixture::{action, facts, key, migrate, node, planned, snapshot};

/// The cluster with `ha-01` stopped, so that `pve2` and `pve3` are empty.
fn quiet() -> Facts {
    altered(105, |guest| guest.status = GuestStatus::Stopped)
}

/// `step: votes of all, spare`.
fn quorum(actions: Value, facts: &Facts) -> Vec<String> {
    let impact = planned(actions, facts).impact;
    let each = impact.quorum.iter();
    each.map(
        |QuorumAfter {
             step,
             votes,
             of,
             spare,
         }| format!("{step}: {votes} of {of}, {spare} spare"),
    )
    .collect()
}

/// `storage at node: before -> after`.
fn headroom(actions: Value, facts: &Facts) -> Vec<String> {
    let impact = planned(actions, facts).impact;
    let each = impact.storages.iter();
    each.map(
        |Headroom {
             storage,
             node,
             before_gib,
             after_gib,
         }| {
            let after = after_gib.map_or_else(|| "unknown".to_owned(), |gib| gib.to_string());
            format!("{storage} at {node}: {before_gib} -> {after}")
        },
    )
    .collect()
}

/// `guest: step, backup, snapshots`.
fn points(actions: Value, facts: &Facts) -> Vec<String> {
    let impact = planned(actions, facts).impact;
    let each = impact.restore_points.iter();
    each.map(
        |RestorePoint {
             target,
             step,
             backup,
             snapshots,
         }| {
            let backup = match backup {
                None => "no backup".to_owned(),
                Some(point) => match &point.volume {
                    None => "a backup of this plan".to_owned(),
                    Some(volume) => volume.to_string(),
                },
            };
            format!(
                "{}: step {step}, {backup}, snapshots {snapshots:?}",
                target.name
            )
        },
    )
    .collect()
}

#[test]
fn quorum_is_counted_while_a_node_is_away() {
    let each = json!([
        on_node("node.reboot", "pve3"),
        on_node("node.reboot", "pve2")
    ]);
    assert_eq!(
        quorum(each, &quiet()),
        ["1: 2 of 3, 0 spare", "2: 2 of 3, 0 spare"]
    );
    let down = json!([
        action("guest.reboot", 101),
        on_node("node.shutdown", "pve3")
    ]);
    assert_eq!(quorum(down, &quiet()), ["2: 2 of 3, 0 spare"]);
    let mut away = quiet();
    away.inventory.nodes[2].online = false;
    let woken = json!([on_node("node.wake", "pve3"), on_node("node.reboot", "pve2")]);
    assert_eq!(
        quorum(woken, &away),
        ["1: 3 of 3, 1 spare", "2: 2 of 3, 0 spare"]
    );
    assert_eq!(
        quorum(json!([action("guest.reboot", 101)]), &quiet()),
        [""; 0]
    );
}

#[test]
fn room_is_what_all_steps_together_leave() {
    let grown = wish(
        "guest.disk.resize",
        101,
        json!({ "disk": "scsi0", "size_gib": 40 }),
    );
    assert_eq!(
        headroom(json!([grown]), &cluster()),
        ["local-lvm at pve1: 100 -> 92"]
    );
    let moved = wish(
        "guest.disk.move",
        101,
        json!({ "disk": "scsi0", "storage": "nfs" }),
    );
    assert_eq!(
        headroom(json!([grown, moved]), &cluster()),
        [
            "local-lvm at pve1: 100 -> 132",
            "nfs at pve1: 500 -> 460",
            "nfs at pve2: 500 -> 460",
            "nfs at pve3: 500 -> 460",
        ]
    );
    let deleted = on_volume("backup.delete", BACKUP);
    assert_eq!(
        headroom(json!([deleted]), &cluster())[0],
        "nfs at pve1: 500 -> 510"
    );
    let copies = json!([
        action("guest.clone", 101),
        action("guest.clone", 106),
        action("guest.destroy", 102)
    ]);
    assert_eq!(
        headroom(copies, &cluster()),
        [""; 0],
        "32 are taken, nothing, and 32 freed"
    );
    assert_eq!(
        headroom(json!([migrate(101, "pve2")]), &cluster()),
        [
            "local-lvm at pve1: 100 -> 132",
            "local-lvm at pve2: 100 -> 68"
        ],
        "a disk that only its node has goes along"
    );
}

#[test]
fn room_that_depends_on_how_well_something_compresses_is_unknown() {
    let saved = wish("backup.run", 101, json!({ "storage": "nfs" }));
    assert_eq!(
        headroom(json!([saved]), &cluster())[0],
        "nfs at pve1: 500 -> unknown"
    );
    let restored = on_volume("backup.restore", BACKUP);
    assert_eq!(
        headroom(json!([restored]), &cluster()).len(),
        6,
        "where the backup says"
    );
    // Volumes of snapshots are not in the configuration.
    let kept = altered(102, |guest| guest.snapshots = vec![snapshot("old")]);
    assert_eq!(
        headroom(json!([action("guest.destroy", 102)]), &kept).len(),
        6
    );
}

#[test]
fn what_could_bring_a_guest_back_is_named_for_each_loss() {
    let back = |vmid| wish("guest.snapshot.rollback", vmid, json!({ "name": "old" }));
    let kept = altered(101, |guest| {
        guest.snapshots = vec![snapshot("old"), snapshot("new")];
    });
    assert_eq!(
        points(json!([back(101)]), &kept),
        [format!(
            "web-01: step 1, {BACKUP}, snapshots [\"old\", \"new\"]"
        )]
    );
    let dropped = wish("guest.snapshot.delete", 101, json!({ "name": "old" }));
    assert_eq!(
        points(json!([dropped]), &kept),
        [format!("web-01: step 1, {BACKUP}, snapshots [\"new\"]")]
    );
    assert_eq!(
        points(json!([action("guest.destroy", 102)]), &cluster()),
        ["off-01: step 1, no backup, snapshots []"]
    );
    assert_eq!(
        points(json!([action("guest.reboot", 101)]), &cluster()),
        [""; 0]
    );
}

#[test]
fn a_backup_that_the_plan_writes_first_is_a_point_to_go_back_to() {
    let both = json!([
        wish("backup.run", 102, json!({ "storage": "nfs" })),
        action("guest.destroy", 102),
    ]);
    assert_eq!(
        points(both, &cluster()),
        ["off-01: step 2, a backup of this plan, snapshots []"]
    );
}

#[test]
fn deleting_a_backup_names_what_is_left() {
    assert_eq!(
        points(json!([on_volume("backup.delete", BACKUP)]), &cluster()),
        [format!("web-01: step 1, {PROTECTED}, snapshots []")]
    );
    assert_eq!(
        points(
            json!([on_volume("backup.delete", OF_CONTAINER)]),
            &cluster()
        ),
        ["ct-01: step 1, no backup, snapshots []"]
    );
    // Where Proxmox did not say which there are, nothing is claimed.
    let unknown = altered(103, |guest| guest.kept.backups = None);
    assert_eq!(
        points(json!([on_volume("backup.delete", OF_CONTAINER)]), &unknown),
        [""; 0]
    );
}

#[test]
fn a_point_says_when_it_was_taken_and_whether_it_was_verified() {
    let verified = altered(103, |guest| {
        for backup in guest.kept.backups.iter_mut().flatten() {
            backup.verified = Some(true);
        }
        guest.status = GuestStatus::Stopped;
    });
    let impact = planned(json!([action("guest.destroy", 103)]), &verified).impact;
    let point = impact.restore_points[0].backup.clone().unwrap();
    assert_eq!(point.verified, Some(true));
    assert_eq!(point.taken.unwrap().unix_millis(), 1_794_000_000_000);
}

#[test]
fn guests_and_nodes_are_counted_once_new_guests_as_well() {
    let impact = planned(
        json!([
            action("guest.reboot", 101),
            migrate(101, "pve2"),
            wish("guest.clone", 102, json!({ "new_vmid": 200 })),
            on_volume("backup.restore", BACKUP),
            on_node("node.packages.refresh", "pve1"),
            on_node("node.reboot", "pve3"),
            on_node("node.packages.refresh", "pve3"),
        ]),
        &cluster(),
    )
    .impact;
    assert_eq!((impact.guests, impact.nodes), (3, 2));
}

fn undone(plan: &Plan, done: u16) -> Vec<(u16, &'static str)> {
    let undo = plan.undo(done);
    undo.into_iter()
        .map(|(step, action)| (step, Action::kind(action).as_str()))
        .collect()
}

#[test]
fn a_plan_is_undone_from_its_latest_step_back_to_the_point_of_no_return() {
    let plan = planned(
        json!([
            action("guest.start", 102),
            action("guest.stop", 103),
            action("guest.snapshot.create", 101),
            migrate(101, "pve2"),
        ]),
        &facts(),
    )
    .plan;
    assert_eq!(plan.point_of_no_return(), Some(2));
    assert_eq!(
        undone(&plan, 4),
        [(4, "guest.migrate"), (3, "guest.snapshot.delete")]
    );
    assert_eq!(undone(&plan, 3), [(3, "guest.snapshot.delete")]);
    assert_eq!(undone(&plan, 2), []);
    assert_eq!(undone(&plan, 1), [(1, "guest.shutdown")]);
    assert_eq!(undone(&plan, 0), []);
}

#[test]
fn an_undo_is_an_action_that_can_be_planned_on_what_the_step_leaves() {
    let (there, back) = (migrate(101, "pve2"), migrate(101, "pve1"));
    let plan = planned(json!([there]), &facts()).plan;
    let (_, action) = plan.undo(1)[0];
    assert_eq!(json!(action), back);
    assert!(plan.point_of_no_return().is_none());
    let moved = {
        let mut facts = altered(101, |guest| {
            guest.node = node("pve2");
            guest.migrate = [(node("pve1"), Ok(()))].into();
        });
        facts.absent.clear();
        facts
    };
    assert_eq!(planned(json!([action]), &moved).plan.steps.len(), 1);
}

#[test]
fn free_space_that_nobody_told_is_not_told_either() {
    let mut blind = cluster();
    let own = (node("pve1"), storage("local-lvm"));
    blind.storages.get_mut(&own).unwrap().available = None;
    let grown = wish(
        "guest.disk.resize",
        101,
        json!({ "disk": "scsi0", "size_gib": 40 }),
    );
    assert_eq!(headroom(json!([grown]), &blind), [""; 0]);
    let mut small = cluster();
    small.storages.get_mut(&own).unwrap().available = Some(10 * GIB - 1);
    assert_eq!(
        headroom(json!([grown]), &small),
        ["local-lvm at pve1: 9 -> 1"]
    );
    assert!(small.guests.contains_key(&key(GuestKind::Qemu, 101)));
}

#[test]
fn doing_nothing_leaves_the_votes_and_each_guest_as_it_is_now() {
    let bare = altered(102, |guest| guest.kept.backups = None);
    let actions = json!([
        migrate(101, "pve2"),
        action("guest.reboot", 101),
        action("guest.start", 102)
    ]);
    let left = planned(actions, &bare).impact.as_it_is;
    assert_eq!((left.votes, left.of, left.spare), (3, 3, 1));
    assert_eq!(left.away, []);
    let guests: Vec<_> = left
        .guests
        .iter()
        .map(|guest| {
            (
                guest.target.name.as_str(),
                guest.target.node.as_str(),
                guest.status,
                guest.backed_up.is_some(),
            )
        })
        .collect();
    assert_eq!(
        guests,
        [
            ("web-01", "pve1", GuestStatus::Running, true),
            ("off-01", "pve1", GuestStatus::Stopped, false),
        ]
    );
    let mut away = facts();
    away.inventory.nodes[2].online = false;
    let left = planned(json!([action("guest.reboot", 101)]), &away)
        .impact
        .as_it_is;
    assert_eq!(
        (left.votes, left.spare, left.away),
        (2, 0, vec![node("pve3")])
    );
}
