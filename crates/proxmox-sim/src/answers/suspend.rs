//! Pausing, suspending and going on: what is refused at once, and what becomes a task.

use super::{fork_guest, requires, root_only, runs, target, vm_path};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::GuestKind;
use crate::state::{Caller, GuestJob, Machine};

/// POST …/status/suspend
pub fn suspend(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock"])?;
    requires(args, "statestorage", "todisk")?;
    runs(machine, args)?;
    if args.kind() == GuestKind::Lxc {
        return fork_guest(machine, caller, args, "suspend", GuestJob::Freeze);
    }
    if !args.flag("todisk") {
        return fork_guest(machine, caller, args, "pause", GuestJob::Pause);
    }
    let guest = target(machine, args)?;
    if machine.manages(guest.vmid) {
        return Err(Failure::die("Cannot suspend HA managed VM to disk"));
    }
    let path = vm_path(guest.vmid);
    machine.demand(caller, &path, &["VM.Config.Disk"])?;
    if guest.config.keys().any(|key| key.starts_with("hostpci")) {
        return Err(Failure::die(
            "cannot suspend VM to disk due to passed-through PCI device(s), which lack the possibility to save/restore their internal state",
        ));
    }
    let storage = args
        .text("statestorage")
        .map_or_else(|| machine.state_storage(guest), str::to_owned);
    let path = format!("/storage/{storage}");
    machine.demand(caller, &path, &["Datastore.AllocateSpace"])?;
    fork_guest(
        machine,
        caller,
        args,
        "suspend",
        GuestJob::Suspend { storage },
    )
}

/// POST …/status/resume
pub fn resume(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock", "nocheck"])?;
    if args.kind() == GuestKind::Lxc {
        let guest = target(machine, args)?;
        if guest.running {
            return Err(Failure::die(format!("CT {} already running", guest.vmid)));
        }
        return fork_guest(machine, caller, args, "resume", GuestJob::Thaw);
    }
    let suspended = target(machine, args).is_ok_and(|g| g.lock() == Some("suspended"));
    if !suspended {
        runs(machine, args)?;
    }
    fork_guest(machine, caller, args, "resume", GuestJob::Resume)
}
