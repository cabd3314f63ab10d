//! What commands leave of digests, ways, snapshots, wishes and lists.

use argus_domain::facts::Facts;
use argus_domain::twin::Twin;
use argus_types::action::{ActionKind, HaState};
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::id::GuestKind::Qemu;
use serde_json::{Value, json};

use crate::cluster::{altered, cluster, feasible, on_node, replication, wish};
use crate::fixture::{action, draft, key, migrate, node, planned, snapshot, try_plan};

/// The cluster as a plan of these actions leaves it.
pub fn after(actions: Value, facts: &Facts) -> Facts {
    let mut twin = Twin::new(facts);
    for step in planned(actions, facts).plan.steps {
        twin.apply(&step);
    }
    twin.facts().clone()
}

#[test]
fn a_digest_is_unknown_once_the_configuration_was_written() {
    let rewriting = |kind: &ActionKind| {
        let (wish, facts) = feasible(*kind);
        let after = after(json!([wish]), &facts);
        let mut guests = after.guests.values();
        guests.any(|guest| guest.digest().is_none())
    };
    let found: Vec<_> = ActionKind::ALL.iter().copied().filter(rewriting).collect();
    assert_eq!(
        found,
        [
            // What waited for a start is written with it, and disks that move get other names.
            ActionKind::Start,
            ActionKind::Reboot,
            ActionKind::Hibernate,
            ActionKind::Migrate,
            ActionKind::Snapshot,
            ActionKind::DeleteSnapshot,
            ActionKind::Rollback,
            ActionKind::SetConfig,
            ActionKind::ResizeDisk,
            ActionKind::MoveDisk,
            ActionKind::MakeTemplate,
            ActionKind::Drain,
            ActionKind::HaMigrate,
            ActionKind::HaRelocate,
        ]
    );
}

#[test]
fn a_hibernated_guest_goes_on_with_another_digest() {
    let asleep = altered(101, |guest| {
        guest.status = GuestStatus::Stopped;
        guest.lock = Some("suspended".to_owned());
    });
    let awake = after(json!([action("guest.start", 101)]), &asleep);
    let guest = &awake.guests[&key(Qemu, 101)];
    assert_eq!(
        (guest.status, guest.lock.as_deref(), guest.digest()),
        (GuestStatus::Running, None, None)
    );
}

#[test]
fn a_hibernated_guest_that_starts_with_its_node_frees_an_unknown_room() {
    let asleep = altered(102, |guest| {
        guest.node = node("pve3");
        guest.lock = Some("suspended".to_owned());
        let config = guest.config.as_mut().expect("it was read");
        config.values.insert(ConfigKey::Onboot, "yes".to_owned());
    });
    let booted = after(json!([on_node("node.reboot", "pve3")]), &asleep);
    let guest = &booted.guests[&key(Qemu, 102)];
    assert_eq!(
        (guest.status, guest.lock.as_deref(), guest.digest()),
        (GuestStatus::Running, None, None)
    );
    let mut storages = booted.storages.values();
    assert!(storages.all(|storage| storage.available.is_none()));
}

#[test]
fn a_backup_that_stops_a_guest_writes_what_waited_for_its_start() {
    let digest = |vmid, mode| {
        let saved = wish(
            "backup.run",
            vmid,
            json!({ "storage": "nfs", "mode": mode }),
        );
        let guest = &after(json!([saved]), &cluster()).guests[&key(Qemu, vmid)];
        guest.digest().map(str::to_owned)
    };
    assert_eq!(digest(101, "stop"), None);
    assert_eq!(digest(101, "suspend").as_deref(), Some("digest-101"));
    assert_eq!(
        digest(102, "stop").as_deref(),
        Some("digest-102"),
        "it is not running"
    );
}

#[test]
fn proxmox_s_word_on_a_move_counts_until_the_guest_changes() {
    let keeps = |kind: &ActionKind| {
        let (wish, facts) = feasible(*kind);
        let after = after(json!([wish]), &facts);
        let mut guests = after.guests.values();
        guests.all(|guest| !guest.migrate.is_empty())
    };
    let found: Vec<_> = ActionKind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.as_str().starts_with("guest.") && keeps(kind))
        .collect();
    assert_eq!(found, [ActionKind::Clone, ActionKind::Destroy]);
    for kind in [
        ActionKind::Backup,
        ActionKind::PoolAdd,
        ActionKind::RunReplication,
        ActionKind::AgentTrim,
    ] {
        assert!(keeps(&kind), "{kind}");
    }
}

/// The snapshots of `web-01` with their parents, and what it grew out of.
fn tree(facts: &Facts) -> Vec<String> {
    let guest = &facts.guests[&key(Qemu, 101)];
    let below = |parent: &Option<String>| parent.clone().unwrap_or_else(|| "-".to_owned());
    let mut tree: Vec<_> = guest
        .snapshots
        .iter()
        .map(|one| format!("{} < {}", one.name, below(&one.parent)))
        .collect();
    tree.push(format!("now < {}", below(&guest.grown_from)));
    tree
}

