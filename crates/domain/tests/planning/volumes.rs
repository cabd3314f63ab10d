//! Volumes: protected, let go, deleted.

use argus_types::guest_config::ConfigKey;
use argus_types::id::GuestKind;
use serde_json::json;

use crate::cluster::{BACKUP, ORPHAN, PROTECTED, altered, cluster, on_volume, volume, wish};
use crate::fixture::{action, errors, key, planned};
use crate::sheet::{assert_refused, assert_sheet, assert_skipped};

#[test]
fn a_backup_is_kept_from_being_deleted() {
    assert_sheet(
        &on_volume("backup.protect", BACKUP),
        &cluster(),
        r#"
        Protect nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst
        PUT /nodes/pve1/storage/nfs/content/nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst protected=1
        ~ protected from deletion: no -> yes
        relies on quorum
        ? volume: present
        ? protected from deletion: no
        ! protected from deletion: yes
        undo {"action":"backup.unprotect","volume":"nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst"}
        idempotent, 3 attempts, instant, 60 s
        locks storage nfs
        needs Datastore.AllocateSpace /storage/nfs, VM.Backup /vms/101
        "#,
    );
}

#[test]
fn a_backup_may_be_deleted_again() {
    assert_sheet(
        &on_volume("backup.unprotect", PROTECTED),
        &cluster(),
        r#"
        Lift the protection of nfs:backup/vzdump-qemu-101-2026_10_01-00_00_00.vma.zst
        PUT /nodes/pve1/storage/nfs/content/nfs:backup/vzdump-qemu-101-2026_10_01-00_00_00.vma.zst protected=0
        ~ protected from deletion: yes -> no
        relies on quorum
        ? volume: present
        ? protected from deletion: yes
        ! protected from deletion: no
        undo {"action":"backup.protect","volume":"nfs:backup/vzdump-qemu-101-2026_10_01-00_00_00.vma.zst"}
        idempotent, 3 attempts, instant, 60 s
        locks storage nfs
        needs Datastore.AllocateSpace /storage/nfs, VM.Backup /vms/101
        "#,
    );
}

#[test]
fn a_deleted_backup_never_comes_back() {
    assert_sheet(
        &on_volume("backup.delete", BACKUP),
        &cluster(),
        "
        Delete the backup nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst
        DELETE /nodes/pve1/storage/nfs/content/nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst
        ~ volume: present -> absent
        ~ space: 10 GiB -> free again
        relies on quorum
        ? volume: present
        ? protected from deletion: no
        ! volume: absent
        final: That point in time is gone; nothing brings it back.
        unsafe_to_repeat, 2 attempts, runs_to_its_end, 600 s
        locks storage nfs
        needs Datastore.AllocateSpace /storage/nfs, VM.Backup /vms/101
        ",
    );
}

#[test]
fn a_volume_that_nobody_uses_is_deleted() {
    assert_sheet(
        &on_volume("volume.delete", ORPHAN),
        &cluster(),
        "
        Delete the volume local-lvm:vm-999-disk-0
        DELETE /nodes/pve1/storage/local-lvm/content/local-lvm:vm-999-disk-0
        ~ volume: present -> absent
        ~ space: 32 GiB -> free again
        relies on quorum
        ? volume: present
        ? used by: none
        ! volume: absent
        final: What was on it is gone.
        unsafe_to_repeat, 2 attempts, runs_to_its_end, 600 s
        locks storage local-lvm
        needs Datastore.Allocate /storage/local-lvm
        ",
    );
}

#[test]
fn what_stands_in_the_way_of_deleting_is_named() {
    let backup = on_volume("backup.delete", PROTECTED);
    assert_refused(&backup, &cluster(), "/volume", "is protected from deletion");
    let other = on_volume("backup.delete", ORPHAN);
    assert_refused(&other, &cluster(), "/volume", "is images, not a backup");
    let wrong = on_volume("volume.delete", BACKUP);
    assert_refused(&wrong, &cluster(), "/volume", "ask for `backup.delete`");
    let mut used = cluster();
    let facts = used.volumes.get_mut(&volume(ORPHAN)).unwrap();
    facts.as_mut().unwrap().user = Some(key(GuestKind::Qemu, 101));
    let delete = on_volume("volume.delete", ORPHAN);
    assert_refused(&delete, &used, "/volume", "belongs to qemu/101");
}

#[test]
fn a_volume_that_is_not_there_or_was_not_read_is_told_apart() {
    for name in ["backup.protect", "backup.unprotect", "backup.delete"] {
        let mut facts = cluster();
        facts.volumes.insert(volume(BACKUP), None);
        assert_refused(
            &on_volume(name, BACKUP),
            &facts,
            "/volume",
            "there is no nfs:",
        );
        facts.volumes.remove(&volume(BACKUP));
        assert_refused(
            &on_volume(name, BACKUP),
            &facts,
            "/volume",
            "did not say whether",
        );
    }
}

#[test]
fn a_backup_that_is_so_already_is_left_alone() {
    let protect = on_volume("backup.protect", PROTECTED);
    assert_skipped(&protect, &cluster(), "it is protected already");
    let lift = on_volume("backup.unprotect", BACKUP);
    assert_skipped(&lift, &cluster(), "it is not protected already");
}

#[test]
fn what_is_deleted_before_is_not_there_afterwards() {
    let twice = json!([
        on_volume("backup.delete", BACKUP),
        on_volume("backup.protect", BACKUP)
    ]);
    let found = errors(twice, &cluster());
    assert_eq!(found[0].pointer, "/actions/1/volume");
}

#[test]
fn a_protection_is_not_lifted_and_made_use_of_under_one_approval() {
    let lifted = json!([
        on_volume("backup.unprotect", PROTECTED),
        on_volume("backup.delete", PROTECTED)
    ]);
    let found = errors(lifted, &cluster());
    assert_eq!(found[0].pointer, "/actions/1/volume");
    assert!(found[0].message.contains("in a proposal of its own first"));
    let guest = json!([
        wish(
            "guest.config.set",
            102,
            json!({ "set": { "protection": false } })
        ),
        action("guest.destroy", 102),
    ]);
    let protected = altered(102, |guest| {
        let config = guest.config.as_mut().unwrap();
        config
            .values
            .insert(ConfigKey::Protection, "yes".to_owned());
    });
    let found = errors(guest, &protected);
    assert_eq!(found[0].pointer, "/actions/1/target");
    assert!(found[0].message.contains("in a proposal of its own first"));
}

#[test]
fn only_a_scope_without_pool_and_tags_covers_what_is_no_guest() {
    let planned = planned(json!([on_volume("volume.delete", ORPHAN)]), &cluster());
    assert_eq!(planned.placements.len(), 1);
    assert!(planned.placements[0].pool.is_none() && planned.placements[0].tags.is_empty());
}
