//! Nodes: restarted, switched off, woken, their services and package lists.

use argus_domain::facts::Facts;
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::id::GuestKind;
use serde_json::{Value, json};

use crate::cluster::{altered, cluster, on_node};
use crate::fixture::{action, errors, facts, key, node, planned};
use crate::sheet::{assert_refused, assert_sheet, assert_skipped};

fn service(name: &str, at: &str, service: &str) -> Value {
    let mut value = on_node(name, at);
    value["service"] = json!(service);
    value
}

/// `pve1` with nothing running on it, and one guest that starts when it boots.
fn quiet() -> Facts {
    let mut facts = cluster();
    let running = [key(GuestKind::Qemu, 101), key(GuestKind::Lxc, 103)];
    facts.guests.retain(|key, _| !running.contains(key));
    facts
        .inventory
        .guests
        .retain(|guest| !running.contains(&guest.key));
    let starting = facts.guests.get_mut(&key(GuestKind::Qemu, 102));
    let config = starting.and_then(|guest| guest.config.as_mut());
    let values = &mut config.expect("its settings are known").values;
    values.insert(ConfigKey::Onboot, "yes".to_owned());
    facts
}

/// The cluster without an answer from `name`.
fn without(name: &str) -> Facts {
    let mut facts = cluster();
    for one in &mut facts.inventory.nodes {
        one.online &= one.name != node(name);
    }
    facts
}

#[test]
fn a_reboot_waits_for_the_node_to_have_booted() {
    assert_sheet(
        &on_node("node.reboot", "pve3"),
        &cluster(),
        "
        Reboot node pve3
        POST /nodes/pve3/status command=reboot
        ~ node: online -> away for some minutes, then online
        relies on quorum
        ? node pve3 online: yes
        ? guests running on pve3: 0
        ? quorum without pve3: yes
        ! node pve3 online: yes
        ! node restarted: yes
        final: A reboot cannot be taken back.
        unsafe_to_repeat, 2 attempts, runs_to_its_end, 900 s
        locks maintenance of nodes, node pve3
        needs Sys.PowerMgmt /nodes/pve3
        ",
    );
}

#[test]
fn a_reboot_names_the_guests_that_start_with_the_node() {
    assert_sheet(
        &on_node("node.reboot", "pve1"),
        &quiet(),
        "
        Reboot node pve1
        POST /nodes/pve1/status command=reboot
        ~ node: online -> away for some minutes, then online
        ~ guests that start with it: stopped -> running: off-01
        relies on quorum
        ? node pve1 online: yes
        ? guests running on pve1: 0
        ? quorum without pve1: yes
        ! node pve1 online: yes
        ! node restarted: yes
        final: A reboot cannot be taken back.
        unsafe_to_repeat, 2 attempts, runs_to_its_end, 900 s
        locks maintenance of nodes, node pve1
        needs Sys.PowerMgmt /nodes/pve1
        ",
    );
}

#[test]
fn a_node_that_is_switched_off_stays_off() {
    assert_sheet(
        &on_node("node.shutdown", "pve3"),
        &cluster(),
        "
        Shut down node pve3
        POST /nodes/pve3/status command=shutdown
        ~ node: online -> switched off
        relies on quorum
        ? node pve3 online: yes
        ? guests running on pve3: 0
        ? quorum without pve3: yes
        ! node pve3 online: no
        final: Only its power button brings it back, or waking it over the network where that is set up.
        unsafe_to_repeat, 2 attempts, runs_to_its_end, 900 s
        locks maintenance of nodes, node pve3
        needs Sys.PowerMgmt /nodes/pve3
        ",
    );
}

#[test]
fn a_node_that_is_away_is_woken() {
    assert_sheet(
        &on_node("node.wake", "pve3"),
        &without("pve3"),
        r#"
        Wake node pve3
        POST /nodes/pve3/wakeonlan
        ~ node: away -> online
        relies on quorum
        ? node pve3 online: no
        ! node pve3 online: yes
        undo {"action":"node.shutdown","node":"pve3"}
        idempotent, 3 attempts, runs_to_its_end, 600 s
        locks node pve3
        needs Sys.PowerMgmt /nodes/pve3
        "#,
    );
}

#[test]
fn a_service_is_restarted() {
    assert_sheet(
        &service("node.service.restart", "pve1", "chrony"),
        &cluster(),
        "
        Restart chrony on pve1
        POST /nodes/pve1/services/chrony/restart
        ~ service chrony: running -> restarted
        relies on quorum
        ? node pve1 online: yes
        ? service chrony: running
        ! service chrony: running
        ! done, says Proxmox: yes
        undo by hand: There is nothing to take back.
        idempotent, 3 attempts, instant, 120 s
        locks node pve1
        needs Sys.Modify /nodes/pve1
        ",
    );
}

