//! Guests out of archives.

use super::{Lab, OPS, ROOT};
use crate::scenario::{Acl, Scenario};
use crate::state::Twist;

const VM: &str = "nodes/pve1/qemu";
const CT: &str = "nodes/pve2/lxc";
const ARCHIVE: &str = "nfs-vm:backup/vzdump-qemu-101-2025_12_15-08_00_00.vma.zst";
const CT_ARCHIVE: &str = "nfs-vm:backup/vzdump-lxc-105-2025_12_23-16_00_00.tar.zst";
const GIB: u64 = 1 << 30;

fn root() -> Lab {
    Lab::new().signed_in(ROOT)
}

fn restore(more: &str) -> String {
    format!("vmid=120&archive={ARCHIVE}{more}")
}

#[test]
fn a_restored_vm_is_there_under_a_lock_at_once_and_whole_at_the_end() {
    let mut lab = root();
    let used = lab.used("nfs-vm", "pve1");
    let upid = lab.task(VM, &restore("&pool=lab"));
    assert!(upid.contains(":qmrestore:120:"), "{upid}");
    assert_eq!(lab.lock_of(120), Some("create"));
    lab.wait(33_999);
    assert_eq!(lab.exit(&upid), None);
    lab.wait(1);
    assert_eq!(
        (lab.exit(&upid).as_deref(), lab.lock_of(120)),
        (Some("OK"), None)
    );
    assert!(!lab.running(120));
    let guest = lab.machine.guest(120).unwrap();
    assert_eq!(
        (guest.name(), guest.pool.as_deref()),
        ("web-01", Some("lab"))
    );
    assert_eq!(
        lab.config(120, "scsi0"),
        Some("nfs-vm:120/vm-120-disk-0.qcow2,size=32G")
    );
    for key in ["net0", "smbios1"] {
        assert_eq!(
            lab.config(120, key),
            lab.config(101, key),
            "a twin of {key}"
        );
    }
    assert_eq!(lab.used("nfs-vm", "pve1"), used + 32 * GIB);
}

