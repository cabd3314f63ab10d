//! Nodes: restart, switch off, wake, their services and package lists.

use argus_types::action::{Action, ActionKind, Service};
use argus_types::id::NodeName;
use argus_types::plan::{Command, Expectation, Field, Lock, StepClass, StopClass};

use super::decide::{Decision, Setting};
use super::effect::{
    Effect, change, expect, final_because, on, on_node, undone_by, undone_by_hand,
};
use super::guard::{Refusal, refuse};
use crate::facts::GuestFacts;
use crate::twin::Twin;
use crate::value::{NO, RUNNING, UNKNOWN, YES};

pub(super) fn decide(
    action: &Action,
    node: &NodeName,
    setting: Setting<'_>,
) -> Result<Decision, Refusal> {
    let online = setting.inventory().is_online(node);
    if let Action::WakeNode { .. } = action {
        return Ok(if online {
            Decision::Skip("it already is online".to_owned())
        } else {
            Decision::Do(Command::WakeNode {})
        });
    }
    if !online {
        return refuse(
            "/node",
            format!("{node} does not answer; bring it back first"),
        );
    }
    let command = match action {
        Action::RebootNode { .. } => {
            require_empty(node, setting)?;
            Command::RebootNode {}
        }
        Action::ShutdownNode { .. } => {
            require_empty(node, setting)?;
            Command::ShutdownNode {}
        }
        Action::RestartService { service, .. } => {
            require_running(node, *service, setting)?;
            Command::RestartService { service: *service }
        }
        Action::ReloadService { service, .. } => {
            require_running(node, *service, setting)?;
            Command::ReloadService { service: *service }
        }
        Action::RefreshPackages { .. } => Command::RefreshPackages {},
        // The planner makes migrations of it.
        _ => return refuse("", "this is not a step on a node".to_owned()),
    };
    Ok(Decision::Do(command))
}

/// Nothing runs on it, and the others keep the quorum.
fn require_empty(node: &NodeName, setting: Setting<'_>) -> Result<(), Refusal> {
    let inventory = setting.inventory();
    let running = inventory.running_on(node);
    if running > 0 {
        return refuse(
            "/node",
            format!(
                "{running} guests run on {node}; drain it first, in the same proposal if you like"
            ),
        );
    }
    if !inventory.is_quorate_without(node) {
        let (votes, all) = inventory.votes();
        return refuse(
            "/node",
            format!(
                "without {node} only {} of {all} nodes would be together, and the cluster would lose its quorum",
                votes.saturating_sub(1)
            ),
        );
    }
    Ok(())
}

fn require_running(node: &NodeName, service: Service, setting: Setting<'_>) -> Result<(), Refusal> {
    let name = service.as_str();
    match service_state(node, service, setting.twin) {
        Some(RUNNING) => Ok(()),
        Some(state) => refuse(
            "/service",
            format!("{name} on {node} is {state}; look at it in Proxmox first"),
        ),
        None => refuse(
            "/service",
            format!("Proxmox did not say how {name} on {node} is; try again"),
        ),
    }
}

fn service_state<'a>(node: &NodeName, service: Service, twin: &'a Twin) -> Option<&'a str> {
    let state = twin.facts().nodes.get(node)?.services.get(&service)?;
    Some(state)
}

pub(super) fn effect(command: &Command, node: &NodeName, twin: &Twin) -> Effect {
    match command {
        Command::RebootNode {} => effect_of_reboot(node, twin),
        Command::ShutdownNode {} => effect_of_shutdown(node),
        Command::WakeNode {} => effect_of_wake(node),
        Command::RestartService { service } => effect_of_restart(node, *service, twin),
        Command::ReloadService { service } => effect_of_reload(node, *service, twin),
        _ => effect_of_refresh(node),
    }
}

fn online(node: &NodeName, online: &str) -> Expectation {
    expect(Field::NodeOnline { node: node.clone() }, online)
}

fn privileges(node: &NodeName, name: &str) -> Vec<argus_types::plan::Privilege> {
    on(format!("/nodes/{node}"), &[name])
}

