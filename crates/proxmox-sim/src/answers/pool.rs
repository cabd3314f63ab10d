//! Pools and their members.

use serde_json::{Value, json};

use super::{check_quorum, cluster, vm_path};
use crate::failure::Failure;
use crate::routes::{Answered, Args, list};
use crate::state::{Caller, Machine, Member, PoolError};

/// GET /pools
pub fn read(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let sees = |id: &str| machine.allows(caller, &format!("/pool/{id}"), &["Pool.Audit"]);
    let Some(wanted) = args.text("poolid") else {
        if args.has("type") {
            return Err(Failure::parameter(
                "poolid",
                "missing property - 'type' requires this property",
            ));
        }
        return Ok(machine
            .pools
            .iter()
            .filter(|p| sees(&p.id))
            .map(|p| json!({ "poolid": p.id, "comment": p.comment }))
            .collect::<Value>()
            .into());
    };
    if !sees(wanted) {
        return Err(Failure::denied(&format!("/pool/{wanted}"), &["Pool.Audit"]));
    }
    let pool = machine
        .pools
        .iter()
        .find(|p| p.id == wanted)
        .ok_or_else(|| Failure::die(format!("pool '{wanted}' does not exist")))?;
    let guests = machine
        .guests()
        .filter(|g| g.pool.as_deref() == Some(wanted))
        .map(|g| cluster::guest_entry(machine, g));
    let storages = pool.storages.iter().map(|id| {
        json!({
            "id": format!("storage/{}/{id}", machine.entry_node().name),
            "type": "storage",
            "storage": id,
            "node": machine.entry_node().name,
        })
    });
    let wanted_kind = args.text("type");
    let members: Vec<Value> = guests
        .chain(storages)
        .filter(|m| wanted_kind.is_none_or(|kind| m["type"] == kind))
        .collect();
    Ok(json!([{ "poolid": pool.id, "comment": pool.comment, "members": members }]).into())
}

/// PUT /pools
pub fn update(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    check_quorum(machine)?;
    let failed = |e: PoolError| Failure::die(format!("update pools failed: {e}"));
    let pool = args.required("poolid");
    if !machine.pools.iter().any(|p| p.id == pool) {
        return Err(failed(PoolError::Unknown(pool.into())));
    }
    let members = members(args);
    let (leave, allow_move) = (args.flag("delete"), args.flag("allow-move"));
    // Proxmox writes only when all of it is good. It names a member twice in one call: the second time it is there.
    for (at, member) in members.iter().enumerate() {
        may_modify(machine, caller, member)?;
        if members[..at].contains(member) {
            let twice = if leave {
                PoolError::Absent
            } else {
                PoolError::Twice
            };
            return Err(failed(twice(member.clone())));
        }
        if leave {
            machine.check_leaving(pool, member).map_err(failed)?;
            continue;
        }
        machine
            .check_joining(pool, member, allow_move)
            .map_err(failed)?;
        may_take(machine, caller, member)?;
    }
    machine.change_members(pool, &members, leave);
    if let Some(comment) = args.text("comment") {
        machine.set_pool_comment(pool, comment);
    }
    Ok(Value::Null.into())
}

fn members(args: &Args) -> Vec<Member> {
    let guests = list(args.required("vms")).filter_map(|id| id.parse().ok().map(Member::Guest));
    let storages = list(args.required("storage")).map(|id| Member::Storage(id.into()));
    guests.chain(storages).collect()
}

/// Whether the caller may change who has rights on a member. The refusal comes out of a locked section, which makes
/// an ordinary failure of it.
fn may_modify(machine: &Machine, caller: &Caller, member: &Member) -> Result<(), Failure> {
    match member {
        Member::Guest(vmid) => holds(
            machine,
            caller,
            &vm_path(*vmid),
            &["Permissions.Modify", "VM.Allocate"],
        ),
        Member::Storage(id) => holds(
            machine,
            caller,
            &format!("/storage/{id}"),
            &["Permissions.Modify", "Datastore.Allocate"],
        ),
    }
}

/// A guest that leaves another pool needs a right on that one too.
fn may_take(machine: &Machine, caller: &Caller, member: &Member) -> Result<(), Failure> {
    let Member::Guest(vmid) = member else {
        return Ok(());
    };
    match machine.pool_of_guest(*vmid) {
        Some(other) => holds(
            machine,
            caller,
            &format!("/pool/{other}"),
            &["Pool.Allocate"],
        ),
        None => Ok(()),
    }
}

fn holds(machine: &Machine, caller: &Caller, path: &str, any_of: &[&str]) -> Result<(), Failure> {
    if machine.allows(caller, path, any_of) {
        return Ok(());
    }
    let refusal = Failure::denied(path, any_of);
    Err(Failure::die(format!(
        "update pools failed: {} {}",
        refusal.status, refusal.message
    )))
}
