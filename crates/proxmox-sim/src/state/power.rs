//! Starting, stopping and rebooting: what the worker checks, and what it does when.

use super::Machine;
use super::guest::Guest;
use super::program::{Effect, Program};
use crate::scenario::GuestKind;

impl Machine {
    pub(super) fn plan_start(&self, guest: &Guest) -> Result<Program, String> {
        // What is suspended to a storage wakes up.
        if guest.lock() != Some("suspended") {
            guest.check_lock()?;
        }
        if guest.template() {
            return Err(match guest.kind {
                GuestKind::Qemu => "you can't start a vm if it's a template".into(),
                GuestKind::Lxc => "you can't start a CT if it's a template".into(),
            });
        }
        if guest.running {
            return Err(format!("{} {} already running", guest.title(), guest.vmid));
        }
        self.disks_are_there(guest)?;
        let took = self.durations.start;
        let program = Program::lasting(took).effect(took, Effect::Power(true));
        Ok(guest.waking(program))
    }

    pub(super) fn plan_stop(&self, guest: &Guest) -> Result<Program, String> {
        guest.check_lock()?;
        if !guest.running {
            return Ok(Program::lasting(0));
        }
        let took = self.durations.stop;
        Ok(Program::lasting(took).effect(took, Effect::Power(false)))
    }

    pub(super) fn plan_shutdown(
        &self,
        guest: &Guest,
        timeout_s: u64,
        force: bool,
    ) -> Result<Program, String> {
        guest.check_lock()?;
        if !guest.running {
            return Ok(Program::lasting(0));
        }
        let patience = timeout_s.saturating_mul(1000);
        if !guest.ignores_shutdown && self.durations.shutdown <= patience {
            let took = self.durations.shutdown;
            return Ok(Program::lasting(took).effect(took, Effect::Power(false)));
        }
        if force {
            let killed = patience.saturating_add(self.durations.stop);
            return Ok(Program::lasting(killed)
                .line(patience, "VM still running - terminating now with SIGTERM")
                .effect(killed, Effect::Power(false)));
        }
        Ok(Program::lasting(patience).failing(gave_up(guest)))
    }

    pub(super) fn plan_reboot(&self, guest: &Guest, timeout_s: u64) -> Result<Program, String> {
        guest.check_lock()?;
        if !guest.running {
            return Err(format!("{} {} not running", guest.title(), guest.vmid));
        }
        let patience = timeout_s.saturating_mul(1000);
        let down = self.durations.shutdown;
        if guest.ignores_shutdown || down > patience {
            return Ok(Program::lasting(patience).failing(gave_up(guest)));
        }
        let up = down + self.durations.start;
        Ok(Program::lasting(up)
            .effect(down, Effect::Power(false))
            .effect(up, Effect::Power(true)))
    }

    /// The reset button: the process and its uptime stay, so nothing about the guest changes.
    pub(super) fn plan_reset(&self, guest: &Guest) -> Result<Program, String> {
        guest.check_lock()?;
        Ok(Program::lasting(self.durations.stop / 3))
    }
}

fn gave_up(guest: &Guest) -> String {
    match guest.kind {
        GuestKind::Qemu => "VM quit/powerdown failed - got timeout".into(),
        GuestKind::Lxc => "container did not stop".into(),
    }
}
