//! Copies of whole guests: clones and templates.

use argus_domain::facts::GuestFacts;
use argus_types::cluster::GuestStatus;
use serde_json::json;

use crate::cluster::{altered, cluster, storage, wish};
use crate::fixture::{action, errors, node, planned, snapshot};
use crate::sheet::{assert_refused, assert_sheet, assert_skipped};

#[test]
fn a_clone_is_a_full_copy_under_the_lowest_free_number() {
    assert_sheet(
        &action("guest.clone", 101),
        &cluster(),
        r#"
        Clone web-01 (qemu 101) as web-01-100 (qemu 100)
        POST /nodes/pve1/qemu/101/clone full=1&name=web-01-100&newid=100
        ~ guest 100: absent -> web-01-100
        relies on the guest as it is
        ? guest 100: free
        ! guest 100: qemu
        ! name of guest 100: web-01-100
        ! Proxmox lock: none
        undo {"action":"guest.destroy","target":{"kind":"qemu","vmid":100}}
        natural_key, 2 attempts, safe_point, 7200 s
        locks qemu/100, qemu/101
        needs VM.Clone /vms/101, VM.Allocate /vms/100, Datastore.AllocateSpace /storage/local-lvm, SDN.Use /sdn/zones/localnetwork/vmbr0
        "#,
    );
}

#[test]
fn a_clone_of_a_template_shares_what_does_not_change() {
    assert_sheet(
        &action("guest.clone", 106),
        &cluster(),
        r#"
        Clone tpl (qemu 106) as tpl-100 (qemu 100), sharing unchanged data
        POST /nodes/pve1/qemu/106/clone full=0&name=tpl-100&newid=100
        ~ guest 100: absent -> tpl-100
        relies on the guest as it is
        ? guest 100: free
        ! guest 100: qemu
        ! name of guest 100: tpl-100
        ! Proxmox lock: none
        undo {"action":"guest.destroy","target":{"kind":"qemu","vmid":100}}
        natural_key, 2 attempts, safe_point, 7200 s
        locks qemu/100, qemu/106
        needs VM.Clone /vms/106, VM.Allocate /vms/100, Datastore.AllocateSpace /storage/local-lvm, SDN.Use /sdn/zones/localnetwork/vmbr0
        "#,
    );
}

#[test]
fn a_clone_elsewhere_needs_a_storage_that_is_usable_and_has_room() {
    assert_sheet(
        &wish(
            "guest.clone",
            104,
            json!({ "new_vmid": 300, "name": "copy.lan", "storage": "local-lvm" }),
        ),
        &cluster(),
        r#"
        Clone ct-off (lxc 104) as copy.lan (lxc 300)
        POST /nodes/pve1/lxc/104/clone full=1&hostname=copy.lan&newid=300&storage=local-lvm
        ~ guest 300: absent -> copy.lan
        relies on the guest as it is
        ? guest 300: free
        ? storage local-lvm usable on pve1: yes
        ? GiB free on local-lvm at pve1: at least 8
        ! guest 300: lxc
        ! name of guest 300: copy.lan
        ! Proxmox lock: none
        undo {"action":"guest.destroy","target":{"kind":"lxc","vmid":300}}
        natural_key, 2 attempts, safe_point, 7200 s
        locks lxc/104, lxc/300
        needs VM.Clone /vms/104, VM.Allocate /vms/300, Datastore.AllocateSpace /storage/local-lvm, SDN.Use /sdn/zones/localnetwork/vmbr0
        "#,
    );
}

#[test]
fn a_template_never_runs_again() {
    assert_sheet(
        &action("guest.template", 102),
        &cluster(),
        "
        Turn off-01 (qemu 102) into a template
        POST /nodes/pve1/qemu/102/template
        ~ template: no -> yes
        relies on the guest as it is
        ? snapshots: none
        ! template: yes
        ! Proxmox lock: none
        final: Proxmox turns no template back into a guest; a clone of it is one.
        idempotent, 2 attempts, runs_to_its_end, 300 s
        locks qemu/102
        needs VM.Allocate /vms/102
        ",
    );
}

#[test]
fn what_stands_in_the_way_of_a_clone_is_named() {
    let clone = |more| wish("guest.clone", 101, more);
    let on = |name: &str| clone(json!({ "storage": name }));
    assert_refused(
        &action("guest.clone", 103),
        &cluster(),
        "/target",
        "running and cannot be cloned",
    );
    assert_refused(
        &clone(json!({ "new_vmid": 104 })),
        &cluster(),
        "/new_vmid",
        "104 is taken",
    );
    assert_refused(
        &on("ceph"),
        &cluster(),
        "/storage",
        "no storage ceph; for this it has local-lvm, nfs",
    );
    let mut facts = cluster();
    let seen = facts
        .storages
        .get_mut(&(node("pve1"), storage("nfs")))
        .unwrap();
    seen.content = vec!["iso".to_owned()];
    assert_refused(
        &on("nfs"),
        &facts,
        "/storage",
        "does not take images, only iso",
    );
    let seen = facts
        .storages
        .get_mut(&(node("pve1"), storage("nfs")))
        .unwrap();
    seen.active = false;
    assert_refused(&on("nfs"), &facts, "/storage", "cannot be used on pve1");
    let seen = facts
        .storages
        .get_mut(&(node("pve1"), storage("local-lvm")))
        .unwrap();
    seen.available = Some((32 << 30) - 1);
    assert_refused(
        &on("local-lvm"),
        &facts,
        "/storage",
        "31 GiB free and 32 GiB are needed",
    );
    let odd = altered(101, |guest| guest.name = "web 01".to_owned());
    assert_refused(&action("guest.clone", 101), &odd, "/name", "say one");
}

#[test]
fn numbers_that_earlier_actions_of_the_draft_give_away_are_taken() {
    let plan = planned(
        json!([action("guest.clone", 101), action("guest.clone", 101)]),
        &cluster(),
    );
    let numbers: Vec<_> = plan
        .plan
        .steps
        .iter()
        .map(|step| step.call.parameters["newid"].clone())
        .collect();
    assert_eq!(numbers, ["100", "107"]);
    let twice = wish("guest.clone", 101, json!({ "new_vmid": 200 }));
    assert_eq!(
        errors(json!([twice, twice]), &cluster())[0].pointer,
        "/actions/1/new_vmid"
    );
}

#[test]
fn what_stands_in_the_way_of_a_template_is_named() {
    let template = action("guest.template", 102);
    let refused = |change: fn(&mut GuestFacts), words: &str| {
        assert_refused(&template, &altered(102, change), "/target", words);
    };
    refused(
        |guest| guest.status = GuestStatus::Running,
        "running and cannot become a template",
    );
    refused(
        |guest| guest.snapshots = vec![snapshot("old")],
        "has snapshots",
    );
    refused(|guest| guest.ha_managed = true, "managed by HA");
    assert_skipped(
        &action("guest.template", 106),
        &cluster(),
        "it is already a template",
    );
    assert_refused(
        &action("guest.start", 106),
        &cluster(),
        "/target",
        "is a template",
    );
}
