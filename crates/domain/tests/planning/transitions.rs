//! What each command makes of the cluster, and of nothing else.

use argus_domain::twin::disagreements;
use argus_types::action::ActionKind;
use serde_json::json;

use crate::cluster::feasible;
use crate::twin::after;

/// `qemu/101 status: Running -> Stopped`; of what is long only which it is.
fn words(line: &str) -> String {
    let (what, values) = line.split_once(": predicted ").unwrap_or((line, ""));
    let is_long = ["guests", "disks", "backups", "free"]
        .iter()
        .any(|one| what.ends_with(one));
    if values.is_empty() || is_long {
        return what.to_owned();
    }
    let mut text = format!("{what}: {}", values.replace(", seen ", " -> ")).replace('"', "'");
    for name in ["pve1", "pve2", "pve3"] {
        text = text.replace(&format!("NodeName('{name}')"), name);
    }
    text
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one row an action, spread out by the formatter"
)]
fn each_entry_of_the_catalogue_changes_just_what_it_is_for() {
    use ActionKind::*;
    let table: [(ActionKind, &[&str]); 42] = [
        (Start, &["qemu/102 status: Stopped -> Running"]),
        (Shutdown, &["qemu/101 status: Running -> Stopped"]),
        (Stop, &["qemu/101 status: Running -> Stopped"]),
        (Reboot, &[]),
        (Reset, &[]),
        (Suspend, &["qemu/101 status: Running -> Paused"]),
        (Resume, &["qemu/101 status: Paused -> Running"]),
        (
            Hibernate,
            &[
                "qemu/101 status: Running -> Stopped",
                "qemu/101 lock: None -> Some('suspended')",
            ],
        ),
        (
            Migrate,
            &[
                "qemu/101 node: pve1 -> pve2",
                "list: qemu/101 node: pve1 -> pve2",
                "local-lvm on pve1 free",
                "local-lvm on pve2 free",
            ],
        ),
        (
            Snapshot,
            &[
                "qemu/101 snapshots: [] -> [('argus-deadbeef-1', None, false)]",
                "qemu/101 parent: None -> Some('argus-deadbeef-1')",
            ],
        ),
        (
            DeleteSnapshot,
            &["qemu/101 snapshots: [('old', None, false)] -> []"],
        ),
        (
            Rollback,
            &[
                "qemu/101 status: Running -> Stopped",
                "qemu/101 parent: None -> Some('old')",
            ],
        ),
        (Clone, &["guests", "local-lvm on pve1 free"]),
        (SetConfig, &["qemu/101 cores: '2' -> '4'"]),
        (ResizeDisk, &["qemu/101 disks", "local-lvm on pve1 free"]),
        (
            MoveDisk,
            &[
                "qemu/101 disks",
                "local-lvm on pve1 free",
                "nfs on pve1 free",
                "nfs on pve2 free",
                "nfs on pve3 free",
            ],
        ),
        (
            MakeTemplate,
            &[
                "qemu/102 template: false -> true",
                "list: qemu/102 template: false -> true",
            ],
        ),
        (
            Destroy,
            &[
                "qemu/102 there: true -> false",
                "guests",
                "local-lvm on pve1 free",
            ],
        ),
        (Backup, &["qemu/101 backups"]),
        (Restore, &["guests"]),
        (
            ProtectBackup,
            &[
                "qemu/101 backups",
                "nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst protected: false -> true",
            ],
        ),
        (
            UnprotectBackup,
            &[
                "qemu/101 backups",
                "nfs:backup/vzdump-qemu-101-2026_10_01-00_00_00.vma.zst protected: true -> false",
            ],
        ),
        (
            DeleteBackup,
            &[
                "qemu/101 backups",
                "nfs on pve1 free",
                "nfs on pve2 free",
                "nfs on pve3 free",
                "nfs:backup/vzdump-qemu-101-2026_11_01-00_00_00.vma.zst: true -> false",
            ],
        ),
        (
            DeleteVolume,
            // A thin volume gives back what it took, which is less than its size: how much room is left is unknown.
            &["local-lvm:vm-999-disk-0: true -> false"],
        ),
        (
            Drain,
            &[
                "qemu/101 node: pve1 -> pve3",
                "lxc/103 node: pve1 -> pve2",
                "list: qemu/101 node: pve1 -> pve3",
                "list: lxc/103 node: pve1 -> pve2",
                "local-lvm on pve1 free",
                "local-lvm on pve2 free",
                "local-lvm on pve3 free",
            ],
        ),
        (RebootNode, &[]),
        (ShutdownNode, &["pve3 online: true -> false"]),
        (WakeNode, &["pve3 online: false -> true"]),
        (RestartService, &[]),
        (ReloadService, &[]),
        (RefreshPackages, &[]),
        (
            HaAdd,
            &[
                "qemu/101 HA: false -> true",
                "qemu/101 HA wish: None -> Some(Started)",
            ],
        ),
        (
            HaSet,
            &[
                "qemu/105 status: Running -> Stopped",
                "qemu/105 HA wish: Some(Started) -> Some(Stopped)",
            ],
        ),
        (
            HaRemove,
            &[
                "qemu/105 HA: true -> false",
                "qemu/105 HA wish: Some(Started) -> None",
            ],
        ),
        (
            HaMigrate,
            &[
                "qemu/105 node: pve2 -> pve3",
                "qemu/105 replication: [(0, pve3)] -> [(0, pve2)]",
                "list: qemu/105 node: pve2 -> pve3",
                "local-lvm on pve2 free",
                "local-lvm on pve3 free",
            ],
        ),
        (
            HaRelocate,
            &[
                "qemu/105 node: pve2 -> pve3",
                "qemu/105 replication: [(0, pve3)] -> [(0, pve2)]",
                "list: qemu/105 node: pve2 -> pve3",
                "local-lvm on pve2 free",
                "local-lvm on pve3 free",
            ],
        ),
        (RunReplication, &[]),
        (
            PoolAdd,
            &[
                "qemu/101 pool: None -> Some('web')",
                "list: qemu/101 pool: None -> Some('web')",
            ],
        ),
        (
            PoolRemove,
            &[
                "qemu/105 pool: Some('web') -> None",
                "list: qemu/105 pool: Some('web') -> None",
            ],
        ),
        (AgentPing, &[]),
        (AgentInfo, &[]),
        (AgentTrim, &[]),
    ];
    assert!(table.iter().map(|(kind, _)| *kind).eq(ActionKind::ALL));
    for (kind, expected) in table {
        let (wish, facts) = feasible(kind);
        let after = after(json!([wish]), &facts);
        let changes: Vec<_> = disagreements(&facts, &after)
            .iter()
            .map(|line| words(line))
            .collect();
        assert_eq!(changes, expected, "{kind}");
        assert_eq!(disagreements(&after, &after), [""; 0], "{kind}");
    }
}
