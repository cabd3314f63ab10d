//! Storages and what is on them.

use serde_json::{Value, json};

use super::series;
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::Storage;
use crate::state::{Caller, Machine, float, load, share_of};

const READ: [&str; 2] = ["Datastore.Audit", "Datastore.AllocateSpace"];

/// GET /storage
pub fn configured(machine: &mut Machine, caller: &Caller, _: &Args) -> Answered {
    Ok(machine
        .storages
        .iter()
        .filter(|s| machine.allows(caller, &format!("/storage/{}", s.id), &READ))
        .map(|s| {
            let mut entry = json!({
                "storage": s.id,
                "type": s.kind,
                "content": s.content,
                "shared": u8::from(s.shared),
            });
            if !s.nodes.is_empty() {
                entry["nodes"] = json!(s.nodes.join(","));
            }
            entry
        })
        .collect::<Value>()
        .into())
}

/// GET /nodes/{node}/storage
pub fn list(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    Ok(machine
        .storages
        .iter()
        .filter(|s| machine.allows(caller, &format!("/storage/{}", s.id), &READ))
        .filter(|s| s.is_on(args.node()))
        .filter(|s| args.text("target").is_none_or(|t| s.is_on(t)))
        .filter(|s| args.text("storage").is_none_or(|id| id == s.id))
        .filter(|s| args.text("content").is_none_or(|c| keeps_one(s, c)))
        .map(|s| {
            let mut entry = numbers(machine, s, args.node());
            entry["storage"] = json!(s.id);
            let used = machine.used(s, args.node());
            entry["used_fraction"] = json!(float(used) / float(s.total_bytes().max(1)));
            entry
        })
        .collect::<Value>()
        .into())
}

/// GET /nodes/{node}/storage/{storage}/status
pub fn status(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let storage = here(machine, args)?;
    Ok(numbers(machine, storage, args.node()).into())
}

/// The storage in the path, if its node has it.
pub(super) fn here<'a>(machine: &'a Machine, args: &Args) -> Result<&'a Storage, Failure> {
    machine
        .usable(args.required("storage"), args.node())
        .map_err(Failure::die)
}

fn keeps_one(storage: &Storage, content: &str) -> bool {
    content
        .split([',', ';', ' '])
        .any(|wanted| storage.keeps(wanted))
}

fn numbers(machine: &Machine, storage: &Storage, node: &str) -> Value {
    let total = storage.total_bytes();
    let used = machine.used(storage, node);
    json!({
        "type": storage.kind,
        "content": storage.content,
        "shared": u8::from(storage.shared),
        "active": 1,
        "enabled": 1,
        "total": total,
        "used": used,
        "avail": total.saturating_sub(used),
    })
}

/// GET /nodes/{node}/storage/{storage}/rrddata: what is used now, a little more or less over the day.
pub fn rrddata(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let storage = here(machine, args)?;
    let total = storage.total_bytes();
    let now = machine.used(storage, args.node());
    let point = |at_ms: u64| {
        let breath = share_of(total, load(storage.total_gib, at_ms) * 0.02);
        json!({ "total": total, "used": now.saturating_add(breath).min(total) })
    };
    Ok(series(machine.now_s(), args.required("timeframe"), point).into())
}
