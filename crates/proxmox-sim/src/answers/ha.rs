//! What the HA stack says, and what it is told.

use serde_json::{Value, json};

use super::{check_quorum, compact, of_release};
use crate::failure::Failure;
use crate::routes::{Answered, Args, list};
use crate::scenario::GuestKind;
use crate::state::{Caller, Guest, Machine, Resource, ResourceError, Service, sid};

impl From<ResourceError> for Failure {
    fn from(error: ResourceError) -> Self {
        Self::die(error.to_string())
    }
}

/// The services that keep a guest from a node.
pub(super) fn blockers(machine: &Machine, guest: &Guest, node: &str) -> Vec<Value> {
    if !machine.manages(guest.vmid) {
        return Vec::new();
    }
    machine
        .blockers(&sid(guest.kind, guest.vmid), node)
        .into_iter()
        .map(|b| json!({ "sid": b.sid, "cause": b.cause }))
        .collect()
}

/// The services that move along with a guest, if there are any.
pub(super) fn companions(machine: &Machine, guest: &Guest) -> Option<Vec<String>> {
    let found = machine.companions(&sid(guest.kind, guest.vmid));
    (machine.manages(guest.vmid) && !found.is_empty()).then_some(found)
}

/// GET /cluster/ha/status/current
pub fn status(machine: &mut Machine, _: &Caller, _: &Args) -> Answered {
    let quorate = machine.is_quorate();
    let master = &machine.entry_node().name;
    let now = machine.now_s();
    let mut entries = vec![json!({
        "id": "quorum",
        "type": "quorum",
        "node": master,
        "status": if quorate { "OK" } else { "No quorum on node!" },
        "quorate": u8::from(quorate),
    })];
    if machine.ha.is_empty() {
        return Ok(Value::Array(entries).into());
    }
    entries.push(json!({
        "id": "master",
        "type": "master",
        "node": master,
        "status": format!("{master} (active, {})", crate::state::clock_text(machine.now_ms())),
        "timestamp": now,
    }));
    for node in &machine.nodes {
        let mode = match (node.online, node.turn) {
            (true, None) => "active",
            (true, Some(_)) => "restarting",
            (false, _) => "old timestamp - dead?",
        };
        entries.push(json!({
            "id": format!("lrm:{}", node.name),
            "type": "lrm",
            "node": node.name,
            "status": format!("{} ({mode}, {})", node.name, crate::state::clock_text(machine.now_ms())),
            "timestamp": now,
        }));
    }
    for (vmid, service) in &machine.ha {
        let Some(guest) = machine.guest(*vmid) else {
            continue;
        };
        let sid = sid(guest.kind, *vmid);
        entries.push(json!({
            "id": format!("service:{sid}"),
            "type": "service",
            "sid": sid,
            "node": guest.node,
            "state": service.state,
            "crm_state": service.state,
            "request_state": service.request,
            "status": format!("{sid} ({}, {})", guest.node, service.state),
            "max_restart": service.resource.max_restart.unwrap_or(1),
            "max_relocate": service.resource.max_relocate.unwrap_or(1),
            "failback": u8::from(service.resource.failback.unwrap_or(true)),
        }));
    }
    Ok(Value::Array(entries).into())
}

/// GET /cluster/ha/resources
pub fn resources(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let kind = args.text("type");
    Ok(machine
        .ha
        .iter()
        .filter_map(|(vmid, service)| Some((machine.guest(*vmid)?, service)))
        .filter(|(guest, _)| kind.is_none_or(|k| k == short(guest.kind)))
        .map(|(guest, service)| described(machine, guest.kind, guest.vmid, service))
        .collect::<Value>()
        .into())
}

/// GET /cluster/ha/resources/{sid}
pub fn resource(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let (vmid, kind) = machine.parse_sid(args.required("sid"))?;
    let service = machine
        .resource(kind, vmid)
        .ok_or_else(|| ResourceError::NotDefined(sid(kind, vmid)))?;
    Ok(described(machine, kind, vmid, service).into())
}

fn short(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => "vm",
        GuestKind::Lxc => "ct",
    }
}

fn described(machine: &Machine, kind: GuestKind, vmid: u32, service: &Service) -> Value {
    let resource = &service.resource;
    let as_of_9 = machine.major() >= 9;
    compact(json!({
        "sid": sid(kind, vmid),
        "type": short(kind),
        "state": service.request,
        "max_restart": resource.max_restart.unwrap_or(1),
        "max_relocate": resource.max_relocate.unwrap_or(1),
        "comment": resource.comment,
        "group": resource.group,
        "failback": as_of_9.then(|| u8::from(resource.failback.unwrap_or(true))),
        "auto-rebalance": resource.auto_rebalance.map(u8::from),
        "digest": machine.resources_digest(),
    }))
}

/// POST /cluster/ha/resources
pub fn add(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    of_release(machine, args, 9, &["failback", "auto-rebalance"])?;
    check_quorum(machine)?;
    let (vmid, kind) = machine.parse_sid(args.required("sid"))?;
    if args.text("type").is_some_and(|t| t != short(kind)) {
        return Err(Failure::die("types does not match"));
    }
    check_group(machine, args)?;
    let mut resource = Resource::default();
    configure(&mut resource, args);
    machine.add_resource(kind, vmid, request(args).unwrap_or("started"), resource)?;
    Ok(Value::Null.into())
}

