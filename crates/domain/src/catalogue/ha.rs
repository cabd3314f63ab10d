//! High availability: what it looks after, what it wishes, and moves that it carries out.

use argus_types::action::{Action, ActionKind, HaState};
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKind, NodeName};
use argus_types::plan::{Command, Expectation, Field, GuestTarget, StopClass};

use super::decide::Setting;
use super::effect::{
    Basis, Effect, HA_EXTRA_S, again, change, expect, on, undone_by, undone_by_hand,
};
use super::guard::{Refusal, refuse};
use super::migrate::require_way;
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::value::{NO, NONE, YES, yes_no};

pub(super) fn add(guest: &GuestFacts, state: HaState) -> Result<Command, Refusal> {
    match require_known_wish(guest)? {
        None => Ok(Command::HaAdd { state }),
        Some(now) => refuse(
            "/target",
            format!(
                "HA already keeps {} {}; ask for `ha.set` to change that",
                guest_label(guest),
                now.as_str()
            ),
        ),
    }
}

pub(super) fn set(guest: &GuestFacts, state: HaState) -> Result<Command, Refusal> {
    match require_known_wish(guest)? {
        Some(_) => Ok(Command::HaSet { state }),
        None => not_managed(guest),
    }
}

pub(super) fn remove(guest: &GuestFacts) -> Result<Command, Refusal> {
    match require_known_wish(guest)? {
        Some(_) => Ok(Command::HaRemove {}),
        None => not_managed(guest),
    }
}

pub(super) fn move_to(
    guest: &GuestFacts,
    setting: Setting<'_>,
    to: &NodeName,
    relocate: bool,
) -> Result<Command, Refusal> {
    match require_known_wish(guest)? {
        None => return not_managed(guest),
        Some(HaState::Ignored) => {
            return refuse(
                "/target",
                format!(
                    "HA ignores {} and would not move it; ask for `guest.migrate`",
                    guest_label(guest)
                ),
            );
        }
        Some(_) => {}
    }
    require_way(guest, setting, to)?;
    Ok(Command::HaMove {
        to: to.clone(),
        relocate,
    })
}

fn require_known_wish(guest: &GuestFacts) -> Result<Option<HaState>, Refusal> {
    guest.kept.ha.ok_or_else(|| Refusal {
        part: "/target",
        message: format!(
            "Proxmox did not say what HA does with {}; give Argus' token Sys.Audit on / and try again",
            guest_label(guest)
        ),
    })
}

fn not_managed<T>(guest: &GuestFacts) -> Result<T, Refusal> {
    refuse(
        "/target",
        format!(
            "{} is not managed by HA; ask for `ha.add` first",
            guest_label(guest)
        ),
    )
}

/// Proxmox's name of the guest within high availability: `vm:101`.
fn service(target: &GuestTarget) -> String {
    let kind = match target.kind {
        GuestKind::Qemu => "vm",
        GuestKind::Lxc => "ct",
    };
    format!("{kind}:{}", target.vmid)
}

fn wish(guest: &GuestFacts) -> &'static str {
    guest.kept.ha.flatten().map_or(NONE, HaState::as_str)
}

fn now(guest: &GuestFacts) -> Option<HaState> {
    guest.kept.ha.flatten()
}

/// The status that high availability brings about, where it brings about one.
fn status_under(guest: &GuestFacts, state: HaState) -> Option<Expectation> {
    let status = match state {
        HaState::Started => GuestStatus::Running,
        HaState::Stopped | HaState::Disabled => GuestStatus::Stopped,
        HaState::Ignored => return None,
    };
    (guest.status != status).then(|| expect(Field::Status {}, status.as_str()))
}

/// What all changes of what high availability keeps have in common.
fn keeping(guest: &GuestFacts, state: Option<HaState>) -> Effect {
    let after = state.map_or(NONE, HaState::as_str);
    let mut changes = vec![change("wish kept by HA", wish(guest), after)];
    let mut proves = vec![expect(Field::HaState {}, after)];
    let mut relies_on = vec![expect(Field::HaState {}, wish(guest))];
    let mut timeout_s = 60;
    if let Some(status) = state.and_then(|state| status_under(guest, state)) {
        changes.push(change(
            "status",
            guest.status.as_str(),
            status.value.clone(),
        ));
        relies_on.push(expect(Field::Status {}, guest.status.as_str()));
        proves.push(status);
        timeout_s = 180 + HA_EXTRA_S;
    }
    Effect {
        basis: Basis::Identity,
        changes,
        relies_on,
        proves,
        stop: StopClass::RunsToItsEnd,
        timeout_s,
        privileges: on("/", &["Sys.Console"]),
        ..Effect::blank()
    }
}

