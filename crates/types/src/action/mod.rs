//! The closed catalogue of what a draft may ask for.
//!
//! A draft is untrusted: whoever wrote it (a model, a form, a script), it is only a wish until code has
//! resolved it against the live cluster. `schemas/proposal.schema.json` is generated from these types.

mod draft;
mod kind;
mod target;

use serde::{Deserialize, Serialize};

use crate::guest_config::ConfigChange;
use crate::id::{
    DiskKey, GuestName, NodeName, PoolName, SnapshotName, StorageName, Vmid, VolumeId,
};
use crate::text::ParameterText;

pub use draft::{Alternative, Draft, MAX_ACTIONS, MAX_ALTERNATIVES};
pub use kind::ActionKind;
pub use target::{BackupMode, HaState, Service, Subject, Target};

/// One typed thing to do. Unknown actions and unknown fields are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub enum Action {
    /// Start a stopped guest.
    #[serde(rename = "guest.start")]
    Start {
        /// The guest.
        target: Target,
    },
    /// Ask a running guest to shut down by itself.
    #[serde(rename = "guest.shutdown")]
    Shutdown {
        /// The guest.
        target: Target,
        /// How long the guest may take, in seconds; 60 where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 3600)))]
        #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 3600))]
        timeout_s: Option<u16>,
    },
    /// Switch a running guest off at once; unsaved data is lost.
    #[serde(rename = "guest.stop")]
    Stop {
        /// The guest.
        target: Target,
    },
    /// Shut a running guest down and start it again.
    #[serde(rename = "guest.reboot")]
    Reboot {
        /// The guest.
        target: Target,
        /// How long the guest may take to go down, in seconds; 60 where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 3600)))]
        #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 3600))]
        timeout_s: Option<u16>,
    },
    /// Press the reset button of a running virtual machine: it restarts at once and unsaved data is lost.
    #[serde(rename = "guest.reset")]
    Reset {
        /// The guest.
        target: Target,
    },
    /// Let a running virtual machine stand still; it keeps its memory.
    #[serde(rename = "guest.suspend")]
    Suspend {
        /// The guest.
        target: Target,
    },
    /// Let a virtual machine that stands still go on.
    #[serde(rename = "guest.resume")]
    Resume {
        /// The guest.
        target: Target,
    },
    /// Keep the guest's present state under a name.
    #[serde(rename = "guest.snapshot.create")]
    Snapshot {
        /// The guest.
        target: Target,
        /// The snapshot's name; derived from the proposal where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<SnapshotName>,
        /// Shown by Proxmox beside the snapshot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<ParameterText<200>>,
        /// Keep the memory of a running VM as well.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        include_memory: bool,
    },
    /// Delete one snapshot; that point in time is gone.
    #[serde(rename = "guest.snapshot.delete")]
    DeleteSnapshot {
        /// The guest.
        target: Target,
        /// The snapshot's name, spelled exactly as it is.
        name: SnapshotName,
    },
    /// Bring the guest back to a snapshot; everything since then is lost.
    #[serde(rename = "guest.snapshot.rollback")]
    Rollback {
        /// The guest.
        target: Target,
        /// The snapshot's name, spelled exactly as it is.
        name: SnapshotName,
        /// Start the guest afterwards. One that is rolled back to a snapshot with memory runs in any case.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        start: bool,
    },
    /// Change some of the guest's settings; those that are not named stay as they are.
    #[serde(rename = "guest.config.set")]
    SetConfig {
        /// The guest.
        target: Target,
        /// The settings and their new values.
        set: ConfigChange,
    },
    /// Move the guest to another node. Code decides how: a running VM moves live, a running container
    /// restarts on the other side.
    #[serde(rename = "guest.migrate")]
    Migrate {
        /// The guest.
        target: Target,
        /// Where it shall run.
        node: NodeName,
    },
    /// Write a running virtual machine's memory to disk and switch it off; starting it goes on from there.
    #[serde(rename = "guest.hibernate")]
    Hibernate {
        /// The guest.
        target: Target,
    },
    /// Make a new guest with the same settings and copies of the disks. Of a template the copy shares unchanged data.
    #[serde(rename = "guest.clone")]
    Clone {
        /// The guest.
        target: Target,
        /// The new guest's number; the lowest free one where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_vmid: Option<Vmid>,
        /// The new guest's name; derived from the first one's where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<GuestName>,
        /// Where the new guest's disks go; where they are where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        storage: Option<StorageName>,
    },
    /// Make a disk larger. Nothing makes it smaller again.
    #[serde(rename = "guest.disk.resize")]
    ResizeDisk {
        /// The guest.
        target: Target,
        /// The disk.
        disk: DiskKey,
        /// Its size afterwards in GiB, not what is added.
        #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 131_072)))]
        #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 131_072))]
        size_gib: u32,
    },
    /// Move a disk to another storage.
    #[serde(rename = "guest.disk.move")]
    MoveDisk {
        /// The guest.
        target: Target,
        /// The disk.
        disk: DiskKey,
        /// Where it goes.
        storage: StorageName,
    },
    /// Turn a stopped guest into a template, for ever.
    #[serde(rename = "guest.template")]
    MakeTemplate {
        /// The guest.
        target: Target,
    },
    /// Remove a stopped guest with all its disks.
    #[serde(rename = "guest.destroy")]
    Destroy {
        /// The guest.
        target: Target,
        /// Take it out of high availability, replication and backup jobs as well.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        purge: bool,
    },
    /// Write a backup of the guest.
    #[serde(rename = "backup.run")]
    Backup {
        /// The guest.
        target: Target,
        /// Where it is written.
        storage: StorageName,
        /// How a running guest is treated; it goes on running where absent.
        #[serde(default)]
        mode: BackupMode,
        /// Keep the backup from being deleted until that is taken back.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        protect: bool,
    },
    /// Make a new guest out of a backup. It never replaces one that exists.
    #[serde(rename = "backup.restore")]
    Restore {
        /// The backup, spelled exactly as it is.
        volume: VolumeId,
        /// The node; the one that the backed-up guest is on where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        node: Option<NodeName>,
        /// The new guest's number; the lowest free one where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_vmid: Option<Vmid>,
        /// Where its disks go; where the backup says where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        storage: Option<StorageName>,
        /// Start it afterwards.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        start: bool,
    },
    /// Keep a backup from being deleted.
    #[serde(rename = "backup.protect")]
    ProtectBackup {
        /// The volume, spelled exactly as it is.
        volume: VolumeId,
    },
    /// Let a backup be deleted again.
    #[serde(rename = "backup.unprotect")]
    UnprotectBackup {
        /// The volume, spelled exactly as it is.
        volume: VolumeId,
    },
    /// Delete a backup; that point in time is gone.
    #[serde(rename = "backup.delete")]
    DeleteBackup {
        /// The volume, spelled exactly as it is.
        volume: VolumeId,
    },
    /// Delete a volume that no guest uses.
    #[serde(rename = "volume.delete")]
    DeleteVolume {
        /// The volume, spelled exactly as it is.
        volume: VolumeId,
    },
    /// Move every running guest off a node, each to the node that code chooses for it.
    #[serde(rename = "node.drain")]
    Drain {
        /// The node.
        node: NodeName,
    },
    /// Restart a node on which nothing runs.
    #[serde(rename = "node.reboot")]
    RebootNode {
        /// The node.
        node: NodeName,
    },
    /// Switch off a node on which nothing runs.
    #[serde(rename = "node.shutdown")]
    ShutdownNode {
        /// The node.
        node: NodeName,
    },
    /// Wake a node that is switched off, over the network.
    #[serde(rename = "node.wake")]
    WakeNode {
        /// The node.
        node: NodeName,
    },
    /// Restart a service of a node.
    #[serde(rename = "node.service.restart")]
    RestartService {
        /// The node.
        node: NodeName,
        /// The service.
        service: Service,
    },
    /// Let a service of a node read its configuration again.
    #[serde(rename = "node.service.reload")]
    ReloadService {
        /// The node.
        node: NodeName,
        /// The service.
        service: Service,
    },
    /// Fetch a node's list of packages. Nothing is installed.
    #[serde(rename = "node.packages.refresh")]
    RefreshPackages {
        /// The node.
        node: NodeName,
    },
    /// Let high availability look after the guest.
    #[serde(rename = "ha.add")]
    HaAdd {
        /// The guest.
        target: Target,
        /// What it is to do with it.
        state: HaState,
    },
    /// Change what high availability does with the guest.
    #[serde(rename = "ha.set")]
    HaSet {
        /// The guest.
        target: Target,
        /// What it is to do with it.
        state: HaState,
    },
    /// Take the guest out of high availability.
    #[serde(rename = "ha.remove")]
    HaRemove {
        /// The guest.
        target: Target,
    },
    /// Let high availability move the guest, live where it can.
    #[serde(rename = "ha.migrate")]
    HaMigrate {
        /// The guest.
        target: Target,
        /// Where it shall run.
        node: NodeName,
    },
    /// Let high availability stop the guest here and start it there.
    #[serde(rename = "ha.relocate")]
    HaRelocate {
        /// The guest.
        target: Target,
        /// Where it shall run.
        node: NodeName,
    },
    /// Replicate the guest's disks now, instead of at the job's next time.
    #[serde(rename = "replication.run")]
    RunReplication {
        /// The guest.
        target: Target,
        /// The number of the guest's job: 0 in `101-0`.
        job: u8,
    },
    /// Put the guest into a pool.
    #[serde(rename = "pool.add")]
    PoolAdd {
        /// The guest.
        target: Target,
        /// The pool.
        pool: PoolName,
    },
    /// Take the guest out of a pool.
    #[serde(rename = "pool.remove")]
    PoolRemove {
        /// The guest.
        target: Target,
        /// The pool.
        pool: PoolName,
    },
    /// Ask the guest agent for a sign of life.
    #[serde(rename = "agent.ping")]
    AgentPing {
        /// The guest.
        target: Target,
    },
    /// Ask the guest agent about system, network and file systems.
    #[serde(rename = "agent.info")]
    AgentInfo {
        /// The guest.
        target: Target,
    },
    /// Let the guest give unused blocks back to its storage.
    #[serde(rename = "agent.trim")]
    AgentTrim {
        /// The guest.
        target: Target,
    },
}

