//! Guests that go.

use super::{Write, guest_call, task};
use crate::{call::CallBuilder, guest::GuestRef, upid::Upid};

/// What goes along with a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destroy {
    /// Whether it is taken out of backup jobs, replication and high availability. Without, Proxmox refuses a guest that
    /// is replicated or managed.
    pub purge: bool,
    /// Whether volumes with its number go that its configuration does not name.
    pub unreferenced_disks: bool,
}

/// `DELETE …`: removes a guest with its disks, for good. Task `qmdestroy` or `vzdestroy`. Needs `VM.Allocate`. Refused
/// for a guest that runs or is protected. Never with `force`, which kills a running container first.
///
/// Both options are always said: what Proxmox does without differs between the kinds.
pub fn destroy(guest: &GuestRef, options: Destroy) -> Write<Upid> {
    let call = guest_call(CallBuilder::delete(), guest)
        .flag("purge", options.purge)
        .flag("destroy-unreferenced-disks", options.unreferenced_disks);
    task(call)
}
