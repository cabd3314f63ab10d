//! From a wished action to a command: feasible, already so, or not possible and why.

use argus_types::action::{Action, Subject};
use argus_types::cluster::GuestStatus;
use argus_types::id::ProposalId;
use argus_types::plan::Command;

use super::guard::{Refusal, check_guest, refuse};
use super::{agent, backup, config, copy, destroy, disk, ha, membership, migrate, node, power};
use super::{replication, snapshot, volume};
use crate::facts::GuestFacts;
use crate::inventory::Inventory;
use crate::twin::Twin;

/// What an action is decided on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub proposal: ProposalId,
    /// The cluster as earlier steps leave it.
    pub twin: &'a Twin,
    /// The number that the step would have.
    pub number: u16,
}

impl<'a> Setting<'a> {
    pub(super) fn inventory(self) -> &'a Inventory {
        &self.twin.facts().inventory
    }

    /// A name that the same proposal and step always give: a lost answer can be resolved by looking for it.
    pub(super) fn own_name(self) -> String {
        format!("argus-{}-{}", self.proposal.short(), self.number)
    }
}

/// What becomes of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is done by this.
    Do(Command),
    /// It already is as asked: the reason in words.
    Skip(String),
}

/// Decides on one action, on the cluster as earlier steps leave it.
pub(crate) fn decide(action: &Action, setting: Setting<'_>) -> Result<Decision, Refusal> {
    match action.subject() {
        Subject::Guest(target) => match setting.twin.guest(target.key()) {
            Some(guest) => on_guest(action, guest, setting),
            None => refuse(
                "/target",
                format!(
                    "{} is not there any more when this would be done",
                    target.key()
                ),
            ),
        },
        Subject::Node(name) => node::decide(action, name, setting),
        Subject::Volume(found) => match action {
            Action::Restore { .. } => backup::restore(action, found, setting),
            _ => volume::decide(action, found, setting),
        },
    }
}

fn on_guest(
    action: &Action,
    guest: &GuestFacts,
    setting: Setting<'_>,
) -> Result<Decision, Refusal> {
    if let Some(reason) = already_so(action, guest) {
        return Ok(Decision::Skip(reason));
    }
    check_guest(guest, action.kind(), setting.inventory())?;
    let command = match action {
        Action::Start { .. } => power::start(guest)?,
        Action::Shutdown { timeout_s, .. } => power::shutdown(guest, *timeout_s)?,
        Action::Stop { .. } => power::stop(guest)?,
        Action::Reboot { timeout_s, .. } => power::reboot(guest, *timeout_s)?,
        Action::Reset { .. } => power::reset(guest)?,
        Action::Suspend { .. } => power::suspend(guest)?,
        Action::Resume { .. } => power::resume(guest)?,
        Action::Hibernate { .. } => power::hibernate(guest)?,
        Action::Snapshot {
            name,
            description,
            include_memory,
            ..
        } => snapshot::create(
            guest,
            setting,
            name.as_ref(),
            description.as_ref(),
            *include_memory,
        )?,
        Action::DeleteSnapshot { name, .. } => snapshot::delete(guest, name)?,
        Action::Rollback { name, start, .. } => snapshot::roll_back(guest, name, *start)?,
        Action::SetConfig { set, .. } => config::set(guest, set)?,
        Action::Migrate { node, .. } => migrate::migrate(guest, setting, node)?,
        Action::Clone {
            new_vmid,
            name,
            storage,
            ..
        } => copy::clone(guest, setting, *new_vmid, name.as_ref(), storage.as_ref())?,
        Action::MakeTemplate { .. } => copy::make_template(guest)?,
        Action::ResizeDisk { disk, size_gib, .. } => disk::resize(guest, setting, disk, *size_gib)?,
        Action::MoveDisk { disk, storage, .. } => disk::move_to(guest, setting, disk, storage)?,
        Action::Destroy { purge, .. } => destroy::destroy(guest, setting, *purge)?,
        Action::Backup {
            storage,
            mode,
            protect,
            ..
        } => backup::run(guest, setting, storage, *mode, *protect)?,
        Action::HaAdd { state, .. } => ha::add(guest, *state)?,
        Action::HaSet { state, .. } => ha::set(guest, *state)?,
        Action::HaRemove { .. } => ha::remove(guest)?,
        Action::HaMigrate { node, .. } => ha::move_to(guest, setting, node, false)?,
        Action::HaRelocate { node, .. } => ha::move_to(guest, setting, node, true)?,
        Action::RunReplication { job, .. } => replication::run(guest, *job)?,
        Action::PoolAdd { pool, .. } => membership::add(guest, pool)?,
        Action::PoolRemove { pool, .. } => membership::remove(guest, pool)?,
        Action::AgentPing { .. } => agent::ask(guest, Command::AgentPing {})?,
        Action::AgentInfo { .. } => agent::ask(guest, Command::AgentInfo {})?,
        Action::AgentTrim { .. } => agent::ask(guest, Command::AgentTrim {})?,
        // Not about guests.
        Action::Restore { .. }
        | Action::ProtectBackup { .. }
        | Action::UnprotectBackup { .. }
        | Action::DeleteBackup { .. }
        | Action::DeleteVolume { .. }
        | Action::Drain { .. }
        | Action::RebootNode { .. }
        | Action::ShutdownNode { .. }
        | Action::WakeNode { .. }
        | Action::RestartService { .. }
        | Action::ReloadService { .. }
        | Action::RefreshPackages { .. } => {
            return refuse("", "this is not an action on a guest".to_owned());
        }
    };
    Ok(Decision::Do(command))
}

