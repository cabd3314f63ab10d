//! What the guest itself shows.

use super::{Limits, Reasons, average, evidence, memory_used, percent, real};
use crate::diagnosis::finding::{Cause, Measure, Severity, Unit};
use crate::diagnosis::inquiry::Symptom;
use crate::diagnosis::observed::{GuestState, HaError, Pressure, RunState};

const CPU: Limits = Limits(0.85, 0.95);
/// Shares of time; the kernel's own examples call a tenth of it a stall worth acting on.
const PRESSURE: Limits = Limits(0.10, 0.40);
/// A guest is starting up for so many seconds.
const STARTING_S: u64 = 10 * 60;
const GIB: u64 = 1 << 30;
/// A node with less of its processors in use has some to give.
const ROOMY: f64 = 0.70;

/// Proxmox's own words for locks, from `qm` and `pct`'s `lock` option.
const LOCKS: [&str; 13] = [
    "backup",
    "clone",
    "create",
    "destroyed",
    "disk",
    "fstrim",
    "migrate",
    "mounted",
    "rollback",
    "snapshot",
    "snapshot-delete",
    "suspended",
    "suspending",
];

impl Reasons<'_> {
    pub(super) fn of_guest(&mut self) {
        let Some(guest) = &self.observed.guest else {
            return;
        };
        let subject = format!("{}/{}", guest.target.kind.as_str(), guest.target.vmid);
        self.lock(guest, &subject);
        self.high_availability(guest, &subject);
        self.status(guest, &subject);
        if guest.status != RunState::Running {
            return;
        }
        self.uptime(guest, &subject);
        self.cpu(guest, &subject);
        self.memory(guest, &subject);
        self.pressure(guest, &subject);
    }

    fn status(&mut self, guest: &GuestState, subject: &str) {
        let (cause, text, verb) = match guest.status {
            RunState::Stopped => (Cause::NotRunning, "It does not run.", "start"),
            RunState::Paused => (Cause::Paused, "It stands still: it is paused.", "resume"),
            RunState::Running | RunState::Unknown => return,
        };
        let explains = [
            Symptom::Down,
            Symptom::Slow,
            Symptom::Unreachable,
            Symptom::Stuck,
        ];
        let state = evidence(Measure::State, subject, 0.0, Unit::Number, Some(1.0));
        self.add(
            (cause, Severity::Critical),
            &explains,
            text.to_owned(),
            vec![state],
        );
        // With a lock or a failed HA it would be refused, or undone at once.
        if guest.lock.is_none() && guest.ha_error.is_none() {
            self.mend(format!("{verb} {subject}"));
        }
    }

    fn lock(&mut self, guest: &GuestState, subject: &str) {
        let Some(lock) = &guest.lock else {
            return;
        };
        let text = match LOCKS.iter().find(|known| *known == lock) {
            Some(lock) => format!(
                "Proxmox holds the lock “{lock}” on it: something is at work there, or ended without clearing up. Argus never removes a lock."
            ),
            None => "Proxmox holds a lock on it that Argus does not know.".to_owned(),
        };
        let explains = [
            Symptom::Stuck,
            Symptom::Slow,
            Symptom::Down,
            Symptom::Failed,
        ];
        let state = evidence(Measure::State, subject, 1.0, Unit::Number, Some(1.0));
        self.add(
            (Cause::Locked, Severity::Warning),
            &explains,
            text,
            vec![state],
        );
    }

    fn high_availability(&mut self, guest: &GuestState, subject: &str) {
        let text = match guest.ha_error {
            None => return,
            Some(HaError::Error) => {
                "High availability gave up on it and waits for a person: it is in the state error."
            }
            Some(HaError::Fence) => "Its node is being fenced: it starts elsewhere after that.",
            Some(HaError::Recovery) => {
                "High availability looks for another node for it and has found none yet."
            }
        };
        let explains = [
            Symptom::Down,
            Symptom::Stuck,
            Symptom::Unreachable,
            Symptom::Failed,
        ];
        let state = evidence(Measure::State, subject, 0.0, Unit::Number, Some(1.0));
        self.add(
            (Cause::HaGaveUp, Severity::Critical),
            &explains,
            text.to_owned(),
            vec![state],
        );
    }

    fn uptime(&mut self, guest: &GuestState, subject: &str) {
        let Some(uptime) = guest.uptime_s.filter(|uptime| *uptime < STARTING_S) else {
            return;
        };
        let minutes = uptime / 60;
        let limit = Some(real(STARTING_S));
        let since = evidence(Measure::Uptime, subject, real(uptime), Unit::Seconds, limit);
        self.add(
            (Cause::JustStarted, Severity::Notice),
            &[Symptom::Slow, Symptom::Down, Symptom::Unreachable],
            format!("It started {minutes} minutes ago: it was down before, and may still be starting up."),
            vec![since],
        );
    }

    fn cpu(&mut self, guest: &GuestState, subject: &str) {
        let share = average(&guest.samples, self.observed.now_s, |sample| sample.cpu);
        let Some((share, (severity, limit))) =
            share.and_then(|share| Some((share, CPU.judge(share)?)))
        else {
            return;
        };
        let used = evidence(Measure::CpuShare, subject, share, Unit::Share, Some(limit));
        let cpus = guest
            .cpu_count
            .map(|count| evidence(Measure::Count, subject, count, Unit::Number, None));
        self.add(
            (Cause::CpuBusy, severity),
            &[Symptom::Slow, Symptom::Stuck, Symptom::Unreachable],
            format!(
                "It uses {} of its processors, on average of the last quarter of an hour.",
                percent(share)
            ),
            std::iter::once(used).chain(cpus).collect(),
        );
        let node_share = self
            .observed
            .node
            .as_ref()
            .and_then(|node| average(&node.samples, self.observed.now_s, |sample| sample.cpu));
        let details = self.scene.details.get(&guest.target);
        if let (Some(cores), Some(node)) = (details.and_then(|one| one.cores), node_share)
            && node < ROOMY
        {
            let wanted = cores + cores.div_ceil(2);
            self.mend(format!("set the cores of {subject} to {wanted}"));
        }
    }

    fn memory(&mut self, guest: &GuestState, subject: &str) {
        let now_s = self.observed.now_s;
        let used = average(&guest.samples, now_s, |sample| sample.memory);
        let (Some(used), Some(total)) = (used, guest.memory_total.filter(|total| *total > 0))
        else {
            return;
        };
        let share = used / real(total);
        let Some((severity, used)) = memory_used(subject, share) else {
            return;
        };
        self.add(
            (Cause::MemoryFull, severity),
            &[Symptom::Slow, Symptom::Stuck, Symptom::Full, Symptom::Down],
            format!(
                "It uses {} of its memory, as Proxmox measures it: caches of a virtual machine may count.",
                percent(share)
            ),
            vec![used],
        );
        let wanted = total.saturating_add(total / 2).div_ceil(GIB);
        if self.node_has_left(wanted.saturating_mul(GIB) - total) {
            self.mend(format!("set the memory of {subject} to {wanted} GB"));
        }
    }

    /// Whether the node has so many bytes of memory left, and a tenth of its own beside.
    fn node_has_left(&self, bytes: u64) -> bool {
        self.observed.node.as_ref().is_some_and(|node| {
            let used = average(&node.samples, self.observed.now_s, |sample| sample.memory);
            match (used, node.memory_total) {
                (Some(used), Some(total)) => used + real(bytes) < real(total) * 0.9,
                _ => false,
            }
        })
    }

    fn pressure(&mut self, guest: &GuestState, subject: &str) {
        let now_s = self.observed.now_s;
        let share = |of: fn(&Pressure) -> Option<f64>| {
            average(&guest.samples, now_s, |sample| of(&sample.pressure))
        };
        let table = [
            (
                share(|one| one.cpu),
                Cause::WaitsForCpu,
                Measure::CpuPressure,
                "a processor: its node or its limit does not give it more",
            ),
            (
                share(|one| one.io),
                Cause::WaitsForDisk,
                Measure::IoPressure,
                "its disks",
            ),
            (
                share(|one| one.memory),
                Cause::WaitsForMemory,
                Measure::MemoryPressure,
                "memory",
            ),
        ];
        for (share, cause, measure, for_what) in table {
            let Some((share, (severity, limit))) =
                share.and_then(|share| Some((share, PRESSURE.judge(share)?)))
            else {
                continue;
            };
            let waited = evidence(measure, subject, share, Unit::Share, Some(limit));
            self.add(
                (cause, severity),
                &[Symptom::Slow, Symptom::Stuck],
                format!("{} of the time it waits for {for_what}.", percent(share)),
                vec![waited],
            );
        }
    }
}
