//! Storages and what is on them.

use serde_json::{Value, json};

use super::series;
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::Storage;
use crate::state::{Caller, Guest, Machine, load, share_of, volumes};

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
    let on = |s: &Storage, node: &str| s.nodes.is_empty() || s.nodes.iter().any(|n| n == node);
    Ok(machine
        .storages
        .iter()
        .filter(|s| machine.allows(caller, &format!("/storage/{}", s.id), &READ))
        .filter(|s| on(s, args.node()))
        .filter(|s| args.text("target").is_none_or(|t| on(s, t)))
        .filter(|s| args.text("storage").is_none_or(|id| id == s.id))
        .filter(|s| args.text("content").is_none_or(|c| keeps(s, c)))
        .map(|s| {
            let mut entry = numbers(machine, s);
            entry["storage"] = json!(s.id);
            entry["used_fraction"] = json!(s.used);
            entry
        })
        .collect::<Value>()
        .into())
}

/// GET /nodes/{node}/storage/{storage}/status
pub fn status(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let storage = here(machine, args)?;
    Ok(numbers(machine, storage).into())
}

fn here<'a>(machine: &'a Machine, args: &Args) -> Result<&'a Storage, Failure> {
    let id = args.required("storage");
    let storage = machine
        .storage(id)
        .ok_or_else(|| Failure::die(format!("storage '{id}' does not exist")))?;
    let node = args.node();
    if !storage.nodes.is_empty() && !storage.nodes.iter().any(|n| n == node) {
        return Err(Failure::die(format!(
            "storage '{id}' is not available on node '{node}'"
        )));
    }
    Ok(storage)
}

fn keeps(storage: &Storage, content: &str) -> bool {
    content
        .split([',', ';', ' '])
        .any(|wanted| storage.content.split(',').any(|c| c == wanted))
}

fn numbers(machine: &Machine, storage: &Storage) -> Value {
    let total = storage.total_gib << 30;
    let used = used(storage, machine.now_ms());
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

/// Bytes in use; a little more or less over the day.
pub(super) fn used(storage: &Storage, at_ms: u64) -> u64 {
    let breath = load(storage.total_gib, at_ms) * 0.02;
    share_of(storage.total_gib << 30, storage.used + breath)
}

/// GET /nodes/{node}/storage/{storage}/content
pub fn content(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let storage = here(machine, args)?;
    let sees = |guest: &&Guest| {
        machine.allows(caller, &format!("/vms/{}", guest.vmid), &["VM.Audit"])
            || machine.allows(
                caller,
                &format!("/storage/{}", storage.id),
                &["Datastore.Allocate", "Datastore.Audit"],
            )
    };
    let mut entries = Vec::new();
    let guests = machine
        .guests()
        .filter(|g| storage.shared || g.node == args.node())
        .filter(|g| {
            args.int("vmid")
                .is_none_or(|wanted| i64::from(g.vmid) == wanted)
        })
        .filter(sees);
    for guest in guests {
        for volume in volumes(&guest.config) {
            let content = match guest.kind {
                crate::scenario::GuestKind::Qemu => "images",
                crate::scenario::GuestKind::Lxc => "rootdir",
            };
            let wanted = args.text("content").is_none_or(|c| c == content);
            if volume.storage != storage.id || !wanted {
                continue;
            }
            entries.push(json!({
                "volid": volume.volid,
                "vmid": guest.vmid,
                "content": content,
                "format": volume.format,
                "size": volume.size,
                "used": volume.size / 2,
            }));
        }
    }
    Ok(Value::Array(entries).into())
}

/// GET /nodes/{node}/storage/{storage}/rrddata
pub fn rrddata(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let storage = here(machine, args)?;
    let point =
        |at_ms: u64| json!({ "total": storage.total_gib << 30, "used": used(storage, at_ms) });
    Ok(series(machine.now_s(), args.required("timeframe"), point).into())
}
