//! Where a prediction and what was seen differ, field by field.

use std::fmt::Debug;

use crate::facts::{Facts, GuestFacts};
use crate::inventory::GuestListing;
use crate::value;

/// A prediction beside what was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How many fields were both predicted and seen.
    pub fields: usize,
    /// Those that differ, each in a line.
    pub disagreements: Vec<String>,
}

impl Comparison {
    fn compare<T: PartialEq + Debug>(&mut self, what: &str, predicted: &T, seen: &T) {
        self.fields += 1;
        if predicted != seen {
            self.disagreements
                .push(format!("{what}: predicted {predicted:?}, seen {seen:?}"));
        }
    }

    /// Values that may be unknown on either side.
    fn compare_known<T: PartialEq + Debug>(
        &mut self,
        what: &str,
        predicted: Option<&T>,
        seen: Option<&T>,
    ) {
        if let (Some(predicted), Some(seen)) = (predicted, seen) {
            self.compare(what, predicted, seen);
        }
    }
}

/// Everything in which `predicted` is known and `seen` is otherwise, each in a line.
pub fn disagreements(predicted: &Facts, seen: &Facts) -> Vec<String> {
    compare(predicted, seen).disagreements
}

/// Compares field by field; what was not predicted or not looked at counts for nothing.
pub fn compare(predicted: &Facts, seen: &Facts) -> Comparison {
    let mut found = Comparison::default();
    for (key, guest) in &predicted.guests {
        let there = seen.guests.get(key);
        if there.is_some() || seen.absent.contains(key) {
            found.compare(&format!("{key} there"), &true, &there.is_some());
        }
        if let Some(other) = there {
            compare_guests(&mut found, guest, other);
        }
    }
    for key in &predicted.absent {
        found.compare(
            &format!("{key} there"),
            &false,
            &seen.guests.contains_key(key),
        );
    }
    compare_lists(&mut found, predicted, seen);
    compare_nodes(&mut found, predicted, seen);
    compare_storages(&mut found, predicted, seen);
    found
}

fn compare_guests(found: &mut Comparison, predicted: &GuestFacts, seen: &GuestFacts) {
    let what = |field: &str| format!("{} {field}", predicted.key);
    found.compare(&what("node"), &predicted.node, &seen.node);
    found.compare(&what("name"), &predicted.name, &seen.name);
    found.compare(&what("status"), &predicted.status, &seen.status);
    found.compare(&what("lock"), &predicted.lock, &seen.lock);
    found.compare(&what("template"), &predicted.template, &seen.template);
    found.compare(&what("identity"), &predicted.identity, &seen.identity);
    found.compare(&what("HA"), &predicted.ha_managed, &seen.ha_managed);
    found.compare(&what("tags"), &sorted(&predicted.tags), &sorted(&seen.tags));
    found.compare(&what("snapshots"), &snapshots(predicted), &snapshots(seen));
    found.compare(&what("parent"), &predicted.grown_from, &seen.grown_from);
    if let (Some(predicted), Some(seen)) = (&predicted.config, &seen.config) {
        found.compare_known(
            &what("digest"),
            predicted.digest.as_ref(),
            seen.digest.as_ref(),
        );
        for key in argus_types::guest_config::ConfigKey::ALL {
            found.compare(
                &what(key.as_str()),
                &value::config(predicted, key),
                &value::config(seen, key),
            );
        }
    }
    found.compare_known(
        &what("disks"),
        predicted.disks.as_ref(),
        seen.disks.as_ref(),
    );
    compare_kept(found, predicted, seen);
}

