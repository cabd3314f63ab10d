//! A guest as it is at this moment, straight from its node.

use serde_json::{Value, json};

use super::{agent, compact, extended, series, target, vm_path};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::{GuestKind, Pressure};
use crate::state::{Caller, Guest, GuestSample, Machine, sid, volumes};

/// GET /nodes/{node}/qemu and lxc
pub fn list(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    Ok(machine
        .guests()
        .filter(|g| g.node == args.node() && g.kind == args.kind())
        .filter(|g| machine.allows(caller, &vm_path(g.vmid), &["VM.Audit"]))
        .map(|g| described(machine, g))
        .collect::<Value>()
        .into())
}

/// GET …/status/current
pub fn current(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = target(machine, args)?;
    let service = machine
        .ha
        .get(&guest.vmid)
        .filter(|_| machine.manages(guest.vmid));
    let ha = match service {
        Some(service) => json!({
            "managed": 1,
            "sid": sid(guest.kind, guest.vmid),
            "state": service.request,
        }),
        None => json!({ "managed": 0 }),
    };
    let mut more = json!({ "ha": ha });
    if guest.kind == GuestKind::Qemu {
        let qmp = match (guest.running, guest.paused) {
            (false, _) => "stopped",
            (true, true) => "paused",
            (true, false) => "running",
        };
        more["qmpstatus"] = json!(qmp);
        if guest.agent() {
            more["agent"] = json!(1);
        }
        if guest.running {
            more["running-qemu"] = json!("10.1.2");
            more["running-machine"] = json!("pc-i440fx-10.1+pve0");
        }
    }
    Ok(extended(described(machine, guest), more).into())
}

/// What the list and the status have in common.
fn described(machine: &Machine, guest: &Guest) -> Value {
    let now = machine.now_ms();
    let sample = machine.guest_sample(guest, now);
    let disk = volumes(&guest.config).first().map_or(0, |v| v.size);
    let waits = pressure(machine, guest, guest.running);
    compact(json!({
        "vmid": guest.vmid,
        "name": guest.name(),
        "status": if guest.running { "running" } else { "stopped" },
        "tags": guest.config.get("tags"),
        "lock": guest.lock(),
        "template": guest.template().then_some(1),
        "pid": guest.running.then_some(guest.pid),
        "uptime": sample.uptime_s,
        "cpus": guest.cpus(),
        "cpu": sample.cpu,
        "maxmem": guest.memory_bytes(),
        "mem": sample.mem,
        "memhost": (guest.kind == GuestKind::Qemu && guest.running).then_some(hosted(sample.mem)),
        "maxswap": (guest.kind == GuestKind::Lxc).then_some(512_u64 << 20),
        "maxdisk": disk,
        "disk": sample.disk,
        "netin": sample.netin,
        "netout": sample.netout,
        "diskread": sample.diskread,
        "diskwrite": sample.diskwrite,
        "pressurecpusome": waits.map(|one| one.cpu),
        "pressurememorysome": waits.map(|one| one.memory),
        "pressureiosome": waits.map(|one| one.io),
    }))
}

/// How long its processes wait; releases before 9 do not tell, and one that does not run has none that could.
fn pressure(machine: &Machine, guest: &Guest, running: bool) -> Option<Pressure> {
    let pressure = if running {
        guest.pressure
    } else {
        Pressure::default()
    };
    (machine.major() >= 9).then_some(pressure)
}

/// GET …/feature
pub fn feature(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = target(machine, args)?;
    if let Some(name) = args.text("snapname")
        && guest.snapshot(name).is_none()
    {
        return Err(Failure::die(format!("snapshot '{name}' does not exist")));
    }
    let has = match args.required("feature") {
        "snapshot" => machine.can_snapshot(guest),
        "clone" => guest.template(),
        _ => true,
    };
    let mut answer = json!({ "hasFeature": u8::from(has) });
    if guest.kind == GuestKind::Qemu {
        let nodes: Vec<&str> = machine
            .nodes
            .iter()
            .map(|n| n.name.as_str())
            .filter(|n| *n == guest.node || machine.local_volumes(guest).is_empty())
            .collect();
        answer["nodes"] = json!(nodes);
    }
    Ok(answer.into())
}

/// GET …/rrddata
pub fn rrddata(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = target(machine, args)?;
    let disk = volumes(&guest.config).first().map_or(0, |v| v.size);
    let point = |at_ms: u64| {
        let sample = machine.guest_sample(guest, at_ms);
        let fixed = json!({
            "maxcpu": guest.cpus(),
            "maxmem": guest.memory_bytes(),
            "maxdisk": disk,
        });
        if sample.running {
            let waits = pressure(machine, guest, sample.running);
            extended(fixed, measured(&sample, waits))
        } else {
            fixed
        }
    };
    Ok(series(machine.now_s(), args.required("timeframe"), point).into())
}

/// Counters become rates in a series.
fn measured(sample: &GuestSample, waits: Option<Pressure>) -> Value {
    let rate = |total: u64| total.checked_div(sample.uptime_s).unwrap_or(0);
    compact(json!({
        "cpu": sample.cpu,
        "mem": sample.mem,
        "memhost": hosted(sample.mem),
        "disk": sample.disk,
        "netin": rate(sample.netin),
        "netout": rate(sample.netout),
        "diskread": rate(sample.diskread),
        "diskwrite": rate(sample.diskwrite),
        "pressurecpusome": waits.map(|one| one.cpu),
        "pressureiosome": waits.map(|one| one.io),
        "pressurememorysome": waits.map(|one| one.memory),
    }))
}

/// What a VM costs its node: its memory and the emulator's own.
fn hosted(mem: u64) -> u64 {
    mem.saturating_add(96 << 20)
}

/// POST …/agent/ping
pub fn agent_ping(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    agent::available(machine, args)?;
    Ok(json!({ "result": {} }).into())
}
