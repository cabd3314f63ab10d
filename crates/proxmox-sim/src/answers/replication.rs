//! Replication jobs: what is configured, how they do, and running one now.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{compact, extended, kind_text, vm_path};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::state::{Caller, Machine, Replication};

/// GET /cluster/replication
pub fn configured(machine: &mut Machine, caller: &Caller, _: &Args) -> Answered {
    Ok(machine
        .replications
        .values()
        .filter(|job| audits(machine, caller, job))
        .map(written)
        .collect::<Value>()
        .into())
}

/// GET /cluster/replication/{id}
pub fn read(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let job = found(machine, args.required("id"))?;
    if !audits(machine, caller, job) {
        return Err(Failure::with(403, "Permission check failed"));
    }
    let mut hash = Sha256::new();
    for job in machine.replications.values() {
        hash.update(written(job).to_string());
    }
    let mut digest = hex::encode(hash.finalize());
    digest.truncate(40);
    Ok(extended(written(job), json!({ "digest": digest })).into())
}

/// GET /nodes/{node}/replication
pub fn of_node(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let guest = args.int("guest");
    Ok(machine
        .replications
        .values()
        .filter(|job| job.source == args.node())
        .filter(|job| guest.is_none_or(|vmid| vmid == i64::from(job.guest)))
        .filter(|job| audits(machine, caller, job))
        .filter_map(|job| told(machine, job))
        .collect::<Value>()
        .into())
}

/// GET /nodes/{node}/replication/{id}/status: of a job that does not rest and whose guest is here.
pub fn status(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let id = args.required("id");
    let job = found(machine, id)?;
    let here = job.source == args.node() && !job.disable;
    let status = told(machine, job).filter(|_| here);
    let status = status.ok_or_else(|| missing(id))?;
    if !audits(machine, caller, job) {
        return Err(Failure::with(403, "Permission check failed"));
    }
    Ok(status.into())
}

/// POST …/replication/{id}/`schedule_now`: no task, and no text that would name one.
pub fn schedule_now(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let id = args.required("id").to_owned();
    // The number is in the job's name: whether there is such a job is no business of who may not run it.
    match id.split_once('-') {
        Some((vmid, _)) if machine.major() >= 9 => {
            machine.demand(caller, &format!("/vms/{vmid}"), &["VM.Replicate"])?;
        }
        _ => machine.demand(caller, "/storage", &["Datastore.Allocate"])?,
    }
    found(machine, &id)?;
    machine.schedule_replication(&id);
    Ok(Value::Null.into())
}

fn found<'a>(machine: &'a Machine, id: &str) -> Result<&'a Replication, Failure> {
    machine.replications.get(id).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Failure {
    Failure::die(format!("no such replication job '{id}'"))
}

fn audits(machine: &Machine, caller: &Caller, job: &Replication) -> bool {
    machine.allows(caller, &vm_path(job.guest), &["VM.Audit"])
}

/// As the configuration file has it.
fn written(job: &Replication) -> Value {
    compact(json!({
        "id": job.id,
        "type": "local",
        "guest": job.guest,
        "jobnum": job.number(),
        "source": job.source,
        "target": job.target,
        "schedule": job.schedule,
        "comment": job.comment,
        "disable": job.disable.then_some(1),
    }))
}

/// With how it does; a job without its guest is told of by nobody.
fn told(machine: &Machine, job: &Replication) -> Option<Value> {
    let guest = machine.guest(job.guest)?;
    let state = compact(json!({
        "vmtype": kind_text(guest.kind),
        "last_sync": job.last_sync,
        "last_try": job.last_try,
        "next_sync": job.next_ms.map_or(0, |ms| ms / 1000),
        "fail_count": job.fail_count,
        "error": job.error,
        "duration": job.duration,
        "pid": job.running_until.map(|_| 40_000 + job.guest % 10_000),
    }));
    Some(extended(written(job), state))
}
