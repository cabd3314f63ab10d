//! A guest's configuration: reading it, what waits for a restart, and changing it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{check_quorum, root_only, target, vm_path};
use crate::failure::Failure;
use crate::routes::{Answered, Args};
use crate::scenario::GuestKind;
use crate::state::{Caller, Config, Guest, Machine};

/// Parameters of the call that are not configuration.
const CONTROLS: [&str; 6] = ["node", "vmid", "digest", "delete", "skiplock", "force"];
/// Keys that a running guest takes over at once.
const HOT: [&str; 12] = [
    "name",
    "hostname",
    "tags",
    "description",
    "onboot",
    "protection",
    "startup",
    "lock",
    "hookscript",
    "searchdomain",
    "nameserver",
    "swap",
];

/// GET …/config
pub fn read(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = target(machine, args)?;
    let mut config = match args.text("snapshot") {
        Some(name) => {
            let snapshot = guest
                .snapshot(name)
                .ok_or_else(|| Failure::die(format!("snapshot '{name}' does not exist")))?;
            let mut config = shown(guest, &snapshot.config);
            config.insert("snaptime".into(), json!(snapshot.snaptime));
            config
        }
        None if args.flag("current") => shown(guest, &guest.config),
        None => shown(guest, &with_pending(guest)),
    };
    if let Some(parent) = &guest.parent {
        config.insert("parent".into(), json!(parent));
    }
    config.insert("digest".into(), json!(guest.digest()));
    Ok(Value::Object(config).into())
}

fn with_pending(guest: &Guest) -> Config {
    let mut config = guest.config.clone();
    for (key, value) in &guest.pending {
        match value {
            Some(value) => config.insert(key.clone(), value.clone()),
            None => config.remove(key),
        };
    }
    config
}

/// Numbers where Proxmox answers numbers; a VM's memory has been a text since it became a property string.
fn shown(guest: &Guest, config: &Config) -> Map<String, Value> {
    config
        .iter()
        .map(|(key, value)| {
            let number = match key.as_str() {
                "cores" | "sockets" | "vcpus" | "balloon" | "swap" | "onboot" | "protection"
                | "template" | "unprivileged" | "cpuunits" | "numa" | "acpi" => true,
                "memory" => guest.kind == GuestKind::Lxc,
                _ => false,
            };
            let value = match value.parse::<u64>() {
                Ok(parsed) if number => json!(parsed),
                _ => json!(value),
            };
            (key.clone(), value)
        })
        .collect()
}

/// GET …/pending
pub fn pending(machine: &mut Machine, _: &Caller, args: &Args) -> Answered {
    let guest = target(machine, args)?;
    let mut rows: BTreeMap<&str, Value> = guest
        .config
        .iter()
        .map(|(key, value)| (key.as_str(), json!({ "key": key, "value": value })))
        .collect();
    for (key, change) in &guest.pending {
        let row = rows.entry(key).or_insert_with(|| json!({ "key": key }));
        match change {
            Some(value) => row["pending"] = json!(value),
            None => row["delete"] = json!(1),
        }
    }
    Ok(rows.into_values().collect::<Value>().into())
}

/// PUT …/config
pub fn write(machine: &mut Machine, caller: &Caller, args: &Args) -> Answered {
    root_only(caller, args, &["skiplock"])?;
    let (mut set, delete) = wanted(args);
    if set.is_empty() && delete.is_empty() {
        return Err(Failure::parameter("node", "no options specified"));
    }
    for key in set.keys().chain(&delete) {
        for path_only in ["lock", "args", "hookscript"] {
            if key == path_only && caller.id != "root@pam" {
                return Err(Failure::die(format!("only root can set '{key}' config")));
            }
        }
        let privilege = privilege(key);
        let path = vm_path(args.vmid());
        if !machine.allows(caller, &path, &[privilege]) {
            return Err(Failure::denied(&path, &[privilege]));
        }
    }
    values(args.kind(), &mut set)?;
    let guest = target(machine, args)?;
    boot_order(guest, &set, &delete)?;
    check_quorum(machine)?;
    if guest.file_in_use() {
        return Err(Failure::die(guest.file_lock_timeout()));
    }
    if args.text("digest").is_some_and(|d| d != guest.digest()) {
        return Err(Failure::die(match guest.kind {
            GuestKind::Qemu => "checksum mismatch (file change by other user?)",
            GuestKind::Lxc => {
                "detected modified configuration - file changed by other user? Try again."
            }
        }));
    }
    let unlocks = delete.iter().any(|key| key == "lock") || args.flag("skiplock");
    if !unlocks {
        guest.check_lock().map_err(Failure::die)?;
    }
    let changes = set
        .into_iter()
        .map(|(key, value)| (key, Some(value)))
        .chain(delete.into_iter().map(|key| (key, None)));
    apply(machine, args.vmid(), changes.collect());
    Ok(Value::Null.into())
}

