//! What must be read: for a draft before it is planned, for a step before and after it runs.

use std::collections::{BTreeMap, BTreeSet};

use argus_types::action::{Action, ActionKind, Draft, MAX_ACTIONS, Service, Subject, Target};
use argus_types::id::{GuestKey, GuestKind, NodeName, StorageName, VolumeId};
use argus_types::plan::{Expectation, Field, StepTarget};
use argus_types::problem::ProblemCode;

use crate::catalogue;
use crate::inventory::{GuestListing, Inventory};
use crate::near;
use crate::planner::PlanError;

/// What to read, each thing once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Guests.
    pub guests: BTreeMap<GuestKey, GuestWanted>,
    /// Nodes themselves.
    pub nodes: BTreeMap<NodeName, NodeWanted>,
    /// Volumes, each with a node that sees its storage.
    pub volumes: BTreeMap<VolumeId, NodeName>,
    /// Those of the volumes that are asked what is in them.
    pub archives: BTreeSet<VolumeId>,
    /// Whether nodes and quorum are asked anew.
    pub cluster: bool,
    /// Whether the list of guests is asked anew.
    pub list: bool,
    /// Whether the rules of high availability are asked for.
    pub ha_rules: bool,
}

/// What to read about one guest. Status, configuration and disks come with each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestWanted {
    /// The node to ask first.
    pub node: NodeName,
    /// Nodes to ask where that one does not have it, before the list of the whole cluster.
    pub elsewhere: Vec<NodeName>,
    /// Its snapshots.
    pub snapshots: bool,
    /// Whether it can be snapshotted.
    pub snapshot_feature: bool,
    /// The nodes to ask about for a migration.
    pub migrate_to: BTreeSet<NodeName>,
    /// Its pool.
    pub pool: bool,
    /// What high availability is to do with it.
    pub ha: bool,
    /// Its replication jobs.
    pub replication: bool,
    /// Its backups.
    pub backups: bool,
}

/// What to read about one node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeWanted {
    /// How long it is up.
    pub uptime: bool,
    /// Services.
    pub services: BTreeSet<Service>,
    /// The storages that it sees.
    pub storages: bool,
}

impl GuestWanted {
    /// What comes with each look.
    pub fn at(node: NodeName) -> Self {
        Self {
            node,
            elsewhere: Vec::new(),
            snapshots: false,
            snapshot_feature: false,
            migrate_to: BTreeSet::new(),
            pool: false,
            ha: false,
            replication: false,
            backups: false,
        }
    }
}

impl Wanted {
    fn guest(&mut self, key: GuestKey, node: &NodeName) -> &mut GuestWanted {
        let wanted = self.guests.entry(key);
        wanted.or_insert_with(|| GuestWanted::at(node.clone()))
    }

    fn node(&mut self, node: &NodeName) -> &mut NodeWanted {
        self.nodes.entry(node.clone()).or_default()
    }

    /// What `other` wants as well. A guest is asked for where it was wanted first.
    pub fn join(&mut self, other: Self) {
        for (key, more) in other.guests {
            let guest = self.guest(key, &more.node);
            guest.elsewhere.extend(more.elsewhere);
            guest.snapshots |= more.snapshots;
            guest.snapshot_feature |= more.snapshot_feature;
            guest.migrate_to.extend(more.migrate_to);
            guest.pool |= more.pool;
            guest.ha |= more.ha;
            guest.replication |= more.replication;
            guest.backups |= more.backups;
        }
        for (name, more) in other.nodes {
            let node = self.node(&name);
            node.uptime |= more.uptime;
            node.services.extend(more.services);
            node.storages |= more.storages;
        }
        self.volumes.extend(other.volumes);
        self.archives.extend(other.archives);
        self.cluster |= other.cluster;
        self.list |= other.list;
        self.ha_rules |= other.ha_rules;
    }
}

