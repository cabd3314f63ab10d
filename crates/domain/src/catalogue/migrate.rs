//! Moving a guest to another node.

use argus_types::action::{Action, ActionKind};
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKind, NodeName};
use argus_types::plan::{Command, Field, GuestTarget, MigrateMode, StepClass, StopClass};

use super::decide::Setting;
use super::effect::{Effect, again, change, expect, on_guest, own, undone_by};
use super::guard::{Refusal, refuse, unknown_status};
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::value::{NONE, YES};

pub(super) fn migrate(
    guest: &GuestFacts,
    setting: Setting<'_>,
    to: &NodeName,
) -> Result<Command, Refusal> {
    let label = guest_label(guest);
    let mode = match (guest.key.kind, guest.status) {
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
    require_way(guest, setting, to)?;
    Ok(Command::Migrate {
        to: to.clone(),
        mode,
    })
}

/// Whether Proxmox lets the guest move to the node, as far as it was asked.
pub(super) fn require_way(
    guest: &GuestFacts,
    setting: Setting<'_>,
    to: &NodeName,
) -> Result<(), Refusal> {
    let label = guest_label(guest);
    let inventory = setting.inventory();
    if !inventory.is_online(to) {
        return refuse(
            "/node",
            format!("{to} does not answer, so {label} cannot move there; choose another node"),
        );
    }
    // Proxmox answered for the guest as it is now. After an earlier step of this plan that answer is worth
    // nothing; the step then relies on a fresh one alone.
    if setting.twin.is_as_read(guest.key) {
        match guest.migrate.get(to) {
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
    Ok(())
}

pub(super) fn effect_of_migrate(
    guest: &GuestFacts,
    target: &GuestTarget,
    to: &NodeName,
    mode: MigrateMode,
) -> Effect {
    let (how, parameter, once_more) = match mode {
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
            named(target),
            target.node
        ),
        method: "POST",
        path: own(target, "migrate"),
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
        undo: undone_by(
            Action::Migrate {
                target: again(target),
                node: target.node.clone(),
            },
            format!("Migrate it back to {}{once_more}.", target.node),
        ),
        class: StepClass::UnsafeToRepeat,
        max_attempts: 3,
        stop: StopClass::RunsToItsEnd,
        timeout_s: match target.kind {
            GuestKind::Qemu => 3600,
            GuestKind::Lxc => 1800,
        },
        privileges: on_guest(target, &["VM.Migrate"]),
        ha: Some(("as it is", format!("move to {to}; HA carries it out"))),
        ..Effect::blank()
    }
}
