//! Copies of guests: what is refused at once, and the task.

use super::{check_quorum, fork_guest, target};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::GuestKind;
use crate::state::{
    Caller, CloneJob, Content, Guest, GuestJob, Machine, config_exists, disks, storage_of,
};

/// POST …/clone
pub fn create(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let text = |name: &str| args.text(name).map(str::to_owned);
    if let Some(pool) = args.text("pool") {
        machine.pool_exists(pool)?;
    }
    let away = args.text("target").filter(|node| *node != args.node());
    if let Some(node) = away
        && machine.node(node).is_none()
    {
        return Err(Failure::die(format!("no such cluster node '{node}'")));
    }
    destination(machine, args, away)?;
    check_quorum(machine)?;
    let source = target(machine, args)?;
    source.check_lock().map_err(Failure::die)?;
    let job = CloneJob {
        newid: args.guest_number("newid"),
        name: text("name").or_else(|| text("hostname")),
        description: text("description"),
        full: if args.has("full") {
            args.flag("full")
        } else {
            !source.template()
        },
        storage: text("storage"),
        format: text("format"),
        target: away.map(str::to_owned),
        pool: text("pool"),
        snapname: text("snapname"),
    };
    suits(machine, caller, source, &job)?;
    if machine.guest(job.newid).is_some() {
        return Err(Failure::die(config_exists(source.kind, job.newid)));
    }
    let job = GuestJob::Clone(Box::new(job));
    fork_guest(machine, caller, args, "clone", job)
}

/// The storage that was asked for: here, and for a copy elsewhere a shared one there too.
fn destination(machine: &Machine, args: &Args, away: Option<&str>) -> Result<(), Failure> {
    let Some(id) = args.text("storage") else {
        return Ok(());
    };
    let storage = machine.usable(id, args.node()).map_err(Failure::die)?;
    let content = Content::of_disks(args.kind());
    if !storage.keeps(content.text()) {
        return Err(Failure::parameter("storage", lacks(args.kind(), id)));
    }
    let Some(node) = away else {
        return Ok(());
    };
    machine.usable(id, node).map_err(Failure::die)?;
    if !storage.shared {
        return Err(Failure::die(format!(
            "can't clone to non-shared storage '{id}'"
        )));
    }
    Ok(())
}

/// What Proxmox says of a storage that may not hold a guest's disks.
pub(super) fn lacks(kind: GuestKind, storage: &str) -> String {
    match kind {
        GuestKind::Qemu => format!("storage '{storage}' does not support vm images"),
        GuestKind::Lxc => format!("storage '{storage}' does not support container directories"),
    }
}

fn suits(
    machine: &Machine,
    caller: &Caller,
    source: &Guest,
    job: &CloneJob,
) -> Result<(), Failure> {
    let config = match &job.snapname {
        None => &source.config,
        Some(name) => match source.snapshot(name) {
            Some(snapshot) => &snapshot.config,
            None => return Err(Failure::die(format!("snapshot '{name}' does not exist"))),
        },
    };
    for (name, given) in [
        ("storage", job.storage.is_some()),
        ("format", job.format.is_some()),
    ] {
        if given && !job.full {
            return Err(Failure::die(format!(
                "parameter '{name}' not allowed for linked clones"
            )));
        }
    }
    let mut shared = true;
    for volume in disks(config) {
        let id = job.storage.as_deref().unwrap_or(&volume.storage);
        shared &= machine.storage(id).is_some_and(|s| s.shared);
        let path = format!("/storage/{id}");
        machine.demand(caller, &path, &["Datastore.AllocateSpace"])?;
        let title = format!("'{}' ({})", volume.volid, volume.key);
        if job.full {
            if source.kind == GuestKind::Lxc && source.running && job.snapname.is_none() {
                return Err(Failure::die(
                    "Cannot do full clones on a running container without snapshots",
                ));
            }
        } else if !linkable(machine, source, &volume.volid) {
            return Err(Failure::die(match source.kind {
                GuestKind::Qemu => format!("Linked clone feature is not supported for {title}"),
                GuestKind::Lxc => {
                    format!(
                        "Linked clone feature for '{}' is not available",
                        volume.volid
                    )
                }
            }));
        }
    }
    if let Some(path) = machine.barred_plug(caller, &source.config) {
        return Err(Failure::denied(&path, &["SDN.Use"]));
    }
    if let Some(node) = &job.target
        && !shared
    {
        let title = source.title();
        return Err(Failure::die(format!(
            "can't clone {title} to node '{node}' ({title} uses local storage)"
        )));
    }
    Ok(())
}

/// A linked clone needs a template's base on a storage that can read through it.
fn linkable(machine: &Machine, source: &Guest, volid: &str) -> bool {
    let name = volid.rsplit(['/', ':']).next().unwrap_or_default();
    let kind = machine.storage(storage_of(volid)).map(|s| s.kind.as_str());
    source.template() && name.starts_with("base-") && kind.is_some_and(|k| k != "lvm")
}