fn already_so(action: &Action, guest: &GuestFacts) -> Option<String> {
    let reason = match (action, guest.status) {
        (Action::Start { .. } | Action::Resume { .. }, GuestStatus::Running) => {
            "it already runs".to_owned()
        }
        (Action::Shutdown { .. } | Action::Stop { .. }, GuestStatus::Stopped) => {
            "it is already stopped".to_owned()
        }
        (Action::Suspend { .. }, GuestStatus::Paused) => "it already stands still".to_owned(),
        (Action::Hibernate { .. }, _) if guest.is_hibernated() => {
            "it is already hibernated".to_owned()
        }
        (
            Action::Migrate { node, .. }
            | Action::HaMigrate { node, .. }
            | Action::HaRelocate { node, .. },
            _,
        ) if *node == guest.node => format!("it already is on {node}"),
        (Action::SetConfig { set, .. }, _) if config::is_so(guest, set) => {
            "all of it is set like that already".to_owned()
        }
        (Action::ResizeDisk { disk, size_gib, .. }, _) if disk::is_so(guest, disk, *size_gib) => {
            format!("{disk} already has {size_gib} GiB")
        }
        (Action::MoveDisk { disk, storage, .. }, _)
            if guest
                .disk(disk)
                .is_some_and(|disk| disk.storage == *storage) =>
        {
            format!("{disk} already is on {storage}")
        }
        (Action::MakeTemplate { .. }, _) if guest.template => "it is already a template".to_owned(),
        (Action::HaAdd { state, .. } | Action::HaSet { state, .. }, _)
            if guest.kept.ha == Some(Some(*state)) =>
        {
            format!("HA already keeps it {}", state.as_str())
        }
        (Action::HaRemove { .. }, _) if guest.kept.ha == Some(None) => {
            "HA does not manage it".to_owned()
        }
        (Action::PoolAdd { pool, .. }, _) if guest.kept.pool == Some(Some(pool.to_string())) => {
            format!("it already is in {pool}")
        }
        (Action::PoolRemove { pool, .. }, _)
            if guest
                .kept
                .pool
                .as_ref()
                .is_some_and(|now| now.as_deref() != Some(pool.as_str())) =>
        {
            format!("it is not in {pool}")
        }
        _ => return None,
    };
    Some(reason)
}
