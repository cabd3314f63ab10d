//! What is on a storage: the list, one volume, its notes and protection, and its end.

use serde_json::{Value, json};

use super::compact;
use super::storage::here;
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::{GuestKind, Storage};
use crate::state::{
    Caller, Content, GuestJob, Job, Machine, Privileges, Stored, in_files, path_of, storage_of,
};

/// GET /nodes/{node}/storage/{storage}/content
pub fn list(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let storage = here(machine, args)?;
    let content = args.text("content");
    let vmid = args.int("vmid");
    let held = machine.privileges(caller, &format!("/storage/{}", storage.id));
    Ok(machine
        .stored_on(&storage.id, args.node())
        .filter(|s| content.is_none_or(|c| c == s.content.text()))
        .filter(|s| vmid.is_none() || s.vmid.map(i64::from) == vmid)
        .filter(|s| may_read_with(machine, caller, &held, None, s).is_ok())
        .map(|s| listed(storage, s))
        .collect::<Value>()
        .into())
}

fn listed(storage: &Storage, stored: &Stored) -> Value {
    let is_backup = stored.content == Content::Backup;
    let subtype = stored.archive.as_ref().map(|a| match a.kind {
        GuestKind::Qemu => "qemu",
        GuestKind::Lxc => "lxc",
    });
    let state =
        |ok: bool| json!({ "state": if ok { "ok" } else { "failed" }, "upid": VERIFIED_BY });
    compact(json!({
        "volid": stored.volid,
        "content": stored.content.text(),
        "format": stored.format,
        "size": stored.size,
        "ctime": stored.ctime,
        "vmid": stored.vmid,
        "parent": stored.parent.as_deref().map(|base| parent(storage, base)),
        "used": (stored.content.is_disk() && in_files(&storage.kind)).then_some(stored.occupied),
        "subtype": subtype,
        // Only the first line is in the list.
        "notes": stored.notes.as_deref().and_then(|n| n.lines().next()),
        "protected": (is_backup && stored.protected).then_some(1),
        "verification": stored.verified.map(state),
    }))
}

/// The backup server's own task that verified: every backup of a scenario was looked at by the same one.
const VERIFIED_BY: &str =
    "UPID:pbs:0000A1B2:0001C3D4:00000001:69000000:verificationjob:main:root@pam:";

/// How a list names a base: files by their way to it.
fn parent(storage: &Storage, base: &str) -> String {
    let name = base.get(storage_of(base).len() + 1..).unwrap_or_default();
    if in_files(&storage.kind) {
        return format!("../{name}");
    }
    name.into()
}

/// Whether the caller may read a volume; `vmid` is the guest it is read for.
pub(super) fn may_read(
    machine: &Machine,
    caller: &Caller,
    vmid: Option<u32>,
    stored: &Stored,
) -> Result<(), Failure> {
    let path = format!("/storage/{}", stored.storage());
    let held = machine.privileges(caller, &path);
    may_read_with(machine, caller, &held, vmid, stored)
}

/// The same for who holds these privileges on the storage.
fn may_read_with(
    machine: &Machine,
    caller: &Caller,
    held: &Privileges,
    vmid: Option<u32>,
    stored: &Stored,
) -> Result<(), Failure> {
    if held.contains_key("Datastore.Allocate") {
        return Ok(());
    }
    let on_storage = |any_of: &[&str]| {
        if any_of.iter().any(|p| held.contains_key(*p)) {
            return Ok(());
        }
        Err(Failure::denied(
            &format!("/storage/{}", stored.storage()),
            any_of,
        ))
    };
    let owner = stored.vmid;
    match (stored.content, owner) {
        (Content::Iso | Content::Vztmpl, _) => {
            on_storage(&["Datastore.AllocateSpace", "Datastore.Audit"])
        }
        (_, Some(_)) if owner == vmid => Ok(()),
        (Content::Backup, Some(owner)) => {
            on_storage(&["Datastore.AllocateSpace"])?;
            machine.demand(caller, &format!("/vms/{owner}"), &["VM.Backup"])
        }
        (_, Some(owner)) => {
            on_storage(&["Datastore.Audit"])?;
            machine.demand(caller, &format!("/vms/{owner}"), &["VM.Config.Disk"])
        }
        (_, None) => Err(Failure::die(format!(
            "missing privileges to access {}",
            stored.volid
        ))),
    }
}

/// The whole id: a path may leave out the storage, and must not name another.
fn whole_id(args: &Args) -> Result<String, Failure> {
    let (storage, volume) = (args.required("storage"), args.required("volume"));
    match volume.split_once(':') {
        None => Ok(format!("{storage}:{volume}")),
        Some((named, _)) if named == storage => Ok(volume.into()),
        Some((named, _)) => Err(Failure::parameter(
            "volume",
            format!("storage ID mismatch ({named} != {storage})\n"),
        )),
    }
}

