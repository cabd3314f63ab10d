//! What is read out of logs: classes and counts, and no word of them.

use argus_llm::diagnosis::log::{Class, Summary};
use proptest::prelude::*;

#[test]
fn lines_of_proxmox_and_of_the_kernel_are_told_apart() {
    for (line, class) in [
        (
            "kernel: Out of memory: Killed process 1234 (mysqld)",
            Class::OutOfMemory,
        ),
        ("kernel: oom_reaper: reaped process 77", Class::OutOfMemory),
        (
            "blk_update_request: I/O error, dev sdb, sector 7",
            Class::IoError,
        ),
        (
            "EXT4-fs error (device dm-3): ext4_find_entry",
            Class::IoError,
        ),
        (
            "ERROR: write failed: No space left on device",
            Class::DiskFull,
        ),
        ("lvcreate: Thin pool is full", Class::DiskFull),
        ("vmbr0: port 1 link is not ready", Class::NetworkDown),
        ("connect to 10.0.0.9: No route to host", Class::NetworkDown),
        (
            "pvedaemon: authentication failure; rhost=::1 user=root@pam",
            Class::AuthFailure,
        ),
        ("sshd: Failed password for root", Class::AuthFailure),
        (
            "TASK ERROR: command 'x' failed: got timeout",
            Class::Timeout,
        ),
        (
            "INFO: task kworker blocked for more than 120 seconds",
            Class::Timeout,
        ),
        (
            "TASK ERROR: can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout",
            Class::LockHeld,
        ),
        ("TASK ERROR: VM is locked (backup)", Class::LockHeld),
        (
            "TASK ERROR: cluster not ready - no quorum?",
            Class::ClusterTrouble,
        ),
        ("kernel: nginx[7]: segfault at 0 ip 0", Class::Crash),
        (
            "mce: [Hardware Error]: Machine check events logged",
            Class::Hardware,
        ),
        (
            "x509: certificate has expired or is not yet valid",
            Class::Certificate,
        ),
    ] {
        let summary = Summary::of([line]);
        assert_eq!(summary.count(class), 1, "{line}: {:?}", summary.classes());
    }
}

#[test]
fn ordinary_lines_tell_of_nothing() {
    for line in [
        "INFO: starting new backup job: vzdump 101 --storage pbs",
        "INFO: Finished Backup of VM 101 (00:01:02)",
        "systemd[1]: Started Daily apt upgrade.",
        "TASK OK",
        "pmxcfs[1]: received log",
        "vmbr0: port 1(tap101i0) entered forwarding state",
        "",
    ] {
        assert_eq!(Summary::of([line]).classes(), [], "{line}");
    }
}

#[test]
fn a_line_counts_once_for_each_class_and_the_most_frequent_comes_first() {
    let summary = Summary::of([
        "I/O error, I/O error, I/O error",
        "Buffer I/O error on dev sda",
        "connection timed out: No space left on device",
    ]);
    let classes = summary.classes();
    assert_eq!(classes[0], (Class::IoError, 2));
    assert_eq!(summary.count(Class::Timeout), 1);
    assert_eq!(summary.count(Class::DiskFull), 1);
    assert_eq!(summary.lines(), 3);
    let twice = summary.clone().and(&summary);
    assert_eq!((twice.count(Class::IoError), twice.lines()), (4, 6));
}

proptest! {
    #[test]
    fn nothing_of_a_line_is_in_what_comes_out(line in "\\PC{0,200}", secret in "[a-z]{4}Q[A-Z0-9]{12}") {
        let told = format!("{:?}", Summary::of([format!("{line} I/O error {secret}").as_str()]));
        prop_assert!(!told.contains(&secret));
    }

    #[test]
    fn any_lines_are_read_without_a_panic(lines in proptest::collection::vec("(\\PC|ä|timed out){0,900}", 0..5)) {
        let summary = Summary::of(lines.iter().map(String::as_str));
        prop_assert_eq!(summary.lines() as usize, lines.len());
        for (_, count) in summary.classes() {
            prop_assert!(count <= summary.lines());
        }
    }
}
