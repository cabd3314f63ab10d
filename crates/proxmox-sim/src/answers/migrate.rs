//! Moving a guest to another node: the questions before, and the task.

use serde_json::{Map, Value, json};

use super::{check_quorum, compact, ha, root_only, target};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::GuestKind;
use crate::state::{Caller, Guest, HaCommand, Job, Machine, Order};

/// GET …/migrate
pub fn preconditions(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = target(machine, args)?;
    let mut allowed = Vec::new();
    let mut refused = Map::new();
    for node in machine.nodes.iter().filter(|n| n.name != guest.node) {
        if let Some(wanted) = args.text("target")
            && wanted != node.name
        {
            continue;
        }
        match obstacle(machine, guest, &node.name) {
            None if node.online => allowed.push(json!(node.name)),
            None => {}
            Some(why) => {
                refused.insert(node.name.clone(), why);
            }
        }
    }
    let running = u8::from(guest.running);
    let along = ha::companions(machine, guest);
    Ok(compact(match guest.kind {
        GuestKind::Qemu => json!({
            "running": running,
            "allowed_nodes": allowed,
            "not_allowed_nodes": refused,
            "local_disks": local_disks(machine, guest),
            "local_resources": [],
            "mapped-resources": [],
            "mapped-resource-info": {},
            "has-dbus-vmstate": 0,
            "dependent-ha-resources": along,
        }),
        GuestKind::Lxc => json!({
            "running": running,
            "allowed-nodes": allowed,
            "not-allowed-nodes": refused,
            "dependent-ha-resources": along,
        }),
    })
    .into())
}

fn obstacle(machine: &Machine, guest: &Guest, node: &str) -> Option<Value> {
    let blockers = ha::blockers(machine, guest, node);
    if !blockers.is_empty() {
        return Some(json!({ "blocking-ha-resources": blockers }));
    }
    let lacking = machine.unavailable_storages(guest, node);
    (!lacking.is_empty()).then(|| json!({ "unavailable_storages": lacking }))
}

fn local_disks(machine: &Machine, guest: &Guest) -> Value {
    machine
        .local_volumes(guest)
        .into_iter()
        .map(|v| {
            json!({
                "volid": v.volid,
                "size": v.size,
                "cdrom": 0,
                "is_unused": u8::from(v.key.starts_with("unused")),
            })
        })
        .collect()
}

/// POST …/migrate
pub fn start(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["force", "migration_type"])?;
    let node = args.required("target").to_owned();
    if node == args.node() {
        return Err(Failure::parameter("target", "target is local node."));
    }
    check_quorum(machine)?;
    if machine.node(&node).is_none() {
        return Err(Failure::die(format!("no such cluster node '{node}'")));
    }
    let guest = target(machine, args)?;
    let vmid = guest.vmid;
    if guest.kind == GuestKind::Qemu {
        guest.check_lock().map_err(Failure::die)?;
    }
    consents(guest, args)?;
    if let Some(lacking) = machine.unavailable_storages(guest, &node).first() {
        return Err(Failure::die(format!(
            "storage '{lacking}' is not available on node '{node}'"
        )));
    }
    if machine.manages(vmid) {
        let command = HaCommand::Migrate { target: node };
        return Ok(json!(machine.queue_ha(caller, vmid, command)).into());
    }
    let job = Job::Migrate {
        target: node,
        online: args.flag("online"),
        restart: args.flag("restart"),
        with_local_disks: args.flag("with-local-disks"),
    };
    let order = Order {
        node: args.node(),
        kind: &guest.kind.task_type("migrate"),
        vmid,
        job,
    };
    Ok(json!(machine.fork(caller, order)).into())
}

/// A running guest moves only if the caller says how.
fn consents(guest: &Guest, args: &Args) -> Result<(), Failure> {
    if !guest.running || args.flag("online") {
        return Ok(());
    }
    match guest.kind {
        GuestKind::Qemu => Err(Failure::die("can't migrate running VM without --online")),
        GuestKind::Lxc if args.flag("restart") => Ok(()),
        GuestKind::Lxc => Err(Failure::die(
            "can't migrate running container without --online or --restart",
        )),
    }
}
