//! One row for each entry of the catalogue: a scene, the action, and what the simulator must show afterwards.

mod content;
mod place;
mod power;

use argus_proxmox_sim::Change;
use argus_types::action::{Action, ActionKind};

use super::truth::Truth;

/// How one entry of the catalogue is shown.
pub struct Row {
    /// Guests that somebody stopped elsewhere, so that they do not start with their node either.
    pub stopped: &'static [u32],
    /// What Argus does before, as a plan of its own.
    pub before: Vec<Action>,
    /// The action, on the world as it is then.
    pub action: fn(&Truth) -> Action,
    /// Whether the simulator shows what was wished, by what it showed before.
    pub seen: fn(&Truth, &Truth) -> bool,
    /// The type of the task that Proxmox makes of it, where it does.
    pub task: Option<&'static str>,
}

impl Row {
    fn new(action: fn(&Truth) -> Action, seen: fn(&Truth, &Truth) -> bool) -> Self {
        Self {
            stopped: &[],
            before: Vec::new(),
            action,
            seen,
            task: None,
        }
    }

    fn task(self, task: &'static str) -> Self {
        Self {
            task: Some(task),
            ..self
        }
    }

    fn after(mut self, action: Action) -> Self {
        self.before.push(action);
        self
    }

    fn without(self, stopped: &'static [u32]) -> Self {
        Self { stopped, ..self }
    }

    /// What somebody did elsewhere to a guest that the scene wants stopped.
    pub fn stop() -> Change {
        let unset = [("onboot".to_owned(), String::new())];
        Change {
            status: Some("stopped".to_owned()),
            config: unset.into_iter().collect(),
            ..Change::default()
        }
    }
}

/// The row of an entry: a catalogue with an entry that has none cannot be built.
pub fn row(kind: ActionKind) -> Row {
    match kind {
        ActionKind::Start => power::start(),
        ActionKind::Shutdown => power::shutdown(),
        ActionKind::Stop => power::stop(),
        ActionKind::Reboot => power::reboot(),
        ActionKind::Reset => power::reset(),
        ActionKind::Suspend => power::suspend(),
        ActionKind::Resume => power::resume(),
        ActionKind::Hibernate => power::hibernate(),
        ActionKind::Migrate => place::migrate(),
        ActionKind::Snapshot => content::snapshot(),
        ActionKind::DeleteSnapshot => content::delete_snapshot(),
        ActionKind::Rollback => content::rollback(),
        ActionKind::Clone => content::clone_guest(),
        ActionKind::SetConfig => content::set_config(),
        ActionKind::ResizeDisk => content::resize_disk(),
        ActionKind::MoveDisk => content::move_disk(),
        ActionKind::MakeTemplate => content::make_template(),
        ActionKind::Destroy => content::destroy(),
        ActionKind::Backup => content::backup(),
        ActionKind::Restore => content::restore(),
        ActionKind::ProtectBackup => content::protect_backup(),
        ActionKind::UnprotectBackup => content::unprotect_backup(),
        ActionKind::DeleteBackup => content::delete_backup(),
        ActionKind::DeleteVolume => content::delete_volume(),
        ActionKind::Drain => place::drain(),
        ActionKind::RebootNode => place::reboot_node(),
        ActionKind::ShutdownNode => place::shutdown_node(),
        ActionKind::WakeNode => place::wake_node(),
        ActionKind::RestartService => place::restart_service(),
        ActionKind::ReloadService => place::reload_service(),
        ActionKind::RefreshPackages => place::refresh_packages(),
        ActionKind::HaAdd => place::ha_add(),
        ActionKind::HaSet => place::ha_set(),
        ActionKind::HaRemove => place::ha_remove(),
        ActionKind::HaMigrate => place::ha_migrate(),
        ActionKind::HaRelocate => place::ha_relocate(),
        ActionKind::RunReplication => place::run_replication(),
        ActionKind::PoolAdd => place::pool_add(),
        ActionKind::PoolRemove => place::pool_remove(),
        ActionKind::AgentPing => power::agent_ping(),
        ActionKind::AgentInfo => power::agent_info(),
        ActionKind::AgentTrim => power::agent_trim(),
    }
}
