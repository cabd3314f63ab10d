//! The catalogue's sentences. Names from Proxmox are put into them as they are, with one exception: a
//! character that a reader cannot see is shown as a replacement mark.

use argus_types::plan::{GuestTarget, StepTarget};
use argus_types::text::is_invisible;

use crate::facts::GuestFacts;

/// `web-01 (qemu 101)`.
pub(crate) fn guest_label(guest: &GuestFacts) -> String {
    label(
        &guest.name,
        &format!("{} {}", guest.key.kind, guest.key.vmid),
    )
}

/// `web-01 (qemu 101)`, `pve1`, `nfs:backup/…`.
pub(crate) fn target_label(target: &StepTarget) -> String {
    match target {
        StepTarget::Guest(guest) => named(guest),
        StepTarget::Node(node) => node.node.to_string(),
        StepTarget::Volume(volume) => volume.volume.to_string(),
    }
}

/// `web-01 (qemu 101)`.
pub(super) fn named(target: &GuestTarget) -> String {
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
