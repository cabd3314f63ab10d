//! The calls against what Proxmox documents about itself. The data lies outside the repository, in a folder
//! `shared/pve` beside one of the folders above this crate; where it is not, the test fails and says so.

use std::{collections::BTreeMap, path::Path};

use argus_proxmox::{Kind, PlainCall, Read, Upid, Write, read, write};
use serde_json::Value;

use super::{ct, sid, upid, vm, volume};

/// A call, and whether Proxmox answers it with a task's id: `true`, `false` or `"maybe"`.
struct Built {
    call: PlainCall,
    task: fn(&Value) -> bool,
}

/// What the type of an answer says about tasks.
trait Answer {
    fn is_documented(upid: &Value) -> bool;
}

impl Answer for Upid {
    fn is_documented(upid: &Value) -> bool {
        *upid == true
    }
}

impl Answer for () {
    fn is_documented(upid: &Value) -> bool {
        *upid == false
    }
}

impl Answer for String {
    fn is_documented(upid: &Value) -> bool {
        *upid == false
    }
}

impl Answer for write::HaMove {
    fn is_documented(upid: &Value) -> bool {
        *upid == false
    }
}

impl Answer for write::Trim {
    fn is_documented(upid: &Value) -> bool {
        *upid == false
    }
}

impl Answer for write::BackupStart {
    fn is_documented(upid: &Value) -> bool {
        upid == "maybe"
    }
}

impl Answer for write::Carried {
    fn is_documented(_: &Value) -> bool {
        true
    }
}

fn w<T: Answer>(write: &Write<T>) -> Built {
    Built {
        call: write.plain().clone(),
        task: T::is_documented,
    }
}

fn r<T>(read: &Read<T>) -> Built {
    Built {
        call: read.plain().clone(),
        task: |upid| *upid == false,
    }
}

#[test]
fn writes_to_both_kinds_of_guest_are_documented() {
    let options = [("boot", "order=scsi0"), ("digest", "0f")];
    check(&[w(&write::config_set(&vm(), options, None))]);
    for guest in [vm(), ct()] {
        let disk = match guest.kind {
            Kind::Qemu => "scsi0".to_owned(),
            Kind::Lxc => "rootfs".to_owned(),
        };
        let text = |text: &str| Some(text.to_owned());
        let snapshot = write::SnapshotCreate {
            name: "before".to_owned(),
            description: text("x"),
            vmstate: true,
        };
        let clone = write::CloneGuest {
            newid: 200,
            full: true,
            name: text("web"),
            target: text("pve2"),
            storage: text("ceph"),
            format: Some(write::ImageFormat::Vmdk),
            pool: text("prod"),
            snapshot: text("clean"),
        };
        let resize = write::Resize {
            disk: disk.clone(),
            size: 1 << 30,
            digest: text("0f"),
        };
        let moving = write::MoveDisk {
            disk,
            storage: "ceph".to_owned(),
            delete: true,
            format: Some(write::ImageFormat::Raw),
            digest: text("0f"),
        };
        let destroy = write::Destroy {
            purge: true,
            unreferenced_disks: true,
        };
        let migrate = write::Migrate {
            target: "pve2".to_owned(),
            mode: write::MigrateMode::Running,
        };
        let timeout = Some(90);
        check(&[
            w(&write::start(&guest)),
            w(&write::stop(&guest)),
            w(&write::shutdown(&guest, write::Shutdown { timeout })),
            w(&write::reboot(&guest, write::Reboot { timeout })),
            w(&write::snapshot_create(&guest, &snapshot)),
            w(&write::snapshot_delete(&guest, "before")),
            w(&write::snapshot_rollback(&guest, "before", true)),
            w(&write::config_set(&guest, [("cores", "4")], Some("0f"))),
            w(&write::template(&guest)),
            w(&write::clone_guest(&guest, &clone)),
            w(&write::resize(&guest, &resize)),
            w(&write::move_disk(&guest, &moving)),
            w(&write::destroy(&guest, destroy)),
            w(&write::migrate(&guest, &migrate)),
        ]);
    }
}

#[test]
fn writes_to_virtual_machines_alone_are_documented() {
    check(&[
        w(&write::reset(&vm())),
        w(&write::suspend(&vm())),
        w(&write::suspend_to_disk(&vm(), Some("ceph"))),
        w(&write::resume(&vm())),
        w(&write::agent_ping(&vm())),
        w(&write::agent_fstrim(&vm())),
    ]);
}

