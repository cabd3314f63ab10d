//! What is read freshly for each guest that a draft names, and what must be read.

use std::collections::BTreeMap;

use argus_types::action::{Action, ActionKind, Draft, MAX_ACTIONS};
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::id::{GuestKey, GuestKind, NodeName};
use argus_types::problem::ProblemCode;

use crate::catalogue;
use crate::inventory::{GuestListing, Inventory};
use crate::near;
use crate::planner::PlanError;

/// One guest, read from its own node (`status/current`, `config`, `snapshot`, `feature`, `migrate`), never
/// from the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestFacts {
    /// Kind and vmid.
    pub key: GuestKey,
    /// Where it is.
    pub node: NodeName,
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub status: GuestStatus,
    /// Proxmox's own lock, such as `backup`.
    pub lock: Option<String>,
    /// Whether it is a template.
    pub template: bool,
    /// What tells it from a later guest of the same vmid, see `Field::Identity`.
    pub identity: Option<String>,
    /// Whether high availability manages it.
    pub ha_managed: bool,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its finished snapshots, without Proxmox's `current`.
    pub snapshots: Vec<SnapshotFacts>,
    /// The snapshot that its present state grew out of.
    pub grown_from: Option<String>,
    /// Its settings.
    pub config: ConfigFacts,
    /// Whether Proxmox can snapshot it; unknown where it was not asked or did not say.
    pub snapshot_supported: Option<bool>,
    /// For each node that was asked about: whether Proxmox lets the guest move there as it is now, or its reason.
    pub migrate: BTreeMap<NodeName, Result<(), String>>,
}

/// One finished snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFacts {
    /// Its name.
    pub name: String,
    /// The snapshot that it was taken on top of.
    pub parent: Option<String>,
    /// Whether it keeps memory as well.
    pub with_memory: bool,
}

/// The settings of a guest, as far as they may be changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFacts {
    /// Proxmox's digest of all of the configuration.
    pub digest: Option<String>,
    /// Values as people read them; a setting without one has Proxmox's default.
    pub values: BTreeMap<ConfigKey, String>,
}

/// Everything that planning looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Nodes and quorum.
    pub inventory: Inventory,
    /// The guests of the draft.
    pub guests: BTreeMap<GuestKey, GuestFacts>,
}

/// What to read about one guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The guest.
    pub key: GuestKey,
    /// The node to ask.
    pub node: NodeName,
    /// Whether to ask if it can be snapshotted.
    pub snapshot_feature: bool,
    /// The nodes to ask about for a migration.
    pub migrate_to: Vec<NodeName>,
}

/// What to read for `draft`, one entry a guest in the order of first mention; or what is wrong with it as
/// far as the inventory can tell.
pub fn wanted(draft: &Draft, inventory: &Inventory) -> Result<Vec<Wanted>, Vec<PlanError>> {
    check_size(draft)?;
    let mut wanted: Vec<Wanted> = Vec::new();
    let mut errors = Vec::new();
    for (index, action) in draft.actions.iter().enumerate() {
        let key = action.target().key();
        let Some(listing) = inventory.guest(key) else {
            errors.push(unknown_guest(index, key, inventory));
            continue;
        };
        errors.extend(check_placement(draft, index, &listing.node));
        let at = wanted
            .iter()
            .position(|entry| entry.key == key)
            .unwrap_or_else(|| {
                wanted.push(Wanted {
                    key,
                    node: listing.node.clone(),
                    snapshot_feature: false,
                    migrate_to: Vec::new(),
                });
                wanted.len() - 1
            });
        let entry = &mut wanted[at];
        // Also asked before an outage or a move: the reviewer is offered a snapshot first.
        entry.snapshot_feature |=
            catalogue::wants_snapshot_first(action.kind()) || action.kind() == ActionKind::Snapshot;
        if let Action::Migrate { node, .. } = action {
            if inventory.node(node).is_none() {
                errors.push(unknown_node(index, node, inventory));
            } else if !entry.migrate_to.contains(node) {
                entry.migrate_to.push(node.clone());
            }
        }
    }
    if errors.is_empty() {
        Ok(wanted)
    } else {
        Err(errors)
    }
}

/// A draft holds one to fifty actions, whichever way it came in.
pub(crate) fn check_size(draft: &Draft) -> Result<(), Vec<PlanError>> {
    let count = draft.actions.len();
    if (1..=MAX_ACTIONS).contains(&count) {
        return Ok(());
    }
    Err(vec![PlanError {
        pointer: "/actions".to_owned(),
        code: ProblemCode::SchemaViolation,
        message: format!(
            "a draft holds 1 to {MAX_ACTIONS} actions and this one holds {count}; ask for fewer at a time"
        ),
    }])
}

/// The author's idea of where the guest is must be right: where it is now, or where an earlier action of
/// the same draft takes it.
pub(crate) fn check_placement(draft: &Draft, index: usize, now: &NodeName) -> Option<PlanError> {
    let target = draft.actions.get(index)?.target();
    let believed = target.node.as_ref()?;
    let taken_there = draft.actions.iter().take(index).any(|action| {
        matches!(action, Action::Migrate { target: earlier, node }
            if earlier.key() == target.key() && node == believed)
    });
    if believed == now || taken_there {
        return None;
    }
    Some(PlanError {
        pointer: format!("/actions/{index}/target/node"),
        code: ProblemCode::GuestOnOtherNode,
        message: format!(
            "{} is on {now}, not on {believed}; correct the node or leave it out",
            target.key()
        ),
    })
}

pub(crate) fn unknown_guest(index: usize, key: GuestKey, inventory: &Inventory) -> PlanError {
    let other = GuestKey {
        kind: match key.kind {
            GuestKind::Qemu => GuestKind::Lxc,
            GuestKind::Lxc => GuestKind::Qemu,
        },
        vmid: key.vmid,
    };
    let hint = if let Some(GuestListing { key, .. }) = inventory.guest(other) {
        format!("{} is a {}: write {key}", key.vmid, key.kind.label())
    } else {
        let texts = inventory.guests.iter().map(|guest| guest.key.to_string());
        hint(
            &near::of(&key.to_string(), texts),
            "it may have been deleted",
        )
    };
    PlanError {
        pointer: format!("/actions/{index}/target"),
        code: ProblemCode::GuestNotFound,
        message: format!("there is no {key} in this cluster; {hint}"),
    }
}

pub(crate) fn unknown_node(index: usize, node: &NodeName, inventory: &Inventory) -> PlanError {
    let names = inventory.nodes.iter().map(|node| node.name.to_string());
    let hint = hint(
        &near::of(node.as_str(), names),
        "look at the list of nodes for the right name",
    );
    PlanError {
        pointer: format!("/actions/{index}/node"),
        code: ProblemCode::NodeNotFound,
        message: format!("there is no node {node} in this cluster; {hint}"),
    }
}

fn hint(near: &[String], otherwise: &str) -> String {
    if near.is_empty() {
        otherwise.to_owned()
    } else {
        format!("near it: {}", near.join(", "))
    }
}