/// What to read for `draft`; or what is wrong with it as far as the inventory can tell.
pub fn of_draft(draft: &Draft, inventory: &Inventory) -> Result<Wanted, Vec<PlanError>> {
    check_size(draft)?;
    let mut wanted = Wanted::default();
    let mut errors = Vec::new();
    for (index, action) in draft.actions.iter().enumerate() {
        let found = match action.subject() {
            Subject::Guest(target) => of_guest(&mut wanted, draft, index, target, inventory),
            Subject::Node(node) => of_node(&mut wanted, index, action, node, inventory),
            Subject::Volume(volume) => of_volume(&mut wanted, index, action, volume, inventory),
        };
        errors.extend(found);
    }
    if errors.is_empty() {
        Ok(wanted)
    } else {
        Err(errors)
    }
}

fn of_guest(
    wanted: &mut Wanted,
    draft: &Draft,
    index: usize,
    target: &Target,
    inventory: &Inventory,
) -> Vec<PlanError> {
    let Some(action) = draft.actions.get(index) else {
        return Vec::new();
    };
    let key = target.key();
    let Some(listing) = inventory.guest(key) else {
        return vec![unknown_guest(index, key, inventory)];
    };
    let mut errors: Vec<PlanError> = check_placement(draft, index, &listing.node)
        .into_iter()
        .collect();
    let kind = action.kind();
    let guest = wanted.guest(key, &listing.node);
    guest.snapshots = true;
    // Also asked before an outage or a move: the reviewer is offered a snapshot first.
    let asks_for_room = catalogue::wants_snapshot_first(kind) || kind == ActionKind::Snapshot;
    guest.snapshot_feature |= asks_for_room;
    guest.backups |= catalogue::wants_restore_point(kind);
    match kind {
        ActionKind::HaAdd
        | ActionKind::HaSet
        | ActionKind::HaRemove
        | ActionKind::HaMigrate
        | ActionKind::HaRelocate => guest.ha = true,
        ActionKind::Destroy => {
            guest.ha = true;
            guest.replication = true;
        }
        ActionKind::RunReplication => guest.replication = true,
        ActionKind::PoolAdd | ActionKind::PoolRemove => guest.pool = true,
        _ => {}
    }
    if let Action::Migrate { node, .. }
    | Action::HaMigrate { node, .. }
    | Action::HaRelocate { node, .. } = action
    {
        if inventory.node(node).is_none() {
            errors.push(unknown_node(index, node, inventory));
        } else {
            guest.migrate_to.insert(node.clone());
        }
    }
    wanted.list |= kind == ActionKind::Clone;
    let asks_for_storages = matches!(
        kind,
        ActionKind::Clone | ActionKind::ResizeDisk | ActionKind::MoveDisk | ActionKind::Backup
    );
    if asks_for_room || asks_for_storages {
        wanted.node(&listing.node).storages = true;
    }
    errors
}

fn of_node(
    wanted: &mut Wanted,
    index: usize,
    action: &Action,
    node: &NodeName,
    inventory: &Inventory,
) -> Vec<PlanError> {
    if inventory.node(node).is_none() {
        return vec![unknown_node(index, node, inventory)];
    }
    wanted.cluster = true;
    match action {
        Action::Drain { .. } => {
            let others: BTreeSet<NodeName> = inventory.other_online_nodes(node).cloned().collect();
            wanted.ha_rules = true;
            wanted.node(node).storages = true;
            for listing in inventory.guests_on(node).filter(|guest| guest.is_up()) {
                let guest = wanted.guest(listing.key, node);
                guest.snapshots = true;
                // Draining moves it, and a move is offered a snapshot first.
                guest.snapshot_feature = true;
                guest.migrate_to.extend(others.iter().cloned());
            }
        }
        Action::RebootNode { .. } | Action::ShutdownNode { .. } => {
            wanted.list = true;
            wanted.node(node).uptime = true;
            for listing in inventory.guests_on(node) {
                wanted.guest(listing.key, node).snapshots = true;
            }
        }
        Action::RestartService { service, .. } | Action::ReloadService { service, .. } => {
            wanted.node(node).services.insert(*service);
        }
        _ => {}
    }
    Vec::new()
}

