//! Power: start, shut down, stop, reboot, reset, pause, resume.

use argus_types::action::{Action, ActionKind};
use argus_types::cluster::GuestStatus;
use argus_types::id::GuestKind;
use argus_types::plan::{Command, Field, GuestTarget, StepClass, StopClass, Undo};

use super::effect::{Effect, again, change, expect, final_because, on, on_guest, own, undone_by};
use super::guard::{Refusal, refuse, require_known, require_vm};
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::value::{HIBERNATED, YES};

/// How long a guest may take to go down where nobody says, in seconds. Proxmox's own default.
const DEFAULT_SHUTDOWN_S: u16 = 60;
/// What Proxmox has no reliable way to do with a container.
const NO_PAUSE: &str = "Proxmox can pause virtual machines only; shut the container down instead";

pub(super) fn start(guest: &GuestFacts) -> Result<Command, Refusal> {
    let may = [GuestStatus::Stopped];
    require_known(guest, &may, "start", "resume it instead")?;
    Ok(Command::Start {})
}

pub(super) fn shutdown(guest: &GuestFacts, timeout_s: Option<u16>) -> Result<Command, Refusal> {
    let may = [GuestStatus::Running];
    require_known(guest, &may, "shut down", "resume it first, or stop it hard")?;
    Ok(Command::Shutdown {
        timeout_s: timeout_s.unwrap_or(DEFAULT_SHUTDOWN_S),
    })
}

pub(super) fn stop(guest: &GuestFacts) -> Result<Command, Refusal> {
    let may = [GuestStatus::Running, GuestStatus::Paused];
    require_known(guest, &may, "stop", "look at it in Proxmox")?;
    Ok(Command::Stop {})
}

pub(super) fn reboot(guest: &GuestFacts, timeout_s: Option<u16>) -> Result<Command, Refusal> {
    let may = [GuestStatus::Running];
    require_known(guest, &may, "reboot", "start or resume it instead")?;
    Ok(Command::Reboot {
        timeout_s: timeout_s.unwrap_or(DEFAULT_SHUTDOWN_S),
    })
}

pub(super) fn reset(guest: &GuestFacts) -> Result<Command, Refusal> {
    require_vm(guest, "it has no reset button; reboot it instead")?;
    let may = [GuestStatus::Running];
    require_known(guest, &may, "be reset", "start or resume it instead")?;
    Ok(Command::Reset {})
}

pub(super) fn suspend(guest: &GuestFacts) -> Result<Command, Refusal> {
    require_vm(guest, NO_PAUSE)?;
    let may = [GuestStatus::Running];
    require_known(guest, &may, "be paused", "there is nothing to pause")?;
    Ok(Command::Suspend {})
}

pub(super) fn resume(guest: &GuestFacts) -> Result<Command, Refusal> {
    require_vm(guest, NO_PAUSE)?;
    let may = [GuestStatus::Paused];
    require_known(guest, &may, "resume", "start it instead")?;
    Ok(Command::Resume {})
}

pub(super) fn hibernate(guest: &GuestFacts) -> Result<Command, Refusal> {
    require_vm(guest, NO_PAUSE)?;
    let may = [GuestStatus::Running];
    require_known(guest, &may, "hibernate", "resume it first")?;
    if guest.ha_managed {
        return refuse(
            "/target",
            format!(
                "{} is managed by HA, which would start it again; shut it down instead, or take it out of HA first",
                guest_label(guest)
            ),
        );
    }
    Ok(Command::Hibernate {})
}

/// What all power actions have in common: a call under `status/`, and a status that changes.
fn power(
    guest: &GuestFacts,
    target: &GuestTarget,
    action: ActionKind,
    title: String,
    verb: &str,
    after: GuestStatus,
    undo: Undo,
) -> Effect {
    Effect {
        action,
        title,
        method: "POST",
        path: own(target, &format!("status/{verb}")),
        parameters: Vec::new(),
        changes: vec![change("status", guest.status.as_str(), after.as_str())],
        relies_on: Vec::new(),
        proves: vec![expect(Field::Status {}, after.as_str())],
        undo,
        class: StepClass::Idempotent,
        max_attempts: 3,
        stop: StopClass::Instant,
        timeout_s: 60,
        privileges: on_guest(target, &["VM.PowerMgmt"]),
        ..Effect::blank()
    }
}

pub(super) fn effect_of_start(guest: &GuestFacts, target: &GuestTarget) -> Effect {
    Effect {
        timeout_s: match target.kind {
            // Proxmox gives a VM a second a GiB of memory, at least 30; this covers 270 GiB. Not taken from the
            // VM's memory: the plan must not change when that does.
            GuestKind::Qemu => 300,
            GuestKind::Lxc => 60,
        },
        ha: Some(("stopped", "started; HA carries it out".to_owned())),
        ..power(
            guest,
            target,
            ActionKind::Start,
            format!("Start {}", named(target)),
            "start",
            GuestStatus::Running,
            undone_by(
                Action::Shutdown {
                    target: again(target),
                    timeout_s: None,
                },
                "Shut it down again.",
            ),
        )
    }
}

