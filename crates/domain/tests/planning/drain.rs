//! Draining a node: which guest goes where, and what stands in the way.

use argus_domain::digest;
use argus_domain::facts::{Facts, GIB, HaRule, wanted};
use argus_types::action::HaState;
use argus_types::cluster::GuestStatus::{self, Paused, Running, Stopped, Unknown};
use argus_types::id::GuestKind::{self, Lxc, Qemu};
use argus_types::plan::Plan;
use argus_types::problem::ProblemCode;
use serde_json::{Value, json};

use crate::cluster::{cluster, on_node};
use crate::fixture::{
    action, draft, errors, guest, key, migrate, node, planned, target_of, try_plan, with_guests,
};

/// Guests of `pve1` by number, each with its memory in GiB; `pve2` and `pve3` have the room that is named.
fn node_of(guests: &[(GuestKind, u32, GuestStatus, Option<u64>)], room: [u64; 2]) -> Facts {
    let facts = guests
        .iter()
        .map(|(kind, vmid, status, _)| guest(*kind, *vmid, &format!("g{vmid}"), *status));
    let mut facts = with_guests(facts.collect());
    for (listing, (.., memory)) in facts.inventory.guests.iter_mut().zip(guests) {
        listing.memory = memory.map(|gib| gib * GIB);
    }
    let rooms = [64, room[0], room[1]];
    for (node, gib) in facts.inventory.nodes.iter_mut().zip(rooms) {
        node.online = true;
        node.memory = Some(gib * GIB);
    }
    facts
}

fn drain() -> Value {
    json!([on_node("node.drain", "pve1")])
}

/// `101 to pve2`, in the order of the steps.
fn moves(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter();
    steps
        .map(|step| {
            format!(
                "{} to {}",
                target_of(step).vmid,
                step.call.parameters["target"]
            )
        })
        .collect()
}

#[test]
fn the_largest_goes_first_and_each_goes_where_most_room_is() {
    let facts = node_of(
        &[
            (Qemu, 101, Running, Some(4)),
            (Qemu, 102, Running, Some(16)),
            (Lxc, 103, Running, Some(8)),
            (Qemu, 104, Paused, Some(8)),
        ],
        [32, 24],
    );
    // 16 of 32 leave 16 on pve2; 8 of 24 leave 16 on pve3, as much as on pve2, which comes first by name.
    assert_eq!(
        moves(&planned(drain(), &facts).plan),
        ["102 to pve2", "103 to pve3", "104 to pve2", "101 to pve3"]
    );
}

#[test]
fn what_already_runs_on_the_other_nodes_takes_room_there() {
    let mut facts = node_of(
        &[
            (Qemu, 101, Running, Some(8)),
            (Qemu, 201, Running, Some(20)),
            (Qemu, 202, Stopped, Some(30)),
        ],
        [32, 24],
    );
    for (vmid, name) in [(201, "pve2"), (202, "pve3")] {
        let mut list = facts.inventory.guests.iter_mut();
        list.find(|one| one.key.vmid.get() == vmid).unwrap().node = node(name);
        facts.guests.get_mut(&key(Qemu, vmid)).unwrap().node = node(name);
    }
    assert_eq!(moves(&planned(drain(), &facts).plan), ["101 to pve3"]);
}

#[test]
fn a_guest_of_unknown_memory_goes_last_and_fits_anywhere() {
    let facts = node_of(
        &[(Qemu, 101, Running, None), (Qemu, 102, Running, Some(1))],
        [0, 2],
    );
    assert_eq!(
        moves(&planned(drain(), &facts).plan),
        ["102 to pve3", "101 to pve3"]
    );
}

#[test]
fn a_node_of_unknown_memory_is_taken_where_no_other_has_room() {
    let mut facts = node_of(&[(Qemu, 101, Running, Some(8))], [0, 4]);
    facts.inventory.nodes[1].memory = None;
    assert_eq!(moves(&planned(drain(), &facts).plan), ["101 to pve2"]);
}

#[test]
fn stopped_guests_stay_where_they_are() {
    let facts = node_of(
        &[
            (Qemu, 101, Running, Some(4)),
            (Qemu, 102, Stopped, Some(4)),
            (Qemu, 104, Unknown, Some(4)),
        ],
        [32, 24],
    );
    assert_eq!(moves(&planned(drain(), &facts).plan), ["101 to pve2"]);
    let quiet = node_of(&[(Qemu, 102, Stopped, Some(4))], [32, 24]);
    let found = errors(drain(), &quiet);
    assert_eq!(found[0].code, ProblemCode::NothingToDo);
    assert_eq!(found[0].message, "Drain pve1: no guest runs on it");
}