fn of_volume(
    wanted: &mut Wanted,
    index: usize,
    action: &Action,
    volume: &VolumeId,
    inventory: &Inventory,
) -> Vec<PlanError> {
    let Some(seer) = inventory.seer_of(&volume.storage()) else {
        return vec![unknown_storage(
            index,
            "/volume",
            &volume.storage(),
            inventory,
        )];
    };
    wanted.volumes.insert(volume.clone(), seer.clone());
    match action {
        Action::Restore { node, .. } => {
            if let Some(node) = node
                && inventory.node(node).is_none()
            {
                return vec![unknown_node(index, node, inventory)];
            }
            wanted.list = true;
            // A restore takes rights on what was the guest's own.
            wanted.archives.insert(volume.clone());
            for node in inventory.nodes.iter().filter(|node| node.online) {
                wanted.node(&node.name).storages = true;
            }
        }
        Action::DeleteBackup { .. } => {
            // What else there is to restore its guest from.
            let owner = catalogue::owner_of_backup(volume);
            if let Some(listing) = owner.and_then(|key| inventory.guest(key)) {
                let guest = wanted.guest(listing.key, &listing.node);
                guest.snapshots = true;
                guest.backups = true;
            }
        }
        _ => {}
    }
    Vec::new()
}

/// What must be read so that each of `expectations` about `target` can be judged. `elsewhere` are nodes that the
/// guest may have gone to.
pub fn of_step(
    target: &StepTarget,
    expectations: &[Expectation],
    elsewhere: Vec<NodeName>,
) -> Wanted {
    let mut wanted = Wanted::default();
    match target {
        StepTarget::Guest(guest) => {
            wanted.guest(guest.key(), &guest.node).elsewhere = elsewhere;
        }
        StepTarget::Node(_) => {}
        StepTarget::Volume(volume) => {
            wanted
                .volumes
                .insert(volume.volume.clone(), volume.node.clone());
        }
    }
    for expectation in expectations {
        of_cluster_field(&mut wanted, target, &expectation.field);
        if let Some(guest) = target.key().and_then(|key| wanted.guests.get_mut(&key)) {
            of_guest_field(guest, &expectation.field);
        }
    }
    wanted
}

fn of_guest_field(guest: &mut GuestWanted, field: &Field) {
    match field {
        Field::Snapshot { .. } | Field::Snapshots {} | Field::GrownFrom {} => {
            guest.snapshots = true;
        }
        Field::SnapshotSupported {} => guest.snapshot_feature = true,
        Field::MigrateAllowed { to } => {
            guest.migrate_to.insert(to.clone());
        }
        Field::HaState {} => guest.ha = true,
        Field::Pool {} => guest.pool = true,
        Field::ReplicationTarget { .. } | Field::Replicated { .. } => guest.replication = true,
        Field::Backup { .. } => guest.backups = true,
        // Everything else comes with each look, or is not about the guest.
        _ => {}
    }
}

fn of_cluster_field(wanted: &mut Wanted, target: &StepTarget, field: &Field) {
    match field {
        Field::NodeOnline { .. } | Field::Quorate {} | Field::QuorateWithout { .. } => {
            wanted.cluster = true;
        }
        Field::NodeRuns { .. } | Field::VmidHolder { .. } | Field::VmidName { .. } => {
            wanted.list = true;
        }
        Field::NodeRestarted {} => wanted.node(target.node()).uptime = true,
        Field::Service { service } => {
            wanted.node(target.node()).services.insert(*service);
        }
        Field::StorageActive { node, .. } | Field::StorageFree { node, .. } => {
            wanted.node(node).storages = true;
        }
        _ => {}
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
    let target = draft.actions.get(index)?.guest()?;
    let believed = target.node.as_ref()?;
    let taken_there = draft.actions.iter().take(index).any(|action| {
        matches!(action, Action::Migrate { target: earlier, node }
            | Action::HaMigrate { target: earlier, node }
            | Action::HaRelocate { target: earlier, node }
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

fn unknown_storage(
    index: usize,
    part: &str,
    storage: &StorageName,
    inventory: &Inventory,
) -> PlanError {
    let names = inventory.storages.iter().map(|one| one.name.clone());
    let hint = hint(
        &near::of(storage.as_str(), names),
        "look at the list of storages for the right name",
    );
    PlanError {
        pointer: format!("/actions/{index}{part}"),
        code: ProblemCode::NotFeasible,
        message: format!("no node that answers has a storage {storage}; {hint}"),
    }
}

fn hint(near: &[String], otherwise: &str) -> String {
    if near.is_empty() {
        otherwise.to_owned()
    } else {
        format!("near it: {}", near.join(", "))
    }
}
