//! Snapshots of a guest.

use serde_json::{Value, json};

use super::{check_quorum, compact, target};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::GuestKind;
use crate::state::{Caller, Job, Machine, Order};

/// GET …/snapshot
pub fn list(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = target(machine, args)?;
    let vmstate = |with: bool| match guest.kind {
        GuestKind::Qemu => json!(u8::from(with)),
        GuestKind::Lxc => Value::Null,
    };
    let mut entries: Vec<Value> = guest
        .snapshots
        .iter()
        .map(|s| {
            compact(json!({
                "name": s.name,
                "description": s.description,
                "snaptime": s.snaptime,
                "vmstate": vmstate(s.vmstate),
                "parent": s.parent,
            }))
        })
        .collect();
    entries.push(compact(json!({
        "name": "current",
        "description": "You are here!",
        "digest": guest.digest(),
        "running": u8::from(guest.running),
        "parent": guest.parent,
    })));
    Ok(Value::Array(entries).into())
}

/// POST …/snapshot
pub fn create(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let name = args.required("snapname");
    if matches!(name, "current" | "pending") {
        return Err(Failure::die(format!(
            "unable to use snapshot name '{name}' (reserved name)"
        )));
    }
    target(machine, args)?;
    check_quorum(machine)?;
    let job = Job::Snapshot {
        name: name.into(),
        description: args.required("description").into(),
        vmstate: args.flag("vmstate"),
    };
    fork(machine, caller, args, "snapshot", job)
}

/// DELETE …/snapshot/{snapname}
pub fn delete(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    target(machine, args)?;
    check_quorum(machine)?;
    let name = args.required("snapname").to_owned();
    fork(
        machine,
        caller,
        args,
        "delsnapshot",
        Job::DeleteSnapshot { name },
    )
}

/// POST …/snapshot/{snapname}/rollback
pub fn rollback(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    target(machine, args)?;
    check_quorum(machine)?;
    let job = Job::Rollback {
        name: args.required("snapname").into(),
        start: args.flag("start"),
    };
    fork(machine, caller, args, "rollback", job)
}

fn fork(machine: &mut Machine, caller: &Caller, args: &Args, verb: &str, job: Job) -> Answered {
    let order = Order {
        node: args.node(),
        kind: &args.kind().task_type(verb),
        vmid: args.vmid(),
        job,
    };
    Ok(json!(machine.fork(caller, order)).into())
}
