//! The action catalogue: whether an action makes sense for its subject, and the complete step that it becomes.
//!
//! ```text
//! action --decide--> command --effect--> effect (one literal an action) --step--> the plan's step
//! ```
//!
//! A family has a module, with both halves side by side: when an action is possible, and what its command sends,
//! relies on, brings about and can be taken back by. Adding an action means one arm in [`decide()`], one in
//! [`step()`], and what the compiler then asks for.
//!
//! Deliberately absent: whatever passes Proxmox's own locks by, runs commands or writes files inside guests, reaches
//! hypervisor monitors, raw arguments or hook scripts, or changes access rights and the cluster's own configuration.

mod agent;
mod backup;
mod config;
mod copy;
mod decide;
mod destroy;
mod disk;
mod effect;
mod guard;
mod ha;
mod membership;
mod migrate;
mod node;
mod power;
mod replication;
mod snapshot;
mod volume;
mod words;

use argus_types::action::ActionKind;

pub(crate) use backup::owner_of_backup;
pub(crate) use decide::{Decision, Setting, decide};
pub(crate) use effect::step;
pub(crate) use guard::Refusal;
pub(crate) use words::{guest_label, target_label};

/// Whether people are offered a snapshot before the action: it ends, moves or changes something that a snapshot could
/// bring back.
pub(crate) fn wants_snapshot_first(action: ActionKind) -> bool {
    match action {
        ActionKind::Shutdown
        | ActionKind::Stop
        | ActionKind::Reboot
        | ActionKind::Reset
        | ActionKind::Hibernate
        | ActionKind::Rollback
        | ActionKind::SetConfig
        | ActionKind::ResizeDisk
        | ActionKind::Migrate
        | ActionKind::HaMigrate
        | ActionKind::HaRelocate => true,
        ActionKind::Start
        | ActionKind::Suspend
        | ActionKind::Resume
        | ActionKind::Snapshot
        | ActionKind::DeleteSnapshot
        // A disk with snapshots does not move, and a guest with snapshots becomes no template.
        | ActionKind::MoveDisk
        | ActionKind::MakeTemplate
        // Its snapshots go with it.
        | ActionKind::Destroy
        | ActionKind::Clone
        | ActionKind::Backup
        | ActionKind::Restore
        | ActionKind::ProtectBackup
        | ActionKind::UnprotectBackup
        | ActionKind::DeleteBackup
        | ActionKind::DeleteVolume
        | ActionKind::Drain
        | ActionKind::RebootNode
        | ActionKind::ShutdownNode
        | ActionKind::WakeNode
        | ActionKind::RestartService
        | ActionKind::ReloadService
        | ActionKind::RefreshPackages
        | ActionKind::HaAdd
        | ActionKind::HaSet
        | ActionKind::HaRemove
        | ActionKind::RunReplication
        | ActionKind::PoolAdd
        | ActionKind::PoolRemove
        | ActionKind::AgentPing
        | ActionKind::AgentInfo
        | ActionKind::AgentTrim => false,
    }
}

/// Whether the action takes something away for good that only a backup, or another one, could bring back.
pub(crate) fn wants_restore_point(action: ActionKind) -> bool {
    matches!(
        action,
        ActionKind::Destroy
            | ActionKind::Rollback
            | ActionKind::DeleteSnapshot
            | ActionKind::DeleteBackup
            | ActionKind::MakeTemplate
    )
}
