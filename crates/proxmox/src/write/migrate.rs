//! Guests to other nodes.

use super::{Write, of_guest, task};
use crate::{
    guest::{GuestRef, Kind},
    upid::Upid,
};

/// How a running guest moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrateMode {
    /// The guest is stopped.
    Offline,
    /// A running guest: a virtual machine moves while it runs, a container is shut down and started on the target.
    Running,
}

/// Where a guest moves, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrate {
    /// Node to move to, spelled exactly as in `/nodes`.
    pub target: String,
    /// Whether it runs.
    pub mode: MigrateMode,
}

/// `POST …/migrate`, task `qmigrate` or `vzmigrate` (`hamigrate`). Needs `VM.Migrate`.
pub fn migrate(guest: &GuestRef, options: &Migrate) -> Write<Upid> {
    let mut call = of_guest(guest)
        .segment("migrate")
        .text("target", &options.target);
    if options.mode == MigrateMode::Running {
        call = match guest.kind {
            Kind::Qemu => call.flag("online", true),
            Kind::Lxc => call.flag("restart", true),
        };
    }
    task(call)
}