/// The volume in the path, if the caller may read it.
fn found<'a>(machine: &'a Machine, caller: &Caller, args: &Args) -> Result<&'a Stored, Failure> {
    let volid = whole_id(args)?;
    here(machine, args)?;
    let stored = machine
        .stored(args.node(), &volid)
        .ok_or_else(|| Failure::die(format!("volume '{volid}' does not exist")))?;
    may_read(machine, caller, None, stored)?;
    Ok(stored)
}

/// GET …/content/{volume}
pub fn read(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let stored = found(machine, caller, args)?;
    let storage = here(machine, args)?;
    let is_backup = stored.content == Content::Backup;
    Ok(compact(json!({
        "path": path_of(stored, storage),
        "size": stored.size,
        "used": stored.occupied,
        "format": stored.format,
        "notes": is_backup.then(|| stored.notes.clone().unwrap_or_default()),
        "protected": is_backup.then(|| u8::from(stored.protected)),
    }))
    .into())
}

/// GET /nodes/{node}/vzdump/extractconfig: the configuration as the archive has it, a line each.
pub fn archived_config(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let volid = args.required("volume");
    let stored = machine
        .stored(args.node(), volid)
        .ok_or_else(|| Failure::die(format!("volume '{volid}' does not exist")))?;
    may_read(machine, caller, None, stored)?;
    let archive = stored
        .archive
        .as_ref()
        .ok_or_else(|| Failure::die(format!("unable to extract configuration of '{volid}'")))?;
    let lines = archive.config.iter();
    let lines: Vec<String> = lines
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    Ok(json!(lines.join("\n")).into())
}

/// PUT …/content/{volume}
pub fn change(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let stored = found(machine, caller, args)?;
    let kind = &here(machine, args)?.kind;
    for attribute in ["notes", "protected"] {
        if args.has(attribute) && stored.content != Content::Backup {
            return Err(Failure::die(format!(
                "attribute '{attribute}' is not supported for storage type '{kind}'"
            )));
        }
    }
    let (node, volid) = (args.node().to_owned(), stored.volid.clone());
    machine.amend(&node, &volid, |stored| {
        if let Some(notes) = args.text("notes") {
            stored.notes = Some(notes.to_owned()).filter(|n| !n.is_empty());
        }
        if args.has("protected") {
            stored.protected = args.flag("protected");
        }
    });
    Ok(Value::Null.into())
}

/// DELETE …/content/{volume}: whatever stands in the way shows in the task.
pub fn delete(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let volid = whole_id(args)?;
    let storage = here(machine, args)?.id.clone();
    let path = format!("/storage/{storage}");
    let (owner, is_backup) = owner(&volid);
    match owner {
        Some(owner) if is_backup => {
            machine.demand(caller, &path, &["Datastore.AllocateSpace"])?;
            machine.demand(caller, &format!("/vms/{owner}"), &["VM.Backup"])?;
        }
        _ => machine.demand(caller, &path, &["Datastore.Allocate"])?,
    }
    let id = owner.map_or_else(|| storage.clone(), |owner| format!("{owner}@{storage}"));
    let job = Job::Guest(GuestJob::Free { volid });
    let upid = machine.launch(caller, (args.node(), "imgdel", &id), owner, job);
    // Who waits for the end of something short gets nothing back.
    let quick = args.int("delay").unwrap_or(0).saturating_mul(1000);
    if i64::try_from(machine.durations.free).is_ok_and(|took| took <= quick) {
        return quickly(machine, &upid);
    }
    Ok(json!(upid).into())
}

/// The task as it will have ended within the time that the caller waits.
fn quickly(machine: &mut Machine, upid: &str) -> Answered {
    let due = machine.now_ms() + machine.durations.free;
    machine.advance(due);
    let ended = machine
        .tasks
        .find(upid)
        .and_then(|(_, task)| task.ended.as_ref());
    match ended.map(|(_, exit)| exit) {
        None => Ok(json!(upid).into()),
        Some(crate::state::Exit::Error(why)) => Err(Failure::die(why.clone())),
        Some(_) => Ok(Value::Null.into()),
    }
}

/// The guest in a volume's name, and whether it is a backup.
fn owner(volid: &str) -> (Option<u32>, bool) {
    let name = volid.get(storage_of(volid).len() + 1..).unwrap_or_default();
    if let Some(backup) = name.strip_prefix("backup/") {
        let number = match backup.strip_prefix("vzdump-") {
            Some(rest) => rest.split('-').nth(1),
            None => backup.split('/').nth(1),
        };
        return (number.and_then(|n| n.parse().ok()), true);
    }
    let last = name.rsplit('/').next().unwrap_or_default();
    let number = last.split('-').nth(1).filter(|_| !name.starts_with("iso/"));
    (number.and_then(|n| n.parse().ok()), false)
}
