//! The catalogue's sentences. Names from Proxmox are put into them as they are, with one exception: a
//! character that a reader cannot see is shown as a replacement mark.

use argus_types::action::ActionKind;
use argus_types::plan::StepTarget;
use argus_types::text::is_invisible;

use crate::facts::GuestFacts;

/// `web-01 (qemu 101)`.
pub(crate) fn guest_label(guest: &GuestFacts) -> String {
    label(
        &guest.name,
        &format!("{} {}", guest.key.kind, guest.key.vmid),
    )
}

/// `web-01 (qemu 101)`.
pub(crate) fn target_label(target: &StepTarget) -> String {
    label(&target.name, &format!("{} {}", target.kind, target.vmid))
}

fn label(name: &str, key: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| {
            if is_invisible(c) || c == '\n' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect();
    if name.trim().is_empty() {
        key.to_owned()
    } else {
        format!("{name} ({key})")
    }
}

/// The verb in the middle of a sentence.
pub(crate) fn verb(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Start => "start",
        ActionKind::Shutdown => "shut down",
        ActionKind::Stop => "hard-stop",
        ActionKind::Reboot => "reboot",
        ActionKind::Reset => "reset",
        ActionKind::Suspend => "pause",
        ActionKind::Resume => "resume",
        ActionKind::Snapshot => "snapshot",
        ActionKind::DeleteSnapshot => "delete a snapshot of",
        ActionKind::Rollback => "roll back",
        ActionKind::SetConfig => "change settings of",
        ActionKind::Migrate => "migrate",
    }
}
