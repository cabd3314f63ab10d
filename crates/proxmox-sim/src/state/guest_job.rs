//! Tasks about a guest's disks, copies and archives: what was asked, how each uses the configuration file, and the
//! changes that go beyond the task's own guest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Machine;
use super::access::Caller;
use super::backup::BackupJob;
use super::clone::CloneJob;
use super::contents::Shift;
use super::guest::{Config, Guest};
use super::program::{Effect, Job, Program};
use super::restore::RestoreJob;
use super::task::{Task, TaskKey};
use super::work::{Order, missing};
use crate::scenario::GuestKind;

/// What a task about a guest's disks, copies and archives was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuestJob {
    /// Hold a VM's processors.
    Pause,
    /// Write a VM's memory to a storage and end its process.
    Suspend {
        /// Where the memory goes.
        storage: String,
    },
    /// Let a VM go on that is paused or suspended.
    Resume,
    /// Write a container's processes to a folder and end them.
    Freeze,
    /// Let a container go on out of that folder.
    Thaw,
    /// Make a copy.
    Clone(Box<CloneJob>),
    /// Make a disk larger.
    Resize {
        /// Its key.
        disk: String,
        /// The new size, or with a plus how much more.
        size: String,
        /// The configuration it was asked for.
        digest: Option<String>,
        /// Whether a configuration lock does not matter.
        skiplock: bool,
    },
    /// Bring a disk to another storage.
    Move {
        /// Its key.
        disk: String,
        /// The other storage.
        storage: String,
        /// The format it shall have there.
        format: Option<String>,
        /// Whether the source goes.
        delete: bool,
    },
    /// Make the guest a template, or one of its disks a base.
    Template {
        /// The one disk.
        disk: Option<String>,
    },
    /// Remove the guest and its disks.
    Destroy {
        /// Out of everything that names it as well.
        purge: bool,
        /// Disks that its configuration does not name as well.
        unreferenced: bool,
        /// Even if it runs.
        force: bool,
    },
    /// Remove a volume.
    Free {
        /// Its id.
        volid: String,
    },
    /// Make archives.
    Backup(Box<BackupJob>),
    /// Make a guest out of an archive.
    Restore(Box<RestoreJob>),
}

/// How a worker uses the guest's configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileUse {
    /// Not at all.
    None,
    /// For a moment: it waits until nobody holds it.
    Brief,
    /// Together with others that only read it.
    Shared,
    /// Alone, until it ends.
    Whole,
}

impl GuestJob {
    fn file_use(&self, guest: &Guest) -> FileUse {
        let vm = guest.kind == GuestKind::Qemu;
        match self {
            Self::Free { .. } | Self::Backup(_) => FileUse::None,
            // The configuration lock keeps others away meanwhile.
            Self::Pause | Self::Suspend { .. } => FileUse::Brief,
            Self::Clone(_) | Self::Move { .. } | Self::Template { .. } if !vm => FileUse::Brief,
            Self::Clone(_) if !guest.running => FileUse::Shared,
            _ => FileUse::Whole,
        }
    }
}

/// A change that goes beyond a guest's power, place and lock.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum GuestEffect {
    /// Another guest changes.
    On(u32, Effect),
    /// A guest is there.
    Create(Guest),
    /// The guest is gone, out of everything that names it if `purge`.
    Destroy {
        /// See [`GuestJob::Destroy`].
        purge: bool,
    },
    /// A running VM holds or goes on.
    Pause(bool),
    /// A container's processes lie in their folder.
    Frozen(bool),
    /// Keys of the configuration are set, or removed.
    Configure(BTreeMap<String, Option<String>>),
    /// The whole configuration is another, and nothing of the old one is left.
    Replace(Config),
    /// A storage changes as this node sees it.
    Store {
        /// The node.
        node: String,
        /// The change.
        shift: Shift,
    },
    /// Another task starts the guest.
    Start {
        /// For whom.
        user: String,
    },
}

