//! Pausing, suspending to a storage, going on.

use super::{Lab, ROOT};
use crate::state::Twist;

const WEB: &str = "nodes/pve1/qemu/101/status";
const STATE: &str = "nfs-vm:101/vm-101-state-suspend-2026-01-01.raw";

fn qmp(lab: &mut Lab) -> serde_json::Value {
    lab.get(&format!("{WEB}/current"), "")["qmpstatus"].clone()
}

#[test]
fn a_paused_vm_runs_on_when_it_is_resumed_and_refuses_to_shut_down_meanwhile() {
    let mut lab = Lab::new();
    let upid = lab.task(&format!("{WEB}/suspend"), "");
    assert!(upid.contains(":qmpause:101:"), "{upid}");
    lab.wait(800);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!((qmp(&mut lab), lab.running(101)), ("paused".into(), true));
    assert_eq!(
        lab.refusal(&format!("{WEB}/shutdown"), ""),
        "VM is paused - cannot shutdown"
    );
    let upid = lab.task(&format!("{WEB}/resume"), "");
    assert!(upid.contains(":qmresume:101:"), "{upid}");
    lab.wait(800);
    assert_eq!(qmp(&mut lab), "running");
    assert_eq!(lab.outcome(&format!("{WEB}/resume"), ""), "OK", "once more");
}

#[test]
fn a_vm_suspended_to_disk_is_off_with_its_memory_on_a_storage_until_it_starts() {
    let mut lab = Lab::new().signed_in(ROOT);
    let before = lab.used("nfs-vm", "pve1");
    let upid = lab.task(&format!("{WEB}/suspend"), "todisk=1");
    assert!(upid.contains(":qmsuspend:101:"), "{upid}");
    assert_eq!(lab.lock_of(101), Some("suspending"));
    assert!(lab.running(101));
    lab.wait(60_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(
        (lab.running(101), lab.lock_of(101)),
        (false, Some("suspended"))
    );
    assert_eq!(lab.config(101, "vmstate"), Some(STATE));
    assert!(lab.machine.stored("pve1", STATE).is_some());
    assert_eq!(
        lab.used("nfs-vm", "pve1") - before,
        (16 << 30) + (500 << 20)
    );
    assert_eq!(lab.outcome(&format!("{WEB}/start"), ""), "OK");
    assert_eq!((lab.running(101), lab.lock_of(101)), (true, None));
    assert_eq!(lab.config(101, "vmstate"), None);
    assert_eq!(lab.used("nfs-vm", "pve1"), before);
}

#[test]
fn a_suspended_vm_wakes_up_by_a_resume_too() {
    let mut lab = Lab::new().signed_in(ROOT);
    assert_eq!(lab.outcome(&format!("{WEB}/suspend"), "todisk=1"), "OK");
    assert_eq!(lab.outcome(&format!("{WEB}/resume"), ""), "OK");
    assert_eq!((lab.running(101), lab.lock_of(101)), (true, None));
}

#[test]
fn suspending_is_refused_at_once_without_a_process_the_rights_or_beside_the_ha_stack() {
    let mut lab = Lab::new();
    assert_eq!(
        lab.refusal("nodes/pve3/qemu/108/status/suspend", ""),
        "VM 108 not running"
    );
    assert_eq!(
        lab.refusal("nodes/pve3/qemu/108/status/resume", ""),
        "VM 108 not running"
    );
    assert_eq!(
        lab.refusal(&format!("{WEB}/suspend"), "todisk=1"),
        "Permission check failed (/vms/101, VM.Config.Disk)"
    );
    let alone = lab.post(&format!("{WEB}/suspend"), "statestorage=nfs-vm");
    assert!(alone.unwrap_err().errors.contains_key("todisk"));
    let mut lab = lab.signed_in(ROOT);
    assert_eq!(
        lab.refusal("nodes/pve1/qemu/103/status/suspend", "todisk=1"),
        "Cannot suspend HA managed VM to disk"
    );
    assert_eq!(lab.outcome("nodes/pve1/qemu/103/status/suspend", ""), "OK");
}

#[test]
fn a_backup_does_not_keep_from_pausing_but_from_suspending_to_disk() {
    let mut lab = Lab::new().signed_in(ROOT);
    let path = "nodes/pve2/qemu/106/status/suspend";
    assert_eq!(lab.outcome(path, ""), "OK");
    assert_eq!(
        lab.outcome(path, "todisk=1"),
        "cannot suspend to disk during backup"
    );
}

#[test]
fn a_suspension_that_breaks_off_leaves_its_first_lock_behind() {
    let mut lab = Lab::new().signed_in(ROOT);
    lab.twist(Twist::Fails("no space".into()));
    assert_eq!(
        lab.outcome(&format!("{WEB}/suspend"), "todisk=1"),
        "no space"
    );
    assert_eq!(
        (lab.running(101), lab.lock_of(101)),
        (true, Some("suspending"))
    );
}

#[test]
fn a_container_is_off_while_its_processes_lie_in_a_folder() {
    let mut lab = Lab::new();
    let path = "nodes/pve2/lxc/104/status";
    assert_eq!(
        lab.refusal(&format!("{path}/resume"), ""),
        "CT 104 already running"
    );
    let upid = lab.task(&format!("{path}/suspend"), "");
    assert!(upid.contains(":vzsuspend:104:"), "{upid}");
    lab.wait(5_000);
    assert!(!lab.running(104));
    assert_eq!(
        lab.refusal(&format!("{path}/suspend"), ""),
        "CT 104 not running"
    );
    assert_eq!(lab.outcome(&format!("{path}/resume"), ""), "OK");
    assert!(lab.running(104));
    assert_eq!(lab.outcome(&format!("{path}/stop"), ""), "OK");
    assert_eq!(
        lab.outcome(&format!("{path}/resume"), ""),
        "command 'lxc-checkpoint -n 104 -r' failed: exit code 1"
    );
}
