//! Power: start, shut down, stop, reboot, reset, pause, resume.

use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::id::GuestKind;
use argus_types::plan::{Command, Field, StepClass, StepTarget, StopClass, Undo};

use super::effect::{Effect, change, expect, final_because, undone_by};
use super::guard::{Refusal, require_known, require_vm};
use super::words::target_label;
use crate::twin::TwinGuest;
use crate::value::YES;

/// How long a guest may take to go down where nobody says, in seconds. Proxmox's own default.
const DEFAULT_SHUTDOWN_S: u16 = 60;
/// What Proxmox has no reliable way to do with a container.
const NO_PAUSE: &str = "Proxmox can pause virtual machines only; shut the container down instead";

pub(super) fn start(guest: &TwinGuest<'_>) -> Result<Command, Refusal> {
    let may = [GuestStatus::Stopped];
    require_known(guest, &may, "start", "resume it instead")?;
    Ok(Command::Start {})
}

pub(super) fn shutdown(guest: &TwinGuest<'_>, timeout_s: Option<u16>) -> Result<Command, Refusal> {
    let may = [GuestStatus::Running];
    require_known(guest, &may, "shut down", "resume it first, or stop it hard")?;
    Ok(Command::Shutdown {
        timeout_s: timeout_s.unwrap_or(DEFAULT_SHUTDOWN_S),
    })
}

pub(super) fn stop(guest: &TwinGuest<'_>) -> Result<Command, Refusal> {
    let may = [GuestStatus::Running, GuestStatus::Paused];
    require_known(guest, &may, "stop", "look at it in Proxmox")?;
    Ok(Command::Stop {})
}

pub(super) fn reboot(guest: &TwinGuest<'_>, timeout_s: Option<u16>) -> Result<Command, Refusal> {
    let may = [GuestStatus::Running];
    require_known(guest, &may, "reboot", "start or resume it instead")?;
    Ok(Command::Reboot {
        timeout_s: timeout_s.unwrap_or(DEFAULT_SHUTDOWN_S),
    })
}

pub(super) fn reset(guest: &TwinGuest<'_>) -> Result<Command, Refusal> {
    require_vm(guest, "it has no reset button; reboot it instead")?;
    let may = [GuestStatus::Running];
    require_known(guest, &may, "be reset", "start or resume it instead")?;
    Ok(Command::Reset {})
}

pub(super) fn suspend(guest: &TwinGuest<'_>) -> Result<Command, Refusal> {
    require_vm(guest, NO_PAUSE)?;
    let may = [GuestStatus::Running];
    require_known(guest, &may, "be paused", "there is nothing to pause")?;
    Ok(Command::Suspend {})
}

pub(super) fn resume(guest: &TwinGuest<'_>) -> Result<Command, Refusal> {
    require_vm(guest, NO_PAUSE)?;
    let may = [GuestStatus::Paused];
    require_known(guest, &may, "resume", "start it instead")?;
    Ok(Command::Resume {})
}

/// What all power actions have in common: a call under `status/`, and a status that changes.
fn power(
    guest: &TwinGuest<'_>,
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
        path: format!("status/{verb}"),
        parameters: Vec::new(),
        changes: vec![change("status", guest.status.as_str(), after.as_str())],
        relies_on: Vec::new(),
        proves: vec![expect(Field::Status {}, after.as_str())],
        undo,
        class: StepClass::Idempotent,
        max_attempts: 3,
        stop: StopClass::Instant,
        timeout_s: 60,
        privileges: vec!["VM.PowerMgmt"],
        ha: None,
    }
}

pub(super) fn effect_of_start(guest: &TwinGuest<'_>, target: &StepTarget) -> Effect {
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
            ActionKind::Start,
            format!("Start {}", target_label(target)),
            "start",
            GuestStatus::Running,
            undone_by("Shut it down again."),
        )
    }
}

pub(super) fn effect_of_shutdown(
    guest: &TwinGuest<'_>,
    target: &StepTarget,
    timeout_s: u16,
) -> Effect {
    Effect {
        parameters: vec![("timeout", timeout_s.to_string())],
        stop: StopClass::RunsToItsEnd,
        timeout_s: u32::from(timeout_s) + 30,
        ha: Some(("started", "stopped; HA carries it out".to_owned())),
        ..power(
            guest,
            ActionKind::Shutdown,
            format!("Shut down {}", target_label(target)),
            "shutdown",
            GuestStatus::Stopped,
            undone_by("Start it again."),
        )
    }
}

pub(super) fn effect_of_stop(guest: &TwinGuest<'_>, target: &StepTarget) -> Effect {
    Effect {
        ha: Some(("started", "stopped; HA carries it out".to_owned())),
        ..power(
            guest,
            ActionKind::Stop,
            format!("Stop {} hard", target_label(target)),
            "stop",
            GuestStatus::Stopped,
            final_because("It can be started again; what it had not saved is gone."),
        )
    }
}

pub(super) fn effect_of_reboot(
    guest: &TwinGuest<'_>,
    target: &StepTarget,
    timeout_s: u16,
) -> Effect {
    let effect = power(
        guest,
        ActionKind::Reboot,
        format!("Reboot {}", target_label(target)),
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
pub(super) fn effect_of_reset(guest: &TwinGuest<'_>, target: &StepTarget) -> Effect {
    Effect {
        changes: vec![change(
            "status",
            guest.status.as_str(),
            "cut off, then starting anew",
        )],
        class: StepClass::UnsafeToRepeat,
        ..power(
            guest,
            ActionKind::Reset,
            format!("Reset {}", target_label(target)),
            "reset",
            GuestStatus::Running,
            final_because("A reset cannot be taken back; what was not saved is gone."),
        )
    }
}

pub(super) fn effect_of_suspend(guest: &TwinGuest<'_>, target: &StepTarget) -> Effect {
    power(
        guest,
        ActionKind::Suspend,
        format!("Pause {}", target_label(target)),
        "suspend",
        GuestStatus::Paused,
        undone_by("Resume it."),
    )
}

pub(super) fn effect_of_resume(guest: &TwinGuest<'_>, target: &StepTarget) -> Effect {
    power(
        guest,
        ActionKind::Resume,
        format!("Resume {}", target_label(target)),
        "resume",
        GuestStatus::Running,
        undone_by("Pause it again."),
    )
}
