//! Copies: whole and linked, here and elsewhere, and what is refused.

use super::{Lab, OPS, ROOT};
use crate::state::Twist;

const WEB: &str = "nodes/pve1/qemu/101/clone";
const TEMPLATE: &str = "nodes/pve1/qemu/9000/clone";
const GIB: u64 = 1 << 30;

#[test]
fn a_full_clone_is_a_new_guest_with_its_own_disk_address_and_machine_id() {
    let mut lab = Lab::new().signed_in(ROOT);
    let before = lab.used("nfs-vm", "pve1");
    let upid = lab.task(WEB, "newid=120&name=web-03&description=copy&pool=lab");
    assert!(upid.contains(":qmclone:101:"), "{upid}");
    assert_eq!(lab.lock_of(120), Some("clone"));
    assert_eq!(
        lab.lock_of(101),
        None,
        "the file is kept, not the configuration"
    );
    assert_eq!(
        lab.used("nfs-vm", "pve1"),
        before + 32 * GIB,
        "room is taken at once"
    );
    lab.wait(33_999);
    assert_eq!(lab.exit(&upid), None);
    lab.wait(1);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!((lab.lock_of(120), lab.running(120)), (None, false));
    let copy = lab.machine.guest(120).unwrap();
    assert_eq!((copy.name(), copy.pool.as_deref()), ("web-03", Some("lab")));
    assert_eq!(copy.config["description"], "copy");
    assert_eq!(
        copy.config["scsi0"],
        "nfs-vm:120/vm-120-disk-0.qcow2,size=32G"
    );
    for key in ["net0", "smbios1"] {
        assert_ne!(lab.config(120, key), lab.config(101, key), "{key}");
    }
    assert!(
        lab.config(120, "net0")
            .unwrap()
            .starts_with("virtio=BC:24:11:")
    );
    assert_eq!(lab.config(120, "cores"), lab.config(101, "cores"));
}

#[test]
fn a_clone_without_a_name_is_called_a_copy_and_may_go_to_another_storage_and_node() {
    let mut lab = Lab::new().signed_in(ROOT);
    let path = "nodes/pve1/qemu/109/clone";
    assert_eq!(
        lab.refusal(path, "newid=120&target=pve2"),
        "can't clone VM to node 'pve2' (VM uses local storage)"
    );
    assert_eq!(
        lab.refusal(path, "newid=120&target=pve2&storage=local"),
        "can't clone to non-shared storage 'local'"
    );
    assert_eq!(
        lab.outcome(path, "newid=120&target=pve2&storage=nfs-vm&format=qcow2"),
        "OK"
    );
    assert_eq!(lab.node_of(120), "pve2");
    assert_eq!(lab.config(120, "name"), Some("Copy-of-VM-test-01"));
    assert!(
        lab.machine
            .stored("pve2", "nfs-vm:120/vm-120-disk-0.qcow2")
            .is_some()
    );
}

#[test]
fn a_template_makes_linked_clones_that_take_next_to_nothing() {
    let mut lab = Lab::new().signed_in(ROOT);
    let before = lab.used("nfs-vm", "pve1");
    assert_eq!(lab.outcome(TEMPLATE, "newid=120&name=deb-01"), "OK");
    let volid = "nfs-vm:9000/base-9000-disk-0.qcow2/120/vm-120-disk-0.qcow2";
    let line = format!("{volid},size=8G");
    assert_eq!(lab.config(120, "scsi0"), Some(line.as_str()));
    assert_eq!(lab.config(120, "template"), None);
    let stored = lab.machine.stored("pve1", volid).unwrap();
    assert_eq!(
        stored.parent.as_deref(),
        Some("nfs-vm:9000/base-9000-disk-0.qcow2")
    );
    assert_eq!(lab.used("nfs-vm", "pve1"), before);
    assert_eq!(lab.outcome("nodes/pve1/qemu/120/status/start", ""), "OK");
    assert_eq!(
        lab.refusal(WEB, "newid=121&full=0"),
        "Linked clone feature is not supported for 'nfs-vm:101/vm-101-disk-0.qcow2' (scsi0)"
    );
    assert_eq!(
        lab.refusal(TEMPLATE, "newid=121&storage=local"),
        "parameter 'storage' not allowed for linked clones"
    );
    assert_eq!(lab.outcome(TEMPLATE, "newid=121&full=1"), "OK");
    assert_eq!(lab.used("nfs-vm", "pve1"), before + 8 * GIB);
}

