//! The guest agent: a sign of life, what it knows, and giving unused blocks back. Never a command or a file.

use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::plan::{Command, Field, GuestTarget, Privilege, StepClass, StopClass};

use super::effect::{Effect, change, expect, on_guest, own};
use super::guard::{Refusal, refuse, require_known, require_vm};
use super::words::{guest_label, named};
use crate::facts::GuestFacts;
use crate::twin::Twin;
use crate::value::YES;

/// From this release on the agent has privileges of its own.
const OWN_PRIVILEGES: u32 = 9;

pub(super) fn ask(guest: &GuestFacts, command: Command) -> Result<Command, Refusal> {
    require_vm(guest, "it has no guest agent")?;
    let may = [GuestStatus::Running];
    require_known(
        guest,
        &may,
        "answer through its agent",
        "start or resume it first",
    )?;
    if guest.config.as_ref().is_some_and(|config| !config.agent) {
        return refuse(
            "/target",
            format!(
                "{} has no guest agent configured; switch it on in Proxmox and install it in the guest",
                guest_label(guest)
            ),
        );
    }
    Ok(command)
}

fn privileges(target: &GuestTarget, twin: &Twin, name: &str) -> Vec<Privilege> {
    if twin.facts().inventory.is_before(OWN_PRIVILEGES) {
        on_guest(target, &["VM.Monitor"])
    } else {
        on_guest(target, &[name])
    }
}

fn asking(target: &GuestTarget, twin: &Twin) -> Effect {
    Effect {
        relies_on: vec![expect(Field::Agent {}, YES)],
        proves: vec![expect(Field::SaidDone {}, YES)],
        class: StepClass::Read,
        timeout_s: 30,
        privileges: privileges(target, twin, "VM.GuestAgent.Audit"),
        ..Effect::blank()
    }
}

pub(super) fn effect_of_ping(target: &GuestTarget, twin: &Twin) -> Effect {
    Effect {
        action: ActionKind::AgentPing,
        title: format!("Ask the agent of {} for a sign of life", named(target)),
        path: own(target, "agent/ping"),
        ..asking(target, twin)
    }
}

pub(super) fn effect_of_info(target: &GuestTarget, twin: &Twin) -> Effect {
    Effect {
        action: ActionKind::AgentInfo,
        title: format!("Ask the agent of {} about its system", named(target)),
        method: "GET",
        path: own(target, "agent/get-osinfo"),
        ..asking(target, twin)
    }
}

pub(super) fn effect_of_trim(target: &GuestTarget, twin: &Twin) -> Effect {
    Effect {
        action: ActionKind::AgentTrim,
        title: format!("Trim the file systems of {}", named(target)),
        path: own(target, "agent/fstrim"),
        changes: vec![change("unused blocks", "kept", "given back to the storage")],
        class: StepClass::Idempotent,
        stop: StopClass::RunsToItsEnd,
        timeout_s: 60,
        privileges: privileges(target, twin, "VM.GuestAgent.FileSystemMgmt"),
        ..asking(target, twin)
    }
}