#[test]
fn proxmox_s_refusals_are_gone_round_and_named_where_no_way_is_left() {
    let bound = |ways: &[&str]| {
        let mut facts = node_of(&[(Qemu, 101, Running, Some(4))], [32, 24]);
        let guest = facts.guests.get_mut(&key(Qemu, 101)).unwrap();
        for way in ways {
            let reason = Err("local device hostpci0".to_owned());
            guest.migrate.insert(node(way), reason);
        }
        facts
    };
    assert_eq!(
        moves(&planned(drain(), &bound(&["pve2"])).plan),
        ["101 to pve3"]
    );
    let found = errors(drain(), &bound(&["pve2", "pve3"]));
    assert_eq!(
        found[0].message,
        "g101 (qemu 101) finds no other node: pve2: local device hostpci0; pve3: local device hostpci0"
    );
    assert_eq!(found[0].pointer, "/actions/0/node");
}

#[test]
fn every_reason_for_which_a_guest_stays_is_said() {
    let small = node_of(&[(Qemu, 101, Running, Some(25))], [32, 24]);
    let mut facts = small.clone();
    let guest = facts.guests.get_mut(&key(Qemu, 101)).unwrap();
    guest.migrate.remove(&node("pve2"));
    let said = errors(drain(), &facts)[0].message.clone();
    assert!(
        said.ends_with("pve2: Proxmox did not say; pve3: too little memory"),
        "{said}"
    );
    let mut alone = small.clone();
    for node in &mut alone.inventory.nodes[1..] {
        node.online = false;
    }
    let said = errors(drain(), &alone)[0].message.clone();
    assert!(said.ends_with("no other node answers"), "{said}");
    let mut unread = small;
    unread.guests.clear();
    let said = errors(drain(), &unread)[0].message.clone();
    assert_eq!(said, "qemu/101 could not be read; try again");
}

#[test]
fn all_guests_that_cannot_go_are_named_and_what_needs_the_node_empty_is_not() {
    let mut facts = cluster();
    for guest in facts.guests.values_mut() {
        guest.migrate.clear();
    }
    let found = errors(
        json!([
            on_node("node.drain", "pve1"),
            on_node("node.reboot", "pve1"),
            action("guest.reboot", 101),
        ]),
        &facts,
    );
    let labels: Vec<_> = found
        .iter()
        .map(|one| one.message.split(" finds").next().unwrap())
        .collect();
    assert_eq!(labels, ["web-01 (qemu 101)", "ct-01 (lxc 103)"]);
}

#[test]
fn a_guest_that_an_earlier_action_could_not_move_is_not_named_twice() {
    let mut facts = cluster();
    let guest = facts.guests.get_mut(&key(Qemu, 101)).unwrap();
    guest.lock = Some("backup".to_owned());
    let both = json!([action("guest.reboot", 101), on_node("node.drain", "pve1")]);
    let found = errors(both, &facts);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pointer, "/actions/0/target");
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    let facts = cluster();
    let one = planned(drain(), &facts).plan;
    assert_eq!(
        digest::canonical(&one),
        digest::canonical(&planned(drain(), &facts.clone()).plan)
    );
}

#[test]
fn a_node_is_drained_and_rebooted_in_one_plan() {
    let both = json!([
        on_node("node.drain", "pve1"),
        on_node("node.reboot", "pve1")
    ]);
    let planned = planned(both, &cluster());
    let titles: Vec<_> = planned
        .plan
        .steps
        .iter()
        .map(|step| step.title.as_str())
        .collect();
    assert_eq!(
        titles,
        [
            "Migrate web-01 (qemu 101) from pve1 to pve3, live",
            "Migrate ct-01 (lxc 103) from pve1 to pve2, restarting it",
            "Reboot node pve1",
        ]
    );
    assert_eq!(planned.title, "Migrate 2 guests, reboot node pve1");
    assert_eq!(planned.plan.point_of_no_return(), Some(3));
    assert_eq!(planned.impact.nodes, 1);
}

