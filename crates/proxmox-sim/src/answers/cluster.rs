//! What the cluster says about itself as a whole.

use serde_json::{Value, json};

use super::{compact, extended, kind_text, node, vm_path};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::calendar;
use crate::state::{Caller, Guest, Machine, PlannedBackup, volumes};

/// GET /version and /nodes/{node}/version
pub fn version(machine: &mut Machine, _: &Caller, _: &Args) -> Answered {
    let release = &machine.release;
    Ok(json!({
        "version": release.version,
        "release": release.release,
        "repoid": release.repoid,
    })
    .into())
}

/// GET /cluster/resources: needs no privilege, and shows what the caller may audit.
pub fn resources(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    let wanted = args.text("type");
    let wants = |kind: &str| wanted.is_none_or(|w| w == kind);
    let mut entries: Vec<Value> = Vec::new();
    if wanted.is_none() {
        entries.extend(
            machine
                .pools
                .iter()
                .filter(|p| machine.allows(caller, &format!("/pool/{}", p.id), &["Pool.Audit"]))
                .map(|p| json!({ "id": format!("/pool/{}", p.id), "type": "pool", "pool": p.id })),
        );
    }
    if wants("vm") {
        entries.extend(
            machine
                .guests()
                .filter(|g| machine.allows(caller, &vm_path(g.vmid), &["VM.Audit"]))
                .map(|g| guest_entry(machine, g)),
        );
    }
    if wants("node") {
        entries.extend(machine.nodes.iter().map(|n| {
            let entry = json!({
                "id": format!("node/{}", n.name),
                "type": "node",
                "node": n.name,
                "status": if n.online { "online" } else { "offline" },
                "level": "",
                "cgroup-mode": 2,
            });
            if !machine.allows(caller, &format!("/nodes/{}", n.name), &["Sys.Audit"]) {
                return entry;
            }
            extended(entry, node::published(machine, n))
        }));
    }
    if wants("storage") {
        entries.extend(storage_entries(machine, caller));
    }
    Ok(Value::Array(entries).into())
}

/// Status and numbers are those of the last broadcast, the rest is out of the configuration.
pub(super) fn guest_entry(machine: &Machine, guest: &Guest) -> Value {
    let kind = kind_text(guest.kind);
    let online = machine.node(&guest.node).is_some_and(|n| n.online);
    let sample = machine.broadcast.guests.get(&guest.vmid).filter(|_| online);
    let status = match sample {
        None => "unknown",
        Some(s) if s.running => "running",
        Some(_) => "stopped",
    };
    let disk = volumes(&guest.config).first().map_or(0, |v| v.size);
    let fixed = json!({
        "id": format!("{kind}/{}", guest.vmid),
        "type": kind,
        "vmid": guest.vmid,
        "name": guest.name(),
        "node": guest.node,
        "status": status,
        "template": u8::from(guest.template()),
        "tags": guest.config.get("tags"),
        "pool": guest.pool,
        "lock": guest.lock(),
        "hastate": machine.ha.get(&guest.vmid).map(|s| s.state.clone()),
    });
    let numbers = sample.map_or(json!({}), |s| {
        json!({
            "cpu": s.cpu,
            "maxcpu": guest.cpus(),
            "mem": s.mem,
            "maxmem": guest.memory_bytes(),
            "disk": s.disk,
            "maxdisk": disk,
            "uptime": s.uptime_s,
            "netin": s.netin,
            "netout": s.netout,
            "diskread": s.diskread,
            "diskwrite": s.diskwrite,
        })
    });
    extended(compact(fixed), numbers)
}

fn storage_entries(machine: &Machine, caller: &Caller) -> Vec<Value> {
    let mut entries = Vec::new();
    for s in &machine.storages {
        if !machine.allows(caller, &format!("/storage/{}", s.id), &["Datastore.Audit"]) {
            continue;
        }
        for n in &machine.nodes {
            if !s.nodes.is_empty() && !s.nodes.contains(&n.name) {
                continue;
            }
            entries.push(json!({
                "id": format!("storage/{}/{}", n.name, s.id),
                "type": "storage",
                "storage": s.id,
                "node": n.name,
                "status": if n.online { "available" } else { "unknown" },
                "plugintype": s.kind,
                "content": s.content,
                "shared": u8::from(s.shared),
                "maxdisk": s.total_bytes(),
                "disk": machine.used(s, &n.name),
            }));
        }
    }
    entries
}

/// GET /cluster/status
pub fn status(machine: &mut Machine, _: &Caller, _: &Args) -> Answered {
    let entry_node = machine.entry_node().name.clone();
    let mut entries = Vec::new();
    if let Some(name) = &machine.cluster {
        entries.push(json!({
            "type": "cluster",
            "id": "cluster",
            "name": name,
            "nodes": machine.nodes.len(),
            "quorate": u8::from(machine.is_quorate()),
            "version": 3,
        }));
    }
    for node in &machine.nodes {
        entries.push(json!({
            "type": "node",
            "id": format!("node/{}", node.name),
            "name": node.name,
            "nodeid": if machine.cluster.is_some() { node.id } else { 0 },
            "ip": node.ip,
            "local": u8::from(node.name == entry_node),
            "online": u8::from(node.online),
            "level": "",
        }));
    }
    Ok(Value::Array(entries).into())
}

