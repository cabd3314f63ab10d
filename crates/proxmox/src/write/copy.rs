//! Copies of guests.

use super::{ImageFormat, Write, of_guest, task};
use crate::{
    guest::{GuestRef, Kind},
    upid::Upid,
};

/// What a clone is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneGuest {
    /// Its number. Nothing reserves one: who comes second is refused.
    pub newid: u32,
    /// Whether its disks are copies of their own. Otherwise they stand on the template's; Proxmox refuses that of a
    /// guest that is no template.
    pub full: bool,
    /// Its name, a container's host name.
    pub name: Option<String>,
    /// Node that it goes to; the storages have to be shared then.
    pub target: Option<String>,
    /// Storage of its disks; full clones only.
    pub storage: Option<String>,
    /// Format of its disks; full clones of virtual machines only, left out for containers.
    pub format: Option<ImageFormat>,
    /// Pool that it goes into.
    pub pool: Option<String>,
    /// Snapshot to clone instead of the present state.
    pub snapshot: Option<String>,
}

/// `POST …/clone`, task `qmclone` or `vzclone` under the number of the guest that is cloned. Needs `VM.Clone` on it,
/// `VM.Allocate` on the new number or its pool, `Datastore.AllocateSpace` on the storages, and `SDN.Use` of the bridges.
pub fn clone_guest(guest: &GuestRef, options: &CloneGuest) -> Write<Upid> {
    let name = match guest.kind {
        Kind::Qemu => "name",
        Kind::Lxc => "hostname",
    };
    let format = options.format.filter(|_| guest.kind == Kind::Qemu);
    let call = of_guest(guest)
        .segment("clone")
        .number("newid", u64::from(options.newid))
        .flag("full", options.full)
        .text_if(name, options.name.as_deref())
        .text_if("target", options.target.as_deref())
        .text_if("storage", options.storage.as_deref())
        .text_if("format", format.map(ImageFormat::as_str))
        .text_if("pool", options.pool.as_deref())
        .text_if("snapname", options.snapshot.as_deref());
    task(call)
}
