//! Guests out of archives: what is refused at once, and the task.

use super::content::may_read;
use super::{check_quorum, fork_guest, requires};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::GuestKind;
use crate::state::{Caller, Content, GuestJob, Machine, RestoreJob};

/// POST /nodes/{node}/qemu
pub fn qemu(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    for name in ["force", "unique", "live-restore"] {
        requires(args, name, "archive")?;
    }
    let Some(archive) = args.text("archive") else {
        return Err(only_archives());
    };
    let storage = args.text("storage").map(str::to_owned);
    restore(machine, caller, args, archive, storage)
}

/// POST /nodes/{node}/lxc
pub fn lxc(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    requires(args, "unique", "restore")?;
    if !args.flag("restore") {
        return Err(only_archives());
    }
    // A container goes to `local` when nobody says where.
    let storage = args.text("storage").unwrap_or("local").to_owned();
    restore(
        machine,
        caller,
        args,
        args.required("ostemplate"),
        Some(storage),
    )
}

/// This cluster has no installer: it makes guests out of archives and out of other guests.
fn only_archives() -> Failure {
    Failure::die("the simulator makes guests out of archives only")
}

fn restore(
    machine: &mut Machine,
    caller: &Caller,
    args: &Args,
    archive: &str,
    storage: Option<String>,
) -> Answered {
    let job = RestoreJob {
        kind: args.kind(),
        vmid: args.vmid(),
        archive: archive.to_owned(),
        storage,
        pool: args.text("pool").map(str::to_owned),
        unique: args.flag("unique"),
        start: args.flag("start"),
        force: args.flag("force"),
    };
    if let Some(stored) = machine.stored(args.node(), archive) {
        if stored.content != Content::Backup {
            return Err(Failure::die(format!(
                "unable to use volume {archive} - content type needs to be 'backup'"
            )));
        }
        may_read(machine, caller, Some(job.vmid), stored)?;
    }
    check_quorum(machine)?;
    allowed(machine, caller, &job)?;
    if let Some(id) = &job.storage {
        let path = format!("/storage/{id}");
        machine.demand(caller, &path, &["Datastore.AllocateSpace"])?;
        let found = machine.usable(id, args.node()).map_err(Failure::die)?;
        if job.kind == GuestKind::Lxc && !found.keeps(Content::Rootdir.text()) {
            return Err(Failure::parameter(
                "storage",
                super::clone::lacks(job.kind, id),
            ));
        }
    }
    if let Some(guest) = machine.guest(job.vmid) {
        job.may_replace(guest, args.node()).map_err(Failure::die)?;
    }
    let job = GuestJob::Restore(Box::new(job));
    fork_guest(machine, caller, args, "restore", job)
}

/// A new guest needs the right to make one, here or in its pool; one that is there may be replaced by who backs it up.
fn allowed(machine: &Machine, caller: &Caller, job: &RestoreJob) -> Result<(), Failure> {
    let path = format!("/vms/{}", job.vmid);
    if let Some(pool) = &job.pool {
        machine.pool_exists(pool)?;
    }
    let by_pool = job
        .pool
        .as_ref()
        .is_some_and(|pool| machine.allows(caller, &format!("/pool/{pool}"), &["VM.Allocate"]));
    let replaces = job.force && machine.guest(job.vmid).is_some();
    let by_backup = replaces && machine.allows(caller, &path, &["VM.Backup"]);
    if !machine.allows(caller, &path, &["VM.Allocate"]) && !by_pool && !by_backup {
        return Err(Failure::with(403, "Permission check failed"));
    }
    if job.start {
        machine.demand(caller, &path, &["VM.PowerMgmt"])?;
    }
    Ok(())
}
