//! A small cluster, and short ways to write what is expected of it.

use std::collections::BTreeMap;

use argus_llm::{
    BuiltIn, Details, DraftAction, DraftConfig, DraftStep, DraftTarget, Drafted, GuestKind,
    Question, Scene, SceneBackup, SceneDisk, SceneGuest, SceneSnapshot,
};

/// When the scene is looked at.
const NOW: i64 = 1_790_000_000;
const DAY: i64 = 86_400;

pub fn scene() -> Scene {
    let guest = |kind, vmid, name: &str, node: &str, tags: &[&str], pool: Option<&str>, running| {
        SceneGuest {
            kind,
            vmid,
            name: name.to_owned(),
            node: node.to_owned(),
            tags: tags.iter().map(ToString::to_string).collect(),
            pool: pool.map(str::to_owned),
            running,
            template: name.starts_with("tmpl"),
        }
    };
    let (vm, ct) = (GuestKind::Qemu, GuestKind::Lxc);
    Scene {
        guests: vec![
            guest(vm, 110, "mail", "pve3", &["prod"], None, false),
            guest(
                vm,
                101,
                "web-01",
                "pve1",
                &["prod", "web"],
                Some("shop"),
                true,
            ),
            guest(vm, 102, "web-02", "pve2", &["web"], Some("shop"), true),
            guest(ct, 103, "db-01", "pve1", &["prod"], Some("shop"), true),
            guest(ct, 104, "cache", "pve2", &[], None, false),
            guest(vm, 105, "twin", "pve1", &[], None, true),
            guest(ct, 106, "twin", "pve2", &[], None, true),
            guest(vm, 900, "tmpl-debian", "pve1", &["prod"], None, false),
        ],
        nodes: ["pve1", "pve2", "pve3"].map(str::to_owned).to_vec(),
        pools: vec!["shop".to_owned(), "lab".to_owned()],
        tags: vec!["prod".to_owned(), "web".to_owned()],
        storages: ["local-lvm", "nfs-vm", "pbs"].map(str::to_owned).to_vec(),
        details: details(),
        now_s: NOW,
    }
}

/// web-01 has one disk, three snapshots, two backups; db-01 two disks and no snapshot; web-02 one of each.
fn details() -> BTreeMap<DraftTarget, Details> {
    let disk = |key: &str, gib: u64| SceneDisk {
        key: key.to_owned(),
        storage: "nfs-vm".to_owned(),
        bytes: Some(gib << 30),
    };
    let snapshot = |name: &str, days: i64| SceneSnapshot {
        name: name.to_owned(),
        taken_s: Some(NOW - days * DAY),
    };
    let backup = |vmid: u32, days: i64| SceneBackup {
        volume: format!("pbs:backup/vm/{vmid}/{days}"),
        taken_s: Some(NOW - days * DAY),
    };
    let one = |disks: Vec<SceneDisk>, snapshots: Vec<SceneSnapshot>, backups, storages: &[&str]| {
        Details {
            cores: Some(4),
            memory_mib: Some(8192),
            disks: Some(disks),
            snapshots: Some(snapshots),
            backups: Some(backups),
            backup_storages: Some(storages.iter().map(ToString::to_string).collect()),
        }
    };
    let web = one(
        vec![disk("scsi0", 32)],
        vec![
            snapshot("new-one", 1),
            snapshot("x1", 20),
            snapshot("ancient", 90),
        ],
        vec![backup(101, 3), backup(101, 1)],
        &["pbs"],
    );
    let web_2 = one(
        vec![disk("virtio0", 10)],
        vec![snapshot("x1", 5)],
        vec![backup(102, 2)],
        &["pbs", "nfs-vm"],
    );
    let db = one(
        vec![disk("rootfs", 8), disk("mp0", 100)],
        vec![],
        vec![],
        &["pbs"],
    );
    let key = |kind, vmid| DraftTarget { kind, vmid };
    BTreeMap::from([
        (key(GuestKind::Qemu, 101), web),
        (key(GuestKind::Qemu, 102), web_2),
        (key(GuestKind::Lxc, 103), db),
    ])
}

