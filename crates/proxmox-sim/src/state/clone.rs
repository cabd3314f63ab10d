//! Copies of guests: what the worker checks, and what it does when.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Machine;
use super::contents::{Shift, Stored, format_on, in_files, storage_of, volume_id};
use super::guest::{Config, Guest};
use super::guest_job::GuestEffect;
use super::program::{Effect, Program};
use super::volume::{Volume, relined, volumes};
use crate::scenario::{GuestKind, Pressure, Storage};

/// What a copy shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloneJob {
    /// Its number.
    pub newid: u32,
    /// Its name.
    pub name: Option<String>,
    /// A remark.
    pub description: Option<String>,
    /// Whether its disks are whole copies; else they read from the source's bases.
    pub full: bool,
    /// Where its disks go; the source's storages when absent.
    pub storage: Option<String>,
    /// The format of its disks.
    pub format: Option<String>,
    /// The node it ends up on.
    pub target: Option<String>,
    /// Its pool.
    pub pool: Option<String>,
    /// The point in time it is a copy of.
    pub snapname: Option<String>,
}

/// A disk of the copy.
struct Copied {
    key: String,
    line: String,
    stored: Stored,
    /// How long making it takes.
    took_ms: u64,
    note: String,
}

impl Machine {
    pub(super) fn plan_clone(&self, source: &Guest, job: &CloneJob) -> Result<Program, String> {
        source.check_lock()?;
        if self.guests.contains_key(&job.newid) {
            return Err(config_exists(source.kind, job.newid));
        }
        let (before, lock) = match source.kind {
            GuestKind::Qemu => (None, "clone"),
            GuestKind::Lxc => (Some("disk"), "create"),
        };
        let program = match self.copied(source, job) {
            Ok(copied) => self.cloning(source, job, copied, lock),
            Err(why) => Program::lasting(1_000).failing(format!("clone failed: {why}")),
        };
        Ok(match before {
            Some(lock) => program.locking(lock),
            None => program,
        })
    }

    fn cloning(&self, source: &Guest, job: &CloneJob, copied: Vec<Copied>, lock: &str) -> Program {
        let copying: u64 = copied.iter().map(|c| c.took_ms).sum();
        let end = self.durations.clone_base + copying;
        let mut program = Program::lasting(end);
        if source.kind == GuestKind::Qemu {
            let text = format!(
                "creating a clone of VM {} with ID {}",
                source.vmid, job.newid
            );
            program = program.line(0, text);
        }
        let mut guest = self.twin_of(source, job);
        guest.set_lock(Some(lock));
        program = program.effect(0, GuestEffect::Create(guest).into());
        let mut at = 0;
        let mut disks = Vec::new();
        for copy in copied {
            program = program
                .line(at, copy.note)
                .effect(at, Effect::store(&source.node, Shift::Put(copy.stored)));
            at += copy.took_ms;
            disks.push((copy.key, Some(copy.line)));
        }
        disks.push(("lock".to_owned(), None));
        let done = GuestEffect::Configure(disks.into_iter().collect());
        program = program.effect(end, Effect::from(done).on(job.newid));
        match &job.target {
            Some(node) => program.effect(end, Effect::Move(node.clone()).on(job.newid)),
            None => program,
        }
    }

    /// The new disks, or why one of them cannot be.
    fn copied(&self, source: &Guest, job: &CloneJob) -> Result<Vec<Copied>, String> {
        let config = of_snapshot(source, job)?;
        let mut taken = Vec::new();
        let mut room = BTreeMap::new();
        let mut copies = Vec::new();
        for volume in disks(config) {
            let copy = if job.full {
                self.full_copy(source, job, &volume, config, &taken)?
            } else {
                self.linked_copy(source, job, &volume, config, &taken)?
            };
            let needed = room.entry(copy.stored.storage().to_owned()).or_insert(0);
            *needed += copy.stored.occupied;
            self.has_room(copy.stored.storage(), &source.node, *needed)?;
            taken.push(copy.stored.volid.clone());
            copies.push(copy);
        }
        Ok(copies)
    }

    fn full_copy(
        &self,
        source: &Guest,
        job: &CloneJob,
        volume: &Volume,
        config: &Config,
        taken: &[String],
    ) -> Result<Copied, String> {
        let id = job.storage.as_deref().unwrap_or(&volume.storage);
        let storage = self.usable(id, &source.node)?;
        let format = format_on(
            storage,
            source.kind,
            job.format.as_deref().unwrap_or(&volume.format),
        );
        let volid = self.new_disk(storage, &source.node, job.newid, &format, taken);
        let note = match source.kind {
            GuestKind::Qemu => {
                format!(
                    "create full clone of drive {} ({})",
                    volume.key, volume.volid
                )
            }
            GuestKind::Lxc => format!(
                "create full clone of mountpoint {} ({})",
                volume.key, volume.volid
            ),
        };
        Ok(self.copy(source, job, volume, config, (volid, None, note)))
    }

    fn linked_copy(
        &self,
        source: &Guest,
        job: &CloneJob,
        volume: &Volume,
        config: &Config,
        taken: &[String],
    ) -> Result<Copied, String> {
        let storage = self.usable(&volume.storage, &source.node)?;
        let fresh = self.new_disk(storage, &source.node, job.newid, &volume.format, taken);
        let volid = linked_id(storage, &volume.volid, &fresh, job.newid, &volume.format);
        let note = match source.kind {
            GuestKind::Qemu => format!(
                "create linked clone of drive {} ({})",
                volume.key, volume.volid
            ),
            GuestKind::Lxc => format!(
                "create linked clone of mount point {} ({})",
                volume.key, volume.volid
            ),
        };
        let base = Some(volume.volid.clone());
        Ok(self.copy(source, job, volume, config, (volid, base, note)))
    }

