//! Disks that grow, move, or become bases: what is refused at once, and the task.

use serde_json::{Value, json};

use super::{check_quorum, fork_guest, root_only, target};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::GuestKind;
use crate::state::{
    Caller, Content, Guest, GuestJob, MODIFIED, Machine, Order, new_size, storage_of,
};

/// PUT …/resize: a VM's disk is looked at in the task only.
pub fn resize(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock"])?;
    let (disk, size) = (args.required("disk"), args.required("size"));
    let guest = target(machine, args)?;
    if let Some(line) = guest.config.get(disk) {
        let storage = storage_of(line.split(',').next().unwrap_or_default());
        let path = format!("/storage/{storage}");
        machine.demand(caller, &path, &["Datastore.AllocateSpace"])?;
    }
    if guest.kind == GuestKind::Lxc {
        guest.check_lock().map_err(Failure::die)?;
        guest
            .check_digest(args.text("digest"))
            .map_err(Failure::die)?;
        let volume = guest.volume(disk).map_err(Failure::die)?;
        let stored = machine.stored(&guest.node, &volume.volid);
        let held = stored.map_or(volume.size, |s| s.size);
        if new_size(guest.kind, held, size).map_err(Failure::die)? == held {
            return Err(Failure::die("disk is already at specified size"));
        }
    }
    let job = GuestJob::Resize {
        disk: disk.into(),
        size: size.into(),
        digest: args.text("digest").map(str::to_owned),
        skiplock: args.flag("skiplock"),
    };
    fork_named(machine, caller, args, "resize", job)
}

/// POST …/`move_disk`
pub fn move_disk(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let Some(storage) = args.text("storage") else {
        let why = "both 'storage' and 'target-vmid' missing, either needs to be set";
        let errors = ["storage", "target-vmid"].map(|name| (name.to_owned(), why.to_owned()));
        return Err(Failure::parameters(errors.into()));
    };
    let path = format!("/storage/{storage}");
    machine.demand(caller, &path, &["Datastore.AllocateSpace"])?;
    let guest = target(machine, args)?;
    guest.check_lock().map_err(Failure::die)?;
    unmodified(guest, args)?;
    let disk = args.required("disk");
    let volume = guest.volume(disk).map_err(Failure::die)?;
    if volume.is_cdrom(&guest.config) {
        return Err(Failure::die("you can't move a cdrom"));
    }
    let same_format = args.text("format").is_none_or(|f| f == volume.format);
    if volume.storage == storage && same_format {
        return Err(Failure::die(
            "you can't move to the same storage with same format",
        ));
    }
    let found = machine.usable(storage, args.node()).map_err(Failure::die)?;
    if !found.keeps(Content::Images.text()) {
        return Err(Failure::parameter(
            "storage",
            super::clone::lacks(guest.kind, storage),
        ));
    }
    if args.flag("delete") && guest.in_snapshot(&volume.volid) {
        return Err(Failure::die(
            "you can't move a disk with snapshots and delete the source",
        ));
    }
    let job = moving(args, disk, storage);
    fork_guest(machine, caller, args, "move", job)
}

/// POST …/`move_volume`
pub fn move_volume(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let Some(storage) = args.text("storage") else {
        return Err(Failure::die(
            "either set storage or target-vmid, but not both",
        ));
    };
    let path = format!("/storage/{storage}");
    machine.demand(caller, &path, &["Datastore.AllocateSpace"])?;
    let guest = target(machine, args)?;
    guest.check_lock().map_err(Failure::die)?;
    if guest.running {
        return Err(Failure::die("cannot move volumes of a running container"));
    }
    let key = args.required("volume");
    if key.starts_with("unused") {
        return Err(Failure::die(format!(
            "cannot move volume '{key}', only configured volumes can be moved to another storage"
        )));
    }
    let volume = guest.volume(key).map_err(Failure::die)?;
    if args.flag("delete") && guest.in_snapshot(&volume.volid) {
        return Err(Failure::die(
            "you can't move a volume with snapshots and delete the source",
        ));
    }
    unmodified(guest, args)?;
    let job = moving(args, key, storage);
    fork_named(machine, caller, args, "move_volume", job)
}

fn moving(args: &Args, disk: &str, storage: &str) -> GuestJob {
    GuestJob::Move {
        disk: disk.into(),
        storage: storage.into(),
        format: args.text("format").map(str::to_owned),
        delete: args.flag("delete"),
    }
}

/// Moving compares digests in the words of both kinds.
fn unmodified(guest: &Guest, args: &Args) -> Result<(), Failure> {
    match args.text("digest") {
        Some(digest) if digest != guest.digest() => Err(Failure::die(MODIFIED)),
        _ => Ok(()),
    }
}

/// POST …/template: a container's answers nothing, whatever it starts.
pub fn template(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    check_quorum(machine)?;
    let guest = target(machine, args)?;
    let disk = args.text("disk").map(str::to_owned);
    guest
        .may_be_template(disk.is_some())
        .map_err(Failure::die)?;
    if guest.kind == GuestKind::Qemu {
        return fork_guest(
            machine,
            caller,
            args,
            "template",
            GuestJob::Template { disk },
        );
    }
    for volume in crate::state::disks(&guest.config) {
        let kind = machine.storage(&volume.storage).map(|s| s.kind.as_str());
        if kind.is_some_and(crate::state::in_files) {
            return Err(Failure::die(format!(
                "Directory storage '{}' does not support container templates!",
                volume.storage
            )));
        }
    }
    fork_guest(
        machine,
        caller,
        args,
        "template",
        GuestJob::Template { disk },
    )?;
    Ok(Value::Null.into())
}

/// Starts a task whose name is the same for both kinds.
fn fork_named(
    machine: &mut Machine,
    caller: &Caller,
    args: &Args,
    name: &str,
    job: GuestJob,
) -> Answered {
    let order = Order {
        node: args.node(),
        kind: name,
        vmid: args.vmid(),
        job: crate::state::Job::Guest(job),
    };
    Ok(json!(machine.fork(caller, order)).into())
}
