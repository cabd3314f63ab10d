//! Archives: one task a node at a time, guests one by one, notes, retention, and what is nothing to do.

use serde_json::json;

use super::{Lab, ROOT};
use crate::state::Twist;

const HERE: &str = "nodes/pve1/vzdump";
const MADE: &str = "nfs-vm:backup/vzdump-qemu-101-2026_01_01-00_00_00.vma.zst";

fn log(lab: &mut Lab, upid: &str) -> String {
    let node = upid.split(':').nth(1).unwrap();
    let lines = lab.get(&format!("nodes/{node}/tasks/{upid}/log"), "limit=0");
    let texts = lines.as_array().unwrap().iter();
    texts
        .map(|l| l["t"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_backup_writes_an_archive_with_notes_and_protection_under_a_lock() {
    let mut lab = Lab::new();
    let used = lab.used("nfs-vm", "pve1");
    let upid = lab.task(
        HERE,
        "vmid=101&storage=nfs-vm&compress=zstd&protected=1&notes-template={{guestname}} ({{vmid}}) on {{node}} of {{cluster}}\\nby hand",
    );
    assert!(upid.contains(":vzdump:101:"), "{upid}");
    assert_eq!(lab.lock_of(101), Some("backup"));
    assert!(lab.machine.stored("pve1", MADE).is_none());
    lab.wait(60_000);
    assert_eq!(
        (lab.exit(&upid).as_deref(), lab.lock_of(101)),
        (Some("OK"), None)
    );
    assert!(lab.running(101));
    let stored = lab.machine.stored("pve1", MADE).unwrap();
    assert_eq!(
        stored.notes.as_deref(),
        Some("web-01 (101) on pve1 of lab\nby hand")
    );
    assert_eq!((stored.protected, stored.ctime), (true, 1_767_225_600));
    assert_eq!(lab.used("nfs-vm", "pve1"), used + (16 << 30));
    let log = log(&mut lab, &upid);
    assert!(log.contains("INFO: Finished Backup of VM 101"), "{log}");
    assert!(log.ends_with("TASK OK"), "{log}");
}

#[test]
fn a_guest_elsewhere_is_nothing_to_do_and_one_nowhere_fails_the_task() {
    let mut lab = Lab::new();
    let before = lab.machine.tasks().count();
    assert_eq!(lab.post(HERE, "vmid=102&storage=nfs-vm"), Ok(json!("OK")));
    assert_eq!(lab.machine.tasks().count(), before);
    assert_eq!(lab.outcome(HERE, "vmid=4711&storage=nfs-vm"), "job errors");
}

#[test]
fn the_next_backup_of_a_node_waits_for_the_first_and_another_nodes_does_not() {
    let mut lab = Lab::new();
    let first = lab.task(HERE, "vmid=101&storage=nfs-vm");
    let second = lab.task(HERE, "vmid=111&storage=nfs-vm");
    let elsewhere = lab.task("nodes/pve2/vzdump", "vmid=102&storage=nfs-vm");
    assert_eq!((lab.lock_of(111), lab.lock_of(102)), (None, Some("backup")));
    assert!(log(&mut lab, &second).contains("trying to get global lock"));
    lab.wait(34_999);
    assert_eq!(lab.exit(&first), None);
    lab.wait(1);
    assert_eq!(lab.exit(&first).as_deref(), Some("OK"));
    assert_eq!(lab.lock_of(111), Some("backup"));
    lab.wait(60_000);
    for upid in [second, elsewhere] {
        assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    }
}

#[test]
fn who_waits_too_long_is_gone_without_a_last_line() {
    let mut lab = Lab::new();
    lab.twist(Twist::NeverEnds);
    let first = lab.task(HERE, "vmid=101&storage=nfs-vm");
    let second = lab.task(HERE, "vmid=111&storage=nfs-vm&lockwait=2");
    lab.wait(119_999);
    assert_eq!(lab.exit(&second), None);
    lab.wait(1);
    assert_eq!(lab.exit(&second).as_deref(), Some("unexpected status"));
    lab.try_call(
        crate::routes::Method::Delete,
        &format!("nodes/pve1/tasks/{first}"),
        "",
    )
    .unwrap();
    assert_eq!(lab.outcome(HERE, "vmid=111&storage=nfs-vm"), "OK");
}

#[test]
fn one_guest_that_fails_does_not_keep_the_others_from_their_backups() {
    let mut lab = Lab::new();
    let upid = lab.task("nodes/pve2/vzdump", "vmid=102,104,106&storage=nfs-vm");
    assert!(
        upid.contains(":vzdump::"),
        "several guests give no name: {upid}"
    );
    lab.wait(600_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("job errors"));
    let log = log(&mut lab, &upid);
    assert!(
        log.contains("ERROR: Backup of VM 106 failed - VM is locked (backup)"),
        "{log}"
    );
    for vmid in [102, 104] {
        let made = lab.get(
            "nodes/pve2/storage/nfs-vm/content",
            &format!("content=backup&vmid={vmid}"),
        );
        assert_eq!(made.as_array().unwrap().len(), 1, "{vmid}");
    }
    assert_eq!(lab.lock_of(106), Some("backup"), "it is not this task's");
}

#[test]
fn a_backup_server_names_its_backups_by_time_and_keeps_little_of_them() {
    let mut lab = Lab::new();
    let used = lab.used("pbs", "pve2");
    assert_eq!(
        lab.outcome("nodes/pve2/vzdump", "vmid=104&storage=pbs"),
        "OK"
    );
    let stored = lab
        .machine
        .stored("pve2", "pbs:backup/ct/104/2026-01-01T00:00:00Z")
        .unwrap();
    assert_eq!((stored.format.as_str(), stored.verified), ("pbs-ct", None));
    assert_eq!(lab.used("pbs", "pve2"), used + (2 << 30));
}

#[test]
fn a_stop_is_an_outage_and_the_guest_runs_again() {
    let mut lab = Lab::new();
    lab.task("nodes/pve2/vzdump", "vmid=104&storage=nfs-vm&mode=stop");
    lab.wait(6_000);
    assert!(!lab.running(104));
    lab.wait(60_000);
    assert!(lab.running(104));
}

#[test]
fn a_retention_lets_old_backups_go_and_never_protected_ones() {
    let mut lab = Lab::new().signed_in(ROOT);
    let params = "vmid=101&storage=pbs&prune-backups=keep-last=1";
    assert_eq!(lab.outcome(HERE, &format!("{params}&remove=0")), "OK");
    let count = |lab: &mut Lab| {
        let list = lab.get("nodes/pve1/storage/pbs/content", "vmid=101");
        list.as_array().unwrap().len()
    };
    assert_eq!(count(&mut lab), 3);
    assert_eq!(lab.outcome(HERE, params), "OK");
    assert_eq!(count(&mut lab), 1);
    let kept = "vmid=101&storage=nfs-vm&prune-backups=keep-last=1";
    assert_eq!(lab.outcome(HERE, kept), "OK");
    let list = lab.get(
        "nodes/pve1/storage/nfs-vm/content",
        "content=backup&vmid=101",
    );
    assert_eq!(
        list.as_array().unwrap().len(),
        2,
        "the old one is protected"
    );
}

#[test]
fn what_is_wrong_about_the_request_is_said_at_once() {
    let mut lab = Lab::new();
    for (params, key) in [
        ("storage=nfs-vm", "vmid"),
        ("vmid=101&all=1", "all"),
        ("vmid=101&stdout=1", "stdout"),
        ("vmid=101&protected=1", "storage"),
        ("vmid=101&script=x", "script"),
        ("vmid=99", "vmid"),
        ("vmid=101&mode=fast", "mode"),
    ] {
        let refused = lab.post(HERE, params).unwrap_err();
        assert!(refused.errors.contains_key(key), "{params}: {refused:?}");
    }
    assert_eq!(
        lab.refusal(HERE, "vmid=101&storage=nfs-vm&prune-backups=keep-last=1"),
        "Permission check failed (/storage/nfs-vm, Datastore.Allocate)"
    );
    assert_eq!(
        lab.refusal(HERE, "vmid=101&storage=nfs-vm&bwlimit=1"),
        "Permission check failed (/, Sys.Modify)"
    );
    let mut weak = lab.signed_in("argus@pve!weak");
    assert_eq!(
        weak.refusal(HERE, "vmid=101&storage=nfs-vm"),
        "Permission check failed (/storage/nfs-vm, Datastore.AllocateSpace)"
    );
    assert_eq!(
        weak.outcome(HERE, "vmid=101"),
        "Permission check failed (/vms/101, VM.Backup)"
    );
}

#[test]
fn a_storage_that_keeps_no_backups_or_has_no_room_fails_the_task() {
    let mut lab = Lab::new();
    assert_eq!(
        lab.outcome(HERE, "vmid=101&storage=local-lvm"),
        "could not get storage information for 'local-lvm': can't use storage 'local-lvm' for backups - wrong content type"
    );
    let upid = lab.task(HERE, "vmid=103&storage=local");
    lab.wait(600_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("job errors"));
    assert!(log(&mut lab, &upid).contains("No space left on device"));
    assert_eq!(lab.lock_of(103), None);
}

#[test]
fn a_bent_backup_writes_nothing() {
    let mut lab = Lab::new();
    lab.twist(Twist::Fails("out of luck".into()));
    assert_eq!(
        lab.outcome(HERE, "vmid=101&storage=nfs-vm&compress=zstd"),
        "out of luck"
    );
    assert_eq!(lab.lock_of(101), None);
    assert!(lab.machine.stored("pve1", MADE).is_none());
}

#[test]
fn a_paused_machine_is_left_paused() {
    for mode in ["stop", "suspend", "snapshot"] {
        let mut lab = Lab::new();
        assert_eq!(lab.outcome("nodes/pve1/qemu/101/status/suspend", ""), "OK");
        let params = format!("vmid=101&storage=nfs-vm&mode={mode}");
        assert_eq!(lab.outcome(HERE, &params), "OK", "{mode}");
        let guest = lab.machine.guest(101).unwrap();
        assert!(guest.running && guest.paused, "{mode}");
    }
}