#[test]
fn where_the_others_would_have_no_quorum_the_reboot_is_refused_and_the_drain_is_not() {
    let mut facts = cluster();
    facts.inventory.nodes[2].online = false;
    let both = json!([
        on_node("node.drain", "pve1"),
        on_node("node.reboot", "pve1")
    ]);
    let found = errors(both, &facts);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pointer, "/actions/1/node");
    assert!(found[0].message.contains("only 1 of 3"), "{}", found[0]);
    assert_eq!(planned(drain(), &facts).plan.steps.len(), 2);
}

#[test]
fn guests_come_back_in_the_same_draft_and_what_an_earlier_action_moved_is_not_moved_again() {
    let there_and_back = json!([
        on_node("node.drain", "pve1"),
        migrate(101, "pve1"),
        migrate(103, "pve1"),
    ]);
    assert_eq!(
        moves(&planned(there_and_back, &cluster()).plan),
        ["101 to pve3", "103 to pve2", "101 to pve1", "103 to pve1"]
    );
    let first = json!([migrate(103, "pve3"), on_node("node.drain", "pve1")]);
    assert_eq!(
        moves(&planned(first, &cluster()).plan),
        ["103 to pve3", "101 to pve2"]
    );
}

#[test]
fn guests_are_snapshotted_first_where_that_is_wished() {
    let wish = draft(drain());
    let plan = try_plan(&wish, &cluster(), true).unwrap().plan;
    let actions: Vec<_> = plan.steps.iter().map(|step| step.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "guest.snapshot.create",
            "guest.migrate",
            "guest.snapshot.create",
            "guest.migrate"
        ]
    );
    let wanted = wanted(&wish, &cluster().inventory).unwrap();
    for vmid in [key(Qemu, 101), key(Lxc, 103)] {
        let guest = &wanted.guests[&vmid];
        assert!(guest.snapshot_feature && guest.migrate_to.len() == 2);
    }
    assert_eq!(wanted.guests.len(), 2, "stopped guests are not asked");
}

/// A running guest that high availability manages.
fn manage(facts: &mut Facts, vmid: u32, node: &str) {
    let at = key(Qemu, vmid);
    if let Some(guest) = facts.guests.get_mut(&at) {
        guest.ha_managed = true;
        guest.kept.ha = Some(Some(HaState::Started));
    }
    let mut list = facts.inventory.guests.iter_mut();
    let listed = list.find(|guest| guest.key == at).expect("it is listed");
    listed.ha_managed = true;
    listed.node = self::node(node);
}

#[test]
fn rules_of_high_availability_come_before_room() {
    let guests = [
        (Qemu, 101, Running, Some(8)),
        (Qemu, 102, Running, Some(4)),
        (Qemu, 201, Running, Some(1)),
    ];
    let only = |vmids: &[u32]| vmids.iter().map(|vmid| key(Qemu, *vmid)).collect();
    let meant = |nodes: &[(&str, u32)], strict: bool| HaRule::Nodes {
        guests: only(&[101]),
        nodes: nodes
            .iter()
            .map(|(name, priority)| (node(name), *priority))
            .collect(),
        strict,
    };
    let moved = |rules: Vec<HaRule>, managed: bool| {
        // Without rules pve2 has the most room.
        let mut facts = node_of(&guests, [64, 32]);
        if managed {
            manage(&mut facts, 101, "pve1");
        }
        manage(&mut facts, 201, "pve2");
        facts.ha_rules = rules;
        try_plan(&draft(drain()), &facts, false).map(|planned| moves(&planned.plan)[0].clone())
    };
    let to_pve2 = Ok("101 to pve2".to_owned());
    let to_pve3 = Ok("101 to pve3".to_owned());
    assert_eq!(moved(vec![], true), to_pve2);
    assert_eq!(moved(vec![meant(&[("pve3", 0)], false)], true), to_pve3);
    assert_eq!(
        moved(vec![meant(&[("pve2", 1), ("pve3", 5)], true)], true),
        to_pve3
    );
    assert_eq!(
        moved(
            vec![HaRule::Apart {
                guests: only(&[101, 201])
            }],
            true
        ),
        to_pve3
    );
    assert_eq!(
        moved(
            vec![HaRule::Together {
                guests: only(&[101, 201])
            }],
            true
        ),
        to_pve2
    );
    // A rule binds nobody whom high availability does not manage.
    assert_eq!(moved(vec![meant(&[("pve3", 0)], true)], false), to_pve2);

    let nowhere = moved(vec![meant(&[("pve1", 0)], true)], true).unwrap_err();
    assert!(
        nowhere[0]
            .message
            .contains("a rule of high availability keeps it on other nodes"),
        "{nowhere:?}"
    );
}