#[test]
fn a_copy_is_of_the_snapshot_that_is_named() {
    let mut lab = Lab::new().signed_in(ROOT);
    lab.outcome("nodes/pve1/qemu/101/snapshot", "snapname=good");
    lab.try_call(
        crate::routes::Method::Put,
        "nodes/pve1/qemu/101/config",
        "tags=later",
    )
    .unwrap();
    assert_eq!(
        lab.refusal(WEB, "newid=120&snapname=ghost"),
        "snapshot 'ghost' does not exist"
    );
    assert_eq!(lab.outcome(WEB, "newid=120&snapname=good"), "OK");
    assert_eq!(lab.config(120, "tags"), Some("prod;web"));
    assert!(lab.machine.guest(120).unwrap().snapshots.is_empty());
}

#[test]
fn what_stands_in_the_way_is_said_at_once() {
    let mut lab = Lab::new().signed_in(ROOT);
    for (params, why) in [
        (
            "newid=102",
            "unable to create VM 102: config file already exists",
        ),
        (
            "newid=120&storage=nowhere",
            "storage 'nowhere' does not exist",
        ),
        ("newid=120&target=pve9", "no such cluster node 'pve9'"),
        (
            "newid=120&pool=ghosts",
            "Permission check failed (pool 'ghosts' does not exist)",
        ),
    ] {
        assert_eq!(lab.refusal(WEB, params), why);
    }
    let content = lab.post(WEB, "newid=120&storage=pbs").unwrap_err();
    assert_eq!(
        content.errors["storage"],
        "storage 'pbs' does not support vm images"
    );
    assert_eq!(
        lab.refusal("nodes/pve2/qemu/106/clone", "newid=120"),
        "VM is locked (backup)"
    );
}

#[test]
fn a_copy_needs_rights_on_its_source_on_itself_or_its_pool_and_on_its_storage() {
    let mut lab = Lab::new();
    assert_eq!(
        lab.refusal(WEB, "newid=120"),
        "Permission check failed (/vms/101, VM.Clone)"
    );
    let mut scenario = crate::Scenario::lab();
    for who in ["argus@pve", OPS] {
        scenario
            .acl
            .extend(
                [("/vms/101", "Copier"), ("/pool/lab", "Maker")].map(|(path, role)| {
                    crate::scenario::Acl {
                        path: path.into(),
                        who: who.into(),
                        role: role.into(),
                        propagate: true,
                    }
                }),
            );
    }
    scenario
        .role
        .insert("Copier".into(), vec!["VM.Clone".into(), "VM.Audit".into()]);
    scenario
        .role
        .insert("Maker".into(), vec!["VM.Allocate".into()]);
    let mut lab = Lab::of(&scenario);
    let refused = lab.post(WEB, "newid=120").unwrap_err();
    assert_eq!(
        (refused.status, refused.message.as_str()),
        (403, "Permission check failed")
    );
    assert_eq!(
        lab.refusal(WEB, "newid=120&pool=lab"),
        "Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)"
    );
    let mut lab = Lab::new().signed_in("argus@pve!danger");
    assert_eq!(lab.outcome(WEB, "newid=120"), "OK");
}

#[test]
fn a_storage_without_room_fails_the_task_and_leaves_nothing() {
    let mut lab = Lab::new().signed_in(ROOT);
    let before = lab.used("local", "pve1");
    assert_eq!(
        lab.outcome("nodes/pve1/qemu/103/clone", "newid=120&storage=local"),
        "clone failed: unable to create image on storage 'local': No space left on device"
    );
    assert!(lab.machine.guest(120).is_none());
    assert_eq!(lab.used("local", "pve1"), before);
}

