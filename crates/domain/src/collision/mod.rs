//! What a plan would meet if it started now: other proposals, tasks that run inside Proxmox, locks of guests, and backup
//! jobs that begin while it is at work.
//!
//! What a plan wants for itself are the locks of its steps ([`Lock`]); everything else is put into the same words, so
//! that a collision is a lock that two have. It blocks where going on would find the ground moving: a guest that
//! something else changes now, a node that something else works on. What only makes the plan wait is a warning.

mod backups;
mod guest_lock;
mod rival;
mod task;

use std::collections::{BTreeMap, BTreeSet};

use argus_types::Timestamp;
use argus_types::collision::{CollidesWith, Collision};
use argus_types::id::GuestKey;
use argus_types::plan::{Lock, Plan, Step};

pub use backups::{BackupJob, Covers};
pub use rival::Rival;
pub use task::Task;

use crate::facts::Facts;
use crate::inventory::{GuestListing, Inventory};

/// What goes on around a plan, as it was read at one moment.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The moment.
    pub now: Timestamp,
    /// Where guests are, what pool they are in and how Proxmox locks them.
    pub inventory: Inventory,
    /// Tasks that run inside Proxmox.
    pub tasks: Vec<Task>,
    /// Jobs of Proxmox's calendar that are enabled.
    pub jobs: Vec<BackupJob>,
    /// Other proposals that are in review, carried out, or left something behind.
    pub rivals: Vec<Rival>,
}

/// Everything that `plan` would meet, what blocks it first.
pub fn find(plan: &Plan, around: &Surroundings) -> Vec<Collision> {
    let guests = around.inventory.guests.iter();
    let guests: Guests<'_> = guests.map(|guest| (guest.key, guest)).collect();
    // Another plan tells more than the task and the lock that it brings about.
    let mut found = rival::collisions(plan, around);
    found.extend(guest_lock::collisions(plan, around, &guests));
    found.extend(task::collisions(plan, around, &guests));
    found.extend(backups::collisions(plan, around, &guests));
    found.sort_by_key(|collision| !collision.blocks);
    found
}

/// When `plan` is over at the latest if it starts at `now`: each step takes as long as Argus waits for it.
pub fn ends_by(plan: &Plan, now: Timestamp) -> Timestamp {
    let last = timeline(plan, now).last().map(|(_, ends)| ends);
    last.unwrap_or(now)
}

/// The inventory with what was read of single guests since: where they are and how they are locked.
pub fn refreshed(facts: &Facts) -> Inventory {
    let mut inventory = facts.inventory.clone();
    for listed in &mut inventory.guests {
        if let Some(guest) = facts.guests.get(&listed.key) {
            listed.node = guest.node.clone();
            listed.lock.clone_from(&guest.lock);
        }
    }
    inventory
}

/// What a plan wants for itself, from beginning to end.
pub fn locks(plan: &Plan) -> BTreeSet<Lock> {
    let steps = plan.steps.iter();
    steps.flat_map(|step| step.locks.iter().cloned()).collect()
}

/// Each step with the moment by which it is over at the latest.
fn timeline(plan: &Plan, now: Timestamp) -> impl Iterator<Item = (&Step, Timestamp)> {
    plan.steps.iter().scan(0_i64, move |taken, step| {
        *taken = taken.saturating_add(i64::from(step.timeout_s));
        Some((step, now.plus_seconds(*taken)))
    })
}

/// Guests by key.
type Guests<'a> = BTreeMap<GuestKey, &'a GuestListing>;

/// What of a plan meets one thing: steps and locks, as they are found.
#[derive(Debug, Default)]
struct Met {
    steps: BTreeSet<u16>,
    over: BTreeSet<Lock>,
}

impl Met {
    fn add(&mut self, step: &Step, lock: &Lock) {
        self.steps.insert(step.number);
        self.over.insert(lock.clone());
    }

    fn is_nothing(&self) -> bool {
        self.steps.is_empty()
    }

    /// The locks for a sentence.
    fn words(&self) -> String {
        let names: Vec<String> = self.over.iter().map(ToString::to_string).collect();
        match names.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [first, second] => format!("{first} and {second}"),
            [first, second, more @ ..] => format!("{first}, {second} and {} more", more.len()),
        }
    }

    fn collision(self, with: CollidesWith, blocks: bool, text: String) -> Collision {
        Collision {
            with,
            steps: self.steps.into_iter().collect(),
            over: self.over.iter().map(ToString::to_string).collect(),
            from: None,
            until: None,
            blocks,
            text,
        }
    }
}
