//! Disks that grow, move, or become bases: what the worker checks, and what it does when.

use super::Machine;
use super::contents::{Content, Shift, Stored, format_on};
use super::guest::Guest;
use super::program::{Effect, Program};
use super::volume::{Volume, relined, size_wanted, volumes};
use crate::scenario::GuestKind;

impl Machine {
    pub(super) fn plan_resize(
        &self,
        guest: &Guest,
        disk: &str,
        size: &str,
        digest: Option<&str>,
        skiplock: bool,
    ) -> Result<Program, String> {
        guest.check_digest(digest)?;
        if !skiplock {
            guest.check_lock()?;
        }
        let volume = guest.volume(disk)?;
        let held = self
            .stored(&guest.node, &volume.volid)
            .map_or(volume.size, |s| s.size);
        let wanted = new_size(guest.kind, held, size)?;
        let took = self.durations.resize;
        if wanted == held {
            return Ok(Program::lasting(0));
        }
        self.has_room(&volume.storage, &guest.node, wanted - held)?;
        let line = guest.config.get(disk).map_or("", String::as_str);
        let line = relined(line, &volume.volid, wanted);
        Ok(Program::lasting(took)
            .effect(
                took,
                Effect::store(&guest.node, Shift::Size(volume.volid, wanted)),
            )
            .effect(took, Effect::configure([(disk, Some(line))])))
    }

    pub(super) fn plan_move(
        &self,
        guest: &Guest,
        disk: &str,
        storage: &str,
        format: Option<&str>,
        delete: bool,
    ) -> Result<Program, String> {
        guest.check_lock()?;
        let volume = guest.volume(disk)?;
        let program = match self.moving(guest, &volume, storage, format, delete) {
            Ok(program) => program,
            Err(why) => {
                let why = match guest.kind {
                    GuestKind::Qemu => format!("storage migration failed: {why}"),
                    GuestKind::Lxc => why,
                };
                Program::lasting(1_000).failing(why)
            }
        };
        Ok(match guest.kind {
            GuestKind::Qemu => program,
            GuestKind::Lxc => program.locking("disk"),
        })
    }

    fn moving(
        &self,
        guest: &Guest,
        volume: &Volume,
        storage: &str,
        format: Option<&str>,
        delete: bool,
    ) -> Result<Program, String> {
        let target = self.usable(storage, &guest.node)?;
        if !target.keeps(Content::of_disks(guest.kind).text()) {
            return Err(format!(
                "storage '{storage}' does not support content type '{}'",
                Content::of_disks(guest.kind).text()
            ));
        }
        self.has_room(storage, &guest.node, volume.size)?;
        let format = format_on(target, guest.kind, format.unwrap_or(&volume.format));
        let volid = self.new_disk(target, &guest.node, guest.vmid, &format, &[]);
        let stored = Stored::disk(
            volid.clone(),
            guest.kind,
            guest.vmid,
            volume.size,
            self.now_ms / 1000,
        );
        let line = guest.config.get(&volume.key).map_or("", String::as_str);
        let line = relined(line, &volid, volume.size);
        let took = self.durations.clone_base + self.copying(volume.size);
        let mut program = Program::lasting(took)
            .line(
                0,
                format!(
                    "copying volume '{}' from current storage '{}' to target storage '{storage}'",
                    volume.volid, volume.storage
                ),
            )
            .effect(0, Effect::store(&guest.node, Shift::Put(stored)))
            .effect(took, Effect::configure([(&volume.key, Some(line))]));
        let old = volume.volid.clone();
        if delete {
            program = program
                .line(
                    took,
                    format!("removing source volume '{old}' after successful copy"),
                )
                .effect(took, Effect::store(&guest.node, Shift::Free(old)));
        } else {
            let key = unused_key(guest);
            program = program
                .line(
                    took,
                    format!("adding source volume '{old}' as '{key}' to config"),
                )
                .effect(took, Effect::configure([(&key, Some(old))]));
        }
        Ok(program)
    }