#[test]
fn snapshots_grow_out_of_each_other() {
    let named = |name: &str, of: &str| wish(name, 101, json!({ "name": of }));
    let create = |of| named("guest.snapshot.create", of);
    let delete = |of| named("guest.snapshot.delete", of);
    let back = |of| named("guest.snapshot.rollback", of);
    let grown = after(
        json!([create("one"), create("two"), create("three")]),
        &cluster(),
    );
    assert_eq!(
        tree(&grown),
        ["one < -", "two < one", "three < two", "now < three"]
    );
    let short = after(
        json!([create("one"), create("two"), create("three"), delete("two")]),
        &cluster(),
    );
    assert_eq!(tree(&short), ["one < -", "three < one", "now < three"]);
    let other = after(
        json!([create("one"), create("two"), back("one"), create("side")]),
        &cluster(),
    );
    assert_eq!(
        tree(&other),
        ["one < -", "two < one", "side < one", "now < side"]
    );
    let bare = after(json!([create("one"), delete("one")]), &cluster());
    assert_eq!(tree(&bare), ["now < -"]);
}

#[test]
fn a_rollback_brings_back_settings_that_are_not_known() {
    let kept = altered(101, |guest| guest.snapshots = vec![snapshot("old")]);
    let back = wish("guest.snapshot.rollback", 101, json!({ "name": "old" }));
    let after = after(json!([back]), &kept);
    let guest = &after.guests[&key(Qemu, 101)];
    assert!(guest.config.is_none() && guest.disks.is_none());
    assert_eq!(guest.setting(ConfigKey::Cores), None);
    assert!(guest.storages().is_empty() && guest.disk_bytes().is_none());
}

#[test]
fn what_high_availability_ignores_it_does_not_manage() {
    let ignored = wish("ha.set", 105, json!({ "state": "ignored" }));
    let after = after(json!([ignored]), &cluster());
    let guest = &after.guests[&key(Qemu, 105)];
    assert!(!guest.ha_managed && guest.status == GuestStatus::Running);
}

#[test]
fn power_actions_change_the_wish_of_high_availability() {
    let down = after(json!([action("guest.shutdown", 105)]), &cluster());
    let wish = |facts: &Facts| {
        facts.guests[&key(Qemu, 105)]
            .kept
            .ha
            .flatten()
            .map(HaState::as_str)
    };
    assert_eq!(wish(&down), Some("stopped"));
    let both = json!([action("guest.shutdown", 105), action("guest.start", 105)]);
    assert_eq!(wish(&after(both, &cluster())), Some("started"));
}

#[test]
fn a_job_that_copied_to_the_new_node_copies_back_and_others_stay() {
    let two = altered(105, |guest| {
        guest.kept.replication = Some([(0, replication("pve3")), (1, replication("pve1"))].into());
    });
    let moved = after(json!([migrate(105, "pve3")]), &two);
    let jobs = moved.guests[&key(Qemu, 105)]
        .kept
        .replication
        .clone()
        .unwrap();
    let targets: Vec<_> = jobs.values().map(|job| job.target.to_string()).collect();
    assert_eq!(targets, ["pve2", "pve1"]);
}

#[test]
fn a_copy_is_listed_as_its_source_without_what_is_the_source_s_own() {
    let tagged = altered(105, |guest| guest.tags = vec!["web".to_owned()]);
    let after = after(
        json!([wish("guest.clone", 105, json!({ "new_vmid": 300 }))]),
        &tagged,
    );
    let copy = after.inventory.guest(key(Qemu, 300)).unwrap();
    assert_eq!(
        (copy.name.as_str(), &copy.node, copy.status),
        ("ha-01-300", &node("pve2"), GuestStatus::Stopped)
    );
    assert_eq!(copy.tags, ["web"]);
    assert!(copy.pool.is_none() && !copy.ha_managed && !copy.template);
    assert!(
        after
            .inventory
            .guests
            .is_sorted_by_key(|guest| guest.key.vmid)
    );
}

#[test]
fn a_node_that_is_switched_off_takes_what_only_it_can_tell_with_it() {
    let stopped = altered(105, |guest| guest.status = GuestStatus::Stopped);
    let down = json!([on_node("node.shutdown", "pve2")]);
    let after = after(down, &stopped);
    assert!(!after.inventory.is_online(&node("pve2")));
    assert_eq!(after.inventory.votes(), (2, 3));
    assert_eq!(after.inventory.quorate, Some(true));
    assert!(
        !after.guests.contains_key(&key(Qemu, 105)) && !after.nodes.contains_key(&node("pve2"))
    );
    assert!(after.storages.keys().all(|(at, _)| *at != node("pve2")));
    let listed = after.inventory.guest(key(Qemu, 105)).unwrap();
    assert_eq!(listed.status, GuestStatus::Unknown);
    // Nothing can be planned on it any more.
    let then = draft(json!([
        on_node("node.shutdown", "pve2"),
        action("guest.start", 105)
    ]));
    let found = try_plan(&then, &stopped, false).unwrap_err();
    assert!(
        found[0].message.contains("is not there any more"),
        "{}",
        found[0]
    );
}