pub(super) fn effect_of_add(guest: &GuestFacts, target: &GuestTarget, state: HaState) -> Effect {
    let mut effect = keeping(guest, Some(state));
    effect.relies_on.push(expect(Field::HaManaged {}, NO));
    let managed = yes_no(state.is_acted_on());
    effect.proves.push(expect(Field::HaManaged {}, managed));
    Effect {
        action: ActionKind::HaAdd,
        title: format!("Let HA keep {} {}", named(target), state.as_str()),
        path: "/cluster/ha/resources".to_owned(),
        parameters: vec![
            ("sid", service(target)),
            ("state", state.as_str().to_owned()),
        ],
        undo: if status_under(guest, state).is_some() {
            undone_by_hand(format!(
                "Take it out of HA again, and see to it that it is {} again.",
                guest.status.as_str()
            ))
        } else {
            undone_by(
                Action::HaRemove {
                    target: again(target),
                },
                "Take it out of HA again.",
            )
        },
        ..effect
    }
}

pub(super) fn effect_of_set(guest: &GuestFacts, target: &GuestTarget, state: HaState) -> Effect {
    Effect {
        action: ActionKind::HaSet,
        title: format!("Let HA keep {} {}", named(target), state.as_str()),
        method: "PUT",
        path: format!("/cluster/ha/resources/{}", service(target)),
        parameters: vec![("state", state.as_str().to_owned())],
        undo: match now(guest) {
            // What is ignored stays as it is found, and does not become what it was.
            Some(HaState::Ignored) | None if status_under(guest, state).is_some() => {
                undone_by_hand(format!(
                    "Let HA keep it {} again, and see to it that it is {} again.",
                    wish(guest),
                    guest.status.as_str()
                ))
            }
            before => undone_by(
                Action::HaSet {
                    target: again(target),
                    state: before.unwrap_or(HaState::Ignored),
                },
                format!("Let HA keep it {} again.", wish(guest)),
            ),
        },
        ..keeping(guest, Some(state))
    }
}

pub(super) fn effect_of_remove(guest: &GuestFacts, target: &GuestTarget) -> Effect {
    let mut effect = keeping(guest, None);
    let managed = yes_no(guest.ha_managed);
    effect.relies_on.push(expect(Field::HaManaged {}, managed));
    effect.proves.push(expect(Field::HaManaged {}, NO));
    Effect {
        action: ActionKind::HaRemove,
        title: format!("Take {} out of HA", named(target)),
        method: "DELETE",
        path: format!("/cluster/ha/resources/{}", service(target)),
        undo: undone_by(
            Action::HaAdd {
                target: again(target),
                state: now(guest).unwrap_or(HaState::Ignored),
            },
            format!("Let HA keep it {} again.", wish(guest)),
        ),
        ..effect
    }
}

pub(super) fn effect_of_move(
    guest: &GuestFacts,
    target: &GuestTarget,
    to: &NodeName,
    relocate: bool,
) -> Effect {
    let node = target.node.clone();
    let (action, verb, undo) = if relocate {
        (
            ActionKind::HaRelocate,
            "relocate",
            Action::HaRelocate {
                target: again(target),
                node: node.clone(),
            },
        )
    } else {
        (
            ActionKind::HaMigrate,
            "migrate",
            Action::HaMigrate {
                target: again(target),
                node: node.clone(),
            },
        )
    };
    let mut changes = vec![change("node", node.to_string(), to.to_string())];
    if relocate && guest.status == GuestStatus::Running {
        changes.push(change(
            "status",
            "running",
            "down while it moves, then running",
        ));
    }
    Effect {
        action,
        title: format!("Let HA {verb} {} from {node} to {to}", named(target)),
        path: format!("/cluster/ha/resources/{}/{verb}", service(target)),
        parameters: vec![("node", to.to_string())],
        changes,
        relies_on: vec![
            expect(Field::HaState {}, wish(guest)),
            expect(Field::NodeOnline { node: to.clone() }, YES),
            expect(Field::MigrateAllowed { to: to.clone() }, YES),
        ],
        proves: vec![
            expect(Field::Node {}, to.to_string()),
            expect(Field::Status {}, guest.status.as_str()),
            expect(Field::Lock {}, NONE),
        ],
        undo: undone_by(undo, format!("Let HA move it back to {node}.")),
        stop: StopClass::RunsToItsEnd,
        timeout_s: 3600,
        privileges: on("/", &["Sys.Console"]),
        ..Effect::blank()
    }
}