fn compare_kept(found: &mut Comparison, predicted: &GuestFacts, seen: &GuestFacts) {
    let what = |field: &str| format!("{} {field}", predicted.key);
    let (kept, other) = (&predicted.kept, &seen.kept);
    found.compare_known(&what("pool"), kept.pool.as_ref(), other.pool.as_ref());
    found.compare_known(&what("HA wish"), kept.ha.as_ref(), other.ha.as_ref());
    if let (Some(jobs), Some(others)) = (&kept.replication, &other.replication) {
        let targets = |jobs: &std::collections::BTreeMap<u8, crate::facts::ReplicationFacts>| {
            let jobs = jobs.iter().map(|(job, facts)| (*job, facts.target.clone()));
            jobs.collect::<Vec<_>>()
        };
        found.compare(&what("replication"), &targets(jobs), &targets(others));
    }
    if let (Some(backups), Some(others)) = (&kept.backups, &other.backups) {
        let short = |backups: &[crate::facts::BackupFacts]| {
            let mut short: Vec<_> = backups
                .iter()
                .map(|one| (one.storage.clone(), one.notes.clone(), one.protected))
                .collect();
            short.sort();
            short
        };
        found.compare(&what("backups"), &short(backups), &short(others));
    }
}

fn compare_lists(found: &mut Comparison, predicted: &Facts, seen: &Facts) {
    let (list, others) = (&predicted.inventory.guests, &seen.inventory.guests);
    if list.is_empty() || others.is_empty() {
        return;
    }
    let keys = |list: &[GuestListing]| list.iter().map(|one| one.key).collect::<Vec<_>>();
    found.compare("guests", &keys(list), &keys(others));
    for listing in list {
        let Some(other) = seen.inventory.guest(listing.key) else {
            continue;
        };
        let what = |field: &str| format!("list: {} {field}", listing.key);
        if listing.name != value::UNKNOWN {
            found.compare(&what("name"), &listing.name, &other.name);
        }
        found.compare(&what("node"), &listing.node, &other.node);
        found.compare(&what("template"), &listing.template, &other.template);
        found.compare(&what("pool"), &listing.pool, &other.pool);
    }
}

fn compare_nodes(found: &mut Comparison, predicted: &Facts, seen: &Facts) {
    for node in &predicted.inventory.nodes {
        if let Some(other) = seen.inventory.node(&node.name) {
            found.compare(
                &format!("{} online", node.name),
                &node.online,
                &other.online,
            );
        }
    }
    found.compare_known(
        "quorum",
        predicted.inventory.quorate.as_ref(),
        seen.inventory.quorate.as_ref(),
    );
    for (name, node) in &predicted.nodes {
        let Some(other) = seen.nodes.get(name) else {
            continue;
        };
        for (service, state) in &node.services {
            let what = format!("{name} {}", service.as_str());
            found.compare_known(&what, Some(state), other.services.get(service));
        }
    }
}

fn compare_storages(found: &mut Comparison, predicted: &Facts, seen: &Facts) {
    for ((node, name), storage) in &predicted.storages {
        let Some(other) = seen.storages.get(&(node.clone(), name.clone())) else {
            continue;
        };
        let what = |field: &str| format!("{name} on {node} {field}");
        found.compare(&what("active"), &storage.active, &other.active);
        found.compare_known(
            &what("free"),
            storage.available.as_ref(),
            other.available.as_ref(),
        );
    }
    for (volume, facts) in &predicted.volumes {
        let Some(other) = seen.volumes.get(volume) else {
            continue;
        };
        found.compare(&format!("{volume}"), &facts.is_some(), &other.is_some());
        if let (Some(facts), Some(other)) = (facts, other) {
            let what = format!("{volume} protected");
            found.compare(&what, &facts.protected, &other.protected);
        }
    }
}

fn snapshots(guest: &GuestFacts) -> Vec<(String, Option<String>, bool)> {
    let snapshots = guest.snapshots.iter();
    let mut snapshots: Vec<_> = snapshots
        .map(|one| (one.name.clone(), one.parent.clone(), one.with_memory))
        .collect();
    snapshots.sort();
    snapshots
}

fn sorted(tags: &[String]) -> Vec<String> {
    let mut tags = tags.to_vec();
    tags.sort();
    tags
}