#[test]
fn a_service_reads_its_configuration_again() {
    assert_sheet(
        &service("node.service.reload", "pve1", "chrony"),
        &cluster(),
        "
        Reload chrony on pve1
        POST /nodes/pve1/services/chrony/reload
        ~ configuration of chrony: as it was read -> read again
        relies on quorum
        ? node pve1 online: yes
        ? service chrony: running
        ! service chrony: running
        ! done, says Proxmox: yes
        undo by hand: There is nothing to take back.
        idempotent, 3 attempts, instant, 120 s
        locks node pve1
        needs Sys.Modify /nodes/pve1
        ",
    );
}

#[test]
fn a_list_of_packages_is_fetched() {
    assert_sheet(
        &on_node("node.packages.refresh", "pve1"),
        &cluster(),
        "
        Refresh the list of packages of pve1
        POST /nodes/pve1/apt/update
        ~ list of packages: as it was -> of today
        relies on quorum
        ? node pve1 online: yes
        ! done, says Proxmox: yes
        undo by hand: There is nothing to take back.
        idempotent, 3 attempts, safe_point, 300 s
        locks node pve1
        needs Sys.Modify /nodes/pve1
        ",
    );
}

#[test]
fn what_stands_in_the_way_of_a_node_s_going_down_is_named() {
    for name in ["node.reboot", "node.shutdown"] {
        assert_refused(
            &on_node(name, "pve1"),
            &cluster(),
            "/node",
            "2 guests run on pve1; drain it first",
        );
        let words = "without pve3 only 1 of 3 nodes would be together";
        assert_refused(&on_node(name, "pve3"), &without("pve2"), "/node", words);
        let paused = altered(105, |guest| guest.status = GuestStatus::Paused);
        assert_refused(
            &on_node(name, "pve2"),
            &paused,
            "/node",
            "1 guests run on pve2",
        );
    }
    // Stopped guests may stay.
    let stopped = altered(105, |guest| guest.status = GuestStatus::Stopped);
    planned(json!([on_node("node.reboot", "pve2")]), &stopped);
}

#[test]
fn a_node_that_does_not_answer_can_only_be_woken() {
    for wish in [
        on_node("node.reboot", "pve3"),
        on_node("node.shutdown", "pve3"),
        on_node("node.packages.refresh", "pve3"),
        service("node.service.restart", "pve3", "cron"),
        service("node.service.reload", "pve3", "cron"),
    ] {
        assert_refused(&wish, &facts(), "/node", "pve3 does not answer");
    }
    assert_skipped(
        &on_node("node.wake", "pve1"),
        &cluster(),
        "it already is online",
    );
}

#[test]
fn a_service_must_run_and_be_known_to() {
    let mut facts = cluster();
    let state = facts.nodes.get_mut(&node("pve1")).unwrap();
    let cron = serde_json::from_value(json!("cron")).unwrap();
    state.services.insert(cron, "stopped".to_owned());
    for name in ["node.service.restart", "node.service.reload"] {
        assert_refused(
            &service(name, "pve1", "cron"),
            &facts,
            "/service",
            "cron on pve1 is stopped",
        );
    }
    facts.nodes.clear();
    let restart = service("node.service.restart", "pve1", "cron");
    assert_refused(
        &restart,
        &facts,
        "/service",
        "did not say how cron on pve1 is",
    );
}

#[test]
fn a_node_that_is_not_in_the_cluster_is_named_with_those_near_it() {
    for name in [
        "node.drain",
        "node.reboot",
        "node.wake",
        "node.packages.refresh",
    ] {
        let found = errors(json!([on_node(name, "pve9")]), &cluster());
        assert_eq!(found[0].pointer, "/actions/0/node");
        assert!(found[0].message.contains("near it: pve1"), "{}", found[0]);
    }
}

#[test]
fn only_one_node_less_than_the_quorum_needs_is_down_at_a_time() {
    let both = json!([
        on_node("node.shutdown", "pve3"),
        on_node("node.shutdown", "pve2")
    ]);
    let stopped = altered(105, |guest| guest.status = GuestStatus::Stopped);
    let found = errors(both, &stopped);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pointer, "/actions/1/node");
    assert!(found[0].message.contains("only 1 of 3"), "{}", found[0]);
    // One after the other they may: a node that reboots is back before the next step.
    let one_by_one = json!([
        on_node("node.reboot", "pve3"),
        on_node("node.reboot", "pve2")
    ]);
    assert_eq!(planned(one_by_one, &stopped).plan.steps.len(), 2);
    let woken = json!([on_node("node.wake", "pve2"), on_node("node.reboot", "pve3")]);
    assert_eq!(planned(woken, &without("pve2")).plan.steps.len(), 2);
}

#[test]
fn what_starts_with_its_node_runs_for_the_steps_after_a_reboot() {
    let then = json!([
        on_node("node.reboot", "pve1"),
        action("guest.shutdown", 102)
    ]);
    let steps = planned(then, &quiet()).plan.steps;
    assert_eq!(steps[1].read_set[1].value, "running");
    let again = json!([
        on_node("node.reboot", "pve1"),
        on_node("node.reboot", "pve1")
    ]);
    assert_eq!(errors(again, &quiet())[0].pointer, "/actions/1/node");
}
