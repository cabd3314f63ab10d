//! The whole world as it is, for tests that ask what really happened: what `GET /state` of the control port answers.

use serde_json::{Value, json};

use crate::control::{GuestRecord, storages};
use crate::state::{Machine, Node, sid};

/// Everything at this moment.
pub fn of(machine: &Machine) -> Value {
    let guests: Vec<GuestRecord> = machine.guests().map(GuestRecord::from).collect();
    let nodes: Vec<Value> = machine.nodes.iter().map(node).collect();
    json!({
        "now_ms": machine.now_ms(),
        "quorate": machine.is_quorate(),
        "nodes": nodes,
        "guests": guests,
        "ha": services(machine),
        "replication": replications(machine),
        "pools": pools(machine),
        "storages": storages(machine),
    })
}

fn node(node: &Node) -> Value {
    let next = node
        .turn
        .map(|(at_ms, turn)| json!({ "turn": turn, "at_ms": at_ms }));
    json!({
        "node": node.name,
        "online": node.online,
        "since_ms": node.since_ms,
        "booted_ms": node.online.then_some(node.booted_ms),
        "shut_down": node.shut_down,
        "next": next,
        "wakeonlan": node.wakeonlan,
        "services": node.units,
    })
}

/// What the HA stack is asked for, and what it makes of it.
fn services(machine: &Machine) -> Vec<Value> {
    machine
        .ha
        .iter()
        .filter_map(|(vmid, service)| {
            let guest = machine.guest(*vmid)?;
            Some(json!({
                "sid": sid(guest.kind, *vmid),
                "vmid": vmid,
                "node": guest.node,
                "request": service.request,
                "state": service.state,
                "resource": service.resource,
            }))
        })
        .collect()
}

fn replications(machine: &Machine) -> Vec<Value> {
    machine
        .replications
        .values()
        .map(|job| json!(job))
        .collect()
}

fn pools(machine: &Machine) -> Vec<Value> {
    machine
        .pools
        .iter()
        .map(|pool| {
            let guests: Vec<u32> = machine
                .guests()
                .filter(|g| g.pool.as_deref() == Some(&pool.id))
                .map(|g| g.vmid)
                .collect();
            json!({
                "pool": pool.id,
                "comment": pool.comment,
                "guests": guests,
                "storages": pool.storages,
            })
        })
        .collect()
}
