//! One row for each entry of the catalogue: a scene, the action, and what the simulator must show afterwards.

use argus_proxmox_sim::Change;
use argus_types::action::{Action, ActionKind, BackupMode, HaState, Service};
use argus_types::guest_config::ConfigChange;
use argus_types::id::GuestKind;

use super::truth::Truth;
use crate::lab::{guest, migrate, shutdown, vm};

/// How one entry of the catalogue is shown.
pub struct Row {
    /// Guests that somebody stopped elsewhere, so that they do not start with their node either.
    pub stopped: &'static [u32],
    /// What Argus does before, as a plan of its own.
    pub before: Vec<Action>,
    /// The action, on the world as it is then.
    pub action: fn(&Truth) -> Action,
    /// Whether the simulator shows what was wished, by what it showed before.
    pub seen: fn(&Truth, &Truth) -> bool,
    /// The type of the task that Proxmox makes of it, where it does.
    pub task: Option<&'static str>,
}

/// What runs on pve3 in the lab.
const ON_PVE3: &[u32] = &[105, 107, 110, 112];

impl Row {
    fn new(action: fn(&Truth) -> Action, seen: fn(&Truth, &Truth) -> bool) -> Self {
        Self {
            stopped: &[],
            before: Vec::new(),
            action,
            seen,
            task: None,
        }
    }

    fn task(self, task: &'static str) -> Self {
        Self {
            task: Some(task),
            ..self
        }
    }

    fn after(mut self, action: Action) -> Self {
        self.before.push(action);
        self
    }

    fn without(self, stopped: &'static [u32]) -> Self {
        Self { stopped, ..self }
    }

    /// What somebody did elsewhere to a guest that the scene wants stopped.
    pub fn stop() -> Change {
        let unset = [("onboot".to_owned(), String::new())];
        Change {
            status: Some("stopped".to_owned()),
            config: unset.into_iter().collect(),
            ..Change::default()
        }
    }
}

fn named_snapshot() -> Action {
    Action::Snapshot {
        target: vm(101),
        name: Some("before".parse().expect("a name")),
        description: None,
        include_memory: false,
    }
}

fn node(name: &str) -> argus_types::id::NodeName {
    name.parse().expect("a node's name")
}

