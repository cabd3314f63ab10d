//! Calls that change something. Each function is pure and returns a [`Write`] for [`crate::Client::write`], which
//! sends it at most once.
//!
//! The type of a [`Write`] says how Proxmox answers: `Write<Upid>` starts a task, `Write<()>` is carried out when it is
//! answered, and where both happen, or something else, the answer has a type of its own.
//!
//! Nothing here decides whether a change is allowed; that happened long before. Options that only root may set, that
//! leave a guest half done or that overwrite one have no parameter here on purpose.

mod agent;
mod backup;
mod config;
mod copy;
mod disk;
mod ha;
mod migrate;
mod node;
mod pool;
mod power;
mod remove;
mod replication;
mod snapshot;
#[cfg(test)]
mod tests;
mod volume;

use bytes::Bytes;
use http::Request;
use serde::de::IgnoredAny;

pub use agent::{Trim, TrimmedPath, agent_fstrim, agent_ping};
pub use backup::{Backup, BackupMode, BackupStart, Compression, Restore, backup, restore};
pub use config::{config_set, template};
pub use copy::{CloneGuest, clone_guest};
pub use disk::{ImageFormat, MoveDisk, Resize, move_disk, resize};
pub use ha::{HaAdd, HaMove, HaSet, HaState, ha_add, ha_migrate, ha_relocate, ha_remove, ha_set};
pub use migrate::{Migrate, MigrateMode, migrate};
pub use node::{
    apt_refresh, node_reboot, node_shutdown, service_reload, service_restart, service_start,
    wake_on_lan,
};
pub use pool::{pool_add, pool_remove};
pub use power::{
    Reboot, Shutdown, reboot, reset, resume, shutdown, start, stop, suspend, suspend_to_disk,
};
pub use remove::{Destroy, destroy};
pub use replication::replication_schedule_now;
pub use snapshot::{SnapshotCreate, snapshot_create, snapshot_delete, snapshot_rollback};
pub use volume::{volume_delete, volume_notes, volume_protect};

use crate::{
    answer::{self, Decode},
    call::{Call, CallBuilder, CallId, PlainCall, Unsendable},
    guest::GuestRef,
    upid::Upid,
};

/// A write: the request, and how its answer becomes a `T`.
#[derive(Debug)]
#[must_use = "a write does nothing until a client sends it"]
pub struct Write<T> {
    pub(crate) call: Call,
    pub(crate) decode: Decode<T>,
}

impl<T> Write<T> {
    /// Method and path, for messages.
    pub fn id(&self) -> &CallId {
        &self.call.id
    }

    /// Method, path and parameters as text: to be shown, and to be compared with what was reviewed.
    pub fn plain(&self) -> &PlainCall {
        &self.call.plain
    }

    /// The request without its host, or why it cannot be sent.
    pub fn request(&self) -> Result<&Request<Bytes>, &Unsendable> {
        self.call.request.as_ref()
    }

    pub(crate) fn new(call: CallBuilder, decode: Decode<T>) -> Self {
        Self {
            call: call.finish(),
            decode,
        }
    }
}

/// How a call was carried out that Proxmox answers in either way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a task has to be followed to its end"]
pub enum Carried {
    /// A task was started, and its end is the call's end.
    ByTask(Upid),
    /// It was done when it was answered.
    AtOnce,
}

/// `POST /nodes/{node}/{kind}/{vmid}/…`
fn of_guest(guest: &GuestRef) -> CallBuilder {
    guest_call(CallBuilder::post(), guest)
}

/// Any method on `/nodes/{node}/{kind}/{vmid}/…`
fn guest_call(call: CallBuilder, guest: &GuestRef) -> CallBuilder {
    node_call(call, &guest.node)
        .segment(guest.kind.as_str())
        .segment(&guest.vmid.to_string())
}

/// Any method on `/nodes/{node}/…`
fn node_call(call: CallBuilder, node: &str) -> CallBuilder {
    call.path("nodes").segment(node)
}

/// A call that starts a task.
fn task(call: CallBuilder) -> Write<Upid> {
    Write::new(call, answer::data::<Upid>)
}

/// A call that is carried out before it is answered.
pub(crate) fn done(call: CallBuilder) -> Write<()> {
    Write::new(call, |body| answer::data::<IgnoredAny>(body).map(|_| ()))
}

/// A call that starts a task or is answered with null.
fn task_or_done(call: CallBuilder) -> Write<Carried> {
    Write::new(call, |body| {
        let task = answer::data::<Option<Upid>>(body)?;
        Ok(task.map_or(Carried::AtOnce, Carried::ByTask))
    })
}
