//! Starting and stopping, and what is refused when (proxmox.md 3.5).

use super::Lab;
use crate::state::Change;

#[test]
fn a_vm_that_runs_or_is_locked_or_is_missing_fails_to_start_in_its_task() {
    let mut lab = Lab::new();
    assert_eq!(
        lab.outcome("nodes/pve1/qemu/101/status/start", ""),
        "VM 101 already running"
    );
    assert_eq!(
        lab.outcome("nodes/pve2/qemu/106/status/start", ""),
        "VM is locked (backup)"
    );
    assert_eq!(
        lab.outcome("nodes/pve1/qemu/9000/status/start", ""),
        "you can't start a vm if it's a template"
    );
    assert_eq!(
        lab.outcome("nodes/pve1/qemu/4711/status/start", ""),
        "Configuration file 'nodes/pve1/qemu-server/4711.conf' does not exist"
    );
}

#[test]
fn a_container_says_at_once_that_it_runs_already_or_not_at_all() {
    let mut lab = Lab::new();
    assert_eq!(
        lab.refusal("nodes/pve2/lxc/104/status/start", ""),
        "CT 104 already running"
    );
    assert_eq!(lab.outcome("nodes/pve2/lxc/104/status/shutdown", ""), "OK");
    for verb in ["stop", "shutdown", "reboot"] {
        assert_eq!(
            lab.refusal(&format!("nodes/pve2/lxc/104/status/{verb}"), ""),
            "CT 104 not running"
        );
    }
}

#[test]
fn a_locked_container_fails_in_its_task() {
    let mut lab = Lab::new();
    lab.lock(104, "fstrim");
    assert_eq!(
        lab.outcome("nodes/pve2/lxc/104/status/shutdown", ""),
        "CT is locked (fstrim)"
    );
}

#[test]
fn stopping_a_vm_that_is_off_ends_well_and_rebooting_it_is_refused() {
    let mut lab = Lab::new();
    for verb in ["stop", "shutdown"] {
        let path = format!("nodes/pve3/qemu/108/status/{verb}");
        assert_eq!(lab.outcome(&path, ""), "OK");
    }
    assert_eq!(
        lab.refusal("nodes/pve3/qemu/108/status/reboot", ""),
        "VM 108 not running"
    );
}

#[test]
fn a_start_takes_its_time_and_shows_in_the_status_at_its_end() {
    let mut lab = Lab::new();
    let upid = lab.task("nodes/pve3/qemu/108/status/start", "");
    lab.wait(2_999);
    assert_eq!((lab.running(108), lab.exit(&upid)), (false, None));
    lab.wait(1);
    assert!(lab.running(108));
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
}

#[test]
fn a_guest_that_ignores_the_request_costs_the_whole_timeout() {
    let mut lab = Lab::new();
    let upid = lab.task("nodes/pve3/qemu/107/status/shutdown", "timeout=30");
    lab.wait(29_999);
    assert_eq!(lab.exit(&upid), None);
    lab.wait(1);
    assert_eq!(
        lab.exit(&upid).as_deref(),
        Some("VM quit/powerdown failed - got timeout")
    );
    assert!(lab.running(107));
    let log = lab.get(&format!("nodes/pve3/tasks/{upid}/log"), "");
    assert_eq!(
        log[0]["t"],
        "TASK ERROR: VM quit/powerdown failed - got timeout"
    );
}

#[test]
fn a_forced_shutdown_ends_what_does_not_end_by_itself() {
    let mut lab = Lab::new();
    let outcome = lab.outcome(
        "nodes/pve3/qemu/107/status/shutdown",
        "timeout=5&forceStop=1",
    );
    assert_eq!((outcome.as_str(), lab.running(107)), ("OK", false));
}

#[test]
fn a_shutdown_keeps_the_configuration_file_and_others_wait_ten_seconds_for_it() {
    let mut lab = Lab::new();
    lab.task("nodes/pve3/qemu/107/status/shutdown", "timeout=60");
    let second = lab.task("nodes/pve3/qemu/107/status/stop", "");
    lab.wait(9_999);
    assert_eq!(lab.exit(&second), None);
    lab.wait(1);
    assert_eq!(
        lab.exit(&second).as_deref(),
        Some("can't lock file '/var/lock/qemu-server/lock-107.conf' - got timeout")
    );
}

#[test]
fn who_waits_for_the_configuration_file_gets_it_when_it_is_free() {
    let mut lab = Lab::new();
    let first = lab.task("nodes/pve1/qemu/101/status/shutdown", "");
    let second = lab.task("nodes/pve1/qemu/101/status/start", "");
    lab.wait(5_000);
    assert_eq!(lab.exit(&first).as_deref(), Some("OK"));
    lab.wait(3_000);
    assert_eq!(lab.exit(&second).as_deref(), Some("OK"));
    assert!(lab.running(101));
}

#[test]
fn a_stop_may_overrule_a_shutdown() {
    let mut lab = Lab::new();
    let shutdown = lab.task("nodes/pve3/qemu/107/status/shutdown", "timeout=60");
    let outcome = lab.outcome("nodes/pve3/qemu/107/status/stop", "overrule-shutdown=1");
    assert_eq!((outcome.as_str(), lab.running(107)), ("OK", false));
    assert_eq!(
        lab.exit(&shutdown).as_deref(),
        Some("interrupted by signal")
    );
}

#[test]
fn a_reboot_starts_the_uptime_again() {
    let mut lab = Lab::new();
    let uptime = |lab: &mut Lab| {
        lab.get("nodes/pve1/qemu/101/status/current", "")["uptime"]
            .as_u64()
            .unwrap()
    };
    assert!(uptime(&mut lab) > 86_000);
    assert_eq!(lab.outcome("nodes/pve1/qemu/101/status/reboot", ""), "OK");
    assert!(uptime(&mut lab) < 600);
}

#[test]
fn nothing_starts_without_a_quorum() {
    let mut lab = Lab::new();
    lab.machine.set_quorate(false);
    assert_eq!(
        lab.refusal("nodes/pve3/qemu/108/status/start", ""),
        "cluster not ready - no quorum?"
    );
}

#[test]
fn a_guest_that_was_moved_is_missing_where_it_was() {
    let mut lab = Lab::new();
    lab.change(
        101,
        Change {
            node: Some("pve3".into()),
            ..Change::default()
        },
    );
    let failure = lab
        .try_call(
            crate::routes::Method::Get,
            "nodes/pve1/qemu/101/status/current",
            "",
        )
        .unwrap_err();
    assert_eq!(failure.status, 500);
    assert_eq!(
        failure.message,
        "Configuration file 'nodes/pve1/qemu-server/101.conf' does not exist"
    );
}