/// The row of an entry.
pub fn row(kind: ActionKind) -> Row {
    match kind {
        ActionKind::Start => Row::new(
            |_| Action::Start { target: vm(108) },
            |_, now| now.runs(108),
        )
        .task("qmstart"),
        ActionKind::Shutdown => {
            Row::new(|_| shutdown(vm(102)), |_, now| now.is_stopped(102)).task("qmshutdown")
        }
        ActionKind::Stop => Row::new(
            |_| Action::Stop { target: vm(107) },
            |_, now| now.is_stopped(107),
        )
        .task("qmstop"),
        ActionKind::Reboot => Row::new(
            |_| Action::Reboot {
                target: vm(102),
                timeout_s: None,
            },
            |_, now| now.runs(102),
        )
        .task("qmreboot"),
        ActionKind::Reset => Row::new(
            |_| Action::Reset { target: vm(102) },
            |_, now| now.runs(102),
        )
        .task("qmreset"),
        ActionKind::Suspend => Row::new(
            |_| Action::Suspend { target: vm(102) },
            |_, now| now.guest(102, "paused") == true,
        )
        .task("qmpause"),
        ActionKind::Resume => Row::new(
            |_| Action::Resume { target: vm(102) },
            |_, now| now.runs(102),
        )
        .after(Action::Suspend { target: vm(102) })
        .task("qmresume"),
        ActionKind::Hibernate => Row::new(
            |_| Action::Hibernate { target: vm(102) },
            |_, now| now.is_stopped(102) && now.guest(102, "lock") == "suspended",
        )
        .task("qmsuspend"),
        ActionKind::Migrate => Row::new(
            |_| migrate(vm(101), "pve2"),
            |_, now| now.guest(101, "node") == "pve2" && now.runs(101),
        )
        .task("qmigrate"),
        ActionKind::Snapshot => Row::new(
            |_| named_snapshot(),
            |_, now| now.guest(101, "snapshots")[0] == "before",
        )
        .task("qmsnapshot"),
        ActionKind::DeleteSnapshot => Row::new(
            |_| Action::DeleteSnapshot {
                target: vm(101),
                name: "before".parse().expect("a name"),
            },
            |_, now| now.guest(101, "snapshots") == serde_json::json!([]),
        )
        .after(named_snapshot())
        .task("qmdelsnapshot"),
        ActionKind::Rollback => Row::new(
            |_| Action::Rollback {
                target: vm(101),
                name: "before".parse().expect("a name"),
                start: true,
            },
            |before, now| {
                let then = before.guest(101, "config");
                let tags = &now.guest(101, "config")["tags"];
                now.runs(101) && tags == "prod;web" && then["tags"] == "later"
            },
        )
        .after(named_snapshot())
        .after(Action::SetConfig {
            target: vm(101),
            set: ConfigChange {
                tags: Some(vec!["later".parse().expect("a tag")]),
                ..ConfigChange::default()
            },
        })
        .task("qmrollback"),
        ActionKind::Clone => Row::new(
            |_| Action::Clone {
                target: vm(9000),
                new_vmid: Some(200.try_into().expect("a vmid")),
                name: Some("fresh".parse().expect("a name")),
                storage: None,
            },
            |_, now| now.guest(200, "name") == "fresh" && now.disk(200, "scsi0").is_some(),
        )
        .task("qmclone"),
        ActionKind::SetConfig => Row::new(
            |_| Action::SetConfig {
                target: guest(GuestKind::Lxc, 104),
                set: ConfigChange {
                    cores: Some(3),
                    memory_mib: Some(777),
                    ..ConfigChange::default()
                },
            },
            |_, now| {
                let config = now.guest(104, "config");
                config["cores"] == "3" && config["memory"] == "777"
            },
        ),
        ActionKind::ResizeDisk => Row::new(
            |_| Action::ResizeDisk {
                target: vm(108),
                disk: "scsi0".parse().expect("a disk"),
                size_gib: 20,
            },
            |_, now| {
                now.disk(108, "scsi0")
                    .is_some_and(|disk| disk["size"] == 20_u64 << 30)
            },
        )
        .task("resize"),
        ActionKind::MoveDisk => Row::new(
            |_| Action::MoveDisk {
                target: vm(108),
                disk: "scsi0".parse().expect("a disk"),
                storage: "local-lvm".parse().expect("a storage"),
            },
            |_, now| {
                let disk = now.disk(108, "scsi0").expect("a disk");
                let volume = disk["volid"].as_str().expect("a name");
                volume.starts_with("local-lvm:") && now.volume(volume).is_some()
            },
        )
        .task("qmmove"),
        ActionKind::MakeTemplate => Row::new(
            |_| Action::MakeTemplate { target: vm(108) },
            |_, now| now.guest(108, "template") == true,
        )
        .task("qmtemplate"),
        ActionKind::Destroy => Row::new(
            |_| Action::Destroy {
                target: vm(108),
                purge: false,
            },
            |_, now| !now.exists(108),
        )
        .task("qmdestroy"),
        ActionKind::Backup => Row::new(
            |_| Action::Backup {
                target: vm(108),
                storage: "nfs-vm".parse().expect("a storage"),
                mode: BackupMode::Snapshot,
                protect: true,
            },
            |_, now| {
                let found = now.backups(108, "nfs-vm");
                found.len() == 1 && found[0]["protected"] == true
            },
        )
        .task("vzdump"),
        ActionKind::Restore => Row::new(
            |now| Action::Restore {
                volume: now.backup(105, "nfs-vm"),
                node: None,
                new_vmid: Some(205.try_into().expect("a vmid")),
                storage: None,
                start: false,
            },
            |_, now| now.guest(205, "kind") == "lxc" && now.is_stopped(205),
        )
        .task("vzrestore"),
        ActionKind::ProtectBackup => Row::new(
            |now| Action::ProtectBackup {
                volume: now.backup(102, "pbs"),
            },
            |_, now| now.backups(102, "pbs")[0]["protected"] == true,
        ),
        ActionKind::UnprotectBackup => Row::new(
            |now| Action::UnprotectBackup {
                volume: now.backup(101, "nfs-vm"),
            },
            |_, now| now.backups(101, "nfs-vm")[0]["protected"] == false,
        ),
        ActionKind::DeleteBackup => Row::new(
            |now| Action::DeleteBackup {
                volume: now.backup(105, "nfs-vm"),
            },
            |_, now| now.backups(105, "nfs-vm").is_empty(),
        )
        .task("imgdel"),
        ActionKind::DeleteVolume => Row::new(
            |_| Action::DeleteVolume {
                volume: "local:iso/debian-13.1.0-amd64-netinst.iso"
                    .parse()
                    .expect("a volume"),
            },
            |before, now| now.volume_ids().len() + 1 == before.volume_ids().len(),
        )
        .task("imgdel"),
        // Shown by the migrations that it becomes.
        ActionKind::Drain => Row::new(
            |_| Action::Drain { node: node("pve1") },
            |_, now| {
                [101, 103]
                    .iter()
                    .all(|vmid| now.runs(*vmid) && now.guest(*vmid, "node") != "pve1")
            },
        )
        .without(&[111])
        .task("qmigrate"),
        ActionKind::RebootNode => Row::new(
            |_| Action::RebootNode { node: node("pve3") },
            |before, now| {
                let (then, booted) = (before.booted_ms("pve3"), now.booted_ms("pve3"));
                now.is_online("pve3") && booted.as_u64() > then.as_u64()
            },
        )
        .without(ON_PVE3),
        ActionKind::ShutdownNode => Row::new(
            |_| Action::ShutdownNode { node: node("pve3") },
            |_, now| !now.is_online("pve3"),
        )
        .without(ON_PVE3),
        ActionKind::WakeNode => Row::new(
            |_| Action::WakeNode { node: node("pve3") },
            |_, now| now.is_online("pve3"),
        )
        .without(ON_PVE3)
        .after(Action::ShutdownNode { node: node("pve3") }),
        ActionKind::RestartService => Row::new(
            |_| Action::RestartService {
                node: node("pve3"),
                service: Service::Chrony,
            },
            |_, now| now.is_online("pve3"),
        )
        .task("srvrestart"),
        ActionKind::ReloadService => Row::new(
            |_| Action::ReloadService {
                node: node("pve3"),
                service: Service::PveFirewall,
            },
            |_, now| now.is_online("pve3"),
        )
        .task("srvreload"),
        ActionKind::RefreshPackages => Row::new(
            |_| Action::RefreshPackages { node: node("pve3") },
            |_, now| now.is_online("pve3"),
        )
        .task("aptupdate"),
        ActionKind::HaAdd => Row::new(
            |_| Action::HaAdd {
                target: vm(108),
                state: HaState::Started,
            },
            |_, now| now.ha_wish(108) == "started" && now.runs(108),
        ),
        ActionKind::HaSet => Row::new(
            |_| Action::HaSet {
                target: vm(103),
                state: HaState::Stopped,
            },
            |_, now| now.ha_wish(103) == "stopped" && now.is_stopped(103),
        ),
        ActionKind::HaRemove => Row::new(
            |_| Action::HaRemove { target: vm(103) },
            |_, now| now.ha_wish(103).is_null() && now.runs(103),
        ),
        ActionKind::HaMigrate => Row::new(
            |_| Action::HaMigrate {
                target: vm(103),
                node: node("pve2"),
            },
            |_, now| now.guest(103, "node") == "pve2" && now.runs(103),
        ),
        ActionKind::HaRelocate => Row::new(
            |_| Action::HaRelocate {
                target: vm(103),
                node: node("pve2"),
            },
            |_, now| now.guest(103, "node") == "pve2" && now.runs(103),
        ),
        ActionKind::RunReplication => Row::new(
            |_| Action::RunReplication {
                target: guest(GuestKind::Lxc, 104),
                job: 0,
            },
            |before, now| now.replication("104-0") != before.replication("104-0"),
        ),
        ActionKind::PoolAdd => Row::new(
            |_| Action::PoolAdd {
                target: vm(107),
                pool: "lab".parse().expect("a pool"),
            },
            |_, now| now.guest(107, "pool") == "lab",
        ),
        ActionKind::PoolRemove => Row::new(
            |_| Action::PoolRemove {
                target: vm(108),
                pool: "lab".parse().expect("a pool"),
            },
            |_, now| now.guest(108, "pool").is_null(),
        ),
        ActionKind::AgentPing => Row::new(
            |_| Action::AgentPing { target: vm(101) },
            |_, now| now.runs(101),
        ),
        ActionKind::AgentInfo => Row::new(
            |_| Action::AgentInfo { target: vm(101) },
            |_, now| now.runs(101),
        ),
        ActionKind::AgentTrim => Row::new(
            |_| Action::AgentTrim { target: vm(101) },
            |_, now| now.runs(101),
        ),
    }
}
