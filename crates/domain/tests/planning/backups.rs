//! Backups of guests, and guests out of backups.

use argus_domain::facts::{Facts, wanted};
use argus_types::cluster::GuestStatus;
use serde_json::{Value, json};

use crate::cluster::{
    BACKUP, OF_CONTAINER, ORPHAN, altered, cluster, on_volume, storage, volume, wish,
};
use crate::fixture::{draft, errors, node, planned};
use crate::sheet::{assert_refused, assert_sheet};

fn restore(of: &str, more: Value) -> Value {
    let mut value = on_volume("backup.restore", of);
    let Value::Object(more) = more else {
        panic!("more fields are an object");
    };
    value
        .as_object_mut()
        .expect("an action is an object")
        .extend(more);
    value
}

#[test]
fn a_backup_is_found_by_a_note_of_its_own() {
    assert_sheet(
        &wish("backup.run", 101, json!({ "storage": "nfs" })),
        &cluster(),
        "
        Back web-01 (qemu 101) up to nfs
        POST /nodes/pve1/vzdump compress=zstd&mode=snapshot&notes-template=argus-deadbeef-1&remove=0&storage=nfs&vmid=101
        ~ backup argus-deadbeef-1: absent -> present
        relies on the guest as it is
        ? backup argus-deadbeef-1 on nfs: absent
        ? storage nfs usable on pve1: yes
        ! backup argus-deadbeef-1 on nfs: present
        ! status: running
        ! Proxmox lock: none
        undo by hand: Delete the backup; its name is known once it is written.
        natural_key, 2 attempts, safe_point, 14400 s
        locks backups on pve1, qemu/101
        needs VM.Backup /vms/101, Datastore.AllocateSpace /storage/nfs
        ",
    );
}

#[test]
fn a_backup_that_stops_its_guest_says_so() {
    assert_sheet(
        &wish(
            "backup.run",
            103,
            json!({ "storage": "nfs", "mode": "stop", "protect": true }),
        ),
        &cluster(),
        "
        Back ct-01 (lxc 103) up to nfs
        POST /nodes/pve1/vzdump compress=zstd&mode=stop&notes-template=argus-deadbeef-1&protected=1&remove=0&storage=nfs&vmid=103
        ~ backup argus-deadbeef-1: absent -> present
        ~ protected from deletion: no -> yes
        ~ status: running -> down until the copy has begun, then running
        relies on the guest as it is
        ? backup argus-deadbeef-1 on nfs: absent
        ? storage nfs usable on pve1: yes
        ! backup argus-deadbeef-1 on nfs: present
        ! status: running
        ! Proxmox lock: none
        undo by hand: Delete the backup; its name is known once it is written.
        natural_key, 2 attempts, safe_point, 14400 s
        locks backups on pve1, lxc/103
        needs VM.Backup /vms/103, Datastore.AllocateSpace /storage/nfs
        ",
    );
}

#[test]
fn a_machine_is_restored_under_a_new_number_with_new_addresses() {
    assert_sheet(
        &restore(BACKUP, json!({})),
        &cluster(),
        r#"
        Restore nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst as qemu 100 on pve1
        POST /nodes/pve1/qemu archive=nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst&unique=1&vmid=100
        ~ guest 100: absent -> as in the backup
        relies on quorum
        ? volume: present
        ? guest 100: free
        ? node pve1 online: yes
        ! guest 100: qemu
        undo {"action":"guest.destroy","target":{"kind":"qemu","vmid":100}}
        natural_key, 2 attempts, safe_point, 14400 s
        locks storage nfs, qemu/100
        needs VM.Allocate /vms/100, Datastore.AllocateSpace /storage/nfs, VM.Backup /vms/101, Datastore.AllocateSpace /storage/local-lvm, SDN.Use /sdn/zones/localnetwork/vmbr1/20
        "#,
    );
}

