//! POST /nodes/{node}/vzdump: what is refused at once, what is nothing to do here, and the task.

use serde_json::json;

use super::requires;
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::state::{BackupJob, BackupMode, Caller, GuestJob, Job, Machine, Retention};

/// Minutes that a task waits for its node's lock when nobody says how long.
const LOCKWAIT: u64 = 180;

/// POST /nodes/{node}/vzdump
pub fn create(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    if args.flag("stdout") {
        return Err(Failure::parameter(
            "stdout",
            "option is only allowed on the command line interface.",
        ));
    }
    requires(args, "notes-template", "storage")?;
    requires(args, "protected", "storage")?;
    may_say(machine, caller, args)?;
    let keep = retention(args)?;
    let vmids = included(machine, args)?;
    if vmids.is_empty() && !args.flag("all") {
        return Ok(json!("OK").into());
    }
    if let Some(storage) = args.text("storage") {
        let path = format!("/storage/{storage}");
        machine.demand(caller, &path, &["Datastore.AllocateSpace"])?;
    }
    let may = |vmid: &u32| machine.allows(caller, &format!("/vms/{vmid}"), &["VM.Backup"]);
    let denied = vmids.iter().find(|vmid| !may(vmid)).copied();
    let job = BackupJob {
        // Of all guests, those are left out that the caller may not back up.
        vmids: vmids
            .iter()
            .filter(|vmid| !args.flag("all") || may(vmid))
            .copied()
            .collect(),
        storage: args.text("storage").unwrap_or("local").into(),
        mode: BackupMode::parse(args.text("mode")),
        compress: args.text("compress").unwrap_or("0").into(),
        notes: args.text("notes-template").map(str::to_owned),
        protected: args.flag("protected"),
        keep,
        lockwait: args
            .count("lockwait")
            .map_or(LOCKWAIT, |minutes| minutes as u64),
        denied: denied.filter(|_| !args.flag("all")),
    };
    let (id, vmid) = match vmids.as_slice() {
        [only] => (only.to_string(), Some(*only)),
        _ => (String::new(), None),
    };
    let job = Job::Guest(GuestJob::Backup(Box::new(job)));
    let upid = machine.launch(caller, (args.node(), "vzdump", &id), vmid, job);
    Ok(json!(upid).into())
}

/// Some options are for the superuser, some need more than a backup does.
fn may_say(machine: &Machine, caller: &Caller, args: &Args) -> Result<(), Failure> {
    if caller.id == "root@pam" {
        return Ok(());
    }
    for key in ["tmpdir", "dumpdir", "script"] {
        if args.has(key) {
            return Err(Failure::parameter(key, "Only root may set this option."));
        }
    }
    if ["bwlimit", "ionice"].iter().any(|key| args.has(key)) {
        machine.demand(caller, "/", &["Sys.Modify"])?;
    }
    if args.has("prune-backups") {
        let storage = args.text("storage").unwrap_or("local");
        let path = format!("/storage/{storage}");
        machine.demand(caller, &path, &["Datastore.Allocate"])?;
    }
    Ok(())
}

/// What stays of older backups; without `remove` everything.
fn retention(args: &Args) -> Result<Retention, Failure> {
    let text = args.required("prune-backups");
    let keep = Retention::parse(text).map_err(|why| Failure::parameter("prune-backups", why))?;
    if args.has("remove") && !args.flag("remove") {
        return Ok(Retention::default());
    }
    Ok(keep)
}

/// The guests on this node among those asked for; one that is nowhere is tried here, and fails in the task.
fn included(machine: &Machine, args: &Args) -> Result<Vec<u32>, Failure> {
    let numbers = |name: &str| -> Vec<u32> {
        let parts = args.required(name).split([',', ';', ' ']);
        parts.filter_map(|part| part.parse().ok()).collect()
    };
    let here = |vmid: &u32| machine.guest(*vmid).is_none_or(|g| g.node == args.node());
    if let Some(pool) = args.text("pool") {
        machine.pool_exists(pool)?;
        return Ok(machine
            .guests()
            .filter(|g| g.pool.as_deref() == Some(pool))
            .map(|g| g.vmid)
            .filter(here)
            .collect());
    }
    match (args.flag("all"), args.has("vmid")) {
        (true, true) => Err(Failure::parameter(
            "all",
            "option conflicts with option 'vmid'",
        )),
        (true, false) => {
            let excluded = numbers("exclude");
            Ok(machine
                .guests()
                .map(|g| g.vmid)
                .filter(|vmid| here(vmid) && !excluded.contains(vmid))
                .collect())
        }
        (false, true) => {
            let mut asked = numbers("vmid");
            asked.sort_unstable();
            asked.dedup();
            asked.retain(here);
            Ok(asked)
        }
        (false, false) => Err(Failure::parameter("vmid", "property is missing")),
    }
}
