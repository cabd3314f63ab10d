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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn step(target: &Value, command: &Value) -> Step {
        let step = json!({
            "number": 1, "action": "guest.stop", "title": "", "target": target, "command": command,
            "call": { "method": "POST", "path": "", "parameters": {} },
            "changes": [], "read_set": [], "post_checks": [], "undo": { "possible": false, "how": "" },
            "class": "idempotent", "stop_class": "instant", "worst_case": "", "locks": [],
            "max_attempts": 1, "timeout_s": 60, "privileges": [],
        });
        serde_json::from_value(step).unwrap()
    }

    fn guest(kind: &str) -> Value {
        json!({ "of": "guest", "kind": kind, "vmid": 101, "name": "web-01", "node": "pve1", "ha_managed": false })
    }

    fn progress(state: &str) -> StepProgress {
        serde_json::from_value(json!({
            "number": 1, "title": "", "state": state, "attempt": 1, "upid": null, "adopted": false,
            "started_at": null, "ended_at": null, "exit": null, "failure": null, "message": null,
            "pre_check": [], "post_check": [], "log_lines": 0, "warnings": [],
        }))
        .unwrap()
    }

    #[test]
    fn the_places_name_the_guest_by_its_own_tool_and_each_task_by_its_id() {
        let stop = json!({ "command": "stop" });
        let of_vm = places(&step(&guest("qemu"), &stop), &["UPID:x"]).join("\n");
        assert!(
            of_vm.contains("`qm status 101 --verbose` on pve1"),
            "{of_vm}"
        );
        assert!(of_vm.contains("`pvenode task log UPID:x`"), "{of_vm}");
        assert!(!of_vm.contains("task list"), "{of_vm}");
        let of_container = places(&step(&guest("lxc"), &stop), &[]).join("\n");
        assert!(of_container.contains("`pct status 101"), "{of_container}");
        assert!(
            of_container.contains("`pvenode task list`"),
            "{of_container}"
        );
        let volume = json!({ "of": "volume", "volume": "nfs:iso/a.iso", "node": "pve2" });
        let of_volume = places(&step(&volume, &json!({ "command": "delete_volume" })), &[]);
        assert!(
            of_volume[0].contains("`pvesm list nfs` on pve2"),
            "{of_volume:?}"
        );
    }

    #[test]
    fn a_step_is_undecided_where_it_needs_a_person_or_its_journal_ends_in_the_middle_of_it() {
        let attention = ExecutionState::NeedsAttention;
        for state in [
            "needs_attention",
            "intended",
            "submitted",
            "indeterminate",
            "observed",
        ] {
            let steps = [progress("succeeded"), progress(state)];
            assert_eq!(undecided(attention, &steps), Some(&steps[1]), "{state}");
            assert_eq!(undecided(ExecutionState::Failed, &steps), None);
        }
        for state in [
            "pending",
            "checking",
            "pre_checked",
            "failed",
            "not_started",
        ] {
            assert_eq!(undecided(attention, &[progress(state)]), None, "{state}");
        }
    }
}