fn wanted(args: &Args) -> (Config, Vec<String>) {
    let set = args
        .iter()
        .filter(|(name, _)| !CONTROLS.contains(name))
        .map(|(name, arg)| (name.to_owned(), arg.as_config()))
        .collect();
    let delete = args
        .required("delete")
        .split([',', ';', ' '])
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect();
    (set, delete)
}

fn privilege(key: &str) -> &'static str {
    match key {
        "cores" | "sockets" | "vcpus" | "cpu" | "cpulimit" | "cpuunits" | "numa" => "VM.Config.CPU",
        "memory" | "balloon" | "swap" => "VM.Config.Memory",
        "hostname" | "nameserver" | "searchdomain" => "VM.Config.Network",
        _ if key.starts_with("net") => "VM.Config.Network",
        "boot" | "rootfs" => "VM.Config.Disk",
        _ if ["scsi", "mp", "unused"]
            .iter()
            .any(|stem| key.starts_with(stem)) =>
        {
            "VM.Config.Disk"
        }
        _ => "VM.Config.Options",
    }
}

/// A boot order is a list of devices that are there; letters are the old way to say it.
fn boot_order(guest: &Guest, set: &Config, delete: &[String]) -> Result<(), Failure> {
    let Some(boot) = set.get("boot") else {
        return Ok(());
    };
    let letters = boot.strip_prefix("legacy=").unwrap_or(boot);
    let Some(order) = boot.strip_prefix("order=") else {
        if (1..=4).contains(&letters.len()) && letters.chars().all(|c| "acdn".contains(c)) {
            return Ok(());
        }
        return Err(Failure::parameter(
            "boot",
            "invalid format - format error\nlegacy: value does not match the regex pattern\n",
        ));
    };
    for device in order.split([';', ' ']).filter(|d| !d.is_empty()) {
        let there = guest.config.contains_key(device) || guest.pending.contains_key(device);
        if !there || delete.iter().any(|key| key == device) {
            return Err(Failure::die(format!(
                "invalid bootorder: device '{device}' does not exist'"
            )));
        }
    }
    Ok(())
}

/// A VM's memory is a property string: `2048` or `current=2048`.
fn values(kind: GuestKind, set: &mut Config) -> Result<(), Failure> {
    let Some(memory) = set.get_mut("memory") else {
        return Ok(());
    };
    let text = memory.strip_prefix("current=").unwrap_or(memory);
    match text.parse::<u64>() {
        Ok(mib) if mib >= 16 => {
            *memory = mib.to_string();
            Ok(())
        }
        Ok(_) => Err(Failure::parameter(
            "memory",
            "invalid format - format error\nmemory.current: value must have a minimum value of 16\n",
        )),
        Err(_) if kind == GuestKind::Qemu => Err(Failure::parameter(
            "memory",
            format!(
                "invalid format - format error\nmemory.current: type check ('integer') failed - got '{text}'\n"
            ),
        )),
        Err(_) => Err(Failure::parameter(
            "memory",
            "type check ('integer') failed",
        )),
    }
}

fn apply(machine: &mut Machine, vmid: u32, changes: BTreeMap<String, Option<String>>) {
    machine.touch();
    let gone: Vec<&String> = changes
        .iter()
        .filter(|(key, value)| value.is_none() && key.starts_with("unused"))
        .map(|(key, _)| key)
        .collect();
    // A volume that was unused and is taken out of the configuration is removed.
    for key in gone {
        machine.free_unused(vmid, key);
    }
    let Some(guest) = machine.guests.get_mut(&vmid) else {
        return;
    };
    for (key, value) in changes {
        let unused = key.starts_with("unused");
        let hot =
            unused || !guest.running || HOT.contains(&key.as_str()) || guest.kind == GuestKind::Lxc;
        if guest.config.get(&key) == value.as_ref() {
            guest.pending.remove(&key);
        } else if !hot {
            guest.pending.insert(key, value);
        } else {
            match value {
                Some(value) => guest.config.insert(key, value),
                None => guest.config.remove(&key),
            };
        }
    }
}