#[test]
fn unique_gives_new_addresses_and_a_new_machine_id_and_start_starts_by_a_task_of_its_own() {
    let mut lab = root();
    let upid = lab.task(VM, &restore("&unique=1&start=1&storage=local-lvm"));
    lab.wait(34_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    for key in ["net0", "smbios1"] {
        assert_ne!(lab.config(120, key), lab.config(101, key), "{key}");
    }
    assert_eq!(
        lab.config(120, "scsi0"),
        Some("local-lvm:vm-120-disk-0,size=32G")
    );
    assert!(!lab.running(120));
    lab.wait(3_000);
    assert!(lab.running(120));
    assert_eq!(lab.machine.tasks().last().unwrap().upid.kind, "qmstart");
}

#[test]
fn a_number_that_is_taken_is_refused_unless_forced_and_only_stopped_guests_are_replaced() {
    let mut lab = root();
    let over = |vmid: u32, more: &str| format!("vmid={vmid}&archive={ARCHIVE}{more}");
    assert_eq!(
        lab.refusal(VM, &over(109, "")),
        "unable to restore VM 109 - VM 109 already exists on node 'pve1'"
    );
    assert_eq!(
        lab.refusal(VM, &over(104, "&force=1")),
        "unable to restore VM 104 - CT 104 already exists on node 'pve2'"
    );
    assert_eq!(
        lab.refusal(VM, &over(101, "&force=1")),
        "unable to restore VM 101 - vm is running"
    );
    let used = lab.used("local-lvm", "pve1");
    let upid = lab.task(VM, &over(109, "&force=1&storage=nfs-vm"));
    assert_eq!(lab.lock_of(109), Some("create"));
    lab.wait(60_000);
    assert_eq!(lab.exit(&upid).as_deref(), Some("OK"));
    assert_eq!(lab.config(109, "name"), Some("web-01"));
    assert_eq!(lab.lock_of(109), None);
    assert_eq!(
        lab.used("local-lvm", "pve1"),
        used - 16 * GIB,
        "the old disk is gone"
    );
}

#[test]
fn an_archive_that_is_none_or_gone_makes_no_guest() {
    let mut lab = root();
    assert_eq!(
        lab.outcome(VM, "vmid=120&archive=nfs-vm:backup/none"),
        "unable to restore VM 120 - volume 'nfs-vm:backup/none' does not exist"
    );
    assert_eq!(
        lab.refusal(VM, "vmid=120&archive=nfs-vm:101/vm-101-disk-0.qcow2"),
        "unable to use volume nfs-vm:101/vm-101-disk-0.qcow2 - content type needs to be 'backup'"
    );
    assert_eq!(
        lab.outcome(VM, &format!("vmid=120&archive={CT_ARCHIVE}")),
        "unable to restore VM 120 - wrong guest type"
    );
    assert_eq!(
        lab.outcome(VM, &restore("&storage=pbs")),
        "Content type 'images' is not available on storage 'pbs'"
    );
    assert!(lab.machine.guest(120).is_none());
    let alone = lab.post(VM, "vmid=120&unique=1").unwrap_err();
    assert!(alone.errors.contains_key("archive"));
}

#[test]
fn a_new_guest_needs_the_right_to_make_one() {
    let mut lab = Lab::new();
    let refused = lab.post(VM, &restore("")).unwrap_err();
    assert_eq!(
        (refused.status, refused.message.as_str()),
        (403, "Permission check failed")
    );
    let mut danger = lab.signed_in("argus@pve!danger");
    assert_eq!(danger.outcome(VM, &restore("")), "OK");
    let mut ops = danger.signed_in(OPS);
    let over = format!("vmid=120&archive={ARCHIVE}&force=1&start=1");
    assert_eq!(
        ops.outcome(VM, &over),
        "Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)",
        "who backs up may replace, but not plug in"
    );
}

#[test]
fn a_restored_guest_needs_rights_on_its_bridges_and_where_its_disks_were() {
    let mut scenario = Scenario::lab();
    let rights = [
        "VM.Allocate",
        "VM.Backup",
        "SDN.Use",
        "Datastore.AllocateSpace",
    ];
    for right in rights {
        scenario
            .role
            .insert(right.to_owned(), vec![right.to_owned()]);
    }
    let only = "argus@pve!weak";
    scenario.acl.retain(|entry| entry.who != only);
    let mut give = |path: &str, right: &str| {
        scenario.acl.push(Acl {
            path: path.to_owned(),
            who: only.to_owned(),
            role: right.to_owned(),
            propagate: false,
        });
    };
    give("/vms/120", "VM.Allocate");
    give("/vms/101", "VM.Backup");
    give("/storage/nfs-vm", "Datastore.AllocateSpace");
    for entry in &mut scenario.acl {
        if entry.who == "argus@pve" {
            entry.role = "Administrator".to_owned();
        }
    }
    let mut lab = Lab::of(&scenario).signed_in(only);
    assert_eq!(
        lab.outcome(VM, &restore("")),
        "Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)"
    );
    assert!(lab.machine.guest(120).is_none());
    scenario.acl.push(Acl {
        path: "/sdn/zones/localnetwork/vmbr0".to_owned(),
        who: only.to_owned(),
        role: "SDN.Use".to_owned(),
        propagate: false,
    });
    let mut lab = Lab::of(&scenario).signed_in(only);
    assert_eq!(lab.outcome(VM, &restore("")), "OK");
    scenario.acl.retain(|entry| entry.path != "/storage/nfs-vm");
    let mut lab = Lab::of(&scenario).signed_in(only);
    assert_eq!(
        lab.post(VM, &restore("")).unwrap_err().message,
        "Permission check failed (/storage/nfs-vm, Datastore.AllocateSpace)"
    );
}

#[test]
fn a_container_comes_back_to_the_storage_that_is_named_or_to_local() {
    let mut lab = root();
    let params = format!("vmid=120&ostemplate={CT_ARCHIVE}&restore=1");
    let upid = lab.task(CT, &format!("{params}&storage=local-lvm&unique=1"));
    assert!(upid.contains(":vzrestore:120:"), "{upid}");
    assert_eq!(lab.lock_of(120), Some("create"));
    lab.wait(60_000);
    assert_eq!(
        (lab.exit(&upid).as_deref(), lab.lock_of(120)),
        (Some("OK"), None)
    );
    assert_eq!(
        lab.config(120, "rootfs"),
        Some("local-lvm:vm-120-disk-0,size=24G")
    );
    assert_ne!(lab.config(120, "net0"), lab.config(105, "net0"));
    assert_eq!(
        lab.refusal(CT, &params),
        "unable to restore CT 120 - CT 120 already exists on node 'pve2'"
    );
    let other = params.replace("120", "121");
    assert_eq!(lab.outcome(CT, &other), "OK");
    assert_eq!(
        lab.config(121, "rootfs"),
        Some("local:121/vm-121-disk-0.raw,size=24G")
    );
}

#[test]
fn a_bent_restore_makes_no_guest_or_one_that_stays_locked() {
    let mut lab = root();
    lab.twist(Twist::Fails("out of luck".into()));
    assert_eq!(lab.outcome(VM, &restore("")), "out of luck");
    assert!(lab.machine.guest(120).is_none());
    lab.twist(Twist::NeverEnds);
    lab.task(VM, &restore(""));
    lab.wait(86_400_000);
    assert_eq!(lab.lock_of(120), Some("create"));
}
