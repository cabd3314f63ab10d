//! The consequences of a plan beside what its steps say.

use std::collections::{BTreeMap, BTreeSet};

use argus_types::Timestamp;
use argus_types::id::GuestKey;
use argus_types::impact::{
    AsItIs, BackupPoint, GuestAsItIs, Headroom, Impact, QuorumAfter, RestorePoint,
};
use argus_types::plan::{Command, GuestTarget, Plan, Step};

use crate::catalogue;
use crate::facts::Facts;
use crate::twin::Twin;

/// What `plan` brings about on a cluster of these `facts`.
pub(crate) fn of(plan: &Plan, facts: &Facts) -> Impact {
    let mut twin = Twin::new(facts);
    let mut quorum = Vec::new();
    let mut restore_points: BTreeMap<GuestKey, RestorePoint> = BTreeMap::new();
    let mut guests: BTreeSet<u32> = BTreeSet::new();
    let mut nodes = BTreeSet::new();
    for step in &plan.steps {
        quorum.extend(quorum_after(step, &twin));
        match (step.target.key(), &step.command) {
            (_, Command::Clone { vmid, .. } | Command::Restore { vmid, .. }) => {
                guests.insert(vmid.get());
            }
            (Some(key), _) => {
                guests.insert(key.vmid.get());
            }
            (None, _) if matches!(step.target, argus_types::plan::StepTarget::Node(_)) => {
                nodes.insert(step.target.node().clone());
            }
            (None, _) => {}
        }
        if catalogue::wants_restore_point(step.action) {
            let point = restore_point(step, &twin);
            if let Some(point) = point {
                restore_points.entry(point.target.key()).or_insert(point);
            }
        }
        twin.apply(step);
    }
    Impact {
        guests: count(guests.len()),
        nodes: count(nodes.len()),
        quorum,
        storages: headroom(facts, twin.facts()),
        restore_points: restore_points.into_values().collect(),
        point_of_no_return: plan.point_of_no_return(),
        as_it_is: as_it_is(plan, facts),
    }
}

/// How the cluster holds together and how the plan's guests are before its first step.
fn as_it_is(plan: &Plan, facts: &Facts) -> AsItIs {
    let inventory = &facts.inventory;
    let (online, all) = inventory.votes();
    let away = inventory.nodes.iter().filter(|node| !node.online);
    let mut seen = BTreeSet::new();
    let targets = plan.steps.iter().filter_map(|step| step.target.guest());
    let guests = targets
        .filter(|target| seen.insert(target.key()))
        .filter_map(|target| {
            let guest = facts.guests.get(&target.key())?;
            let backups = guest.kept.backups.as_ref();
            Some(GuestAsItIs {
                // As it is now: a later step names it where earlier ones would have brought it.
                target: GuestTarget {
                    kind: target.kind,
                    vmid: target.vmid,
                    name: guest.name.clone(),
                    node: guest.node.clone(),
                    ha_managed: guest.ha_managed,
                },
                status: guest.status,
                backed_up: backups.map(|backups| !backups.is_empty()),
            })
        });
    AsItIs {
        votes: small(online),
        of: small(all),
        spare: small(online.saturating_sub(all / 2 + 1)),
        away: away.map(|node| node.name.clone()).collect(),
        guests: guests.collect(),
    }
}

/// Nodes are counted while they are away: that is when the cluster is at its weakest.
fn quorum_after(step: &Step, twin: &Twin) -> Option<QuorumAfter> {
    let inventory = &twin.facts().inventory;
    let (online, all) = inventory.votes();
    let votes = match step.command {
        Command::RebootNode {} | Command::ShutdownNode {} => online.saturating_sub(1),
        Command::WakeNode {} => online + 1,
        _ => return None,
    };
    let needed = all / 2 + 1;
    Some(QuorumAfter {
        step: step.number,
        votes: small(votes),
        of: small(all),
        spare: small(votes.saturating_sub(needed)),
    })
}

/// What is left to restore from once the step has run.
fn restore_point(step: &Step, twin: &Twin) -> Option<RestorePoint> {
    let key = step.target.key().or_else(|| match &step.target {
        argus_types::plan::StepTarget::Volume(target) => catalogue::owner_of_backup(&target.volume),
        _ => None,
    })?;
    let guest = twin.guest(key)?;
    let mut after = twin.clone();
    after.apply(step);
    // A guest that is destroyed takes its snapshots with it; its backups stay.
    let left = after.guest(key);
    let backups = left.unwrap_or(guest).kept.backups.as_ref()?;
    let latest = backups.first();
    Some(RestorePoint {
        target: GuestTarget {
            kind: key.kind,
            vmid: key.vmid,
            name: guest.name.clone(),
            node: guest.node.clone(),
            ha_managed: guest.ha_managed,
        },
        step: step.number,
        backup: latest.map(|backup| BackupPoint {
            volume: backup.volume.clone(),
            taken: backup.taken.and_then(Timestamp::from_unix),
            verified: backup.verified,
        }),
        snapshots: left.map_or_else(Vec::new, |guest| {
            let names = guest.snapshots.iter().map(|one| one.name.clone());
            names.collect()
        }),
    })
}

fn headroom(before: &Facts, after: &Facts) -> Vec<Headroom> {
    let changed = before
        .storages
        .iter()
        .filter_map(|((node, storage), facts)| {
            let later = after.storages.get(&(node.clone(), storage.clone()))?;
            (later.available != facts.available).then(|| Headroom {
                storage: storage.clone(),
                node: node.clone(),
                before_gib: facts.free_gib().unwrap_or(0),
                after_gib: later.free_gib(),
            })
        });
    changed.collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn small(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
