//! Moving a guest to another node.

use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKind, NodeName};
use argus_types::plan::{Command, Field, MigrateMode, StepClass, StepTarget, StopClass};

use super::effect::{Effect, change, expect, undone_by};
use super::guard::{Refusal, refuse, unknown_status};
use super::words::{guest_label, target_label};
use crate::inventory::Inventory;
use crate::twin::TwinGuest;
use crate::value::{NONE, YES};

pub(super) fn migrate(
    guest: &TwinGuest<'_>,
    inventory: &Inventory,
    to: &NodeName,
) -> Result<Command, Refusal> {
    let label = guest_label(guest.facts);
    if !inventory.is_online(to) {
        return refuse(
            "/node",
            format!("{to} does not answer, so {label} cannot move there; choose another node"),
        );
    }
    // Proxmox answered for the guest as it is now. After an earlier step of this plan that answer is worth
    // nothing; the step then relies on a fresh one alone.
    if guest.is_as_read() {
        match guest.facts.migrate.get(to) {
            Some(Ok(())) => {}
            Some(Err(reason)) => {
                return refuse(
                    "/node",
                    format!("Proxmox does not let {label} move to {to}: {reason}"),
                );
            }
            None => {
                return refuse(
                    "/node",
                    format!("Proxmox did not say whether {label} may move to {to}; try again"),
                );
            }
        }
    }
    let mode = match (guest.facts.key.kind, guest.status) {
        (_, GuestStatus::Stopped) => MigrateMode::Offline,
        // A paused VM is in memory as well and moves with it.
        (GuestKind::Qemu, GuestStatus::Running | GuestStatus::Paused) => MigrateMode::Online,
        (GuestKind::Lxc, GuestStatus::Running) => MigrateMode::Restart,
        (GuestKind::Lxc, GuestStatus::Paused) => {
            return refuse(
                "/target",
                format!("{label} is paused and cannot move; resume it in Proxmox first"),
            );
        }
        (_, GuestStatus::Unknown) => return unknown_status(&label),
    };
    Ok(Command::Migrate {
        to: to.clone(),
        mode,
    })
}

pub(super) fn effect_of_migrate(
    guest: &TwinGuest<'_>,
    target: &StepTarget,
    to: &NodeName,
    mode: MigrateMode,
) -> Effect {
    let (how, parameter, again) = match mode {
        MigrateMode::Online => (", live", Some("online"), ""),
        MigrateMode::Offline => ("", None, ""),
        MigrateMode::Restart => (
            ", restarting it",
            Some("restart"),
            ", which restarts it once more",
        ),
    };
    let mut parameters = vec![("target", to.to_string())];
    parameters.extend(parameter.map(|name| (name, "1".to_owned())));
    let mut changes = vec![change("node", guest.node.to_string(), to.to_string())];
    if mode == MigrateMode::Restart {
        changes.push(change(
            "status",
            guest.status.as_str(),
            "down while it moves, then running",
        ));
    }
    Effect {
        action: ActionKind::Migrate,
        title: format!(
            "Migrate {} from {} to {to}{how}",
            target_label(target),
            target.node
        ),
        method: "POST",
        path: "migrate".to_owned(),
        parameters,
        changes,
        relies_on: vec![
            expect(Field::NodeOnline { node: to.clone() }, YES),
            expect(Field::MigrateAllowed { to: to.clone() }, YES),
        ],
        proves: vec![
            expect(Field::Node {}, to.to_string()),
            expect(Field::Status {}, guest.status.as_str()),
            expect(Field::Lock {}, NONE),
        ],
        undo: undone_by(format!("Migrate it back to {}{again}.", target.node)),
        class: StepClass::UnsafeToRepeat,
        max_attempts: 3,
        stop: StopClass::RunsToItsEnd,
        timeout_s: match target.kind {
            GuestKind::Qemu => 3600,
            GuestKind::Lxc => 1800,
        },
        privileges: vec!["VM.Migrate"],
        ha: Some(("as it is", format!("move to {to}; HA carries it out"))),
    }
}