impl PartialEq for GuestEffect {
    /// Effects are compared as they are written down.
    fn eq(&self, other: &Self) -> bool {
        serde_json::to_value(self).ok() == serde_json::to_value(other).ok()
    }
}

impl Eq for GuestEffect {}

impl Effect {
    /// A storage changes as a node sees it.
    pub(super) fn store(node: &str, shift: Shift) -> Self {
        GuestEffect::Store {
            node: node.into(),
            shift,
        }
        .into()
    }

    /// Configuration keys change.
    pub(super) fn configure<const N: usize>(keys: [(&str, Option<String>); N]) -> Self {
        let keys = keys.map(|(key, value)| (key.to_owned(), value));
        GuestEffect::Configure(keys.into()).into()
    }

    /// The same for another guest.
    pub(super) fn on(self, vmid: u32) -> Self {
        GuestEffect::On(vmid, self).into()
    }

    /// Whether it does nothing but lock or unlock a configuration.
    pub(super) fn is_lock(&self) -> bool {
        match self {
            Self::Lock(_) => true,
            Self::Guest(deep) => matches!(&**deep, GuestEffect::On(_, effect) if effect.is_lock()),
            _ => false,
        }
    }

    /// Whether it reserves what the task will fill: a new guest under its lock, the room of a new volume.
    pub(super) fn reserves(&self) -> bool {
        let Self::Guest(deep) = self else {
            return false;
        };
        matches!(
            &**deep,
            GuestEffect::Create(_)
                | GuestEffect::Store {
                    shift: Shift::Put(_),
                    ..
                }
        )
    }
}

impl From<GuestEffect> for Effect {
    fn from(effect: GuestEffect) -> Self {
        Self::Guest(Box::new(effect))
    }
}

impl Guest {
    /// Whether a task holds its configuration file.
    pub fn file_in_use(&self) -> bool {
        self.file_lock.is_some() || !self.readers.is_empty()
    }
}

impl Machine {
    /// How a worker uses the configuration file of its guest.
    pub(super) fn file_use(&self, task: &Task) -> FileUse {
        let guest = task.vmid.and_then(|vmid| self.guests.get(&vmid));
        match (&task.job, guest) {
            (Job::Guest(job), Some(guest)) => job.file_use(guest),
            (Job::Guest(_), None) => FileUse::None,
            (job, _) if job.holds_file() => FileUse::Whole,
            (job, _) if job.needs_file() => FileUse::Brief,
            _ => FileUse::None,
        }
    }

    /// Whether a worker has to wait for the configuration file of its guest.
    pub(super) fn file_is_kept_from(&self, key: TaskKey, task: &Task) -> bool {
        let Some(guest) = task.vmid.and_then(|vmid| self.guests.get(&vmid)) else {
            return false;
        };
        let held = guest.file_lock.is_some_and(|owner| owner != key);
        let read = guest.readers.iter().any(|reader| *reader != key);
        match self.file_use(task) {
            FileUse::None => false,
            FileUse::Shared => held,
            FileUse::Brief | FileUse::Whole => held || read,
        }
    }

    /// Who wants to clone waits a second only.
    pub(super) fn file_patience(&self, task: &Task) -> u64 {
        match &task.job {
            Job::Guest(GuestJob::Clone(_)) => self.durations.file_lock.min(1_000),
            _ => self.durations.file_lock,
        }
    }

