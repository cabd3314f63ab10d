//! Backups of guests, and guests out of them.

use serde::Deserialize;

use super::{Write, node_call, task};
use crate::{
    answer::{self, Malformed},
    call::CallBuilder,
    guest::{GuestRef, Kind},
    lenient,
    upid::Upid,
    volume::VolumeId,
};

/// What a running guest does meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupMode {
    /// It runs on.
    Snapshot,
    /// It stands still for a while.
    Suspend,
    /// It is shut down and started again.
    Stop,
}

/// How an archive is packed. A Proxmox Backup Server packs in its own way whatever is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// Fast.
    Lzo,
    /// Slow and everywhere at home.
    Gzip,
    /// Fast and small.
    Zstd,
}

/// What to make of a guest's backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Storage that it goes to.
    pub storage: String,
    /// What the guest does meanwhile.
    pub mode: BackupMode,
    /// How it is packed; `None` as the node's `vzdump.conf` says.
    pub compression: Option<Compression>,
    /// Note on it, in which `{{guestname}}`, `{{node}}`, `{{vmid}}` and `{{cluster}}` are replaced; 1024 characters.
    pub notes_template: Option<String>,
    /// Whether it is protected against removal.
    pub protected: bool,
}

/// How a node took up a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a node that has nothing to do makes no backup and no error"]
pub enum BackupStart {
    /// The task that makes it.
    Started(Upid),
    /// The guest is not on this node, so there is no task, and no backup: not a success.
    NothingDone,
}

/// `POST /nodes/{node}/vzdump` of one guest, task `vzdump`. Older backups stay, whatever the storage's rules for
/// keeping them are. A node makes one at a time: a second task waits for hours. Needs `VM.Backup` on the guest and
/// `Datastore.AllocateSpace` on the storage.
pub fn backup(guest: &GuestRef, options: &Backup) -> Write<BackupStart> {
    let mode = match options.mode {
        BackupMode::Snapshot => "snapshot",
        BackupMode::Suspend => "suspend",
        BackupMode::Stop => "stop",
    };
    let compression = options.compression.map(|compression| match compression {
        Compression::None => "0",
        Compression::Lzo => "lzo",
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
    });
    let call = node_call(CallBuilder::post(), &guest.node)
        .segment("vzdump")
        .number("vmid", u64::from(guest.vmid))
        .text("storage", &options.storage)
        .text("mode", mode)
        .text_if("compress", compression)
        .text_if("notes-template", options.notes_template.as_deref())
        .flag_if("protected", options.protected)
        .flag("remove", false);
    Write::new(call, started)
}

/// A task's id, or the text that stands for nothing to do.
fn started(body: &[u8]) -> Result<BackupStart, Malformed> {
    #[derive(Deserialize)]
    struct Text(#[serde(deserialize_with = "lenient::text")] String);
    let Text(text) = answer::data(body)?;
    if text == "OK" {
        return Ok(BackupStart::NothingDone);
    }
    let upid = text.parse::<Upid>().map_err(|error| Malformed {
        path: "data".to_owned(),
        reason: error.to_string(),
    })?;
    Ok(BackupStart::Started(upid))
}

/// What to make of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// Number of the guest to be. There is none with it yet: overwriting one has no option here.
    pub vmid: u32,
    /// The archive.
    pub archive: VolumeId,
    /// Storage of its disks; `None` for those that they came from, and of a container for `local`.
    pub storage: Option<String>,
    /// Whether it gets new addresses of its network cards. Right while the first one still exists.
    pub unique: bool,
    /// Whether it is started then.
    pub start: bool,
}

/// `POST /nodes/{node}/{kind}`, task `qmrestore` or `vzrestore`. Needs `VM.Allocate` on the number, the right to read
/// the archive, `Datastore.AllocateSpace` on the storages, `SDN.Use` of the bridges, with `start` also `VM.PowerMgmt`. A
/// number in use is refused, as [`crate::ApiErrorKind::AlreadyExists`].
pub fn restore(node: &str, kind: Kind, options: &Restore) -> Write<Upid> {
    let call = node_call(CallBuilder::post(), node)
        .segment(kind.as_str())
        .number("vmid", u64::from(options.vmid));
    let archive = options.archive.as_str();
    let call = match kind {
        Kind::Qemu => call.text("archive", archive),
        Kind::Lxc => call.text("ostemplate", archive).flag("restore", true),
    };
    let call = call
        .text_if("storage", options.storage.as_deref())
        .flag_if("unique", options.unique)
        .flag_if("start", options.start);
    task(call)
}
