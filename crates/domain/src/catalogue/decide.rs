//! From a wished action to a command: feasible, already so, or not possible and why.

use argus_types::action::Action;
use argus_types::cluster::GuestStatus;
use argus_types::id::{GuestKind, NodeName, ProposalId, SnapshotName};
use argus_types::plan::{Command, MigrateMode};
use argus_types::text::PlainText;

use crate::catalogue::words::guest_label;
use crate::inventory::Inventory;
use crate::twin::TwinGuest;

/// How long a guest may take to go down where nobody says, in seconds. Proxmox's own default.
const DEFAULT_SHUTDOWN_S: u16 = 60;

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

/// Why an action is not possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The part of the action that stands in the way, such as `/node`; empty for all of it.
    pub part: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

fn refuse<T>(part: &'static str, message: String) -> Result<T, Refusal> {
    Err(Refusal { part, message })
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
        Action::Start { .. } => {
            require_known(
                guest,
                &[GuestStatus::Stopped],
                "start",
                "resume it in Proxmox",
            )?;
            Command::Start {}
        }
        Action::Shutdown { timeout_s, .. } => {
            require_known(
                guest,
                &[GuestStatus::Running],
                "shut down",
                "resume it in Proxmox first, or stop it hard",
            )?;
            Command::Shutdown {
                timeout_s: timeout_s.unwrap_or(DEFAULT_SHUTDOWN_S),
            }
        }
        Action::Stop { .. } => {
            let may = [GuestStatus::Running, GuestStatus::Paused];
            require_known(guest, &may, "stop", "look at it in Proxmox")?;
            Command::Stop {}
        }
        Action::Reboot { timeout_s, .. } => {
            require_known(guest, &[GuestStatus::Running], "reboot", "start it instead")?;
            Command::Reboot {
                timeout_s: timeout_s.unwrap_or(DEFAULT_SHUTDOWN_S),
            }
        }
        Action::Snapshot {
            name,
            description,
            include_memory,
            ..
        } => snapshot(
            guest,
            setting,
            name.as_ref(),
            description.as_ref(),
            *include_memory,
        )?,
        Action::Migrate { node, .. } => migrate(guest, setting.inventory, node)?,
    };
    Ok(Decision::Do(command))
}

fn already_so(action: &Action, guest: &TwinGuest<'_>) -> Option<String> {
    let reason = match (action, guest.status) {
        (Action::Start { .. }, GuestStatus::Running) => "it already runs".to_owned(),
        (Action::Shutdown { .. } | Action::Stop { .. }, GuestStatus::Stopped) => {
            "it is already stopped".to_owned()
        }
        (Action::Migrate { node, .. }, _) if *node == guest.node => {
            format!("it already is on {node}")
        }
        _ => return None,
    };
    Some(reason)
}

/// What must be so for every action.
fn check_guest(guest: &TwinGuest<'_>, inventory: &Inventory) -> Result<(), Refusal> {
    let label = guest_label(guest.facts);
    if guest.facts.template {
        return refuse(
            "/target",
            format!(
                "{label} is a template and cannot be changed this way; clone it in Proxmox and name the clone"
            ),
        );
    }
    if let Some(lock) = &guest.facts.lock {
        let kind = match guest.facts.key.kind {
            GuestKind::Qemu => "VM",
            GuestKind::Lxc => "CT",
        };
        return refuse(
            "/target",
            format!(
                "{label}: {kind} is locked ({lock}); wait until that is over, or look for its task in Proxmox if it has hung"
            ),
        );
    }
    if !inventory.is_online(&guest.node) {
        return refuse(
            "/target",
            format!(
                "{label} is on {}, which does not answer; bring the node back first",
                guest.node
            ),
        );
    }
    Ok(())
}

fn require_known(
    guest: &TwinGuest<'_>,
    may: &[GuestStatus],
    verb: &str,
    instead: &str,
) -> Result<(), Refusal> {
    if may.contains(&guest.status) {
        return Ok(());
    }
    let label = guest_label(guest.facts);
    if guest.status == GuestStatus::Unknown {
        return unknown_status(&label);
    }
    let status = guest.status.as_str();
    refuse(
        "/target",
        format!("{label} is {status} and cannot {verb}; {instead}"),
    )
}