#[test]
fn a_container_is_restored_where_and_as_it_is_asked_for() {
    assert_sheet(
        &restore(
            OF_CONTAINER,
            json!({ "node": "pve2", "new_vmid": 300, "storage": "local-lvm", "start": true }),
        ),
        &cluster(),
        r#"
        Restore nfs:backup/vzdump-lxc-103-2026_11_01-00_00_00.tar.zst as lxc 300 on pve2 and start it
        POST /nodes/pve2/lxc ostemplate=nfs:backup/vzdump-lxc-103-2026_11_01-00_00_00.tar.zst&restore=1&start=1&storage=local-lvm&unique=1&vmid=300
        ~ guest 300: absent -> as in the backup, running
        relies on quorum
        ? volume: present
        ? guest 300: free
        ? node pve2 online: yes
        ? storage local-lvm usable on pve2: yes
        ! guest 300: lxc
        undo {"action":"guest.destroy","target":{"kind":"lxc","vmid":300}}
        natural_key, 2 attempts, safe_point, 14400 s
        locks storage nfs, lxc/300
        needs VM.Allocate /vms/300, Datastore.AllocateSpace /storage/nfs, VM.Backup /vms/103, Datastore.AllocateSpace /storage/local-lvm, SDN.Use /sdn/zones/localnetwork/vmbr1/20, VM.PowerMgmt /vms/300
        "#,
    );
}

#[test]
fn a_restore_takes_the_rights_that_show_in_its_archive() {
    let needs = |wish: Value, facts: &Facts| {
        let step = &planned(json!([wish]), facts).plan.steps[0];
        let rights = step.privileges.iter();
        let beside = rights.filter(|right| !right.path.starts_with("/vms/"));
        beside
            .map(|right| format!("{} {}", right.name, right.path))
            .collect::<Vec<_>>()
    };
    let asked = wanted(
        &draft(json!([restore(BACKUP, json!({}))])),
        &cluster().inventory,
    );
    assert!(
        asked
            .expect("it is there")
            .archives
            .contains(&volume(BACKUP))
    );
    // Proxmox puts a container's disks into its default storage, wherever they were.
    assert_eq!(
        needs(restore(OF_CONTAINER, json!({})), &cluster()),
        [
            "Datastore.AllocateSpace /storage/nfs",
            "Datastore.AllocateSpace /storage/local",
            "SDN.Use /sdn/zones/localnetwork/vmbr1/20"
        ]
    );
    // An archive that Proxmox cannot open tells nothing.
    let mut sealed = cluster();
    let facts = sealed.volumes.get_mut(&volume(BACKUP));
    facts.expect("asked").as_mut().expect("there").archive = None;
    assert_eq!(
        needs(restore(BACKUP, json!({})), &sealed),
        ["Datastore.AllocateSpace /storage/nfs"]
    );
}

#[test]
fn what_stands_in_the_way_of_a_backup_is_named() {
    let to = |name: &str| wish("backup.run", 101, json!({ "storage": name }));
    assert_refused(
        &to("local-lvm"),
        &cluster(),
        "/storage",
        "does not take backup, only images, rootdir",
    );
    assert_refused(
        &to("pbs"),
        &cluster(),
        "/storage",
        "no storage pbs; for this it has nfs",
    );
    let unclear = altered(101, |guest| guest.status = GuestStatus::Unknown);
    assert_refused(&to("nfs"), &unclear, "/target", "does not say whether");
    let mut away = cluster();
    away.storages
        .get_mut(&(node("pve1"), storage("nfs")))
        .unwrap()
        .active = false;
    assert_refused(&to("nfs"), &away, "/storage", "cannot be used on pve1");
}

#[test]
fn a_stopped_guest_s_backup_changes_no_status() {
    let quiet = wish(
        "backup.run",
        104,
        json!({ "storage": "nfs", "mode": "suspend" }),
    );
    let step = &planned(json!([quiet]), &cluster()).plan.steps[0];
    assert!(step.changes.iter().all(|change| change.field != "status"));
    let still = wish(
        "backup.run",
        103,
        json!({ "storage": "nfs", "mode": "suspend" }),
    );
    let step = &planned(json!([still]), &cluster()).plan.steps[0];
    assert!(
        step.changes
            .iter()
            .any(|change| change.after.starts_with("standing still"))
    );
}