pub fn draft(request: &str) -> Drafted {
    BuiltIn.draft_now(request, &scene())
}

/// Steps in a few letters: `snapshot 101 =name +memory`, `migrate 101 >pve2`.
pub fn written(steps: &[DraftStep]) -> String {
    let one = |step: &DraftStep| action(&step.action);
    steps.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn action(action: &DraftAction) -> String {
    let vmid = action.target().map_or(0, |target| target.vmid);
    let some = |sign: &str, value: &Option<String>| {
        value
            .as_ref()
            .map_or_else(String::new, |value| format!(" {sign}{value}"))
    };
    match action {
        DraftAction::Start { .. } => format!("start {vmid}"),
        DraftAction::Shutdown { .. } => format!("shutdown {vmid}"),
        DraftAction::Stop { .. } => format!("stop {vmid}"),
        DraftAction::Reboot { .. } => format!("reboot {vmid}"),
        DraftAction::Snapshot {
            name,
            include_memory,
            ..
        } => {
            let memory = if *include_memory { " +memory" } else { "" };
            format!("snapshot {vmid}{}{memory}", some("=", name))
        }
        DraftAction::DeleteSnapshot { name, .. } => format!("delsnap {vmid} ={name}"),
        DraftAction::Rollback { name, .. } => format!("rollback {vmid} ={name}"),
        DraftAction::Migrate { node, .. } => format!("migrate {vmid} >{node}"),
        DraftAction::Clone {
            new_vmid,
            name,
            storage,
            ..
        } => {
            let number = new_vmid.map(|number| number.to_string());
            format!(
                "clone {vmid}{}{}{}",
                some("=", name),
                some("#", &number),
                some(">", storage)
            )
        }
        DraftAction::SetConfig { set, .. } => format!("set {vmid}{}", settings(set)),
        DraftAction::ResizeDisk { disk, size_gib, .. } => {
            format!("resize {vmid} {disk} {size_gib}")
        }
        DraftAction::MoveDisk { disk, storage, .. } => format!("movedisk {vmid} {disk} >{storage}"),
        DraftAction::Backup { storage, .. } => format!("backup {vmid} >{storage}"),
        DraftAction::Restore { volume, new_vmid } => {
            let number = new_vmid.map(|number| number.to_string());
            format!("restore {volume}{}", some("#", &number))
        }
        DraftAction::Drain { node } => format!("drain {node}"),
        DraftAction::HaAdd { state, .. } => format!("ha {vmid} {state:?}").to_lowercase(),
        DraftAction::PoolAdd { pool, .. } => format!("pool {vmid} +{pool}"),
        DraftAction::PoolRemove { pool, .. } => format!("pool {vmid} -{pool}"),
        other => format!("{} {vmid}", other.name()),
    }
}

fn settings(set: &DraftConfig) -> String {
    let number = |name: &str, value: Option<u32>| value.map(|value| format!(" {name}={value}"));
    let switch = |name: &str, value: Option<bool>| value.map(|value| format!(" {name}={value}"));
    let tags = set
        .tags
        .as_ref()
        .map(|tags| format!(" tags={}", tags.join(";")));
    let notes = set
        .description
        .as_ref()
        .map(|text| format!(" notes={text}"));
    [
        number("memory", set.memory_mib),
        number("cores", set.cores),
        switch("onboot", set.onboot),
        switch("protection", set.protection),
        tags,
        notes,
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub fn question(request: &str) -> Question {
    match draft(request) {
        Drafted::Clarify(mut questions) if questions.len() == 1 => questions.remove(0),
        other => panic!("{request:?} should be asked about, not {other:?}"),
    }
}

/// Every request becomes exactly the actions beside it, in the words of [`written`].
pub fn assert_understood(sentences: &[(&str, &str)]) {
    let wrong: Vec<String> = sentences
        .iter()
        .filter_map(|(request, expected)| match draft(request) {
            Drafted::Draft(steps) if written(&steps) == *expected => None,
            Drafted::Draft(steps) => Some(format!("{request:?}: {}", written(&steps))),
            other => Some(format!("{request:?}: {other:?}")),
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