#[test]
fn a_running_source_cannot_be_touched_meanwhile_and_a_stopped_one_can_be_copied_twice_at_once() {
    let mut lab = Lab::new().signed_in(ROOT);
    lab.task(WEB, "newid=120");
    let second = lab.task(WEB, "newid=121");
    lab.wait(1_000);
    assert_eq!(
        lab.exit(&second).as_deref(),
        Some("can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout")
    );
    let path = "nodes/pve3/qemu/108";
    let first = lab.task(&format!("{path}/clone"), "newid=122");
    let second = lab.task(&format!("{path}/clone"), "newid=123");
    let start = lab.task(&format!("{path}/status/start"), "");
    lab.wait(10_000);
    assert_eq!(
        lab.exit(&start).as_deref(),
        Some("can't lock file '/var/lock/qemu-server/lock-108.conf' - got timeout")
    );
    lab.wait(20_000);
    for upid in [first, second] {
        assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    }
    assert_eq!(lab.outcome(&format!("{path}/status/start"), ""), "OK");
}

#[test]
fn a_container_is_locked_while_it_is_copied_and_has_to_be_off() {
    let mut lab = Lab::new().signed_in(ROOT);
    let path = "nodes/pve2/lxc/104";
    assert_eq!(
        lab.refusal(&format!("{path}/clone"), "newid=120"),
        "Cannot do full clones on a running container without snapshots"
    );
    lab.outcome(&format!("{path}/status/stop"), "");
    let upid = lab.task(&format!("{path}/clone"), "newid=120&hostname=cache-02");
    assert!(upid.contains(":vzclone:104:"), "{upid}");
    assert_eq!(
        (lab.lock_of(104), lab.lock_of(120)),
        (Some("disk"), Some("create"))
    );
    lab.wait(60_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!((lab.lock_of(104), lab.lock_of(120)), (None, None));
    assert_eq!(
        lab.config(120, "rootfs"),
        Some("local-lvm:vm-120-disk-0,size=8G")
    );
    assert_ne!(lab.config(120, "net0"), lab.config(104, "net0"));
}

#[test]
fn a_bent_clone_changes_nothing_or_stays_half_done() {
    let mut lab = Lab::new().signed_in(ROOT);
    lab.twist(Twist::Fails("out of luck".into()));
    assert_eq!(lab.outcome(WEB, "newid=120"), "out of luck");
    assert!(lab.machine.guest(120).is_none());
    lab.twist(Twist::NeverEnds);
    let upid = lab.task(WEB, "newid=120");
    lab.wait(86_400_000);
    assert_eq!((lab.exit(&upid), lab.lock_of(120)), (None, Some("clone")));
    assert!(lab.config(120, "scsi0").is_none());
    lab.machine.lift_twists();
    lab.wait(60_000);
    assert_eq!(
        (lab.exit(&upid).as_deref(), lab.lock_of(120)),
        (Some("OK"), None)
    );
    assert!(lab.config(120, "scsi0").is_some());
}

#[test]
fn a_half_done_clone_goes_on_after_the_state_was_written_down_and_read() {
    let mut lab = Lab::new().signed_in(ROOT);
    let upid = lab.task(WEB, "newid=120");
    lab.wait(5_000);
    let text = serde_json::to_string(&lab.machine).unwrap();
    lab.machine = serde_json::from_str(&text).unwrap();
    lab.wait(60_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(lab.lock_of(120), None);
    assert!(
        lab.machine
            .stored("pve1", "nfs-vm:120/vm-120-disk-0.qcow2")
            .is_some()
    );
}

#[test]
fn the_same_calls_at_the_same_times_give_the_same_copy() {
    let copy = || {
        let mut lab = Lab::new().signed_in(ROOT);
        lab.outcome(WEB, "newid=120");
        lab.machine.guest(120).unwrap().config.clone()
    };
    assert_eq!(copy(), copy());
}