    pub(super) fn plan_template(
        &self,
        guest: &Guest,
        disk: Option<&str>,
    ) -> Result<Program, String> {
        guest.may_be_template(disk.is_some())?;
        let took = self.durations.template;
        let mut program = Program::lasting(took);
        let all = super::clone::disks(&guest.config);
        for volume in all.into_iter().filter(|v| disk.is_none_or(|d| d == v.key)) {
            let base = base_id(&volume.volid);
            let line = guest.config.get(&volume.key).map_or("", String::as_str);
            let line = relined(line, &base, volume.size);
            program = program
                .effect(
                    took,
                    Effect::store(&guest.node, Shift::Rename(volume.volid, base)),
                )
                .effect(took, Effect::configure([(&volume.key, Some(line))]));
        }
        Ok(program.effect(took, Effect::configure([("template", Some("1".into()))])))
    }
}

impl Guest {
    /// The volume under a key of the configuration.
    pub fn volume(&self, key: &str) -> Result<Volume, String> {
        if !self.config.contains_key(key) {
            return Err(format!("disk '{key}' does not exist"));
        }
        volumes(&self.config)
            .into_iter()
            .find(|v| v.key == key)
            .ok_or_else(|| format!("disk '{key}' has no associated volume"))
    }

    /// Refuses when the configuration is another than the one that was read.
    pub fn check_digest(&self, digest: Option<&str>) -> Result<(), String> {
        if digest.is_none_or(|d| d == self.digest()) {
            return Ok(());
        }
        Err(match self.kind {
            GuestKind::Qemu => "checksum mismatch (file change by other user?)".into(),
            GuestKind::Lxc => MODIFIED.into(),
        })
    }

    /// Refuses to make a template of what cannot be one.
    pub fn may_be_template(&self, one_disk: bool) -> Result<(), String> {
        self.check_lock()?;
        let title = self.title();
        if !self.snapshots.is_empty() {
            return Err(format!(
                "unable to create template, because {title} contains snapshots"
            ));
        }
        if self.template() && !one_disk {
            return Err("you can't convert a template to a template".into());
        }
        if self.running {
            return Err(match self.kind {
                GuestKind::Qemu => "you can't convert a VM to template if VM is running".into(),
                GuestKind::Lxc => "you can't convert a CT to template if the CT is running".into(),
            });
        }
        Ok(())
    }

    /// Whether a snapshot needs a volume.
    pub fn in_snapshot(&self, volid: &str) -> bool {
        self.snapshots
            .iter()
            .any(|s| volumes(&s.config).iter().any(|v| v.volid == volid))
    }
}

/// What Proxmox says of a configuration that changed since it was read.
pub const MODIFIED: &str =
    "detected modified configuration - file changed by other user? Try again.";

/// The size that a disk shall have; never less than it has.
pub fn new_size(kind: GuestKind, held: u64, size: &str) -> Result<u64, String> {
    let (more, bytes) = size_wanted(size).ok_or("internal error")?;
    let wanted = if more {
        held.saturating_add(bytes)
    } else {
        bytes
    };
    if wanted >= held {
        return Ok(wanted);
    }
    Err(match kind {
        GuestKind::Qemu => "shrinking disks is not supported".into(),
        GuestKind::Lxc => "unable to shrink disk size".into(),
    })
}

/// The first `unusedN` that is free.
fn unused_key(guest: &Guest) -> String {
    (0..256)
        .map(|n| format!("unused{n}"))
        .find(|key| !guest.config.contains_key(key))
        .unwrap_or_else(|| "unused0".into())
}

/// The id of a disk that has become a base.
fn base_id(volid: &str) -> String {
    let at = volid.rfind(['/', ':']).map_or(0, |at| at + 1);
    let (front, name) = volid.split_at(at);
    match name.strip_prefix("vm-") {
        Some(rest) => format!("{front}base-{rest}"),
        None => volid.into(),
    }
}
