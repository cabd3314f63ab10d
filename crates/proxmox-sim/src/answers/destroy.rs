//! The end of a guest: what is refused at once, and the task.

use super::{check_quorum, fork_guest, root_only, target};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::state::{Caller, GuestJob, Machine};

/// DELETE /nodes/{node}/qemu/{vmid} and lxc
pub fn guest(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock"])?;
    check_quorum(machine)?;
    let (purge, force) = (args.flag("purge"), args.flag("force"));
    let guest = target(machine, args)?;
    machine
        .may_be_destroyed(guest, purge, force)
        .map_err(Failure::die)?;
    let job = GuestJob::Destroy {
        purge,
        unreferenced: args.flag("destroy-unreferenced-disks"),
        force,
    };
    fork_guest(machine, caller, args, "destroy", job)
}