pub(super) fn effect_of_shutdown(
    guest: &GuestFacts,
    target: &GuestTarget,
    timeout_s: u16,
) -> Effect {
    Effect {
        parameters: vec![("timeout", timeout_s.to_string())],
        stop: StopClass::RunsToItsEnd,
        timeout_s: u32::from(timeout_s) + 30,
        ha: Some(("started", "stopped; HA carries it out".to_owned())),
        ..power(
            guest,
            target,
            ActionKind::Shutdown,
            format!("Shut down {}", named(target)),
            "shutdown",
            GuestStatus::Stopped,
            undone_by(
                Action::Start {
                    target: again(target),
                },
                "Start it again.",
            ),
        )
    }
}

pub(super) fn effect_of_stop(guest: &GuestFacts, target: &GuestTarget) -> Effect {
    Effect {
        ha: Some(("started", "stopped; HA carries it out".to_owned())),
        ..power(
            guest,
            target,
            ActionKind::Stop,
            format!("Stop {} hard", named(target)),
            "stop",
            GuestStatus::Stopped,
            final_because("It can be started again; what it had not saved is gone."),
        )
    }
}

pub(super) fn effect_of_reboot(guest: &GuestFacts, target: &GuestTarget, timeout_s: u16) -> Effect {
    let effect = power(
        guest,
        target,
        ActionKind::Reboot,
        format!("Reboot {}", named(target)),
        "reboot",
        GuestStatus::Running,
        final_because("A reboot cannot be taken back."),
    );
    Effect {
        parameters: vec![("timeout", timeout_s.to_string())],
        changes: vec![change(
            "status",
            guest.status.as_str(),
            "down for a moment, then running",
        )],
        proves: vec![
            expect(Field::Status {}, GuestStatus::Running.as_str()),
            expect(Field::Restarted {}, YES),
        ],
        class: StepClass::UnsafeToRepeat,
        stop: StopClass::RunsToItsEnd,
        // The task ends when the guest is down; it still has to come up.
        timeout_s: u32::from(timeout_s) + 60,
        ..effect
    }
}

/// The process of a virtual machine goes on through a reset, and so does its uptime: nothing but the task's own end
/// tells that it happened, so a lost answer is a person's to judge.
pub(super) fn effect_of_reset(guest: &GuestFacts, target: &GuestTarget) -> Effect {
    Effect {
        changes: vec![change(
            "status",
            guest.status.as_str(),
            "cut off, then starting anew",
        )],
        class: StepClass::UnsafeToRepeat,
        ..power(
            guest,
            target,
            ActionKind::Reset,
            format!("Reset {}", named(target)),
            "reset",
            GuestStatus::Running,
            final_because("A reset cannot be taken back; what was not saved is gone."),
        )
    }
}

pub(super) fn effect_of_suspend(guest: &GuestFacts, target: &GuestTarget) -> Effect {
    power(
        guest,
        target,
        ActionKind::Suspend,
        format!("Pause {}", named(target)),
        "suspend",
        GuestStatus::Paused,
        undone_by(
            Action::Resume {
                target: again(target),
            },
            "Resume it.",
        ),
    )
}

pub(super) fn effect_of_resume(guest: &GuestFacts, target: &GuestTarget) -> Effect {
    power(
        guest,
        target,
        ActionKind::Resume,
        format!("Resume {}", named(target)),
        "resume",
        GuestStatus::Running,
        undone_by(
            Action::Suspend {
                target: again(target),
            },
            "Pause it again.",
        ),
    )
}

/// Starting it goes on from there. While it is off, Proxmox keeps the guest locked.
pub(super) fn effect_of_hibernate(guest: &GuestFacts, target: &GuestTarget) -> Effect {
    let effect = power(
        guest,
        target,
        ActionKind::Hibernate,
        format!("Hibernate {}", named(target)),
        "suspend",
        GuestStatus::Stopped,
        undone_by(
            Action::Start {
                target: again(target),
            },
            "Start it: it goes on where it was.",
        ),
    );
    let mut privileges = on_guest(target, &["VM.PowerMgmt", "VM.Config.Disk"]);
    // Proxmox puts the memory on the storage of the first disk that can hold it.
    for storage in guest.storages() {
        privileges.extend(on(
            format!("/storage/{storage}"),
            &["Datastore.AllocateSpace"],
        ));
    }
    Effect {
        parameters: vec![("todisk", "1".to_owned())],
        changes: vec![
            change(
                "status",
                guest.status.as_str(),
                "stopped, its memory on disk",
            ),
            change("Proxmox lock", "none", HIBERNATED),
        ],
        proves: vec![
            expect(Field::Status {}, GuestStatus::Stopped.as_str()),
            expect(Field::Lock {}, HIBERNATED),
        ],
        max_attempts: 2,
        stop: StopClass::RunsToItsEnd,
        timeout_s: 900,
        privileges,
        ..effect
    }
}
