//! Any draft over the fixture's cluster.

use argus_domain::facts::Facts;
use argus_types::action::{Action, ActionKind, Draft, HaState, Service};
use argus_types::problem::ProblemCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::cluster::{BACKUP, OF_CONTAINER, ORPHAN, PROTECTED, altered, on_node, on_volume, wish};
use crate::fixture::{snapshot, try_plan};

/// The cluster with snapshots of `web-01`: `s1` on top of `s0`.
pub fn lively() -> Facts {
    altered(101, |guest| {
        guest.snapshots = vec![snapshot("s0"), snapshot("s1")];
        guest.snapshots[1].parent = Some("s0".to_owned());
        guest.grown_from = Some("s1".to_owned());
    })
}

/// Numbers out of which an action's fields are chosen.
#[derive(Debug, Clone, Copy)]
struct Choice {
    kind: ActionKind,
    vmid: u32,
    node: usize,
    which: usize,
    flag: bool,
}

/// Any action of the catalogue that can be written, sensible or not.
pub fn any_action() -> impl Strategy<Value = Action> {
    let kind = prop::sample::select(&ActionKind::ALL[..]);
    (kind, 101..=106_u32, 0..3_usize, 0..4_usize, any::<bool>()).prop_map(
        |(kind, vmid, node, which, flag)| {
            let choice = Choice {
                kind,
                vmid,
                node,
                which,
                flag,
            };
            serde_json::from_value(choice.written())
                .expect("an action is written as the wire has it")
        },
    )
}

pub fn any_draft() -> impl Strategy<Value = Draft> {
    prop::collection::vec(any_action(), 1..12).prop_map(Draft::of)
}

/// The actions of any draft that are possible one after the other; none where none is.
pub fn feasible_draft(facts: &Facts) -> impl Strategy<Value = Draft> + use<> {
    let facts = facts.clone();
    any_draft().prop_map(move |all| {
        let mut draft = Draft::of(vec![]);
        for action in all.actions {
            draft.actions.push(action);
            match try_plan(&draft, &facts, false) {
                Ok(_) => {}
                Err(errors) if errors[0].code == ProblemCode::NothingToDo => {}
                Err(_) => {
                    draft.actions.pop();
                }
            }
        }
        draft
    })
}

impl Choice {
    fn written(self) -> Value {
        match self.kind {
            ActionKind::Restore => self.restore(),
            ActionKind::ProtectBackup
            | ActionKind::UnprotectBackup
            | ActionKind::DeleteBackup
            | ActionKind::DeleteVolume => on_volume(self.kind.as_str(), self.volume()),
            ActionKind::Drain
            | ActionKind::RebootNode
            | ActionKind::ShutdownNode
            | ActionKind::WakeNode
            | ActionKind::RefreshPackages => on_node(self.kind.as_str(), self.node()),
            ActionKind::RestartService | ActionKind::ReloadService => {
                let mut value = on_node(self.kind.as_str(), self.node());
                value["service"] = json!(Service::ALL[self.which]);
                value
            }
            kind => wish(kind.as_str(), self.vmid, self.more()),
        }
    }

    /// What an action on a guest has beside the guest.
    fn more(self) -> Value {
        let name = format!("s{}", self.which);
        let storage = if self.flag { "nfs" } else { "local-lvm" };
        let disk = if matches!(self.vmid, 103 | 104) {
            "rootfs"
        } else {
            "scsi0"
        };
        match self.kind {
            ActionKind::Shutdown | ActionKind::Reboot if self.flag => json!({ "timeout_s": 300 }),
            ActionKind::Snapshot if self.flag => json!({ "name": name, "description": "why" }),
            ActionKind::Snapshot => json!({ "include_memory": self.which == 0 }),
            ActionKind::DeleteSnapshot => json!({ "name": name }),
            ActionKind::Rollback => json!({ "name": name, "start": self.flag }),
            ActionKind::SetConfig => json!({ "set": self.settings() }),
            ActionKind::Migrate | ActionKind::HaMigrate | ActionKind::HaRelocate => {
                json!({ "node": self.node() })
            }
            ActionKind::Clone if self.which == 0 => json!({}),
            ActionKind::Clone if self.which == 1 => json!({ "storage": storage }),
            ActionKind::Clone => json!({ "new_vmid": 200 + self.which, "name": "copy" }),
            ActionKind::ResizeDisk => json!({ "disk": disk, "size_gib": 8 + 12 * self.which }),
            ActionKind::MoveDisk => json!({ "disk": disk, "storage": storage }),
            ActionKind::Destroy => json!({ "purge": self.flag }),
            ActionKind::Backup => {
                let mode = ["snapshot", "suspend", "stop", "snapshot"][self.which];
                json!({ "storage": "nfs", "mode": mode, "protect": self.flag })
            }
            ActionKind::HaAdd | ActionKind::HaSet => json!({ "state": HaState::ALL[self.which] }),
            ActionKind::RunReplication => json!({ "job": self.which / 2 }),
            ActionKind::PoolAdd | ActionKind::PoolRemove => {
                json!({ "pool": if self.flag { "web" } else { "db" } })
            }
            _ => json!({}),
        }
    }

    fn settings(self) -> Value {
        match self.which {
            0 => json!({ "cores": 4, "tags": ["prod"] }),
            1 => json!({ "memory_mib": 4096, "description": "Front door." }),
            2 => json!({ "onboot": self.flag }),
            _ => json!({ "protection": self.flag }),
        }
    }

    fn restore(self) -> Value {
        let mut value = on_volume("backup.restore", self.volume());
        value["start"] = json!(self.flag);
        if self.which > 1 {
            value["node"] = json!(self.node());
            value["storage"] = json!("local-lvm");
        }
        value
    }

    fn volume(self) -> &'static str {
        [BACKUP, PROTECTED, OF_CONTAINER, ORPHAN][self.which]
    }

    fn node(self) -> &'static str {
        ["pve1", "pve2", "pve3"][self.node]
    }
}