/// PUT /cluster/ha/resources/{sid}
pub fn set(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    of_release(machine, args, 9, &["failback", "auto-rebalance"])?;
    check_quorum(machine)?;
    let (vmid, kind) = machine.parse_sid(args.required("sid"))?;
    check_group(machine, args)?;
    let mut wish = request(args);
    machine.check_resource_state(kind, vmid, wish)?;
    let failed = |e: ResourceError| Failure::die(format!("update resource failed: {e}"));
    let digest = machine.resources_digest();
    if args.text("digest").is_some_and(|d| d != digest) {
        return Err(failed(ResourceError::Modified));
    }
    if machine.resource(kind, vmid).is_none() {
        return Err(failed(ResourceError::NotDefined(sid(kind, vmid))));
    }
    let gone: Vec<&str> = list(args.required("delete")).collect();
    if let Some(wrong) = gone.iter().find(|name| !OPTIONS.contains(name)) {
        return Err(failed(ResourceError::NoOption((*wrong).into())));
    }
    if gone.contains(&"state") {
        wish = Some("started");
    }
    machine.set_resource(vmid, wish, |resource| {
        configure(resource, args);
        forget(resource, &gone);
    });
    Ok(Value::Null.into())
}

/// What can be configured for a resource, and so be deleted.
const OPTIONS: [&str; 7] = [
    "auto-rebalance",
    "comment",
    "failback",
    "group",
    "max_relocate",
    "max_restart",
    "state",
];

/// The state asked for; `enabled` is the old word for `started`.
fn request(args: &Args) -> Option<&str> {
    args.text("state").map(|state| match state {
        "enabled" => "started",
        other => other,
    })
}

fn configure(resource: &mut Resource, args: &Args) {
    let count = |name: &str| args.count(name).and_then(|n| u32::try_from(n).ok());
    let text = |name: &str| args.text(name).map(str::to_owned);
    let flag = |name: &str| args.has(name).then(|| args.flag(name));
    resource.comment = text("comment").or(resource.comment.take());
    resource.group = text("group").or(resource.group.take());
    resource.max_restart = count("max_restart").or(resource.max_restart);
    resource.max_relocate = count("max_relocate").or(resource.max_relocate);
    resource.failback = flag("failback").or(resource.failback);
    resource.auto_rebalance = flag("auto-rebalance").or(resource.auto_rebalance);
}

fn forget(resource: &mut Resource, gone: &[&str]) {
    for name in gone {
        match *name {
            "comment" => resource.comment = None,
            "group" => resource.group = None,
            "max_restart" => resource.max_restart = None,
            "max_relocate" => resource.max_relocate = None,
            "failback" => resource.failback = None,
            "auto-rebalance" => resource.auto_rebalance = None,
            _ => {}
        }
    }
}

/// Groups are a thing of the releases before 9, and must be there.
fn check_group(machine: &Machine, args: &Args) -> Result<(), Failure> {
    let Some(group) = args.text("group") else {
        return Ok(());
    };
    if machine.major() >= 9 {
        return Err(Failure::die(
            "invalid parameter 'group': ha groups have been migrated to rules",
        ));
    }
    if machine.ha_groups.iter().any(|g| g.id == group) {
        return Ok(());
    }
    Err(Failure::die(format!("HA group '{group}' does not exist")))
}

/// DELETE /cluster/ha/resources/{sid}
pub fn remove(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    of_release(machine, args, 9, &["purge"])?;
    check_quorum(machine)?;
    let (vmid, kind) = machine.parse_sid(args.required("sid"))?;
    if machine.resource(kind, vmid).is_none() {
        return Err(ResourceError::NothingToDelete(sid(kind, vmid)).into());
    }
    let purge = !args.has("purge") || args.flag("purge");
    machine.remove_resource(kind, vmid, purge);
    Ok(Value::Null.into())
}

/// POST /cluster/ha/resources/{sid}/migrate
pub fn migrate(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    moved(machine, args, false)
}

/// POST /cluster/ha/resources/{sid}/relocate
pub fn relocate(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    moved(machine, args, true)
}

/// Queues a move: no task, and the manager may yet leave it out.
fn moved(machine: &mut Machine, args: &Args, stopped: bool) -> Answered {
    check_quorum(machine)?;
    let (vmid, kind) = machine.parse_sid(args.required("sid"))?;
    let name = sid(kind, vmid);
    let managed = machine.resource(kind, vmid).is_some() && machine.manages(vmid);
    let guest = machine.guest(vmid).filter(|_| managed);
    let guest = guest.ok_or_else(|| ResourceError::NotManaged(name.clone()))?;
    machine.check_resource_state(kind, vmid, None)?;
    let node = args.required("node");
    let blocking = blockers(machine, guest, node);
    let answer = compact(json!({
        "sid": name,
        "requested-node": node,
        "comigrated-resources": companions(machine, guest),
        "blocking-resources": (!blocking.is_empty()).then_some(blocking),
    }));
    machine.queue_move(vmid, node, stopped);
    if machine.major() < 9 {
        return Ok(Value::Null.into());
    }
    Ok(answer.into())
}

/// GET /cluster/ha/rules
pub fn rules(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    Ok(machine
        .ha_rules
        .iter()
        .filter(|r| args.text("type").is_none_or(|kind| kind == r.kind))
        .filter(|r| {
            args.text("resource")
                .is_none_or(|sid| r.resources.iter().any(|x| x == sid))
        })
        .map(|r| {
            compact(json!({
                "rule": r.id,
                "type": r.kind,
                "resources": r.resources.join(","),
                "nodes": (!r.nodes.is_empty()).then(|| r.nodes.join(",")),
                "affinity": r.affinity,
                "strict": (r.kind == "node-affinity").then_some(u8::from(r.strict)),
            }))
        })
        .collect::<Value>()
        .into())
}
