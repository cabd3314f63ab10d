//! What a step does, with every choice made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::action::{BackupMode, HaState, Service};
use crate::guest_config::ConfigKey;
use crate::id::{
    DiskKey, GuestKind, GuestName, NodeName, PoolName, SnapshotName, StorageName, Vmid,
};

/// An action with every choice made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Command {
    /// Start the guest.
    Start {},
    /// Ask it to shut down.
    Shutdown {
        /// How long Proxmox waits for the guest, in seconds.
        timeout_s: u16,
    },
    /// Switch it off.
    Stop {},
    /// Shut it down and start it again.
    Reboot {
        /// How long Proxmox waits for the guest to go down, in seconds.
        timeout_s: u16,
    },
    /// Press its reset button.
    Reset {},
    /// Let it stand still in memory.
    Suspend {},
    /// Let it go on.
    Resume {},
    /// Delete a snapshot.
    DeleteSnapshot {
        /// The snapshot's name.
        name: SnapshotName,
    },
    /// Bring it back to a snapshot.
    Rollback {
        /// The snapshot's name.
        name: SnapshotName,
        /// Whether it is started afterwards.
        start: bool,
    },
    /// Change its settings.
    SetConfig {
        /// The configuration that the values were planned on, by Proxmox's digest of it; none where an earlier step
        /// changes it, so that it cannot be known.
        digest: Option<String>,
        /// The values as people read them.
        set: BTreeMap<ConfigKey, String>,
    },
    /// Keep its state under a name.
    Snapshot {
        /// The snapshot's name.
        name: SnapshotName,
        /// Shown by Proxmox beside it.
        description: String,
        /// Whether memory is kept, too.
        include_memory: bool,
    },
    /// Move it.
    Migrate {
        /// The node it moves to.
        to: NodeName,
        /// How.
        mode: MigrateMode,
    },
    /// Write its memory to disk and switch it off.
    Hibernate {},
    /// Make a new guest out of it.
    Clone {
        /// The new guest's number.
        vmid: Vmid,
        /// The new guest's name.
        name: GuestName,
        /// Whether the disks are copied whole; a template's copies share unchanged data.
        full: bool,
        /// Where the disks go; beside the first one's where absent.
        storage: Option<StorageName>,
    },
    /// Make a disk larger.
    ResizeDisk {
        /// The disk.
        disk: DiskKey,
        /// Its size afterwards, in GiB.
        size_gib: u32,
        /// See [`Command::SetConfig`].
        digest: Option<String>,
    },
    /// Move a disk.
    MoveDisk {
        /// The disk.
        disk: DiskKey,
        /// Where it goes.
        storage: StorageName,
        /// See [`Command::SetConfig`].
        digest: Option<String>,
    },
    /// Turn it into a template.
    MakeTemplate {},
    /// Remove it with its disks.
    Destroy {
        /// Whether it is taken out of high availability, replication and backup jobs as well.
        purge: bool,
    },
    /// Write a backup of it.
    Backup {
        /// Where.
        storage: StorageName,
        /// How, while it runs.
        mode: BackupMode,
        /// Whether it is kept from being deleted.
        protect: bool,
        /// What it is found by: no other backup has this note.
        note: String,
    },
    /// Make a new guest out of the volume.
    Restore {
        /// What the new guest is.
        kind: GuestKind,
        /// The new guest's number.
        vmid: Vmid,
        /// Where its disks go; where the backup says where absent.
        storage: Option<StorageName>,
        /// Whether it is started afterwards.
        start: bool,
    },
    /// Say whether the backup may be deleted.
    ProtectBackup {
        /// Whether it is kept.
        protect: bool,
    },
    /// Delete the volume.
    DeleteVolume {},
    /// Restart the node.
    RebootNode {},
    /// Switch the node off.
    ShutdownNode {},
    /// Wake the node.
    WakeNode {},
    /// Restart a service.
    RestartService {
        /// The service.
        service: Service,
    },
    /// Let a service read its configuration again.
    ReloadService {
        /// The service.
        service: Service,
    },
    /// Fetch the list of packages.
    RefreshPackages {},
    /// Let high availability look after it.
    HaAdd {
        /// What it is to do.
        state: HaState,
    },
    /// Change what high availability does.
    HaSet {
        /// What it is to do.
        state: HaState,
    },
    /// Take it out of high availability.
    HaRemove {},
    /// Let high availability move it.
    HaMove {
        /// Where.
        to: NodeName,
        /// Whether it is stopped here and started there, instead of moved live.
        relocate: bool,
    },
    /// Replicate its disks now.
    Replicate {
        /// The job's number.
        job: u8,
    },
    /// Put it into a pool.
    PoolAdd {
        /// The pool.
        pool: PoolName,
    },
    /// Take it out of a pool.
    PoolRemove {
        /// The pool.
        pool: PoolName,
    },
    /// Ask the guest agent for a sign of life.
    AgentPing {},
    /// Ask the guest agent about the guest.
    AgentInfo {},
    /// Let it give unused blocks back.
    AgentTrim {},
}

/// How a guest moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum MigrateMode {
    /// A running VM, without an outage.
    Online,
    /// A stopped guest.
    Offline,
    /// A running container: stopped here, started there.
    Restart,
}
