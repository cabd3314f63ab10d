//! Pausing and suspending: what the worker checks, and what it does when.

use super::Machine;
use super::contents::{Shift, Stored, volume_id};
use super::guest::Guest;
use super::guest_job::GuestEffect;
use super::program::{Effect, Program};
use super::series::clock_text;
use super::volume::volumes;
use crate::scenario::GuestKind;

/// What a VM's state takes beside its memory.
const STATE_OVERHEAD: u64 = 500 << 20;

impl Machine {
    pub(super) fn plan_pause(&self, guest: &Guest) -> Result<Program, String> {
        // A backup does not mind.
        if guest.lock() != Some("backup") {
            guest.check_lock()?;
        }
        let took = self.durations.pause;
        Ok(Program::lasting(took).effect(took, GuestEffect::Pause(true).into()))
    }

    pub(super) fn plan_suspend(&self, guest: &Guest, storage: &str) -> Result<Program, String> {
        if guest.lock() == Some("backup") {
            return Err("cannot suspend to disk during backup".into());
        }
        guest.check_lock()?;
        let size = guest
            .memory_bytes()
            .saturating_mul(2)
            .saturating_add(STATE_OVERHEAD);
        let target = self.usable(storage, &guest.node)?;
        self.has_room(storage, &guest.node, size)?;
        let day = clock_text(self.now_ms);
        let day = day.get(..10).unwrap_or_default();
        let name = format!("vm-{}-state-suspend-{day}", guest.vmid);
        let volid = volume_id(target, guest.vmid, &name, "raw");
        let state = Stored::disk(
            volid.clone(),
            GuestKind::Qemu,
            guest.vmid,
            size,
            self.now_ms / 1000,
        );
        let took = self.durations.pause + self.copying(guest.memory_bytes());
        // When it breaks off, the first lock stays behind: that tells that something went wrong.
        Ok(Program::lasting(took)
            .effect(0, Effect::Lock(Some("suspending".into())))
            .effect(0, Effect::store(&guest.node, Shift::Put(state)))
            .effect(0, Effect::configure([("vmstate", Some(volid.clone()))]))
            .line(0, format!("State storage volume is {volid}"))
            .effect(took, Effect::Power(false))
            .effect(
                took,
                Effect::configure([("lock", Some("suspended".into()))]),
            ))
    }

    pub(super) fn plan_resume(&self, guest: &Guest) -> Result<Program, String> {
        if guest.lock() == Some("suspended") {
            return self.plan_start(guest);
        }
        if !guest.running {
            return Err(format!("VM {} not running", guest.vmid));
        }
        if !guest.paused {
            return Ok(Program::lasting(0));
        }
        if guest.lock() != Some("backup") {
            guest.check_lock()?;
        }
        let took = self.durations.pause;
        Ok(Program::lasting(took).effect(took, GuestEffect::Pause(false).into()))
    }

    pub(super) fn plan_freeze(&self, guest: &Guest) -> Result<Program, String> {
        guest.check_lock()?;
        let took = self.durations.pause;
        Ok(Program::lasting(took).effect(took, GuestEffect::Frozen(true).into()))
    }

    pub(super) fn plan_thaw(&self, guest: &Guest) -> Result<Program, String> {
        guest.check_lock()?;
        let took = self.durations.pause;
        if !guest.frozen {
            let command = format!("command 'lxc-checkpoint -n {} -r' failed", guest.vmid);
            return Ok(Program::lasting(took).failing(format!("{command}: exit code 1")));
        }
        Ok(Program::lasting(took).effect(took, GuestEffect::Frozen(false).into()))
    }

    /// Where a VM's memory goes when nobody says: to a storage of one of its disks, a shared one first.
    pub fn state_storage(&self, guest: &Guest) -> String {
        let mut on: Vec<String> = volumes(&guest.config)
            .into_iter()
            .map(|v| v.storage)
            .collect();
        on.sort_by_key(|id| !self.storage(id).is_some_and(|s| s.shared));
        on.into_iter().next().unwrap_or_else(|| "local".into())
    }

    /// Refuses to start what has a disk that is not there.
    pub(super) fn disks_are_there(&self, guest: &Guest) -> Result<(), String> {
        let lost = volumes(&guest.config)
            .into_iter()
            .filter(|v| !v.key.starts_with("unused") && self.storage(&v.storage).is_some())
            .find(|v| self.stored(&guest.node, &v.volid).is_none());
        match lost {
            Some(volume) => Err(format!("volume '{}' does not exist", volume.volid)),
            None => Ok(()),
        }
    }
}

impl Guest {
    /// A start of a VM that was suspended: its memory comes back, and the volume that held it goes.
    pub(super) fn waking(&self, program: Program) -> Program {
        if self.lock() != Some("suspended") {
            return program;
        }
        let up = program.end_ms;
        let gone = [("lock", None), ("vmstate", None)];
        let program = program
            .line(0, "Resuming suspended VM")
            .effect(up, Effect::configure(gone));
        match self.config.get("vmstate") {
            Some(volid) => program
                .effect(up, Effect::store(&self.node, Shift::Free(volid.clone())))
                .line(up, "Resumed VM, removing state"),
            None => program,
        }
    }
}
