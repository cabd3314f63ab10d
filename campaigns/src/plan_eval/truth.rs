//! What requests can change of a simulated cluster, as keys and values, in the simulator's own word.

use std::collections::BTreeMap;

use argus_proxmox::{GuestRef, Kind};
use argus_proxmox_sim::{GuestRecord, Handle};
use serde_json::Value;

/// Settings that are looked at.
const SETTINGS: [&str; 8] = [
    "cores",
    "memory",
    "balloon",
    "cpulimit",
    "tags",
    "description",
    "onboot",
    "protection",
];
/// Tasks that leave nothing behind but themselves.
const RESTARTS: [&str; 3] = ["qmreboot", "vzreboot", "qmreset"];
const GIB: u64 = 1 << 30;

/// Keys and values at one moment.
pub type State = BTreeMap<String, String>;

/// The state now.
pub fn state(simulator: &Handle) -> anyhow::Result<State> {
    let mut state = State::new();
    let truth = simulator.truth();
    let guests: Vec<GuestRecord> = serde_json::from_value(truth["guests"].clone())?;
    for guest in &guests {
        of_guest(&mut state, guest);
    }
    for service in truth["ha"].as_array().into_iter().flatten() {
        let request = &service["request"];
        state.insert(format!("ha/{}", service["vmid"]), text(request));
    }
    for node in truth["nodes"].as_array().into_iter().flatten() {
        let name = node["node"].as_str().unwrap_or_default();
        state.insert(format!("node/{name}/online"), node["online"].to_string());
        state.insert(format!("node/{name}/booted"), node["booted_ms"].to_string());
    }
    for storage in simulator.storages() {
        let backups = storage.contents.iter();
        for backup in backups.filter(|volume| volume.content == "backup") {
            let vmid = backup.vmid.unwrap_or_default();
            count(&mut state, format!("backup/{vmid}/{}", storage.storage));
        }
    }
    for task in simulator.tasks() {
        if let Some(vmid) = task.vmid
            && RESTARTS.contains(&task.kind.as_str())
        {
            count(&mut state, format!("guest/{vmid}/restarts"));
        }
    }
    Ok(state)
}

fn of_guest(state: &mut State, guest: &GuestRecord) {
    let key = format!("guest/{}", guest.vmid);
    let status = if guest.paused {
        "paused"
    } else {
        guest.status.as_str()
    };
    let mut put = |field: &str, value: String| state.insert(format!("{key}/{field}"), value);
    put("name", guest.name.clone());
    put("node", guest.node.clone());
    put("status", status.to_owned());
    put("pool", guest.pool.clone().unwrap_or_default());
    put("snapshots", guest.snapshots.join(","));
    put("template", guest.template.to_string());
    for setting in SETTINGS {
        let value = guest.config.get(setting).cloned().unwrap_or_default();
        put(setting, value);
    }
    let own = guest
        .disks
        .iter()
        .filter(|disk| !disk.key.starts_with("unused"));
    for disk in own {
        let storage = disk.volid.split(':').next().unwrap_or_default();
        put(&format!("{}/gib", disk.key), (disk.size / GIB).to_string());
        put(&format!("{}/storage", disk.key), storage.to_owned());
    }
    state.insert(key, guest.kind.clone());
}

/// The guests that run: only of those can a setting wait.
pub fn running(state: &State) -> anyhow::Result<Vec<GuestRef>> {
    let mut running = Vec::new();
    for (key, status) in state {
        let Some(guest) = key.strip_suffix("/status") else {
            continue;
        };
        if status == "stopped" {
            continue;
        }
        let told = |key: String| state.get(&key).cloned().unwrap_or_default();
        let kind: Kind = told(guest.to_owned()).parse()?;
        let number = guest.trim_start_matches("guest/");
        running.push(GuestRef {
            node: told(format!("{guest}/node")),
            kind,
            vmid: number.parse()?,
        });
    }
    Ok(running)
}

/// A setting that is set and waits for the guest's next start.
pub fn wait(state: &mut State, vmid: u32, setting: &str, value: &Value) {
    state.insert(format!("guest/{vmid}/waiting/{setting}"), text(value));
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn count(state: &mut State, key: String) {
    let seen = state.entry(key).or_insert_with(|| "0".to_owned());
    let number: u64 = seen.parse().unwrap_or_default();
    *seen = (number + 1).to_string();
}

/// What is otherwise afterwards; `gone` where it is no more. Of a guest that came or went only that it did, and what
/// `told` names of it.
pub fn changes(before: &State, after: &State, told: &State) -> State {
    let mut changes = State::new();
    for (key, value) in after {
        if before.get(key) != Some(value) {
            changes.insert(key.clone(), value.clone());
        }
    }
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        changes.insert(key.clone(), "gone".to_owned());
    }
    let whole = |key: &str| -> bool {
        let mut parts = key.split('/');
        let (Some("guest"), Some(vmid), Some(_)) = (parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        changes.contains_key(&format!("guest/{vmid}"))
    };
    let detail: Vec<String> = changes
        .keys()
        .filter(|key| whole(key) && !told.contains_key(*key))
        .cloned()
        .collect();
    for key in detail {
        changes.remove(&key);
    }
    changes
}

/// Whether `changes` are exactly what was `told`.
pub fn agree(changes: &State, told: &State) -> bool {
    changes.len() == told.len()
        && changes
            .iter()
            .zip(told)
            .all(|((key, value), (as_told, wanted))| {
                key == as_told && (wanted == "*" || value == wanted)
            })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(pairs: &[(&str, &str)]) -> State {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_change_that_nobody_told_is_no_agreement() {
        let before = state(&[("guest/1", "qemu"), ("guest/1/status", "running")]);
        let after = state(&[("guest/1", "qemu"), ("guest/1/status", "stopped")]);
        let told = state(&[("guest/1/status", "stopped")]);
        let changes = changes(&before, &after, &told);
        assert!(agree(&changes, &told));
        assert!(agree(&changes, &state(&[("guest/1/status", "*")])));
        assert!(!agree(&changes, &state(&[("guest/1/status", "paused")])));
        assert!(!agree(&changes, &State::new()));
    }

    #[test]
    fn a_guest_that_goes_is_one_change() {
        let before = state(&[("guest/1", "qemu"), ("guest/1/status", "running")]);
        let changes = changes(&before, &State::new(), &State::new());
        assert_eq!(changes, state(&[("guest/1", "gone")]));
    }
}
