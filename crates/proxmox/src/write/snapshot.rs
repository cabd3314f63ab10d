//! Snapshots of guests.

use super::{Write, guest_call, of_guest, task};
use crate::{
    call::CallBuilder,
    guest::{GuestRef, Kind},
    upid::Upid,
};

/// What to call a snapshot, and what it takes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotCreate {
    /// Name: a letter, then letters, digits, `-` and `_`, 2 to 40 in all. Proxmox refuses others, and `current`.
    pub name: String,
    /// Note.
    pub description: Option<String>,
    /// Whether to save memory as well. Virtual machines only; left out for containers.
    pub vmstate: bool,
}

/// `POST …/snapshot`, task `qmsnapshot` or `vzsnapshot`. Needs `VM.Snapshot`.
pub fn snapshot_create(guest: &GuestRef, options: &SnapshotCreate) -> Write<Upid> {
    let mut call = of_guest(guest)
        .segment("snapshot")
        .text("snapname", &options.name)
        .text_if("description", options.description.as_deref());
    if options.vmstate && guest.kind == Kind::Qemu {
        call = call.flag("vmstate", true);
    }
    task(call)
}

/// `DELETE …/snapshot/{name}`, task `qmdelsnapshot` or `vzdelsnapshot`. Needs `VM.Snapshot`. Never with `force`, which
/// forgets a snapshot whose disks are still there.
pub fn snapshot_delete(guest: &GuestRef, name: &str) -> Write<Upid> {
    task(
        guest_call(CallBuilder::delete(), guest)
            .segment("snapshot")
            .segment(name),
    )
}

/// `POST …/snapshot/{name}/rollback`, task `qmrollback` or `vzrollback`: a running guest is stopped hard first. Needs
/// `VM.Snapshot.Rollback` (or `VM.Snapshot`), with `start` also `VM.PowerMgmt`.
pub fn snapshot_rollback(guest: &GuestRef, name: &str, start: bool) -> Write<Upid> {
    let call = of_guest(guest)
        .segment("snapshot")
        .segment(name)
        .segment("rollback");
    task(call.flag_if("start", start))
}
