//! Starting, stopping and rebooting: what is refused at once, and what becomes a task (proxmox.md 3.5, 3.8).

use serde_json::json;

use super::{check_quorum, root_only, runs};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::GuestKind;
use crate::state::{Caller, Guest, HaCommand, Job, Machine, Order};

/// Seconds that a shutdown waits when nobody says how long.
const PATIENCE_S: u64 = 60;

/// POST …/status/start
pub fn start(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock"])?;
    check_quorum(machine)?;
    if args.kind() == GuestKind::Lxc && found(machine, args).is_some_and(|g| g.running) {
        return Err(Failure::die(format!("CT {} already running", args.vmid())));
    }
    if managed(machine, args) {
        return Ok(queued(machine, caller, args, HaCommand::Start));
    }
    Ok(forked(machine, caller, args, "start", Job::Start))
}

/// POST …/status/stop
pub fn stop(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock", "keepActive"])?;
    container_runs(machine, args)?;
    if managed(machine, args) {
        if args.flag("overrule-shutdown") {
            return Err(Failure::parameter(
                "overrule-shutdown",
                "HA does not support overruling a shutdown task",
            ));
        }
        return Ok(queued(
            machine,
            caller,
            args,
            HaCommand::Stop { hard: true },
        ));
    }
    if args.flag("overrule-shutdown") {
        overrule(machine, args);
    }
    Ok(forked(machine, caller, args, "stop", Job::Stop))
}

/// POST …/status/shutdown
pub fn shutdown(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock", "keepActive"])?;
    container_runs(machine, args)?;
    not_paused(machine, args)?;
    if managed(machine, args) {
        return Ok(queued(
            machine,
            caller,
            args,
            HaCommand::Stop { hard: false },
        ));
    }
    let job = Job::Shutdown {
        timeout_s: patience(args),
        force: args.flag("forceStop"),
    };
    Ok(forked(machine, caller, args, "shutdown", job))
}

/// POST …/status/reboot
pub fn reboot(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    runs(machine, args)?;
    not_paused(machine, args)?;
    let job = Job::Reboot {
        timeout_s: patience(args),
    };
    Ok(forked(machine, caller, args, "reboot", job))
}

/// POST …/status/reset
pub fn reset(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock"])?;
    runs(machine, args)?;
    Ok(forked(machine, caller, args, "reset", Job::Reset))
}

/// The guest, if it is where the path says: a start of an unknown guest fails in its task only.
fn found<'a>(machine: &'a Machine, args: &Args) -> Option<&'a Guest> {
    machine
        .guest(args.vmid())
        .filter(|g| g.node == args.node() && g.kind == args.kind())
}

fn managed(machine: &Machine, args: &Args) -> bool {
    found(machine, args).is_some_and(|g| machine.manages(g.vmid))
}

/// Only containers are refused at once: a VM that is off ends its task well.
fn container_runs(machine: &Machine, args: &Args) -> Result<(), Failure> {
    match args.kind() {
        GuestKind::Lxc => runs(machine, args),
        GuestKind::Qemu => Ok(()),
    }
}

fn not_paused(machine: &Machine, args: &Args) -> Result<(), Failure> {
    if found(machine, args).is_some_and(|g| g.paused) {
        return Err(Failure::die("VM is paused - cannot shutdown"));
    }
    Ok(())
}

fn patience(args: &Args) -> u64 {
    args.int("timeout")
        .and_then(|s| u64::try_from(s).ok())
        .unwrap_or(PATIENCE_S)
}

/// Breaks off shutdowns of the guest that are under way.
fn overrule(machine: &mut Machine, args: &Args) {
    let vmid = args.vmid();
    let under_way = machine.tasks.running(|t| {
        t.vmid == Some(vmid) && matches!(t.job, Job::Shutdown { .. } | Job::Reboot { .. })
    });
    for key in under_way {
        machine.kill_task(
            key,
            crate::state::Exit::Error("interrupted by signal".into()),
        );
    }
}

fn queued(
    machine: &mut Machine,
    caller: &Caller,
    args: &Args,
    command: HaCommand,
) -> crate::routes::Answer {
    json!(machine.queue_ha(caller, args.vmid(), command)).into()
}

fn forked(
    machine: &mut Machine,
    caller: &Caller,
    args: &Args,
    verb: &str,
    job: Job,
) -> crate::routes::Answer {
    let order = Order {
        node: args.node(),
        kind: &args.kind().task_type(verb),
        vmid: args.vmid(),
        job,
    };
    json!(machine.fork(caller, order)).into()
}
