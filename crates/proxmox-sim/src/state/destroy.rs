//! The end of guests and of volumes: what the worker checks, and what it does when.

use super::Machine;
use super::contents::{Content, Shift, storage_of};
use super::guest::Guest;
use super::guest_job::GuestEffect;
use super::ha::sid;
use super::program::{Effect, Program};
use super::volume::volumes;
use crate::scenario::GuestKind;

impl Machine {
    pub(super) fn plan_destroy(
        &self,
        guest: &Guest,
        purge: bool,
        unreferenced: bool,
        force: bool,
    ) -> Result<Program, String> {
        self.may_be_destroyed(guest, purge, force)?;
        // What is suspended may go, whatever its lock says.
        if guest.lock() != Some("suspended") {
            guest.check_lock()?;
        }
        let mut own: Vec<String> = volumes(&guest.config)
            .into_iter()
            .map(|v| v.volid)
            .chain(guest.config.get("vmstate").cloned())
            .chain(
                guest
                    .snapshots
                    .iter()
                    .flat_map(|s| volumes(&s.config))
                    .map(|v| v.volid),
            )
            .filter(|volid| {
                let stored = self.stored(&guest.node, volid);
                stored.is_some_and(|s| s.vmid == Some(guest.vmid))
            })
            .collect();
        if unreferenced {
            own.extend(self.disks_of(guest.vmid, &guest.node, |_| true));
        }
        own.sort();
        own.dedup();
        if guest.template()
            && let Some(base) = own.iter().find(|v| !self.no_clones_of(&guest.node, v))
        {
            return Err(format!(
                "base volume '{base}' is still in use by linked cloned"
            ));
        }
        let took = self.durations.destroy;
        let mut program = Program::lasting(took);
        if guest.running {
            program = program
                .line(
                    0,
                    format!("forced to stop CT {} before destroying!", guest.vmid),
                )
                .effect(took / 4, Effect::Power(false));
        }
        for volid in own {
            program = program.effect(took / 2, Effect::store(&guest.node, Shift::Free(volid)));
        }
        if purge {
            let text = format!(
                "purging {} {} from related configurations..",
                guest.title(),
                guest.vmid
            );
            program = program.line(took, text);
        }
        Ok(program.effect(took, GuestEffect::Destroy { purge }.into()))
    }

    /// Refuses to destroy what is protected, used elsewhere, or runs.
    pub fn may_be_destroyed(&self, guest: &Guest, purge: bool, force: bool) -> Result<(), String> {
        let (title, vmid) = (guest.title(), guest.vmid);
        if guest.config.get("protection").is_some_and(|v| v == "1") {
            return Err(format!(
                "can't remove {title} {vmid} - protection mode enabled"
            ));
        }
        if guest.kind == GuestKind::Lxc {
            guest.check_lock()?;
        }
        if !purge && self.ha.contains_key(&vmid) {
            return Err(format!(
                "unable to remove {title} {vmid} - used in HA resources and purge parameter not set."
            ));
        }
        let job = self.replications.values().find(|job| job.guest == vmid);
        if !purge && let Some(job) = job {
            return Err(format!(
                "There is a replication job '{}' for guest '{vmid}' - Please remove that first.",
                job.id
            ));
        }
        if !guest.running || force {
            return Ok(());
        }
        Err(match guest.kind {
            GuestKind::Qemu => format!("VM {vmid} is running - destroy failed"),
            GuestKind::Lxc => format!("unable to destroy CT {vmid} - container is running"),
        })
    }

    /// A guest is gone; who waits for its configuration file finds none.
    pub(super) fn dissolve(&mut self, vmid: u32, purge: bool) {
        let Some(guest) = self.guests.remove(&vmid) else {
            return;
        };
        self.access.forget(&format!("/vms/{vmid}"));
        if purge {
            self.ha.remove(&vmid);
            let name = sid(guest.kind, vmid);
            for rule in &mut self.ha_rules {
                rule.resources.retain(|resource| *resource != name);
            }
            self.ha_rules.retain(|rule| !rule.resources.is_empty());
            self.replications.retain(|_, job| job.guest != vmid);
        }
        for key in guest.waiting {
            self.schedule.cancel(key);
            self.begin(key);
        }
    }

    /// Removes the volume of an `unusedN`, unless a snapshot needs it.
    pub fn free_unused(&mut self, vmid: u32, key: &str) {
        let Some(guest) = self.guests.get(&vmid) else {
            return;
        };
        let (node, volume) = (guest.node.clone(), guest.volume(key));
        if let Ok(volume) = volume
            && !guest.in_snapshot(&volume.volid)
        {
            self.free(&node, &volume.volid);
        }
    }

    pub(super) fn plan_free(&self, node: &str, volid: &str) -> Result<Program, String> {
        let name = volid.get(storage_of(volid).len() + 1..).unwrap_or_default();
        let storage = storage_of(volid);
        let stored = self
            .stored(node, volid)
            .ok_or_else(|| format!("volume '{volid}' does not exist"))?;
        if stored.protected {
            return Err(format!(
                "cannot remove protected volume '{name}' on '{storage}'"
            ));
        }
        if !self.no_clones_of(node, volid) {
            return Err(format!(
                "base volume '{name}' is still in use by linked clones"
            ));
        }
        if let Some(why) = self.busy(node, volid) {
            return Err(why);
        }
        let took = self.durations.free;
        Ok(Program::lasting(took)
            .effect(took, Effect::store(node, Shift::Free(volid.into())))
            .line(took, format!("Removed volume '{volid}'")))
    }

    /// What keeps a block device from going: a guest that runs on it. A file goes all the same, and so does whatever a
    /// stopped guest's configuration names.
    fn busy(&self, node: &str, volid: &str) -> Option<String> {
        let stored = self.stored(node, volid)?;
        let guest = self.guests.get(&stored.vmid?)?;
        let named = volumes(&guest.config).iter().any(|v| v.volid == volid);
        if stored.content == Content::Backup || !guest.running || !named {
            return None;
        }
        let name = volid.get(storage_of(volid).len() + 1..)?;
        match self.storage(storage_of(volid))?.kind.as_str() {
            "lvm" | "lvmthin" => Some(format!(
                "lvremove 'pve/{name}' error: Logical volume pve/{name} in use."
            )),
            "zfspool" => Some(format!(
                "zfs error: cannot destroy 'rpool/data/{name}': dataset is busy"
            )),
            "rbd" => Some(format!("rbd rm '{name}' error: image still has watchers")),
            _ => None,
        }
    }
}
