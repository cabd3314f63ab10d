//! What each call answers. A handler sees a call that was admitted: it filters, reads or changes the machine,
//! and says no in Proxmox's own words.

#![expect(
    clippy::unnecessary_wraps,
    reason = "every handler has the type that the table of routes needs"
)]

pub mod access;
pub mod agent;
pub mod backup;
pub mod clone;
pub mod cluster;
pub mod config;
pub mod content;
pub mod destroy;
pub mod disk;
pub mod guest;
pub mod ha;
pub mod logs;
pub mod migrate;
pub mod node;
pub mod node_power;
pub mod pool;
pub mod power;
pub mod replication;
pub mod restore;
pub mod service;
pub mod snapshot;
pub mod storage;
pub mod suspend;
pub mod task;
pub mod token;

use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::routes::{Answered, Args, UNKNOWN};
use crate::scenario::GuestKind;
use crate::state::{Caller, Guest, GuestJob, Job, Machine, Order, title};

/// The guest in the path; it must be of that kind and on that node.
fn target<'a>(machine: &'a Machine, args: &Args) -> Result<&'a Guest, Failure> {
    machine
        .guest(args.vmid())
        .filter(|g| g.node == args.node() && g.kind == args.kind())
        .ok_or_else(|| Failure::die(Guest::missing(args.node(), args.kind(), args.vmid())))
}

/// Refuses changes while the cluster cannot agree on anything.
fn check_quorum(machine: &Machine) -> Result<(), Failure> {
    if machine.is_quorate() {
        return Ok(());
    }
    Err(Failure::die("cluster not ready - no quorum?"))
}

/// Refuses what only the superuser's own login may use.
fn root_only(caller: &Caller, args: &Args, names: &[&str]) -> Result<(), Failure> {
    let used = names.iter().find(|name| args.has(name));
    match used {
        Some(name) if caller.id != "root@pam" => {
            Err(Failure::parameter(name, "Only root may use this option."))
        }
        _ => Ok(()),
    }
}

/// Refuses parameters that a release does not know yet.
fn of_release(machine: &Machine, args: &Args, since: u32, names: &[&str]) -> Result<(), Failure> {
    if machine.major() >= since {
        return Ok(());
    }
    match names.iter().find(|name| args.has(name)) {
        Some(name) => Err(Failure::parameter(name, UNKNOWN)),
        None => Ok(()),
    }
}

/// Refuses a parameter that says nothing without another one.
fn requires(args: &Args, name: &str, other: &str) -> Result<(), Failure> {
    if !args.has(name) || args.has(other) {
        return Ok(());
    }
    Err(Failure::parameter(
        other,
        format!("missing property - '{name}' requires this property"),
    ))
}

/// Refuses at once what needs a guest that runs.
fn runs(machine: &Machine, args: &Args) -> Result<(), Failure> {
    if target(machine, args).is_ok_and(|g| g.running) {
        return Ok(());
    }
    Err(Failure::die(format!(
        "{} {} not running",
        title(args.kind()),
        args.vmid()
    )))
}

/// Starts a task about the guest that the parameters name: `qm` or `vz` and the verb.
fn fork_guest(
    machine: &mut Machine,
    caller: &Caller,
    args: &Args,
    verb: &str,
    job: GuestJob,
) -> Answered {
    let order = Order {
        node: args.node(),
        kind: &args.kind().task_type(verb),
        vmid: args.vmid(),
        job: Job::Guest(job),
    };
    Ok(json!(machine.fork(caller, order)).into())
}

impl Machine {
    /// Refuses who has none of the privileges on a path.
    fn demand(&self, caller: &Caller, path: &str, any_of: &[&str]) -> Result<(), Failure> {
        if self.allows(caller, path, any_of) {
            return Ok(());
        }
        Err(Failure::denied(path, any_of))
    }

    /// Refuses a pool that is not there.
    fn pool_exists(&self, pool: &str) -> Result<(), Failure> {
        if self.pools.iter().any(|p| p.id == pool) {
            return Ok(());
        }
        Err(Failure::with(
            403,
            format!("Permission check failed (pool '{pool}' does not exist)"),
        ))
    }
}

/// A guest's path in the access control list.
fn vm_path(vmid: u32) -> String {
    format!("/vms/{vmid}")
}

/// `qemu` or `lxc`.
fn kind_text(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => "qemu",
        GuestKind::Lxc => "lxc",
    }
}

/// Adds the fields of one object to another.
fn extended(mut to: Value, with: Value) -> Value {
    if let (Value::Object(to), Value::Object(with)) = (&mut to, with) {
        to.extend(with);
    }
    to
}

/// An object without its nulls: Proxmox leaves out what is not there.
fn compact(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .filter(|(_, v)| !v.is_null())
                .collect::<Map<_, _>>(),
        ),
        other => other,
    }
}

/// Points of a time series: `(step in seconds, number of points)` for a time frame.
fn frame(name: &str) -> (u64, u64) {
    match name {
        "day" => (60, 1_440),
        "week" => (1_800, 336),
        "month" => (1_800, 1_440),
        "year" => (21_600, 1_460),
        "decade" => (604_800, 520),
        _ => (60, 60),
    }
}

/// A time series, oldest first, with a `time` in each point.
fn series(now_s: u64, timeframe: &str, point: impl Fn(u64) -> Value) -> Value {
    let (step, count) = frame(timeframe);
    let end = now_s / step * step;
    (1..=count)
        .rev()
        .map(|back| {
            let at = end.saturating_sub(back * step);
            extended(point(at * 1000), json!({ "time": at }))
        })
        .collect()
}
