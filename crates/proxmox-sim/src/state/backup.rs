//! Archives of guests (`vzdump`): one task a node at a time, the others wait for its lock; the guests one by one.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Machine;
use super::contents::{Content, Shift};
use super::guest::Guest;
use super::guest_job::{GuestEffect, GuestJob};
use super::program::{Effect, Job, Program};
use super::retention::Retention;
use super::schedule::Event;
use super::series::clock_text;
use super::stock::{archive_of, path_of};
use super::task::{Exit, TaskKey};
use super::volume::volumes;
use crate::scenario::GuestKind;

/// How a guest is treated meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BackupMode {
    /// It goes on.
    Snapshot,
    /// It is held for a moment.
    Suspend,
    /// It is shut down and started again.
    Stop,
}

impl BackupMode {
    /// Out of the parameter; snapshot is the usual one.
    pub fn parse(text: Option<&str>) -> Self {
        match text {
            Some("stop") => Self::Stop,
            Some("suspend") => Self::Suspend,
            _ => Self::Snapshot,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Suspend => "suspend",
            Self::Stop => "stop",
        }
    }
}

/// What archives shall be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupJob {
    /// The guests, in order; some may not be there.
    pub vmids: Vec<u32>,
    /// Where the archives go.
    pub storage: String,
    /// How the guests are treated.
    pub mode: BackupMode,
    /// `0`, `1`, `gzip`, `lzo` or `zstd`.
    pub compress: String,
    /// What is written beside each archive, with variables in double braces.
    pub notes: Option<String>,
    /// Whether the archives may not be removed.
    pub protected: bool,
    /// What stays of older ones.
    pub keep: Retention,
    /// How long to wait for the node's lock, in minutes.
    pub lockwait: u64,
    /// A guest that the caller may not back up: the task says so and does nothing.
    pub denied: Option<u32>,
}

/// The lock that makes archives of a node come one task after the other.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DumpLock {
    holder: Option<TaskKey>,
    waiting: VecDeque<TaskKey>,
}

/// One guest's part of a task.
struct Part {
    program: Program,
    at: u64,
}

impl Part {
    fn info(&mut self, text: impl std::fmt::Display) {
        self.say(format!("INFO: {text}"));
    }

    fn say(&mut self, text: String) {
        let program = std::mem::replace(&mut self.program, Program::lasting(0));
        self.program = program.line(self.at, text);
    }

    fn act(&mut self, effect: Effect) {
        let program = std::mem::replace(&mut self.program, Program::lasting(0));
        self.program = program.effect(self.at, effect);
    }
}

impl Machine {
    pub(super) fn plan_backup(&self, node: &str, job: &BackupJob) -> Program {
        if let Some(vmid) = job.denied {
            let why = format!("Permission check failed (/vms/{vmid}, VM.Backup)");
            return Program::lasting(0).failing(why);
        }
        if let Err(why) = self.takes_archives(node, &job.storage) {
            return Program::lasting(0).failing(why);
        }
        let list: Vec<String> = job.vmids.iter().map(ToString::to_string).collect();
        let mut part = Part {
            program: Program::lasting(0),
            at: 0,
        };
        part.info(format!(
            "starting new backup job: vzdump {} --storage {} --mode {}",
            list.join(" "),
            job.storage,
            job.mode.text()
        ));
        let mut room = self.available(&job.storage, node);
        let mut failed = false;
        for vmid in &job.vmids {
            if let Err(why) = self.dump(node, *vmid, job, &mut room, &mut part) {
                failed = true;
                part.say(format!("ERROR: Backup of VM {vmid} failed - {why}"));
                part.info(format!("Failed at {}", clock_text(self.now_ms + part.at)));
            }
        }
        part.info(if failed {
            "Backup job finished with errors"
        } else {
            "Backup job finished successfully"
        });
        let mut program = part.program;
        program.end_ms = part.at;
        if failed {
            program = program.failing("job errors");
        }
        program
    }

    /// Refuses a storage that cannot hold archives.
    fn takes_archives(&self, node: &str, storage: &str) -> Result<(), String> {
        let why = match self.usable(storage, node) {
            Ok(found) if found.keeps(Content::Backup.text()) => return Ok(()),
            Ok(_) => format!("can't use storage '{storage}' for backups - wrong content type"),
            Err(why) => why,
        };
        Err(format!(
            "could not get storage information for '{storage}': {why}"
        ))
    }

    /// Makes one guest's archive.
    fn dump(
        &self,
        node: &str,
        vmid: u32,
        job: &BackupJob,
        room: &mut u64,
        part: &mut Part,
    ) -> Result<(), String> {
        let guest = self
            .guests
            .get(&vmid)
            .filter(|g| g.node == node)
            .ok_or_else(|| format!("unable to find VM '{vmid}'"))?;
        let kind = match guest.kind {
            GuestKind::Qemu => "qemu",
            GuestKind::Lxc => "lxc",
        };
        part.info(format!("Starting Backup of VM {vmid} ({kind})"));
        let begun = part.at;
        part.info(format!(
            "Backup started at {}",
            clock_text(self.now_ms + begun)
        ));
        part.info(if guest.running {
            "status = running"
        } else {
            "status = stopped"
        });
        if guest.file_in_use() {
            return Err(guest.file_lock_timeout());
        }
        guest.check_lock()?;
        part.act(Effect::Lock(Some("backup".into())).on(vmid));
        let done = self.archive(node, guest, job, room, part);
        part.act(Effect::Lock(None).on(vmid));
        done?;
        let took = super::migrate::span((part.at - begun) / 1000);
        part.info(format!("Finished Backup of VM {vmid} ({took})"));
        part.info(format!(
            "Backup finished at {}",
            clock_text(self.now_ms + part.at)
        ));
        Ok(())
    }