#[test]
fn writes_around_backups_are_documented() {
    let archive = volume("local:backup/vzdump-1.vma.zst");
    let restore = write::Restore {
        vmid: 200,
        archive: archive.clone(),
        storage: Some("ceph".to_owned()),
        unique: true,
        start: true,
    };
    let modes = [
        (write::BackupMode::Snapshot, write::Compression::None),
        (write::BackupMode::Suspend, write::Compression::Lzo),
        (write::BackupMode::Stop, write::Compression::Gzip),
        (write::BackupMode::Stop, write::Compression::Zstd),
    ];
    for (mode, compression) in modes {
        let options = write::Backup {
            storage: "pbs".to_owned(),
            mode,
            compression: Some(compression),
            notes_template: Some("x".to_owned()),
            protected: true,
        };
        check(&[w(&write::backup(&vm(), &options))]);
    }
    check(&[
        w(&write::restore("pve1", Kind::Qemu, &restore)),
        w(&write::restore("pve1", Kind::Lxc, &restore)),
        w(&write::volume_protect("pve1", &archive, true)),
        w(&write::volume_notes("pve1", &archive, "x")),
        w(&write::volume_delete("pve1", &archive)),
    ]);
}

#[test]
fn writes_to_nodes_and_the_cluster_are_documented() {
    let add = write::HaAdd {
        state: Some(write::HaState::Started),
        max_restart: Some(2),
        max_relocate: Some(2),
        comment: Some("x".to_owned()),
    };
    for state in [
        write::HaState::Stopped,
        write::HaState::Disabled,
        write::HaState::Ignored,
    ] {
        let set = write::HaSet {
            state: Some(state),
            max_restart: Some(2),
            max_relocate: Some(2),
            comment: Some("x".to_owned()),
            digest: Some("0f".to_owned()),
        };
        check(&[w(&write::ha_set(sid(&ct()), &set))]);
    }
    let without_note = write::HaSet {
        comment: Some(String::new()),
        ..write::HaSet::default()
    };
    check(&[
        w(&write::node_reboot("pve1")),
        w(&write::node_shutdown("pve1")),
        w(&write::wake_on_lan("pve1")),
        w(&write::service_start("pve1", "cron")),
        w(&write::service_restart("pve1", "cron")),
        w(&write::service_reload("pve1", "cron")),
        w(&write::apt_refresh("pve1")),
        w(&write::replication_schedule_now("pve1", "100-0")),
        w(&write::ha_add(sid(&vm()), &add)),
        w(&write::ha_set(sid(&vm()), &without_note)),
        w(&write::ha_remove(sid(&vm()))),
        w(&write::ha_migrate(sid(&vm()), "pve2")),
        w(&write::ha_relocate(sid(&ct()), "pve2")),
        w(&write::pool_add("prod", 100, true)),
        w(&write::pool_remove("prod", 100)),
    ]);
}

#[test]
fn reads_are_documented() {
    let archive = volume("local:backup/vzdump-1.vma.zst");
    let content = read::ContentFilter {
        content: Some("backup".to_owned()),
        vmid: Some(100),
    };
    check(&[
        r(&read::cluster_resources()),
        r(&read::cluster_status()),
        r(&read::cluster_tasks()),
        r(&read::nextid(Some(200))),
        r(&read::not_backed_up()),
        r(&read::backup_jobs()),
        r(&read::ha_status()),
        r(&read::ha_resources()),
        r(&read::ha_resource(sid(&vm()))),
        r(&read::ha_rules()),
        r(&read::replication_jobs()),
        r(&read::replication("pve1")),
        r(&read::replication_status("pve1", "100-0")),
        r(&read::pools()),
        r(&read::pool("prod")),
        r(&read::node_status("pve1")),
        r(&read::node_storage("pve1")),
        r(&read::storage_content("pve1", "local", &content)),
        r(&read::volume("pve1", &archive)),
        r(&read::services("pve1")),
        r(&read::service("pve1", "cron")),
        r(&read::running_tasks("pve1")),
        r(&read::task_status(&upid())),
        r(&read::agent_osinfo(&vm())),
        r(&read::agent_host_name(&vm())),
        r(&read::agent_fsinfo(&vm())),
        r(&read::agent_interfaces(&vm())),
    ]);
    for guest in [vm(), ct()] {
        check(&[
            r(&read::guest_status(&guest)),
            r(&read::guest_config(&guest)),
            r(&read::snapshots(&guest)),
            r(&read::migrate_preconditions(&guest, "pve2")),
        ]);
    }
}