fn unknown_status<T>(label: &str) -> Result<T, Refusal> {
    refuse(
        "/target",
        format!("Proxmox does not say whether {label} runs; look at its node and try again"),
    )
}

/// The name of a snapshot that nobody named: the same proposal and step always give the same one, so that a
/// lost answer can be resolved by looking for it.
fn snapshot_name(setting: Setting<'_>) -> SnapshotName {
    format!("argus-{}-{}", setting.proposal.short(), setting.number)
        .parse()
        .expect("a letter, then at most 25 letters, digits and hyphens")
}

fn snapshot(
    guest: &TwinGuest<'_>,
    setting: Setting<'_>,
    name: Option<&SnapshotName>,
    description: Option<&PlainText<200>>,
    include_memory: bool,
) -> Result<Command, Refusal> {
    let label = guest_label(guest.facts);
    if guest.status == GuestStatus::Unknown {
        return unknown_status(&label);
    }
    if include_memory && guest.facts.key.kind == GuestKind::Lxc {
        return refuse(
            "/include_memory",
            format!(
                "{label} is a container, whose memory cannot be kept; leave include_memory out"
            ),
        );
    }
    match guest.facts.snapshot_supported {
        Some(true) => {}
        Some(false) => {
            return refuse(
                "/target",
                format!(
                    "Proxmox cannot snapshot {label}: one of its volumes is on a storage without snapshots (such as lvm or raw files on a directory); move that volume or make a backup instead"
                ),
            );
        }
        None => {
            return refuse(
                "/target",
                format!("Proxmox did not say whether {label} can be snapshotted; try again"),
            );
        }
    }
    let name = name.cloned().unwrap_or_else(|| snapshot_name(setting));
    // Proxmox keeps names apart by their exact spelling; people do not.
    if let Some(taken) = guest
        .snapshots
        .iter()
        .find(|taken| taken.eq_ignore_ascii_case(name.as_str()))
    {
        return refuse(
            "/name",
            format!("{label} already has a snapshot {taken}; choose another name"),
        );
    }
    let description = description.map_or_else(
        || format!("Argus, proposal {}", setting.proposal.short()),
        ToString::to_string,
    );
    Ok(Command::Snapshot {
        name,
        description,
        // A stopped guest has no memory to keep; the step's changes say so.
        include_memory: include_memory && guest.status != GuestStatus::Stopped,
    })
}

fn migrate(
    guest: &TwinGuest<'_>,
    inventory: &Inventory,
    to: &NodeName,
) -> Result<Command, Refusal> {
    let label = guest_label(guest.facts);
    if !inventory.is_online(to) {
        return refuse(
            "/node",
            format!("{to} does not answer, so {label} cannot move there; choose another node"),
        );
    }
    // Proxmox answered for the guest as it is now. After an earlier step of this plan that answer is worth
    // nothing; the step then relies on a fresh one alone.
    if guest.is_as_read() {
        match guest.facts.migrate.get(to) {
            Some(Ok(())) => {}
            Some(Err(reason)) => {
                return refuse(
                    "/node",
                    format!("Proxmox does not let {label} move to {to}: {reason}"),
                );
            }
            None => {
                return refuse(
                    "/node",
                    format!("Proxmox did not say whether {label} may move to {to}; try again"),
                );
            }
        }
    }
    let mode = match (guest.facts.key.kind, guest.status) {
        (_, GuestStatus::Stopped) => MigrateMode::Offline,
        // A paused VM is in memory as well and moves with it.
        (GuestKind::Qemu, GuestStatus::Running | GuestStatus::Paused) => MigrateMode::Online,
        (GuestKind::Lxc, GuestStatus::Running) => MigrateMode::Restart,
        (GuestKind::Lxc, GuestStatus::Paused) => {
            return refuse(
                "/target",
                format!("{label} is paused and cannot move; resume it in Proxmox first"),
            );
        }
        (_, GuestStatus::Unknown) => return unknown_status(&label),
    };
    Ok(Command::Migrate {
        to: to.clone(),
        mode,
    })
}
