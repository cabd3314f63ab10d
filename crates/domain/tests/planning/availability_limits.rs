//! What stands in the way of high availability, and what it does already.

use argus_domain::facts::GuestFacts;
use argus_types::action::HaState;
use serde_json::{Value, json};

use crate::availability::{keep, to};
use crate::cluster::{altered, cluster, wish};
use crate::fixture::{action, node};
use crate::sheet::{assert_refused, assert_skipped};

#[test]
fn what_stands_in_the_way_is_named() {
    let words = "HA already keeps ha-01 (qemu 105) started; ask for `ha.set`";
    assert_refused(
        &keep("ha.add", 105, "stopped"),
        &cluster(),
        "/target",
        words,
    );
    let words = "is not managed by HA; ask for `ha.add` first";
    assert_refused(
        &keep("ha.set", 101, "stopped"),
        &cluster(),
        "/target",
        words,
    );
    let move_other = wish("ha.migrate", 101, json!({ "node": "pve2" }));
    assert_refused(&move_other, &cluster(), "/target", words);
    assert_refused(
        &keep("ha.add", 106, "started"),
        &cluster(),
        "/target",
        "is a template",
    );
    let refused = |wish: &Value, change: fn(&mut GuestFacts), part: &str, words: &str| {
        assert_refused(wish, &altered(105, change), part, words);
    };
    for wish in [
        keep("ha.add", 105, "started"),
        keep("ha.set", 105, "stopped"),
        action("ha.remove", 105),
        to("ha.migrate", "pve3"),
    ] {
        refused(
            &wish,
            |guest| guest.kept.ha = None,
            "/target",
            "did not say what HA does",
        );
    }
    for name in ["ha.migrate", "ha.relocate"] {
        refused(
            &to(name, "pve3"),
            |guest| {
                guest
                    .migrate
                    .insert(node("pve3"), Err("storage missing".to_owned()));
            },
            "/node",
            "move to pve3: storage missing",
        );
        refused(
            &to(name, "pve3"),
            |guest| guest.migrate.clear(),
            "/node",
            "did not say whether",
        );
        refused(
            &to(name, "pve3"),
            |guest| {
                guest.ha_managed = false;
                guest.kept.ha = Some(Some(HaState::Ignored));
            },
            "/target",
            "HA ignores ha-01 (qemu 105)",
        );
        let mut away = cluster();
        away.inventory.nodes[2].online = false;
        assert_refused(&to(name, "pve3"), &away, "/node", "pve3 does not answer");
    }
}

#[test]
fn what_is_so_already_is_left_alone() {
    assert_skipped(
        &keep("ha.set", 105, "started"),
        &cluster(),
        "HA already keeps it started",
    );
    assert_skipped(
        &keep("ha.add", 105, "started"),
        &cluster(),
        "HA already keeps it started",
    );
    assert_skipped(
        &action("ha.remove", 101),
        &cluster(),
        "HA does not manage it",
    );
    assert_skipped(
        &to("ha.migrate", "pve2"),
        &cluster(),
        "it already is on pve2",
    );
    assert_skipped(
        &to("ha.relocate", "pve2"),
        &cluster(),
        "it already is on pve2",
    );
}
