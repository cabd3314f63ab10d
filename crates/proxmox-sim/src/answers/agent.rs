//! What the guest agent within a VM answers.

use serde_json::{Value, json};

use super::target;
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::state::{Caller, Guest, Machine, volumes};

/// The guest, if its agent answers; else what Proxmox says instead.
pub(super) fn available<'a>(machine: &'a Machine, args: &Args) -> Result<&'a Guest, Failure> {
    let guest = target(machine, args)?;
    if !guest.agent() {
        return Err(Failure::die("No QEMU guest agent configured"));
    }
    if !guest.running {
        return Err(Failure::die(format!("VM {} is not running", guest.vmid)));
    }
    // A paused processor answers nobody.
    if guest.agent_silent || guest.paused {
        return Err(Failure::die("QEMU guest agent is not running"));
    }
    Ok(guest)
}

/// Everything comes below one key.
fn result(value: &Value) -> Answered {
    Ok(json!({ "result": value }).into())
}

/// GET …/agent/get-host-name
pub fn host_name(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = available(machine, args)?;
    result(&json!({ "host-name": guest.name() }))
}

/// GET …/agent/get-osinfo
pub fn os_info(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    available(machine, args)?;
    result(&json!({
        "id": "debian",
        "name": "Debian GNU/Linux",
        "pretty-name": "Debian GNU/Linux 13 (trixie)",
        "version": "13 (trixie)",
        "version-id": "13",
        "machine": "x86_64",
        "kernel-release": "6.12.48+deb13-amd64",
        "kernel-version": "#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1",
    }))
}

/// Bytes of a guest's first disk, and how many of them its file system uses.
fn disk(guest: &Guest) -> (u64, u64) {
    let size = volumes(&guest.config).first().map_or(0, |v| v.size);
    // Between three and six tenths, the same at every time.
    let used = size / 10 * (3 + u64::from(guest.vmid % 4));
    (size, used)
}

/// GET …/agent/get-fsinfo
pub fn file_systems(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = available(machine, args)?;
    let (total, used) = disk(guest);
    result(&json!([{
        "name": "sda1",
        "mountpoint": "/",
        "type": "ext4",
        "total-bytes": total,
        "used-bytes": used,
        "disk": [{
            "bus-type": "scsi",
            "bus": 0,
            "target": 0,
            "unit": 0,
            "dev": "/dev/sda1",
            "serial": "0QEMU_QEMU_HARDDISK_drive-scsi0",
            "pci-controller": { "domain": 0, "bus": 1, "slot": 1, "function": 0 },
        }],
    }]))
}

/// GET …/agent/network-get-interfaces
pub fn interfaces(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = available(machine, args)?;
    let sample = machine.guest_sample(guest, machine.now_ms());
    let address = |kind: &str, text: String, prefix: u8| json!({ "ip-address-type": kind, "ip-address": text, "prefix": prefix });
    let hardware = guest
        .config
        .get("net0")
        .and_then(|net| net.split(',').next()?.split_once('='))
        .map(|(_, mac)| mac.to_lowercase());
    let outer = format!("10.20.{}.{}", guest.vmid / 250 % 250, guest.vmid % 250 + 1);
    result(&json!([
        {
            "name": "lo",
            "hardware-address": "00:00:00:00:00:00",
            "ip-addresses": [
                address("ipv4", "127.0.0.1".into(), 8),
                address("ipv6", "::1".into(), 128),
            ],
        },
        {
            "name": "eth0",
            "hardware-address": hardware,
            "ip-addresses": [address("ipv4", outer, 16)],
            "statistics": {
                "rx-bytes": sample.netin,
                "rx-packets": sample.netin / 900,
                "rx-errs": 0,
                "rx-dropped": 0,
                "tx-bytes": sample.netout,
                "tx-packets": sample.netout / 900,
                "tx-errs": 0,
                "tx-dropped": 0,
            },
        },
    ]))
}

/// POST …/agent/fstrim: hands unused blocks back. It answers when it is done, and leaves nothing to be seen.
pub fn trim(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = available(machine, args)?;
    let (total, used) = disk(guest);
    result(&json!({
        "paths": [{ "path": "/", "minimum": 0, "trimmed": (total - used) / 4 }],
    }))
}
