//! What is read out of logs: classes and counts, and no word of them.

use argus_llm::diagnosis::log::{Class, Summary, is_about_another};
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
        "starting task UPID:pve1:0003EDAC:01234567:68A0EDAC:qmstart:101:root@pam:",
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

#[test]
fn lines_that_name_other_guests_only_are_told_from_those_about_one_and_about_all() {
    for line in [
        "kernel: oom-kill:constraint=CONSTRAINT_NONE,task_memcg=/qemu.slice/102.scope,task=kvm",
        "pvedaemon[7]: <root@pam> end task UPID:pve1:0003E1AC:01234567:68A0EDAC:vzdump:102:root@pam: job errors",
        "pvestatd[9]: VM 102 qmp command failed - got timeout",
        "can't lock file '/var/lock/qemu-server/lock-102.conf' - got timeout",
        "lvcreate: cannot extend vm-102-disk-0: Thin pool is full",
        "kernel: vmbr0: port 2(tap102i0) entered disabled state",
        "systemd[1]: pve-container@102.service: Failed",
        "pve-ha-lrm[3]: service ct:102: error",
    ] {
        assert!(is_about_another(line, 101), "{line}");
        assert!(!is_about_another(line, 102), "{line}");
        assert!(
            !is_about_another(&line.replace("102", "101"), 101),
            "{line}"
        );
        // A number that only begins alike is another one.
        assert!(
            is_about_another(&line.replace("102", "1012"), 101),
            "{line}"
        );
    }
    for line in [
        "kernel: blk_update_request: I/O error, dev sdb, sector 102",
        "sshd[102]: Failed password for root from 10.0.0.102 port 102",
        "UPID:pve1:0003E1AC:01234567:68A0EDAC:aptupdate::root@pam:",
        "migrating VM 102 beside VM 101",
        "the overlap 102, VM 99",
        "",
    ] {
        assert!(!is_about_another(line, 101), "{line}");
    }
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
        for line in &lines {
            is_about_another(line, 101);
        }
        prop_assert_eq!(summary.lines() as usize, lines.len());
        for (_, count) in summary.classes() {
            prop_assert!(count <= summary.lines());
        }
    }
}
