//! Calls that change something. Each function is pure and returns a [`Write`] for [`crate::Client::write`], which
//! sends it at most once.
//!
//! Nothing here decides whether a change is allowed; that happened long before. Options that only root may set, or
//! that leave a guest half done, have no parameter here on purpose.

use bytes::Bytes;
use http::Request;
use serde::de::IgnoredAny;

use crate::{
    answer::{self, Decode},
    call::{Call, CallBuilder, CallId, Unsendable},
    guest::{GuestRef, Kind},
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

    /// The request without its host, or why it cannot be sent.
    pub fn request(&self) -> Result<&Request<Bytes>, &Unsendable> {
        self.call.request.as_ref()
    }
}

/// `POST …/status/start`, task `qmstart` or `vzstart` (`hastart` of a managed guest). Needs `VM.PowerMgmt`.
pub fn start(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/start"))
}

/// `POST …/status/stop`: pulls the plug. Task `qmstop` or `vzstop` (`hastop`). Needs `VM.PowerMgmt`.
pub fn stop(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/stop"))
}

/// How to shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shutdown {
    /// Seconds until Proxmox gives up; 60 if nothing is said. It never pulls the plug then.
    pub timeout: Option<u32>,
}

/// `POST …/status/shutdown`: asks the guest. Task `qmshutdown` or `vzshutdown` (`hastop`). Needs `VM.PowerMgmt`.
pub fn shutdown(guest: &GuestRef, options: Shutdown) -> Write<Upid> {
    let call = of_guest(guest).path("status/shutdown");
    task(call.number_if("timeout", options.timeout.map(u64::from)))
}

/// How to reboot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reboot {
    /// Seconds until Proxmox gives up waiting for the shutdown.
    pub timeout: Option<u32>,
}

/// `POST …/status/reboot`: asks the guest to shut down, then starts it. Task `qmreboot` or `vzreboot`. Needs
/// `VM.PowerMgmt`. A second call reboots a second time.
pub fn reboot(guest: &GuestRef, options: Reboot) -> Write<Upid> {
    let call = of_guest(guest).path("status/reboot");
    task(call.number_if("timeout", options.timeout.map(u64::from)))
}

/// `POST …/status/reset`: presses the reset button. Task `qmreset`; virtual machines only. Needs `VM.PowerMgmt`. A
/// second call resets a second time.
pub fn reset(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/reset"))
}

/// `POST …/status/suspend`: the virtual machine stands still and keeps its memory. Task `qmpause`. Needs
/// `VM.PowerMgmt`.
pub fn suspend(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/suspend"))
}

/// `POST …/status/resume`, task `qmresume`; virtual machines only. Needs `VM.PowerMgmt`.
pub fn resume(guest: &GuestRef) -> Write<Upid> {
    task(of_guest(guest).path("status/resume"))
}

/// What to call a snapshot, and what it takes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotCreate {
    /// Name: a letter, then letters, digits, `-` and `_`, 2 to 40 in all. Proxmox refuses others, and `current`.
    pub name: String,
    /// Note.
    pub description: Option<String>,
    /// Whether to save memory as well. Virtual machines only; left out for containers.
    pub vmstate: bool,
}

/// `POST …/snapshot`, task `qmsnapshot` or `vzsnapshot`. Needs `VM.Snapshot`.
pub fn snapshot_create(guest: &GuestRef, options: &SnapshotCreate) -> Write<Upid> {
    let mut call = of_guest(guest)
        .segment("snapshot")
        .text("snapname", &options.name)
        .text_if("description", options.description.as_deref());
    if options.vmstate && guest.kind == Kind::Qemu {
        call = call.flag("vmstate", true);
    }
    task(call)
}

/// `DELETE …/snapshot/{name}`, task `qmdelsnapshot` or `vzdelsnapshot`. Needs `VM.Snapshot`. Never with `force`, which
/// forgets a snapshot whose disks are still there.
pub fn snapshot_delete(guest: &GuestRef, name: &str) -> Write<Upid> {
    task(
        guest_call(CallBuilder::delete(), guest)
            .segment("snapshot")
            .segment(name),
    )
}

/// `POST …/snapshot/{name}/rollback`, task `qmrollback` or `vzrollback`: a running guest is stopped hard first. Needs
/// `VM.Snapshot.Rollback` (or `VM.Snapshot`), with `start` also `VM.PowerMgmt`.
pub fn snapshot_rollback(guest: &GuestRef, name: &str, start: bool) -> Write<Upid> {
    let mut call = of_guest(guest)
        .segment("snapshot")
        .segment(name)
        .segment("rollback");
    if start {
        call = call.flag("start", true);
    }
    task(call)
}

/// `PUT …/config`: sets options, while the caller waits and without a task. With `digest` Proxmox refuses where the
/// configuration is another one by now. Needs `VM.Config.*` by option.
pub fn config_set<'a>(
    guest: &GuestRef,
    options: impl IntoIterator<Item = (&'a str, &'a str)>,
    digest: Option<&str>,
) -> Write<()> {
    let mut call = guest_call(CallBuilder::put(), guest).segment("config");
    for (name, value) in options {
        call = call.text(name, value);
    }
    done(call.text_if("digest", digest))
}

/// How a running guest moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MigrateMode {
    /// The guest is stopped.
    Offline,
    /// A running guest: a virtual machine moves while it runs, a container is shut down and started on the target.
    Running,
}

/// Where a guest moves, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrate {
    /// Node to move to, spelled exactly as in `/nodes`.
    pub target: String,
    /// Whether it runs.
    pub mode: MigrateMode,
}

/// `POST …/migrate`, task `qmigrate` or `vzmigrate` (`hamigrate`). Needs `VM.Migrate`.
pub fn migrate(guest: &GuestRef, options: &Migrate) -> Write<Upid> {
    let mut call = of_guest(guest)
        .segment("migrate")
        .text("target", &options.target);
    if options.mode == MigrateMode::Running {
        call = match guest.kind {
            Kind::Qemu => call.flag("online", true),
            Kind::Lxc => call.flag("restart", true),
        };
    }
    task(call)
}

/// `POST …/agent/ping`: whether the agent within a virtual machine answers. Changes nothing, and is a `POST` all the
/// same. Needs `VM.GuestAgent.Audit`, before 9 `VM.Monitor`. An agent that does not answer is an error of Proxmox's.
pub fn agent_ping(guest: &GuestRef) -> Write<()> {
    done(of_guest(guest).path("agent/ping"))
}

/// `POST /nodes/{node}/{kind}/{vmid}/…`
fn of_guest(guest: &GuestRef) -> CallBuilder {
    guest_call(CallBuilder::post(), guest)
}

/// Any method on `/nodes/{node}/{kind}/{vmid}/…`
fn guest_call(call: CallBuilder, guest: &GuestRef) -> CallBuilder {
    call.path("nodes")
        .segment(&guest.node)
        .segment(guest.kind.as_str())
        .segment(&guest.vmid.to_string())
}

/// A call that starts a task.
fn task(call: CallBuilder) -> Write<Upid> {
    Write {
        call: call.finish(),
        decode: answer::data::<Upid>,
    }
}

/// A call that is carried out before it is answered.
fn done(call: CallBuilder) -> Write<()> {
    Write {
        call: call.finish(),
        decode: |body| answer::data::<IgnoredAny>(body).map(|_| ()),
    }
}
