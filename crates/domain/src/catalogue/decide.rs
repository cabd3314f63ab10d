//! From a wished action to a command: feasible, already so, or not possible and why.

use argus_types::action::Action;
use argus_types::cluster::GuestStatus;
use argus_types::id::ProposalId;
use argus_types::plan::Command;

use crate::catalogue::guard::{Refusal, check_guest};
use crate::catalogue::{config, migrate, power, snapshot};
use crate::inventory::Inventory;
use crate::twin::TwinGuest;

/// What does not depend on the guest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub proposal: ProposalId,
    pub inventory: &'a Inventory,
    /// The number that the step would have.
    pub number: u16,
}

/// What becomes of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is done by this.
    Do(Command),
    /// The guest already is as asked: the reason in words.
    Skip(String),
}

/// Decides on one action, given the guest as earlier steps leave it.
pub(crate) fn decide(
    action: &Action,
    guest: &TwinGuest<'_>,
    setting: Setting<'_>,
) -> Result<Decision, Refusal> {
    if let Some(reason) = already_so(action, guest) {
        return Ok(Decision::Skip(reason));
    }
    check_guest(guest, setting.inventory)?;
    let command = match action {
        Action::Start { .. } => power::start(guest)?,
        Action::Shutdown { timeout_s, .. } => power::shutdown(guest, *timeout_s)?,
        Action::Stop { .. } => power::stop(guest)?,
        Action::Reboot { timeout_s, .. } => power::reboot(guest, *timeout_s)?,
        Action::Reset { .. } => power::reset(guest)?,
        Action::Suspend { .. } => power::suspend(guest)?,
        Action::Resume { .. } => power::resume(guest)?,
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
        Action::Migrate { node, .. } => migrate::migrate(guest, setting.inventory, node)?,
    };
    Ok(Decision::Do(command))
}

fn already_so(action: &Action, guest: &TwinGuest<'_>) -> Option<String> {
    let reason = match (action, guest.status) {
        (Action::Start { .. } | Action::Resume { .. }, GuestStatus::Running) => {
            "it already runs".to_owned()
        }
        (Action::Shutdown { .. } | Action::Stop { .. }, GuestStatus::Stopped) => {
            "it is already stopped".to_owned()
        }
        (Action::Suspend { .. }, GuestStatus::Paused) => "it already stands still".to_owned(),
        (Action::Migrate { node, .. }, _) if *node == guest.node => {
            format!("it already is on {node}")
        }
        (Action::SetConfig { set, .. }, _) if config::is_so(guest, set) => {
            "all of it is set like that already".to_owned()
        }
        _ => return None,
    };
    Some(reason)
}
