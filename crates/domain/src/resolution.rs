//! Steps that Argus could not decide: which one it is, and where a person looks.

use argus_types::execution::{ExecutionState, StepProgress, StepState};
use argus_types::id::GuestKind;
use argus_types::plan::{Command, GuestTarget, Step, StepTarget};

use crate::risk;

/// The step that a person must decide, in an execution that came to `state`. None where it needs nobody, or where it
/// was set aside between steps.
pub fn undecided(state: ExecutionState, steps: &[StepProgress]) -> Option<&StepProgress> {
    if state != ExecutionState::NeedsAttention {
        return None;
    }
    let is_open = |step: &&StepProgress| match step.state {
        StepState::NeedsAttention
        // Where the execution was set aside, its journal ends in the middle of a step.
        | StepState::Intended
        | StepState::Submitted
        | StepState::Indeterminate
        | StepState::Observed => true,
        StepState::Pending
        | StepState::Checking
        | StepState::PreChecked
        | StepState::Succeeded
        | StepState::Failed
        | StepState::NotStarted => false,
    };
    steps.iter().find(is_open)
}

/// Whether the step loses data or a point in time, or causes an outage that nothing takes back.
pub fn is_destructive(step: &Step) -> bool {
    risk::is_destructive(&step.command)
}

/// Where to look in Proxmox, each a sentence with what to click or to type on the node's shell.
pub fn places(step: &Step, upids: &[&str]) -> Vec<String> {
    let node = step.target.node();
    let mut places = Vec::new();
    match &step.target {
        StepTarget::Guest(guest) => of_guest(&mut places, step, guest),
        StepTarget::Node(_) => places.push(format!(
            "{node} → Summary in Proxmox' page, or `uptime` and `journalctl --since -1h` on its shell: whether and \
             since when it runs."
        )),
        StepTarget::Volume(target) => {
            let storage = target.volume.storage();
            places.push(format!(
                "{storage} → Content in Proxmox' page, or `pvesm list {storage}` on {node}: whether {} is there.",
                target.volume
            ));
        }
    }
    match &step.command {
        Command::Restore { kind, vmid, .. } => places.push(format!(
            "`{} config {vmid}` on {node}: whether the restored guest is there, and whether a lock is left on it.",
            tool(*kind)
        )),
        Command::HaAdd { .. } | Command::HaSet { .. } | Command::HaRemove {} | Command::HaMove { .. } => {
            places.push(
                "Datacenter → HA in Proxmox' page, or `ha-manager status` on any node: what the manager is to do, and \
                 does."
                    .to_owned(),
            );
        }
        Command::Replicate { .. } => places.push(format!("`pvesr status` on {node}: when each job last ran.")),
        _ => {}
    }
    if upids.is_empty() {
        places.push(format!(
            "{node} → Task History in Proxmox' page, or `pvenode task list` on its shell: tasks that started when the \
             request went out."
        ));
    }
    for upid in upids {
        places.push(format!(
            "`pvenode task log {upid}` on {node}: what the task did last."
        ));
    }
    places
}

fn of_guest(places: &mut Vec<String>, step: &Step, guest: &GuestTarget) {
    let (tool, vmid, node) = (tool(guest.kind), guest.vmid, &guest.node);
    places.push(format!(
        "{node} → {vmid} ({}) → Summary in Proxmox' page, or `{tool} status {vmid} --verbose` on {node}: whether it \
         runs, and since when.",
        guest.name
    ));
    places.push(format!(
        "`{tool} config {vmid}` on {node}: its settings and disks, and whether Proxmox holds a lock on it."
    ));
    match &step.command {
        Command::Snapshot { .. } | Command::DeleteSnapshot { .. } | Command::Rollback { .. } => places.push(format!(
            "{vmid} → Snapshots in Proxmox' page, or `{tool} listsnapshot {vmid}` on {node}: which there are, and which \
             one it stands on."
        )),
        Command::Migrate { to, .. } | Command::HaMove { to, .. } => {
            places.push(format!("`{tool} status {vmid}` on {to} as well: on which of the two nodes it is."));
        }
        Command::Clone { .. } => places.push(
            "Server View in Proxmox' page: whether the copy is there, and whether a lock is left on it.".to_owned(),
        ),
        Command::Backup { .. } => places.push(format!("{vmid} → Backup in Proxmox' page: the youngest backup.")),
        _ => {}
    }
}

fn tool(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => "qm",
        GuestKind::Lxc => "pct",
    }
}
