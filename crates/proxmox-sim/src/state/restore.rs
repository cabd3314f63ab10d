//! Guests out of archives: what the worker checks, and what it does when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::clone::renew_identity;
use super::contents::{Archive, Content, Shift, Stored, format_on};
use super::guest::{Config, Guest, title};
use super::guest_job::GuestEffect;
use super::program::{Effect, Program};
use super::volume::{relined, volumes};
use super::{Caller, Machine};
use crate::scenario::GuestKind;

/// What shall be made out of which archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreJob {
    /// VM or container.
    pub kind: GuestKind,
    /// Its number.
    pub vmid: u32,
    /// The archive's id.
    pub archive: String,
    /// Where its disks go; where they were when absent.
    pub storage: Option<String>,
    /// Its pool.
    pub pool: Option<String>,
    /// Whether it gets new hardware addresses and a new machine id.
    pub unique: bool,
    /// Whether it starts afterwards.
    pub start: bool,
    /// Whether it may take the place of a guest that is there.
    pub force: bool,
}

impl RestoreJob {
    /// The guest while it is being made: everything but its disks.
    fn promised(&self, node: &str, config: &Config, now_ms: u64) -> Guest {
        let mut config = config.clone();
        for volume in volumes(&config) {
            config.remove(&volume.key);
        }
        Guest::fresh(
            self.vmid,
            self.kind,
            node,
            config,
            self.pool.clone(),
            now_ms,
        )
    }

    /// Refuses to write over a guest that is elsewhere, runs, is locked or protected.
    pub fn may_replace(&self, guest: &Guest, node: &str) -> Result<(), String> {
        let refusal = format!("unable to restore {} {} -", title(self.kind), self.vmid);
        let same = guest.node == node && guest.kind == self.kind;
        if !self.force || !same {
            return Err(format!(
                "{refusal} {} {} already exists on node '{}'",
                guest.title(),
                self.vmid,
                guest.node
            ));
        }
        guest
            .check_lock()
            .map_err(|why| format!("{refusal} {why}"))?;
        if guest.config.get("protection").is_some_and(|v| v == "1") {
            return Err(format!("{refusal} protection mode enabled"));
        }
        if guest.running {
            return Err(match self.kind {
                GuestKind::Qemu => format!("{refusal} vm is running"),
                GuestKind::Lxc => "can't overwrite running container".into(),
            });
        }
        Ok(())
    }
}

impl Machine {
    pub(super) fn plan_restore(
        &self,
        node: &str,
        user: &str,
        job: &RestoreJob,
    ) -> Result<Program, String> {
        let before = self.guests.get(&job.vmid);
        if let Some(guest) = before {
            job.may_replace(guest, node)?;
        }
        let refusal = format!("unable to restore {} {}", title(job.kind), job.vmid);
        let archive = self
            .stored(node, &job.archive)
            .and_then(|stored| stored.archive.as_deref())
            .ok_or_else(|| format!("{refusal} - volume '{}' does not exist", job.archive))?;
        if archive.kind != job.kind {
            return Err(format!("{refusal} - wrong guest type"));
        }
        self.may_restore(&Caller { id: user.into() }, job, archive)?;
        let (config, disks) = self.restored(node, job, archive)?;
        let bytes: u64 = disks.iter().map(|d| d.size).sum();
        let took = self.durations.clone_base + self.copying(bytes);
        let mut program = Program::lasting(took);
        program = match before {
            None => {
                let mut guest = job.promised(node, &config, self.now_ms);
                guest.set_lock(Some("create"));
                program.effect(0, GuestEffect::Create(guest).into())
            }
            Some(guest) => {
                let old = volumes(&guest.config).into_iter().map(|v| v.volid);
                let program = program.effect(0, Effect::Lock(Some("create".into())));
                old.fold(program, |program, volid| {
                    program.effect(took / 4, Effect::store(node, Shift::Free(volid)))
                })
            }
        };
        program = program.line(0, format!("restore proxmox backup image: {}", job.archive));
        for disk in disks {
            // Room that the old disks leave is there only after they are gone.
            let at = if before.is_some() { took / 4 } else { 0 };
            program = program
                .line(at, format!("new volume ID is '{}'", disk.volid))
                .effect(at, Effect::store(node, Shift::Put(disk)));
        }
        program = program.effect(took, GuestEffect::Replace(config).into());
        if job.start {
            let user = user.to_owned();
            program = program.effect(took, GuestEffect::Start { user }.into());
        }
        Ok(program)
    }

    /// What is in an archive takes rights that show when it is opened: on its bridges, and on the storages that its disks
    /// go back to where nobody named one.
    fn may_restore(
        &self,
        caller: &Caller,
        job: &RestoreJob,
        archive: &Archive,
    ) -> Result<(), String> {
        let denied = |path: &str, privilege: &str| {
            Err(format!("Permission check failed ({path}, {privilege})"))
        };
        if let Some(path) = self.barred_plug(caller, &archive.config) {
            return denied(&path, "SDN.Use");
        }
        if job.storage.is_some() {
            return Ok(());
        }
        let disks = volumes(&archive.config).into_iter();
        let kept =
            disks.filter(|disk| !disk.key.starts_with("unused") && !disk.is_cdrom(&archive.config));
        for disk in kept {
            let path = format!("/storage/{}", disk.storage);
            if !self.allows(caller, &path, &["Datastore.AllocateSpace"]) {
                return denied(&path, "Datastore.AllocateSpace");
            }
        }
        Ok(())
    }

    /// The configuration and the disks that come out of an archive.
    fn restored(
        &self,
        node: &str,
        job: &RestoreJob,
        archive: &Archive,
    ) -> Result<(Config, Vec<Stored>), String> {
        let mut config = archive.config.clone();
        for key in ["lock", "template", "vmstate"] {
            config.remove(key);
        }
        if job.unique {
            renew_identity(&mut config, job.vmid, self.now_ms);
        }
        let content = Content::of_disks(job.kind).text();
        let mut disks: Vec<Stored> = Vec::new();
        let mut taken: Vec<String> = Vec::new();
        let mut room: BTreeMap<String, u64> = BTreeMap::new();
        for volume in volumes(&archive.config) {
            if volume.key.starts_with("unused") || volume.is_cdrom(&archive.config) {
                config.remove(&volume.key);
                continue;
            }
            let id = job.storage.as_deref().unwrap_or(&volume.storage);
            let storage = self.usable(id, node)?;
            if !storage.keeps(content) {
                return Err(format!(
                    "Content type '{content}' is not available on storage '{id}'"
                ));
            }
            let needed = room.entry(id.to_owned()).or_insert(0);
            *needed += volume.size;
            self.has_room(id, node, *needed)?;
            let format = format_on(storage, job.kind, &volume.format);
            let volid = self.new_disk(storage, node, job.vmid, &format, &taken);
            let line = archive.config.get(&volume.key).map_or("", String::as_str);
            config.insert(volume.key.clone(), relined(line, &volid, volume.size));
            taken.push(volid.clone());
            disks.push(Stored::disk(
                volid,
                job.kind,
                job.vmid,
                volume.size,
                self.now_ms / 1000,
            ));
        }
        Ok((config, disks))
    }
}
