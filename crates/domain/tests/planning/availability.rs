//! High availability: what it keeps, and what it moves.

use argus_types::cluster::GuestStatus;
use serde_json::{Value, json};

use crate::cluster::{altered, cluster, wish};
use crate::fixture::{action, planned, relied_on};
use crate::sheet::assert_sheet;

pub fn keep(name: &str, vmid: u32, state: &str) -> Value {
    wish(name, vmid, json!({ "state": state }))
}

pub fn to(name: &str, node: &str) -> Value {
    wish(name, 105, json!({ "node": node }))
}

#[test]
fn a_running_guest_is_added_to_be_kept_running() {
    assert_sheet(
        &keep("ha.add", 101, "started"),
        &cluster(),
        r#"
        Let HA keep web-01 (qemu 101) started
        POST /cluster/ha/resources sid=vm:101&state=started
        ~ wish kept by HA: none -> started
        relies on who the guest is
        ? wish kept by HA: none
        ? managed by HA: no
        ! wish kept by HA: started
        ! managed by HA: yes
        undo {"action":"ha.remove","target":{"kind":"qemu","vmid":101}}
        idempotent, 3 attempts, runs_to_its_end, 60 s
        locks qemu/101
        needs Sys.Console /
        "#,
    );
}

#[test]
fn a_stopped_guest_that_is_to_be_kept_running_is_started() {
    assert_sheet(
        &keep("ha.add", 104, "started"),
        &cluster(),
        r"
        Let HA keep ct-off (lxc 104) started
        POST /cluster/ha/resources sid=ct:104&state=started
        ~ wish kept by HA: none -> started
        ~ status: stopped -> running
        relies on who the guest is
        ? wish kept by HA: none
        ? status: stopped
        ? managed by HA: no
        ! wish kept by HA: started
        ! status: running
        ! managed by HA: yes
        undo by hand: Take it out of HA again, and see to it that it is stopped again.
        idempotent, 3 attempts, runs_to_its_end, 300 s
        locks lxc/104
        needs Sys.Console /
        ",
    );
}

#[test]
fn a_guest_that_is_ignored_counts_as_not_managed() {
    assert_sheet(
        &keep("ha.add", 104, "ignored"),
        &cluster(),
        r#"
        Let HA keep ct-off (lxc 104) ignored
        POST /cluster/ha/resources sid=ct:104&state=ignored
        ~ wish kept by HA: none -> ignored
        relies on who the guest is
        ? wish kept by HA: none
        ? managed by HA: no
        ! wish kept by HA: ignored
        ! managed by HA: no
        undo {"action":"ha.remove","target":{"kind":"lxc","vmid":104}}
        idempotent, 3 attempts, runs_to_its_end, 60 s
        locks lxc/104
        needs Sys.Console /
        "#,
    );
}

#[test]
fn a_guest_that_is_to_be_kept_stopped_is_stopped() {
    assert_sheet(
        &keep("ha.set", 105, "stopped"),
        &cluster(),
        r#"
        Let HA keep ha-01 (qemu 105) stopped
        PUT /cluster/ha/resources/vm:105 state=stopped
        ~ wish kept by HA: started -> stopped
        ~ status: running -> stopped
        relies on who the guest is
        ? wish kept by HA: started
        ? status: running
        ! wish kept by HA: stopped
        ! status: stopped
        undo {"action":"ha.set","state":"started","target":{"kind":"qemu","vmid":105}}
        idempotent, 3 attempts, runs_to_its_end, 300 s
        locks qemu/105
        needs Sys.Console /
        "#,
    );
}

#[test]
fn a_guest_that_is_left_alone_stays_as_it_is() {
    assert_sheet(
        &keep("ha.set", 105, "ignored"),
        &cluster(),
        r#"
        Let HA keep ha-01 (qemu 105) ignored
        PUT /cluster/ha/resources/vm:105 state=ignored
        ~ wish kept by HA: started -> ignored
        relies on who the guest is
        ? wish kept by HA: started
        ! wish kept by HA: ignored
        undo {"action":"ha.set","state":"started","target":{"kind":"qemu","vmid":105}}
        idempotent, 3 attempts, runs_to_its_end, 60 s
        locks qemu/105
        needs Sys.Console /
        "#,
    );
}

#[test]
fn a_guest_is_taken_out() {
    assert_sheet(
        &action("ha.remove", 105),
        &cluster(),
        r#"
        Take ha-01 (qemu 105) out of HA
        DELETE /cluster/ha/resources/vm:105
        ~ wish kept by HA: started -> none
        relies on who the guest is
        ? wish kept by HA: started
        ? managed by HA: yes
        ! wish kept by HA: none
        ! managed by HA: no
        undo {"action":"ha.add","state":"started","target":{"kind":"qemu","vmid":105}}
        idempotent, 3 attempts, runs_to_its_end, 60 s
        locks qemu/105
        needs Sys.Console /
        "#,
    );
}

#[test]
fn a_migration_is_only_asked_for() {
    assert_sheet(
        &to("ha.migrate", "pve3"),
        &cluster(),
        r#"
        Let HA migrate ha-01 (qemu 105) from pve2 to pve3
        POST /cluster/ha/resources/vm:105/migrate node=pve3
        ~ node: pve2 -> pve3
        relies on the guest as it is
        ? wish kept by HA: started
        ? node pve3 online: yes
        ? may move to pve3: yes
        ! node: pve3
        ! status: running
        ! Proxmox lock: none
        undo {"action":"ha.migrate","node":"pve2","target":{"kind":"qemu","vmid":105}}
        idempotent, 3 attempts, runs_to_its_end, 3600 s
        locks qemu/105
        needs Sys.Console /
        "#,
    );
}

#[test]
fn a_relocation_is_an_outage() {
    assert_sheet(
        &to("ha.relocate", "pve3"),
        &cluster(),
        r#"
        Let HA relocate ha-01 (qemu 105) from pve2 to pve3
        POST /cluster/ha/resources/vm:105/relocate node=pve3
        ~ node: pve2 -> pve3
        ~ status: running -> down while it moves, then running
        relies on the guest as it is
        ? wish kept by HA: started
        ? node pve3 online: yes
        ? may move to pve3: yes
        ! node: pve3
        ! status: running
        ! Proxmox lock: none
        undo {"action":"ha.relocate","node":"pve2","target":{"kind":"qemu","vmid":105}}
        idempotent, 3 attempts, runs_to_its_end, 3600 s
        locks qemu/105
        needs Sys.Console /
        "#,
    );
}

#[test]
fn a_guest_is_added_changed_and_taken_out_again_in_one_plan() {
    let steps = planned(
        json!([
            keep("ha.add", 101, "started"),
            keep("ha.set", 101, "stopped"),
            action("ha.remove", 101),
            action("guest.start", 101),
        ]),
        &cluster(),
    )
    .plan
    .steps;
    let wishes: Vec<_> = steps
        .iter()
        .map(|step| relied_on(step)[3].clone())
        .collect();
    assert_eq!(
        wishes[..3],
        [
            "wish kept by HA: none",
            "wish kept by HA: started",
            "wish kept by HA: stopped"
        ]
    );
    // Out of it, the guest is started by itself.
    assert!(!steps[3].target.is_ha_managed());
    assert_eq!(steps[3].read_set[1].value, "stopped");
}

#[test]
fn a_stopped_guest_s_relocation_is_no_outage() {
    let stopped = altered(105, |guest| guest.status = GuestStatus::Stopped);
    let step = &planned(json!([to("ha.relocate", "pve3")]), &stopped)
        .plan
        .steps[0];
    assert!(step.changes.iter().all(|change| change.field != "status"));
}
