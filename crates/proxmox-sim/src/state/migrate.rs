//! Migration: what the worker checks, and what it does when.

use super::Machine;
use super::guest::Guest;
use super::program::{Effect, Program};
use super::series::clock_text;
use super::volume::{Volume, volumes};
use crate::scenario::GuestKind;

/// Whatever the size of a disk, it is there after a week.
pub(super) const LONGEST_COPY_MS: u64 = 7 * 86_400_000;

impl Machine {
    pub(super) fn plan_migrate(
        &self,
        guest: &Guest,
        target: &str,
        restart: bool,
        with_local_disks: bool,
    ) -> Result<Program, String> {
        guest.check_lock()?;
        let ip = self.node(target).map_or("?", |n| n.ip.as_str());
        let stamp = |at: u64, text: &str| format!("{} {text}", clock_text(self.now_ms + at));
        let title = guest.title();
        let opening = stamp(
            0,
            &format!(
                "starting migration of {title} {} to node '{target}' ({ip})",
                guest.vmid
            ),
        );
        let aborted = |why: &str| {
            Program::lasting(2_000)
                .line(0, opening.clone())
                .line(1_000, stamp(1_000, &format!("ERROR: {why}")))
                .line(1_500, stamp(1_500, "aborting phase 1 - cleanup resources"))
                .line(
                    2_000,
                    stamp(2_000, "ERROR: migration aborted (duration 00:00:02)"),
                )
                .failing("migration aborted")
                .locking("migrate")
        };
        if !self.node(target).is_some_and(|n| n.online) {
            return Ok(aborted(
                "Can't connect to destination address using public key",
            ));
        }
        let local = self.local_volumes(guest);
        if guest.running && guest.kind == GuestKind::Qemu && !local.is_empty() && !with_local_disks
        {
            return Ok(aborted(&format!(
                "Problem found while scanning volumes - can't migrate local disk '{}': can't live migrate attached local disks without with-local-disks option",
                local[0].volid
            )));
        }
        if guest.kind == GuestKind::Lxc && guest.running {
            if !restart {
                return Ok(aborted("lxc live migration is currently not implemented"));
            }
            if guest.ignores_shutdown {
                return Ok(aborted("container did not stop"));
            }
        }
        let copy = self.copy_ms(&local);
        let program = if guest.running && guest.kind == GuestKind::Qemu {
            self.live(guest, target, copy, &stamp)
        } else {
            self.cold(guest, target, copy, &stamp)
        };
        let took = program.end_ms;
        let finish = stamp(
            took,
            &format!(
                "migration finished successfully (duration {})",
                span(took / 1000)
            ),
        );
        let mut program = program.line(took, finish);
        program
            .beats
            .insert(0, (0, super::program::Beat::Line(opening)));
        Ok(program.locking("migrate"))
    }

    fn live(
        &self,
        guest: &Guest,
        target: &str,
        copy: u64,
        stamp: &dyn Fn(u64, &str) -> String,
    ) -> Program {
        let took = self.durations.migrate_online + copy;
        let total = guest.memory_bytes();
        let mut program = Program::lasting(took)
            .line(took / 20, stamp(took / 20, "starting VM on remote node"))
            .line(
                took / 10,
                stamp(took / 10, "starting online/live migration"),
            );
        for tenth in 2..=8_u64 {
            let at = took * tenth / 10;
            let sent = total / 8 * (tenth - 1);
            let text = format!(
                "migration active, transferred {} of {} VM-state, {} MiB/s",
                gib(sent),
                gib(total),
                (total >> 20) * 1000 / took.max(1),
            );
            program = program.line(at, stamp(at, &text));
        }
        let done = took * 19 / 20;
        program
            .line(
                took * 9 / 10,
                stamp(
                    took * 9 / 10,
                    "average migration speed: 1.1 GiB/s - downtime 38 ms",
                ),
            )
            .effect(done, Effect::Move(target.into()))
            .line(
                done,
                stamp(done, "stopping NBD storage migration server on target."),
            )
    }

    fn cold(
        &self,
        guest: &Guest,
        target: &str,
        copy: u64,
        stamp: &dyn Fn(u64, &str) -> String,
    ) -> Program {
        let moving = self.durations.migrate_offline + copy;
        let (down, up) = if guest.running {
            (self.durations.shutdown, self.durations.start)
        } else {
            (0, 0)
        };
        let there = down + moving;
        let mut program = Program::lasting(there + up);
        if guest.running {
            program = program
                .line(0, stamp(0, "shutdown CT"))
                .effect(down, Effect::Power(false));
        }
        for volume in volumes(&guest.config) {
            let text = format!("found volume '{}' (in current VM config)", volume.volid);
            program = program.line(down, stamp(down, &text));
        }
        program = program.effect(there, Effect::Move(target.into()));
        if guest.running {
            program = program
                .line(there, stamp(there, "start container on target node"))
                .effect(there + up, Effect::Power(true));
        }
        program
    }

    fn copy_ms(&self, local: &[Volume]) -> u64 {
        let gib: u64 = local.iter().map(|v| v.size >> 30).sum();
        gib.saturating_mul(self.durations.copy_per_gib)
            .min(LONGEST_COPY_MS)
    }
}

/// Bytes as GiB with one digit.
pub(super) fn gib(bytes: u64) -> String {
    let tenths = bytes / ((1 << 30) / 10);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

/// Seconds as `00:01:30`.
pub(super) fn span(seconds: u64) -> String {
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}
