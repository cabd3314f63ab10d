//! Where a prediction and what was seen differ: every compared value, each flipped by itself.

use argus_domain::facts::{BackupFacts, Facts, GIB, GuestFacts, SnapshotFacts};
use argus_domain::inventory::GuestListing;
use argus_domain::twin::disagreements;
use argus_types::action::HaState;
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::id::GuestKey;
use argus_types::id::GuestKind::Qemu;

use crate::cluster::{BACKUP, altered, cluster, replication, storage, volume};
use crate::fixture::{key, node, snapshot};

/// What a value is called, and a change of it.
type Flip<T> = (&'static str, fn(&mut T));

fn web() -> GuestKey {
    key(Qemu, 101)
}

/// What `change` of the seen cluster differs in, each by what it is called.
fn differing(change: impl FnOnce(&mut Facts)) -> Vec<String> {
    let predicted = predicted();
    let mut seen = predicted.clone();
    change(&mut seen);
    let found = disagreements(&predicted, &seen);
    found
        .iter()
        .map(|line| {
            let what = line
                .split_once(": predicted")
                .map_or(line.as_str(), |(what, _)| what);
            what.to_owned()
        })
        .collect()
}

/// The cluster with a snapshot of `web-01`.
fn predicted() -> Facts {
    altered(101, |guest| {
        guest.snapshots = vec![snapshot("old")];
        guest.grown_from = Some("old".to_owned());
    })
}

fn of_guest(change: fn(&mut GuestFacts)) -> Vec<String> {
    differing(|facts| change(facts.guests.get_mut(&web()).expect("it was read")))
}

fn of_listing(change: fn(&mut GuestListing)) -> Vec<String> {
    differing(|facts| {
        let mut list = facts.inventory.guests.iter_mut();
        let listing = list.find(|guest| guest.key == web());
        change(listing.expect("it is listed"));
    })
}

#[test]
fn each_value_of_a_guest_is_compared() {
    let flips: [Flip<GuestFacts>; 20] = [
        ("node", |guest| guest.node = node("pve2")),
        ("name", |guest| guest.name = "x".to_owned()),
        ("status", |guest| guest.status = GuestStatus::Paused),
        ("lock", |guest| guest.lock = Some("backup".to_owned())),
        ("template", |guest| guest.template = true),
        ("identity", |guest| guest.identity = None),
        ("HA", |guest| guest.ha_managed = true),
        ("tags", |guest| guest.tags = vec!["x".to_owned()]),
        ("snapshots", |guest| guest.snapshots.clear()),
        ("snapshots", |guest| {
            guest.snapshots[0].name = "new".to_owned();
        }),
        ("snapshots", |guest| {
            guest.snapshots[0].parent = Some("x".to_owned());
        }),
        ("snapshots", |guest| guest.snapshots[0].with_memory = true),
        ("parent", |guest| guest.grown_from = None),
        ("digest", |guest| {
            guest.config.as_mut().unwrap().digest = Some("x".to_owned());
        }),
        ("disks", |guest| guest.disks.as_mut().unwrap().clear()),
        ("disks", |guest| {
            guest
                .disks
                .as_mut()
                .unwrap()
                .values_mut()
                .for_each(|disk| disk.size = Some(GIB));
        }),
        ("pool", |guest| {
            guest.kept.pool = Some(Some("web".to_owned()));
        }),
        ("HA wish", |guest| {
            guest.kept.ha = Some(Some(HaState::Started));
        }),
        ("replication", |guest| {
            guest.kept.replication = Some([(0, replication("pve3"))].into());
        }),
        ("backups", |guest| {
            guest.kept.backups.as_mut().unwrap().clear();
        }),
    ];
    for (field, flip) in flips {
        assert_eq!(of_guest(flip), [format!("qemu/101 {field}")]);
    }
}

#[test]
fn each_setting_is_compared() {
    for setting in ConfigKey::ALL {
        let found = differing(|facts| {
            let config = facts.guests.get_mut(&web()).unwrap().config.as_mut();
            config.unwrap().values.insert(setting, "other".to_owned());
        });
        assert_eq!(found, [format!("qemu/101 {}", setting.as_str())]);
    }
}

#[test]
fn the_order_of_tags_snapshots_and_backups_is_no_difference() {
    let two = |first: &str, second: &str| {
        altered(101, |guest| {
            guest.tags = vec![first.to_owned(), second.to_owned()];
            guest.snapshots = vec![snapshot(first), snapshot(second)];
            guest
                .kept
                .backups
                .as_mut()
                .unwrap()
                .sort_by_key(|one| one.protected == (first == "a"));
        })
    };
    assert_eq!(disagreements(&two("a", "b"), &two("b", "a")), [""; 0]);
}

#[test]
fn what_is_unknown_on_either_side_is_no_difference() {
    let hide: [fn(&mut GuestFacts); 7] = [
        |guest| guest.config = None,
        |guest| guest.config.as_mut().unwrap().digest = None,
        |guest| guest.disks = None,
        |guest| guest.kept.pool = None,
        |guest| guest.kept.ha = None,
        |guest| guest.kept.replication = None,
        |guest| guest.kept.backups = None,
    ];
    for change in hide {
        assert_eq!(of_guest(change), [""; 0]);
        let mut predicted = predicted();
        let seen = predicted.clone();
        change(predicted.guests.get_mut(&web()).unwrap());
        assert_eq!(disagreements(&predicted, &seen), [""; 0]);
    }
}

#[test]
fn what_no_prediction_is_about_is_no_difference() {
    let changes: [fn(&mut GuestFacts); 4] = [
        |guest| guest.uptime_s = Some(1),
        |guest| guest.migrate.clear(),
        |guest| guest.snapshot_supported = None,
        |guest| {
            let backups = guest.kept.backups.as_mut().unwrap();
            backups[0] = BackupFacts {
                volume: None,
                taken: None,
                verified: Some(true),
                ..backups[0].clone()
            };
        },
    ];
    for change in changes {
        assert_eq!(of_guest(change), [""; 0]);
    }
    assert_eq!(
        differing(|facts| facts.guests.clear()),
        [""; 0],
        "it was not looked at"
    );
}

#[test]
fn a_guest_that_is_gone_or_still_there_is_said() {
    let mut gone = predicted();
    gone.guests.remove(&web());
    gone.absent.insert(web());
    assert_eq!(
        disagreements(&predicted(), &gone),
        ["qemu/101 there: predicted true, seen false"]
    );
    assert_eq!(
        disagreements(&gone, &predicted()),
        ["qemu/101 there: predicted false, seen true"]
    );
}

#[test]
fn each_value_of_the_list_is_compared() {
    let flips: [Flip<GuestListing>; 4] = [
        ("name", |guest| guest.name = "x".to_owned()),
        ("node", |guest| guest.node = node("pve2")),
        ("template", |guest| guest.template = true),
        ("pool", |guest| guest.pool = Some("web".to_owned())),
    ];
    for (field, flip) in flips {
        assert_eq!(of_listing(flip), [format!("list: qemu/101 {field}")]);
    }
    let found = differing(|facts| facts.inventory.guests.retain(|guest| guest.key != web()));
    assert_eq!(found, ["guests"]);
    assert_eq!(
        differing(|facts| facts.inventory.guests.clear()),
        [""; 0],
        "it was not read"
    );
}

#[test]
fn the_name_of_a_restored_guest_is_not_predicted() {
    let mut predicted = cluster();
    predicted.inventory.guests[0].name = "unknown".to_owned();
    assert_eq!(disagreements(&predicted, &cluster()), [""; 0]);
}

#[test]
fn nodes_quorum_services_storages_and_volumes_are_compared() {
    let own = || (node("pve1"), storage("local-lvm"));
    let flips: [Flip<Facts>; 4] = [
        ("pve1 online", |facts| {
            facts.inventory.nodes[0].online = false;
        }),
        ("quorum", |facts| facts.inventory.quorate = Some(false)),
        ("pve1 cron", |facts| {
            let state = facts.nodes.get_mut(&node("pve1")).unwrap();
            let cron = serde_json::from_str("\"cron\"").unwrap();
            state.services.insert(cron, "stopped".to_owned());
        }),
        (
            "nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst protected",
            |facts| {
                facts
                    .volumes
                    .get_mut(&volume(BACKUP))
                    .unwrap()
                    .as_mut()
                    .unwrap()
                    .protected = true;
            },
        ),
    ];
    for (field, flip) in flips {
        assert_eq!(differing(flip), [field]);
    }
    assert_eq!(
        differing(|facts| facts.storages.get_mut(&own()).unwrap().active = false),
        ["local-lvm on pve1 active"]
    );
    assert_eq!(
        differing(|facts| facts.storages.get_mut(&own()).unwrap().available = Some(0)),
        ["local-lvm on pve1 free"]
    );
    assert_eq!(
        differing(|facts| facts.storages.get_mut(&own()).unwrap().available = None),
        [""; 0]
    );
    assert_eq!(
        differing(|facts| {
            facts.volumes.insert(volume(BACKUP), None);
        }),
        [BACKUP]
    );
    assert_eq!(
        differing(|facts| {
            facts.volumes.clear();
            facts.storages.clear();
            facts.nodes.clear();
            facts.inventory.quorate = None;
        }),
        [""; 0],
        "none of it was read"
    );
}

#[test]
fn a_line_says_what_was_predicted_and_what_was_seen() {
    let mut seen = predicted();
    let guest = seen.guests.get_mut(&web()).unwrap();
    guest.snapshots.push(SnapshotFacts {
        name: "new".to_owned(),
        parent: Some("old".to_owned()),
        with_memory: false,
        taken: None,
    });
    assert_eq!(
        disagreements(&predicted(), &seen),
        [
            "qemu/101 snapshots: predicted [(\"old\", None, false)], seen [(\"new\", Some(\"old\"), false), (\"old\", None, false)]"
        ]
    );
}
