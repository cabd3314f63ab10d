//! A node: its numbers, packages, disks and services.

use serde_json::{Value, json};

use super::{extended, series};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::state::{Caller, Machine, Node, load, share_of};

/// Bytes of a node's root disk.
const ROOT_DISK: u64 = 94 << 30;
/// Bytes of a node's swap.
const SWAP: u64 = 8 << 30;

/// GET /nodes
pub fn list(machine: &mut Machine, caller: &Caller, _: &Args) -> Answered {
    Ok(machine
        .nodes
        .iter()
        .map(|node| {
            let name = &node.name;
            let entry = json!({
                "id": format!("node/{name}"),
                "type": "node",
                "node": name,
                "status": if node.online { "online" } else { "offline" },
                "level": "",
                "ssl_fingerprint": machine.fingerprint,
            });
            if !machine.allows(caller, &format!("/nodes/{name}"), &["Sys.Audit"]) {
                return entry;
            }
            extended(entry, published(machine, node))
        })
        .collect::<Value>()
        .into())
}

/// The numbers of the last broadcast; a node that is gone has none.
pub(super) fn published(machine: &Machine, node: &Node) -> Value {
    let Some(sample) = machine.broadcast.nodes.get(&node.name) else {
        return json!({});
    };
    if !node.online {
        return json!({});
    }
    json!({
        "cpu": sample.cpu,
        "maxcpu": node.cpus,
        "mem": sample.mem,
        "maxmem": node.memory_bytes(),
        "disk": root_used(node, machine.now_ms()),
        "maxdisk": ROOT_DISK,
        "uptime": sample.uptime_s,
    })
}

fn root_used(node: &Node, at_ms: u64) -> u64 {
    share_of(
        ROOT_DISK,
        0.2 + load(u64::from(node.cpus) + node.id as u64, at_ms) * 0.1,
    )
}

pub(super) fn here<'a>(machine: &'a Machine, args: &Args) -> Result<&'a Node, Failure> {
    machine
        .node(args.node())
        .ok_or_else(|| Failure::parameter("node", "no such node"))
}

/// Processes that run or want to: those that keep its processors busy, and what it bears beside them.
fn processes(node: &Node, busy: f64) -> f64 {
    busy * f64::from(node.cpus) + node.strain.load
}

/// GET /nodes/{node}/status
pub fn status(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let node = here(machine, args)?;
    let now = machine.now_ms();
    let sample = machine.node_sample(node, now);
    let total = node.memory_bytes();
    let used = root_used(node, now);
    let average = processes(node, sample.cpu);
    let swapped = node.strain.swap_mib << 20;
    let version = &machine.release.version;
    Ok(json!({
        "cpu": sample.cpu,
        "wait": node.strain.io_wait,
        "uptime": sample.uptime_s,
        "loadavg": [
            format!("{average:.2}"),
            format!("{:.2}", average * 0.95),
            format!("{:.2}", average * 0.9),
        ],
        "memory": {
            "total": total,
            "used": sample.mem,
            "free": total - sample.mem,
            "available": total - sample.mem,
        },
        "swap": { "total": SWAP, "used": swapped, "free": SWAP.saturating_sub(swapped) },
        "rootfs": {
            "total": ROOT_DISK,
            "used": used,
            "free": ROOT_DISK - used,
            "avail": ROOT_DISK - used,
        },
        "cpuinfo": {
            "cpus": node.cpus,
            "cores": node.cpus / 2,
            "sockets": 1,
            "model": "AMD EPYC 7313P 16-Core Processor",
            "mhz": "3000.000",
            "hvm": "1",
        },
        "boot-info": { "mode": "efi", "secureboot": 0 },
        "current-kernel": {
            "sysname": "Linux",
            "release": "6.17.4-1-pve",
            "version": "#1 SMP PREEMPT_DYNAMIC PMX 6.17.4-1",
            "machine": "x86_64",
        },
        "kversion": "Linux 6.17.4-1-pve",
        "pveversion": format!("pve-manager/{version}/{}", machine.release.repoid),
    })
    .into())
}

/// GET /nodes/{node}/rrddata
pub fn rrddata(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let node = here(machine, args)?;
    let point = |at_ms: u64| {
        if at_ms < node.booted_ms {
            return json!({});
        }
        let sample = machine.node_sample(node, at_ms);
        json!({
            "cpu": sample.cpu,
            "maxcpu": node.cpus,
            "loadavg": processes(node, sample.cpu),
            "iowait": node.strain.io_wait,
            "memused": sample.mem,
            "memtotal": node.memory_bytes(),
            "memavailable": node.memory_bytes() - sample.mem,
            "rootused": root_used(node, at_ms),
            "roottotal": ROOT_DISK,
            "swaptotal": SWAP,
            "swapused": node.strain.swap_mib << 20,
            "netin": share_of(4_000_000, load(node.id as u64 + 40, at_ms)),
            "netout": share_of(6_000_000, load(node.id as u64 + 50, at_ms)),
        })
    };
    Ok(series(machine.now_s(), args.required("timeframe"), point).into())
}

/// GET /nodes/{node}/certificates/info
pub fn certificates(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    here(machine, args)?;
    Ok(json!([{
        "filename": "pve-ssl.pem",
        "fingerprint": machine.fingerprint,
        "issuer": "/CN=Proxmox VE simulator CA",
        "subject": "/CN=localhost",
        "public-key-type": "id-ecPublicKey",
        "public-key-bits": 256,
    }])
    .into())
}

/// GET /nodes/{node}/apt/versions
pub fn versions(machine: &mut Machine, _: &Caller, _: &Args) -> Answered {
    let version = &machine.release.version;
    let packages = [
        ("proxmox-ve", "9.1.0"),
        ("pve-manager", version.as_str()),
        ("qemu-server", "9.2.1"),
        ("pve-container", "6.1.1"),
        ("pve-ha-manager", "5.2.0"),
        ("pve-qemu-kvm", "10.1.2-4"),
    ];
    Ok(packages
        .iter()
        .map(|(name, version)| {
            json!({
                "Package": name,
                "Title": name,
                "Version": version,
                "OldVersion": version,
                "CurrentState": "Installed",
                "Arch": "amd64",
                "Origin": "Proxmox",
                "Priority": "optional",
                "Section": "admin",
                "Description": "",
            })
        })
        .collect::<Value>()
        .into())
}

/// GET /nodes/{node}/apt/update
pub fn updates(_: &mut Machine, _: &Caller, _: &Args) -> Answered {
    Ok(json!([{
        "Package": "pve-firmware",
        "Title": "Binary firmware code",
        "Version": "3.17-2",
        "OldVersion": "3.17-1",
        "Arch": "all",
        "Origin": "Proxmox",
        "Priority": "optional",
        "Section": "misc",
        "Description": "",
    }])
    .into())
}

/// GET /nodes/{node}/disks/list
pub fn disks(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let node = here(machine, args)?;
    let disk = |number: u32, used: &str| {
        json!({
            "devpath": format!("/dev/nvme{number}n1"),
            "model": "SAMSUNG MZQL2960HCJR",
            "serial": format!("S64FNE0R{:03}{number}", node.id),
            "vendor": "unknown",
            "size": 960_197_124_096_u64,
            "health": "PASSED",
            "gpt": 1,
            "mounted": 0,
            "osdid": -1,
            "osdid-list": Value::Null,
            "used": used,
            "type": "nvme",
            "wearout": 97,
        })
    };
    let all = match args.text("type") {
        Some("unused") => vec![],
        _ => vec![disk(0, "BIOS boot"), disk(1, "LVM")],
    };
    Ok(Value::Array(all).into())
}
