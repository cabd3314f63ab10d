//! What a plan's token is let through to beyond its plan, because Proxmox's rights are too coarse to keep it apart. Each
//! arm says which right it is. Whatever is not here is refused with 403, and what is refused must not be here.

use argus_types::action::ActionKind as Kind;

use super::calls::{Other, Which};

/// At what the plan is about, the plan's own call among them.
pub fn here(kind: Kind) -> Vec<Which> {
    match kind {
        // VM.PowerMgmt on the guest is one right for all that switches it.
        Kind::Start
        | Kind::Shutdown
        | Kind::Stop
        | Kind::Reboot
        | Kind::Reset
        | Kind::Suspend
        | Kind::Resume => of(&[POWER]),
        // Writing memory to disk takes VM.PowerMgmt, VM.Config.Disk and room on the storage: so do changes of disks.
        Kind::Hibernate => of(&[POWER, &[Kind::Hibernate], DISKS]),
        Kind::ResizeDisk | Kind::MoveDisk => of(&[DISKS]),
        // A drain is nothing but migrations.
        Kind::Migrate | Kind::Drain => of(&[&[Kind::Migrate, Kind::Drain]]),
        // VM.Snapshot takes, deletes and goes back.
        Kind::Snapshot | Kind::DeleteSnapshot => of(&[SNAPSHOTS]),
        // VM.Snapshot.Rollback goes back, to any snapshot; starting afterwards takes VM.PowerMgmt.
        Kind::Rollback => of(&[&[Kind::Rollback], POWER]),
        Kind::Clone => of(&[&[Kind::Clone]]),
        // A right for each kind of setting.
        Kind::SetConfig => of(&[&[Kind::SetConfig]]),
        // VM.Allocate on the guest removes it, makes it a template, replaces it by a backup of itself, and may be given
        // away.
        Kind::MakeTemplate | Kind::Destroy => with(
            of(&[&[Kind::MakeTemplate, Kind::Destroy]]),
            &[Other::RestoreOver, Other::GrantGuest],
        ),
        // VM.Backup on the guest with room on the storage is a right over all its backups there, and to replace the
        // guest by one.
        Kind::Backup => with(
            of(&[&[Kind::Backup], BACKUPS]),
            &[Other::VolumeNotes, Other::RestoreOver],
        ),
        // The same over the guest that the backup is of; the new guest is its own.
        Kind::Restore => with(
            of(&[&[Kind::Backup, Kind::Restore], BACKUPS]),
            &[Other::VolumeNotes, Other::RestoreOver],
        ),
        // Datastore.Allocate on the storage is a right over all that is on it, and may be given away.
        Kind::ProtectBackup | Kind::UnprotectBackup | Kind::DeleteBackup | Kind::DeleteVolume => {
            with(of(&[BACKUPS]), &[Other::VolumeNotes, Other::GrantStorage])
        }
        // Sys.PowerMgmt on the node is one right for all that switches it.
        Kind::RebootNode | Kind::ShutdownNode | Kind::WakeNode => {
            of(&[&[Kind::RebootNode, Kind::ShutdownNode, Kind::WakeNode]])
        }
        // Sys.Modify on the node is one right over its services and packages.
        Kind::RestartService | Kind::ReloadService | Kind::RefreshPackages => with(
            of(&[&[
                Kind::RestartService,
                Kind::ReloadService,
                Kind::RefreshPackages,
            ]]),
            &[Other::StartService],
        ),
        Kind::HaAdd | Kind::HaSet | Kind::HaRemove | Kind::HaMigrate | Kind::HaRelocate => {
            of(&[HA])
        }
        Kind::RunReplication => of(&[&[Kind::RunReplication]]),
        // Permissions.Modify on the guest gives any right on it (within those of the user of the tokens), and
        // Pool.Allocate on the pool may be given away.
        Kind::PoolAdd | Kind::PoolRemove => with(
            of(&[&[Kind::PoolAdd, Kind::PoolRemove]]),
            &[Other::GrantGuest, Other::GrantPool],
        ),
        // VM.GuestAgent.Audit asks whatever can be asked.
        Kind::AgentPing | Kind::AgentInfo => of(&[&[Kind::AgentPing, Kind::AgentInfo]]),
        Kind::AgentTrim => of(&[&[Kind::AgentTrim]]),
    }
}

/// At another guest, node, storage and pool.
pub fn elsewhere(kind: Kind) -> Vec<Which> {
    match kind {
        // High availability has one right for the whole cluster, Sys.Console on /.
        Kind::HaAdd | Kind::HaSet | Kind::HaRemove | Kind::HaMigrate | Kind::HaRelocate => {
            of(&[HA])
        }
        _ => Vec::new(),
    }
}

const POWER: &[Kind] = &[
    Kind::Start,
    Kind::Shutdown,
    Kind::Stop,
    Kind::Reboot,
    Kind::Reset,
    Kind::Suspend,
    Kind::Resume,
];

const DISKS: &[Kind] = &[Kind::ResizeDisk, Kind::MoveDisk];

const SNAPSHOTS: &[Kind] = &[Kind::Snapshot, Kind::DeleteSnapshot, Kind::Rollback];

/// One call deletes backups and other volumes.
const BACKUPS: &[Kind] = &[
    Kind::ProtectBackup,
    Kind::UnprotectBackup,
    Kind::DeleteBackup,
    Kind::DeleteVolume,
];

const HA: &[Kind] = &[
    Kind::HaAdd,
    Kind::HaSet,
    Kind::HaRemove,
    Kind::HaMigrate,
    Kind::HaRelocate,
];

fn of(families: &[&[Kind]]) -> Vec<Which> {
    families
        .iter()
        .flat_map(|family| family.iter().copied().map(Which::Of))
        .collect()
}

fn with(mut entries: Vec<Which>, others: &[Other]) -> Vec<Which> {
    entries.extend(others.iter().copied().map(Which::Other));
    entries
}