fn check(calls: &[Built]) {
    let reference = reference();
    let wrong: Vec<String> = calls
        .iter()
        .filter_map(|built| {
            let PlainCall { method, path, .. } = &built.call;
            let why = check_one(built, &reference).err()?;
            Some(format!("{method} {path}: {why}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn reference() -> Vec<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = here
        .ancestors()
        .map(|dir| dir.join("shared/pve/pve-api.json"))
        .find(|file| file.exists())
        .expect("shared/pve/pve-api.json is in a folder above this crate");
    let text = std::fs::read_to_string(file).expect("a readable file");
    serde_json::from_str(&text).expect("a list of methods")
}

fn check_one(built: &Built, reference: &[Value]) -> Result<(), String> {
    let call = &built.call;
    let (documented, mut given) = reference
        .iter()
        .filter(|entry| entry["method"] == call.method.as_str())
        .filter_map(|entry| Some((entry, matched(entry["path"].as_str()?, &call.path)?)))
        .min_by_key(|(_, named)| named.len())
        .ok_or("there is no such method")?;
    if !(built.task)(&documented["upid"]) {
        return Err(format!(
            "it is answered otherwise, upid {}",
            documented["upid"]
        ));
    }
    let sent = call.parameters.iter().cloned();
    given.extend(sent);
    let parameters = documented["params"].as_object().ok_or("no parameters")?;
    for (name, value) in &given {
        // Whatever took the descriptions out of the data took the parameters of this name along.
        if name == "description" {
            continue;
        }
        let parameter = parameters
            .get(name)
            .ok_or_else(|| format!("{name} is no parameter"))?;
        check_value(parameter, value).map_err(|why| format!("{name}={value}: {why}"))?;
    }
    let missing = parameters.iter().find(|(name, parameter)| {
        parameter.get("optional").is_none() && !given.contains_key(*name)
    });
    match missing {
        Some((name, _)) => Err(format!("{name} is required")),
        None => Ok(()),
    }
}

/// The values of the names in a documented path; a volume is all that is left.
fn matched(pattern: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut named = BTreeMap::new();
    let mut rest = path.strip_prefix('/')?;
    for part in pattern.strip_prefix('/')?.split('/') {
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        let (value, after) = match rest.split_once('/') {
            Some(parts) if name != Some("volume") => parts,
            _ => (rest, ""),
        };
        match name {
            Some(name) if !value.is_empty() => {
                named.insert(name.to_owned(), value.to_owned());
            }
            None if value == part => {}
            _ => return None,
        }
        rest = after;
    }
    rest.is_empty().then_some(named)
}

fn check_value(parameter: &Value, value: &str) -> Result<(), &'static str> {
    let number = value.parse::<f64>().ok();
    match parameter["type"].as_str() {
        Some("boolean") if !matches!(value, "0" | "1") => return Err("no boolean"),
        Some("integer" | "number") if number.is_none() => return Err("no number"),
        _ => {}
    }
    let texts = |key: &str| -> Option<Vec<&str>> {
        let list = parameter.get(key)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).collect())
    };
    if texts("enum").is_some_and(|choices| !choices.contains(&value)) {
        return Err("none of the choices");
    }
    if texts("enum_ranges").is_some_and(|ranges| !ranges.iter().any(|range| holds(range, value))) {
        return Err("none of the choices");
    }
    let bound = |key: &str| parameter.get(key).and_then(Value::as_f64);
    let below = bound("minimum")
        .zip(number)
        .is_some_and(|(least, n)| n < least);
    let above = bound("maximum")
        .zip(number)
        .is_some_and(|(most, n)| n > most);
    if below || above {
        return Err("out of bounds");
    }
    let longest = parameter.get("maxLength").and_then(Value::as_u64);
    if longest.is_some_and(|longest| value.len() as u64 > longest) {
        return Err("too long");
    }
    Ok(())
}

/// Whether `scsi0..scsi30` or `rootfs` holds a name.
fn holds(range: &str, name: &str) -> bool {
    let split = |text: &str| -> (String, u32) {
        let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = text.get(stem.len()..).unwrap_or_default();
        (stem.to_owned(), digits.parse().unwrap_or_default())
    };
    match range.split_once("..") {
        Some((first, last)) => {
            let ((stem, first), (_, last), (ours, number)) =
                (split(first), split(last), split(name));
            stem == ours && (first..=last).contains(&number)
        }
        None => range == name,
    }
}