#[test]
fn what_stands_in_the_way_of_a_restore_is_named() {
    let gone = |name: &str| {
        let mut facts = cluster();
        facts.volumes.insert(volume(name), None);
        facts
    };
    let unread = |name: &str| {
        let mut facts = cluster();
        facts.volumes.remove(&volume(name));
        facts
    };
    let plain = restore(BACKUP, json!({}));
    assert_refused(
        &plain,
        &gone(BACKUP),
        "/volume",
        "there is no nfs:backup/vzdump-qemu-101",
    );
    assert_refused(
        &plain,
        &unread(BACKUP),
        "/volume",
        "did not say whether there is",
    );
    assert_refused(
        &restore(ORPHAN, json!({})),
        &cluster(),
        "/volume",
        "is images, not a backup",
    );
    let at = |more| restore(BACKUP, more);
    assert_refused(
        &at(json!({ "new_vmid": 101 })),
        &cluster(),
        "/new_vmid",
        "101 is taken",
    );
    assert_refused(
        &at(json!({ "storage": "ceph" })),
        &cluster(),
        "/storage",
        "for this it has local-lvm, nfs",
    );
    let container = restore(OF_CONTAINER, json!({ "storage": "nfs" }));
    assert_refused(&container, &cluster(), "/storage", "does not take rootdir");
    let mut blind = cluster();
    blind.storages.remove(&(node("pve2"), storage("nfs")));
    assert_refused(
        &at(json!({ "node": "pve2" })),
        &blind,
        "/node",
        "pve2 has no storage nfs",
    );
    let mut away = cluster();
    away.inventory.nodes[1].online = false;
    assert_refused(
        &at(json!({ "node": "pve2" })),
        &away,
        "/node",
        "no node that answers",
    );
    let found = errors(json!([at(json!({ "node": "pve9" }))]), &cluster());
    assert_eq!(found[0].pointer, "/actions/0/node");
}

#[test]
fn a_volume_that_is_not_named_like_a_backup_is_not_restored() {
    let odd = "nfs:backup/somebody.vma.zst";
    let mut facts = cluster();
    let content = facts.volumes[&volume(BACKUP)].clone();
    facts.volumes.insert(volume(odd), content);
    assert_refused(
        &restore(odd, json!({})),
        &facts,
        "/volume",
        "not named like a backup",
    );
}

#[test]
fn backups_of_a_backup_server_are_told_by_their_groups() {
    let of_server = |path: &str| -> (Facts, String) {
        let name = format!("nfs:backup/{path}");
        let mut facts = cluster();
        let content = facts.volumes[&volume(BACKUP)].clone();
        facts.volumes.insert(volume(&name), content);
        (facts, name)
    };
    for (path, becomes) in [
        ("vm/101/2026-11-01T00:00:00Z", "/nodes/pve1/qemu"),
        ("ct/103/2026-11-01T00:00:00Z", "/nodes/pve1/lxc"),
    ] {
        let (facts, name) = of_server(path);
        let plan = planned(json!([restore(&name, json!({}))]), &facts).plan;
        assert_eq!(plan.steps[0].call.path, becomes);
    }
}

#[test]
fn a_storage_that_no_node_sees_is_named_before_anything_is_read() {
    let wish = draft(json!([restore(
        "ngs:backup/vzdump-qemu-101-x.vma",
        json!({})
    )]));
    let found = wanted(&wish, &cluster().inventory).unwrap_err();
    assert_eq!(found[0].pointer, "/actions/0/volume");
    assert!(found[0].message.contains("near it: nfs"), "{}", found[0]);
}

#[test]
fn a_restored_guest_is_no_guest_to_act_on_in_the_same_draft() {
    let both = json!([
        restore(BACKUP, json!({ "new_vmid": 300 })),
        { "action": "guest.start", "target": { "kind": "qemu", "vmid": 300 } },
    ]);
    assert_eq!(errors(both, &cluster())[0].pointer, "/actions/1/target");
}