    fn copy(
        &self,
        source: &Guest,
        job: &CloneJob,
        volume: &Volume,
        config: &Config,
        (volid, base, note): (String, Option<String>, String),
    ) -> Copied {
        let line = config.get(&volume.key).map_or("", String::as_str);
        let mut stored = Stored::disk(
            volid.clone(),
            source.kind,
            job.newid,
            volume.size,
            self.now_ms / 1000,
        );
        let linked = base.is_some();
        if linked {
            // What it does not change, it reads from its base.
            stored.occupied = 0;
            stored.parent = base;
        }
        Copied {
            key: volume.key.clone(),
            line: relined(line, &volid, volume.size),
            stored,
            took_ms: if linked { 0 } else { self.copying(volume.size) },
            note,
        }
    }

    /// The copy as a guest, still without disks.
    fn twin_of(&self, source: &Guest, job: &CloneJob) -> Guest {
        let mut config = of_snapshot(source, job)
            .cloned()
            .unwrap_or_else(|_| source.config.clone());
        for volume in volumes(&config) {
            config.remove(&volume.key);
        }
        for key in ["template", "lock", "vmstate"] {
            config.remove(key);
        }
        renew_identity(&mut config, job.newid, self.now_ms);
        let name = match (source.kind, &job.name) {
            (_, Some(name)) => Some(name.clone()),
            (GuestKind::Qemu, None) => Some(format!("Copy-of-VM-{}", source.name())),
            (GuestKind::Lxc, None) => None,
        };
        let given = [
            (source.name_key(), name),
            ("description", job.description.clone()),
        ];
        for (key, value) in given {
            if let Some(value) = value {
                config.insert(key.into(), value);
            }
        }
        Guest::fresh(
            job.newid,
            source.kind,
            &source.node,
            config,
            job.pool.clone(),
            self.now_ms,
        )
    }
}

impl Guest {
    /// A guest that was not there before: off, with no past.
    pub fn fresh(
        vmid: u32,
        kind: GuestKind,
        node: &str,
        config: Config,
        pool: Option<String>,
        now_ms: u64,
    ) -> Self {
        Self {
            vmid,
            kind,
            node: node.into(),
            running: false,
            paused: false,
            frozen: false,
            pid: 20_000 + vmid % 40_000,
            power: vec![(now_ms, false)],
            config,
            pending: BTreeMap::new(),
            snapshots: Vec::new(),
            parent: None,
            pool,
            ignores_shutdown: false,
            agent_silent: false,
            pressure: Pressure::default(),
            file_lock: None,
            readers: BTreeSet::new(),
            waiting: VecDeque::new(),
        }
    }
}

/// The configuration a copy is made of.
fn of_snapshot<'a>(source: &'a Guest, job: &CloneJob) -> Result<&'a Config, String> {
    let Some(name) = &job.snapname else {
        return Ok(&source.config);
    };
    source
        .snapshot(name)
        .map(|s| &s.config)
        .ok_or_else(|| format!("snapshot '{name}' does not exist"))
}

/// The disks that are copied; unused ones are not.
pub fn disks(config: &Config) -> Vec<Volume> {
    volumes(config)
        .into_iter()
        .filter(|v| !v.key.starts_with("unused") && !v.is_cdrom(config))
        .collect()
}

/// The refusal of a number that has a configuration.
pub fn config_exists(kind: GuestKind, vmid: u32) -> String {
    let title = super::guest::title(kind);
    format!("unable to create {title} {vmid}: config file already exists")
}

/// The id of a linked clone: on most storages it names its base.
fn linked_id(storage: &Storage, base: &str, fresh: &str, vmid: u32, format: &str) -> String {
    let name = fresh.rsplit(['/', ':']).next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    if storage.kind == "lvmthin" {
        return volume_id(storage, vmid, stem, format);
    }
    let base = base.get(storage_of(base).len() + 1..).unwrap_or_default();
    if in_files(&storage.kind) {
        return format!("{}:{base}/{vmid}/{stem}.{format}", storage.id);
    }
    format!("{}:{base}/{stem}", storage.id)
}

/// New hardware addresses and a new machine id, as good as drawn by lot: no two copies have the same.
pub fn renew_identity(config: &mut Config, vmid: u32, now_ms: u64) {
    for (key, line) in config.iter_mut() {
        let lot = hex::encode(Sha256::digest(format!("{vmid}/{key}/{now_ms}")));
        if key.starts_with("net") {
            let mac = format!("BC:24:11:{}:{}:{}", &lot[0..2], &lot[2..4], &lot[4..6]);
            *line = with_address(line, &mac.to_uppercase());
        } else if key == "smbios1" {
            let uuid = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &lot[part]);
            *line = format!("uuid={}", uuid.join("-"));
        }
    }
}

/// The line of a network card with another hardware address.
fn with_address(line: &str, mac: &str) -> String {
    let parts = line.split(',').map(|part| match part.split_once('=') {
        Some((key, value)) if value.split(':').count() == 6 => format!("{key}={mac}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join(",")
}