/// GET /cluster/options: without the right to audit only what the page needs to draw.
pub fn options(machine: &mut Machine, caller: &Caller, _: &Args) -> Answered {
    let mut tags: Vec<&str> = machine
        .guests()
        .filter_map(|g| g.config.get("tags"))
        .flat_map(|tags| tags.split(';'))
        .collect();
    tags.sort_unstable();
    tags.dedup();
    let open = json!({ "console": "html5", "allowed-tags": tags });
    if !machine.allows(caller, "/", &["Sys.Audit"]) {
        return Ok(open.into());
    }
    let more = json!({ "keyboard": "en-us", "mac_prefix": "BC:24:11", "max_workers": 4 });
    Ok(extended(open, more).into())
}

/// GET /cluster/nextid: a look, no reservation.
pub fn next_id(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    if args.has("vmid") {
        let vmid = args.vmid();
        if machine.guest(vmid).is_some() {
            return Err(Failure::parameter(
                "vmid",
                format!("VM {vmid} already exists"),
            ));
        }
        return Ok(json!(vmid.to_string()).into());
    }
    let free = (100..=999_999_999).find(|vmid| machine.guest(*vmid).is_none());
    Ok(json!(free.map(|vmid: u32| vmid.to_string())).into())
}

/// GET /cluster/metrics/export
pub fn metrics(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let at = machine.now_s();
    let since = args.int("start-time").unwrap_or(0);
    let mut data = Vec::new();
    let mut add = |id: &str, metric: &str, kind: &str, value: Value| {
        data.push(json!({
            "id": id, "metric": metric, "type": kind, "timestamp": at, "value": value,
        }));
    };
    if i64::try_from(at).is_ok_and(|now| now <= since) {
        return Ok(json!({ "data": [] }).into());
    }
    let nodes = args.text("node-list");
    let local = machine.entry_node().name.clone();
    let asked = |node: &str| {
        nodes.is_none_or(|list| list.split(',').any(|n| n == node))
            && (!args.flag("local-only") || node == local)
    };
    for (name, sample) in &machine.broadcast.nodes {
        if asked(name) {
            let id = format!("node/{name}");
            add(&id, "cpu_current", "gauge", json!(sample.cpu));
            add(&id, "mem_used", "gauge", json!(sample.mem));
            add(&id, "uptime", "gauge", json!(sample.uptime_s));
        }
    }
    for guest in machine.guests().filter(|g| asked(&g.node)) {
        let Some(sample) = machine.broadcast.guests.get(&guest.vmid) else {
            continue;
        };
        let id = format!("{}/{}", kind_text(guest.kind), guest.vmid);
        add(&id, "cpu_current", "gauge", json!(sample.cpu));
        add(&id, "mem_used", "gauge", json!(sample.mem));
        add(&id, "net_in", "derive", json!(sample.netin));
        add(&id, "net_out", "derive", json!(sample.netout));
        add(&id, "uptime", "gauge", json!(sample.uptime_s));
    }
    Ok(json!({ "data": data }).into())
}

/// GET /cluster/backup-info/not-backed-up: guests that no job takes in.
pub fn not_backed_up(machine: &mut Machine, _: &Caller, _: &Args) -> Answered {
    Ok(machine
        .guests()
        .filter(|g| !machine.backup_calendar.covers(g))
        .map(|g| json!({ "vmid": g.vmid, "name": g.name(), "type": kind_text(g.kind) }))
        .collect::<Value>()
        .into())
}

/// GET /cluster/backup: the jobs, with the time at which each would run next, whether or not it is enabled.
pub fn backup_jobs(machine: &mut Machine, _: &Caller, _: &Args) -> Answered {
    let now = machine.now_s();
    Ok(machine
        .backup_calendar
        .jobs()
        .map(|job| backup_job(job, now))
        .collect::<Value>()
        .into())
}

fn backup_job(job: &PlannedBackup, now: u64) -> Value {
    let list = |vmids: &[u32]| {
        let texts: Vec<String> = vmids.iter().map(ToString::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(","))
    };
    compact(json!({
        "id": job.id,
        "schedule": job.schedule,
        "enabled": u8::from(job.enabled),
        "all": u8::from(job.all),
        "vmid": list(&job.vmid),
        "exclude": list(&job.exclude),
        "pool": job.pool,
        "node": job.node,
        "storage": job.storage,
        "mode": job.mode,
        "comment": job.comment,
        "next-run": calendar::next(&job.schedule, now),
    }))
}