    /// Writes the archive while the configuration is locked.
    fn archive(
        &self,
        node: &str,
        guest: &Guest,
        job: &BackupJob,
        room: &mut u64,
        part: &mut Part,
    ) -> Result<(), String> {
        let vmid = guest.vmid;
        let storage = self.usable(&job.storage, node)?;
        part.info(format!("{} Name: {}", guest.title(), guest.name()));
        for volume in volumes(&guest.config) {
            part.info(format!("include disk '{}' '{}'", volume.key, volume.volid));
        }
        part.info(format!("backup mode: {}", job.mode.text()));
        let stops = guest.running && job.mode == BackupMode::Stop;
        if stops {
            part.info("stopping guest");
            part.at += self.durations.shutdown;
            part.act(Effect::Power(false).on(vmid));
            if guest.kind == GuestKind::Qemu {
                // A VM runs again while its disks are still being read.
                part.at += self.durations.start;
                part.act(Effect::Power(true).on(vmid));
                // One that stood still is not let go on.
                if guest.paused {
                    part.act(Effect::from(GuestEffect::Pause(true)).on(vmid));
                }
            }
        }
        let holds = guest.running && !guest.paused && job.mode == BackupMode::Suspend;
        if holds {
            part.info("suspending guest");
            part.act(Effect::from(GuestEffect::Pause(true)).on(vmid));
            part.at += self.durations.pause;
            part.act(Effect::from(GuestEffect::Pause(false)).on(vmid));
        }
        let mut stored = archive_of(guest, storage, &job.compress, self.now_ms + part.at);
        stored.protected = job.protected;
        stored.notes = job.notes.as_deref().map(|text| self.notes(text, guest));
        part.info(format!("creating archive '{}'", path_of(&stored, storage)));
        let full = stored.occupied > *room;
        *room = room.saturating_sub(stored.occupied);
        part.at += self.durations.backup + self.copying(stored.size);
        if stops && guest.kind == GuestKind::Lxc {
            part.at += self.durations.start;
            part.act(Effect::Power(true).on(vmid));
        }
        if full {
            return Err("job failed with err -28 - No space left on device".into());
        }
        part.info(format!(
            "archive file size: {}",
            super::migrate::gib(stored.size)
        ));
        if stored.notes.is_some() {
            part.info("adding notes to backup");
        }
        if stored.protected {
            part.info("marking backup as protected");
        }
        part.act(Effect::store(node, Shift::Put(stored)));
        if job.keep.prunes() {
            part.info("prune older backups with retention");
            let keep = job.keep.clone();
            let storage = job.storage.clone();
            part.act(Effect::store(
                node,
                Shift::Prune {
                    storage,
                    vmid,
                    keep,
                },
            ));
        }
        Ok(())
    }

    /// A note with its variables filled in; `\n` and `\\` stand for a new line and a backslash.
    fn notes(&self, template: &str, guest: &Guest) -> String {
        let text = template
            .replace("\\\\", "\u{0}")
            .replace("\\n", "\n")
            .replace('\u{0}', "\\");
        let cluster = self.cluster.as_deref().unwrap_or("standalone node");
        [
            ("cluster", cluster),
            ("guestname", guest.name()),
            ("node", guest.node.as_str()),
            ("vmid", &guest.vmid.to_string()),
        ]
        .iter()
        .fold(text, |text, (name, value)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        })
    }

    /// Takes the node's lock for a task that needs it. Answers whether the task has to wait.
    pub(super) fn awaits_dump(&mut self, key: TaskKey) -> bool {
        let Some(task) = self.tasks.get(key) else {
            return false;
        };
        let Job::Guest(GuestJob::Backup(job)) = &task.job else {
            return false;
        };
        let patience = job.lockwait.saturating_mul(60_000);
        let lock = self.dumps.entry(task.upid.node.clone()).or_default();
        match lock.holder {
            Some(holder) if holder != key => {
                lock.waiting.push_back(key);
                let until = self.now_ms.saturating_add(patience);
                self.schedule.at(until, Event::DumpLockTimeout(key));
                let waiting = "INFO: trying to get global lock - waiting...";
                if let Some(task) = self.tasks.get_mut(key) {
                    task.log.push(waiting.into());
                }
                true
            }
            _ => {
                lock.holder = Some(key);
                false
            }
        }
    }

    /// A task has waited for its node's lock long enough: it is gone without a last line.
    pub(super) fn dump_lock_timeout(&mut self, key: TaskKey) {
        self.end(key, Exit::Vanished);
    }

    /// A task has ended: the next one that waits for its node's lock begins.
    pub(super) fn release_dump(&mut self, node: &str, key: TaskKey) {
        let Some(lock) = self.dumps.get_mut(node) else {
            return;
        };
        lock.waiting.retain(|waiting| *waiting != key);
        if lock.holder != Some(key) {
            return;
        }
        lock.holder = None;
        if let Some(next) = lock.waiting.pop_front() {
            self.schedule.cancel(next);
            if let Some(task) = self.tasks.get_mut(next) {
                task.log.push("INFO: got global lock".into());
            }
            self.begin(next);
        }
    }
}