    /// Checks what only the worker checks, and says what happens when.
    pub(super) fn plan_guest_job(&self, task: &Task, job: &GuestJob) -> Result<Program, String> {
        let guest = || {
            let vmid = task.vmid.unwrap_or_default();
            self.guests
                .get(&vmid)
                .filter(|g| g.node == task.upid.node)
                .ok_or_else(|| missing(task, vmid))
        };
        match job {
            GuestJob::Pause => self.plan_pause(guest()?),
            GuestJob::Suspend { storage } => self.plan_suspend(guest()?, storage),
            GuestJob::Resume => self.plan_resume(guest()?),
            GuestJob::Freeze => self.plan_freeze(guest()?),
            GuestJob::Thaw => self.plan_thaw(guest()?),
            GuestJob::Clone(job) => self.plan_clone(guest()?, job),
            GuestJob::Resize {
                disk,
                size,
                digest,
                skiplock,
            } => self.plan_resize(guest()?, disk, size, digest.as_deref(), *skiplock),
            GuestJob::Move {
                disk,
                storage,
                format,
                delete,
            } => self.plan_move(guest()?, disk, storage, format.as_deref(), *delete),
            GuestJob::Template { disk } => self.plan_template(guest()?, disk.as_deref()),
            GuestJob::Destroy {
                purge,
                unreferenced,
                force,
            } => self.plan_destroy(guest()?, *purge, *unreferenced, *force),
            GuestJob::Free { volid } => self.plan_free(&task.upid.node, volid),
            GuestJob::Backup(job) => Ok(self.plan_backup(&task.upid.node, job)),
            GuestJob::Restore(job) => self.plan_restore(&task.upid.node, &task.upid.user, job),
        }
    }

    /// Applies a change to the task's guest, or to whatever it names.
    pub(super) fn apply_guest(&mut self, vmid: u32, effect: GuestEffect) {
        let now = self.now_ms;
        match effect {
            GuestEffect::On(other, effect) => self.apply(other, effect),
            GuestEffect::Create(guest) => {
                self.guests.insert(guest.vmid, guest);
            }
            GuestEffect::Destroy { purge } => self.dissolve(vmid, purge),
            GuestEffect::Store { node, shift } => self.shift(&node, shift),
            GuestEffect::Start { user } => {
                if let Some(guest) = self.guests.get(&vmid) {
                    let (node, kind) = (guest.node.clone(), guest.kind.task_type("start"));
                    let order = Order {
                        node: &node,
                        kind: &kind,
                        vmid,
                        job: Job::Start,
                    };
                    self.fork(&Caller { id: user }, order);
                }
            }
            GuestEffect::Pause(paused) => self.with_guest(vmid, |g| g.paused = paused && g.running),
            GuestEffect::Frozen(frozen) => self.with_guest(vmid, |g| {
                g.frozen = frozen;
                g.renew(!frozen, now);
            }),
            GuestEffect::Configure(keys) => self.with_guest(vmid, |g| {
                for (key, value) in keys {
                    match value {
                        Some(value) => g.config.insert(key, value),
                        None => g.config.remove(&key),
                    };
                }
            }),
            GuestEffect::Replace(config) => self.with_guest(vmid, |g| {
                g.config = config;
                g.pending.clear();
                g.snapshots.clear();
                g.parent = None;
            }),
        }
    }

    fn with_guest(&mut self, vmid: u32, change: impl FnOnce(&mut Guest)) {
        if let Some(guest) = self.guests.get_mut(&vmid) {
            change(guest);
        }
    }

    /// How long it takes to copy so many bytes.
    pub(super) fn copying(&self, bytes: u64) -> u64 {
        bytes
            .div_ceil(1 << 30)
            .saturating_mul(self.durations.copy_per_gib)
            .min(super::migrate::LONGEST_COPY_MS)
    }

    /// Refuses to put so many bytes where there is no room for them.
    pub(super) fn has_room(&self, storage: &str, node: &str, bytes: u64) -> Result<(), String> {
        if bytes <= self.available(storage, node) {
            return Ok(());
        }
        Err(match self.storage(storage).map(|s| s.kind.as_str()) {
            Some("zfspool") => "zfs error: cannot create volume: out of space".into(),
            Some("lvm") => {
                "error during allocation: insufficient free space in volume group".into()
            }
            _ => format!("unable to create image on storage '{storage}': No space left on device"),
        })
    }
}