impl Action {
    /// What the action is about.
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Self::Start { target, .. }
            | Self::Shutdown { target, .. }
            | Self::Stop { target, .. }
            | Self::Reboot { target, .. }
            | Self::Reset { target, .. }
            | Self::Suspend { target, .. }
            | Self::Resume { target, .. }
            | Self::Hibernate { target, .. }
            | Self::Snapshot { target, .. }
            | Self::DeleteSnapshot { target, .. }
            | Self::Rollback { target, .. }
            | Self::SetConfig { target, .. }
            | Self::Migrate { target, .. }
            | Self::Clone { target, .. }
            | Self::ResizeDisk { target, .. }
            | Self::MoveDisk { target, .. }
            | Self::MakeTemplate { target, .. }
            | Self::Destroy { target, .. }
            | Self::Backup { target, .. }
            | Self::HaAdd { target, .. }
            | Self::HaSet { target, .. }
            | Self::HaRemove { target, .. }
            | Self::HaMigrate { target, .. }
            | Self::HaRelocate { target, .. }
            | Self::RunReplication { target, .. }
            | Self::PoolAdd { target, .. }
            | Self::PoolRemove { target, .. }
            | Self::AgentPing { target, .. }
            | Self::AgentInfo { target, .. }
            | Self::AgentTrim { target, .. } => Subject::Guest(target),
            Self::Restore { volume, .. }
            | Self::ProtectBackup { volume, .. }
            | Self::UnprotectBackup { volume, .. }
            | Self::DeleteBackup { volume, .. }
            | Self::DeleteVolume { volume, .. } => Subject::Volume(volume),
            Self::Drain { node, .. }
            | Self::RebootNode { node, .. }
            | Self::ShutdownNode { node, .. }
            | Self::WakeNode { node, .. }
            | Self::RestartService { node, .. }
            | Self::ReloadService { node, .. }
            | Self::RefreshPackages { node, .. } => Subject::Node(node),
        }
    }

    /// The guest that the action is about, where it is about one.
    pub fn guest(&self) -> Option<&Target> {
        match self.subject() {
            Subject::Guest(target) => Some(target),
            Subject::Node(_) | Subject::Volume(_) => None,
        }
    }

    /// Which entry of the catalogue this is.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Start { .. } => ActionKind::Start,
            Self::Shutdown { .. } => ActionKind::Shutdown,
            Self::Stop { .. } => ActionKind::Stop,
            Self::Reboot { .. } => ActionKind::Reboot,
            Self::Reset { .. } => ActionKind::Reset,
            Self::Suspend { .. } => ActionKind::Suspend,
            Self::Resume { .. } => ActionKind::Resume,
            Self::Hibernate { .. } => ActionKind::Hibernate,
            Self::Snapshot { .. } => ActionKind::Snapshot,
            Self::DeleteSnapshot { .. } => ActionKind::DeleteSnapshot,
            Self::Rollback { .. } => ActionKind::Rollback,
            Self::SetConfig { .. } => ActionKind::SetConfig,
            Self::Migrate { .. } => ActionKind::Migrate,
            Self::Clone { .. } => ActionKind::Clone,
            Self::ResizeDisk { .. } => ActionKind::ResizeDisk,
            Self::MoveDisk { .. } => ActionKind::MoveDisk,
            Self::MakeTemplate { .. } => ActionKind::MakeTemplate,
            Self::Destroy { .. } => ActionKind::Destroy,
            Self::Backup { .. } => ActionKind::Backup,
            Self::Restore { .. } => ActionKind::Restore,
            Self::ProtectBackup { .. } => ActionKind::ProtectBackup,
            Self::UnprotectBackup { .. } => ActionKind::UnprotectBackup,
            Self::DeleteBackup { .. } => ActionKind::DeleteBackup,
            Self::DeleteVolume { .. } => ActionKind::DeleteVolume,
            Self::Drain { .. } => ActionKind::Drain,
            Self::RebootNode { .. } => ActionKind::RebootNode,
            Self::ShutdownNode { .. } => ActionKind::ShutdownNode,
            Self::WakeNode { .. } => ActionKind::WakeNode,
            Self::RestartService { .. } => ActionKind::RestartService,
            Self::ReloadService { .. } => ActionKind::ReloadService,
            Self::RefreshPackages { .. } => ActionKind::RefreshPackages,
            Self::HaAdd { .. } => ActionKind::HaAdd,
            Self::HaSet { .. } => ActionKind::HaSet,
            Self::HaRemove { .. } => ActionKind::HaRemove,
            Self::HaMigrate { .. } => ActionKind::HaMigrate,
            Self::HaRelocate { .. } => ActionKind::HaRelocate,
            Self::RunReplication { .. } => ActionKind::RunReplication,
            Self::PoolAdd { .. } => ActionKind::PoolAdd,
            Self::PoolRemove { .. } => ActionKind::PoolRemove,
            Self::AgentPing { .. } => ActionKind::AgentPing,
            Self::AgentInfo { .. } => ActionKind::AgentInfo,
            Self::AgentTrim { .. } => ActionKind::AgentTrim,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_name_of_an_action_is_the_catalogue_name() {
        for kind in ActionKind::ALL {
            assert_eq!(
                serde_json::to_string(&kind).unwrap(),
                format!("\"{}\"", kind.as_str())
            );
        }
    }

    #[test]
    fn a_second_action_key_is_refused_and_never_wins() {
        let text =
            r#"{"action":"guest.start","action":"guest.stop","target":{"kind":"qemu","vmid":101}}"#;
        assert!(serde_json::from_str::<Action>(text).is_err());
    }

    #[test]
    fn unknown_actions_and_fields_are_refused() {
        for text in [
            r#"{"action":"agent.exec","target":{"kind":"qemu","vmid":101}}"#,
            r#"{"action":"guest.destroy","target":{"kind":"qemu","vmid":101},"force":true}"#,
            r#"{"action":"guest.start","target":{"kind":"qemu","vmid":101},"force":true}"#,
            r#"{"action":"guest.start","target":{"kind":"qemu","vmid":101,"skiplock":1}}"#,
        ] {
            assert!(serde_json::from_str::<Action>(text).is_err(), "{text}");
        }
    }
}