/// What restarting and switching off have in common.
fn going_down(node: &NodeName, command: &str) -> Effect {
    Effect {
        path: on_node(node, "status"),
        parameters: vec![("command", command.to_owned())],
        relies_on: vec![
            online(node, YES),
            expect(Field::NodeRuns { node: node.clone() }, "0"),
            expect(Field::QuorateWithout { node: node.clone() }, YES),
        ],
        class: StepClass::UnsafeToRepeat,
        max_attempts: 2,
        stop: StopClass::RunsToItsEnd,
        timeout_s: 900,
        locks: vec![Lock::Maintenance {}],
        privileges: privileges(node, "Sys.PowerMgmt"),
        ..Effect::blank()
    }
}

fn effect_of_reboot(node: &NodeName, twin: &Twin) -> Effect {
    let starting: Vec<&str> = twin
        .facts()
        .guests
        .values()
        .filter(|guest| guest.node == *node && guest.starts_with_its_node())
        .map(|guest: &GuestFacts| guest.name.as_str())
        .collect();
    let mut changes = vec![change(
        "node",
        "online",
        "away for some minutes, then online",
    )];
    if !starting.is_empty() {
        changes.push(change(
            "guests that start with it",
            "stopped",
            format!("running: {}", starting.join(", ")),
        ));
    }
    Effect {
        action: ActionKind::RebootNode,
        title: format!("Reboot node {node}"),
        changes,
        proves: vec![online(node, YES), expect(Field::NodeRestarted {}, YES)],
        undo: final_because("A reboot cannot be taken back."),
        worst_case: Some(
            "The node may not come back by itself; then somebody has to go there.".to_owned(),
        ),
        ..going_down(node, "reboot")
    }
}

fn effect_of_shutdown(node: &NodeName) -> Effect {
    Effect {
        action: ActionKind::ShutdownNode,
        title: format!("Shut down node {node}"),
        changes: vec![change("node", "online", "switched off")],
        proves: vec![online(node, NO)],
        undo: final_because(
            "Only its power button brings it back, or waking it over the network where that is set up.",
        ),
        ..going_down(node, "shutdown")
    }
}

fn effect_of_wake(node: &NodeName) -> Effect {
    Effect {
        action: ActionKind::WakeNode,
        title: format!("Wake node {node}"),
        path: on_node(node, "wakeonlan"),
        changes: vec![change("node", "away", "online")],
        relies_on: vec![online(node, NO)],
        proves: vec![online(node, YES)],
        undo: undone_by(
            Action::ShutdownNode { node: node.clone() },
            "Shut it down again.",
        ),
        stop: StopClass::RunsToItsEnd,
        timeout_s: 600,
        privileges: privileges(node, "Sys.PowerMgmt"),
        ..Effect::blank()
    }
}

fn effect_of_restart(node: &NodeName, service: Service, twin: &Twin) -> Effect {
    let name = service.as_str();
    let state = service_state(node, service, twin).unwrap_or(UNKNOWN);
    let field = Field::Service { service };
    Effect {
        action: ActionKind::RestartService,
        title: format!("Restart {name} on {node}"),
        path: on_node(node, &format!("services/{name}/restart")),
        changes: vec![change(format!("service {name}"), state, "restarted")],
        relies_on: vec![online(node, YES), expect(field.clone(), state)],
        proves: vec![expect(field, RUNNING), expect(Field::SaidDone {}, YES)],
        undo: undone_by_hand("There is nothing to take back."),
        timeout_s: 120,
        privileges: privileges(node, "Sys.Modify"),
        ..Effect::blank()
    }
}

fn effect_of_reload(node: &NodeName, service: Service, twin: &Twin) -> Effect {
    let name = service.as_str();
    Effect {
        action: ActionKind::ReloadService,
        title: format!("Reload {name} on {node}"),
        path: on_node(node, &format!("services/{name}/reload")),
        changes: vec![change(
            format!("configuration of {name}"),
            "as it was read",
            "read again",
        )],
        ..effect_of_restart(node, service, twin)
    }
}

fn effect_of_refresh(node: &NodeName) -> Effect {
    Effect {
        action: ActionKind::RefreshPackages,
        title: format!("Refresh the list of packages of {node}"),
        path: on_node(node, "apt/update"),
        changes: vec![change("list of packages", "as it was", "of today")],
        relies_on: vec![online(node, YES)],
        proves: vec![expect(Field::SaidDone {}, YES)],
        stop: StopClass::SafePoint,
        timeout_s: 300,
        privileges: privileges(node, "Sys.Modify"),
        ..Effect::blank()
    }
}
