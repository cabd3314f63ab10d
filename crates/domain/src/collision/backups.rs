//! Backup jobs of Proxmox's calendar that begin while a plan is at work.

use std::collections::BTreeSet;

use argus_types::Timestamp;
use argus_types::collision::{CollidesWith, Collision};
use argus_types::id::{GuestKey, NodeName};
use argus_types::plan::{Lock, Plan, Step};

use super::{Guests, Met, Surroundings, timeline};
use crate::inventory::GuestListing;

/// An enabled job as Proxmox lists it (`/cluster/backup`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupJob {
    /// Its id.
    pub id: String,
    /// When it runs, as a calendar event of Proxmox's. Not read: Proxmox says when it runs next.
    pub schedule: Option<String>,
    /// When it runs next.
    pub next_run: Timestamp,
    /// `snapshot`, `suspend` or `stop`.
    pub mode: Option<String>,
    /// The one node on which it runs; on all where absent.
    pub node: Option<String>,
    /// Which guests it takes in.
    pub covers: Covers,
}

/// Which guests a job takes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Covers {
    /// Every guest but these numbers.
    AllBut(BTreeSet<u32>),
    /// These numbers.
    These(BTreeSet<u32>),
    /// The members of a pool.
    Pool(String),
}

impl BackupJob {
    fn takes_in(&self, guest: &GuestListing) -> bool {
        let vmid = guest.key.vmid.get();
        let covered = match &self.covers {
            Covers::AllBut(left_out) => !left_out.contains(&vmid),
            Covers::These(numbers) => numbers.contains(&vmid),
            Covers::Pool(pool) => guest.pool.as_ref() == Some(pool),
        };
        covered && self.runs_on(&guest.node)
    }

    fn runs_on(&self, node: &NodeName) -> bool {
        self.node.as_ref().is_none_or(|only| only == node.as_str())
    }

    fn wants(&self, step: &Step, lock: &Lock, guests: &Guests<'_>) -> bool {
        let takes_one_from = |node: &NodeName| {
            let mut there = guests.values().filter(|guest| guest.node == *node);
            there.any(|guest| self.takes_in(guest))
        };
        match lock {
            Lock::Guest { kind, vmid } => {
                let key = GuestKey {
                    kind: *kind,
                    vmid: *vmid,
                };
                guests.get(&key).is_some_and(|guest| self.takes_in(guest))
            }
            Lock::Backups { node } => takes_one_from(node),
            // A node that goes down takes the backups on it along.
            Lock::Node { node } => {
                step.locks.contains(&Lock::Maintenance {}) && takes_one_from(node)
            }
            Lock::Maintenance {} | Lock::Storage { .. } => false,
        }
    }
}

pub(super) fn collisions(
    plan: &Plan,
    around: &Surroundings,
    guests: &Guests<'_>,
) -> Vec<Collision> {
    let jobs = around.jobs.iter();
    jobs.filter_map(|job| meeting(plan, job, around.now, guests))
        .collect()
}

fn meeting(plan: &Plan, job: &BackupJob, now: Timestamp, guests: &Guests<'_>) -> Option<Collision> {
    let mut met = Met::default();
    // A step that is over before the job begins never meets it.
    for (step, _) in timeline(plan, now).filter(|(_, ends)| *ends >= job.next_run) {
        for lock in &step.locks {
            if job.wants(step, lock, guests) {
                met.add(step, lock);
            }
        }
    }
    if met.is_nothing() {
        return None;
    }
    let stops = match job.mode.as_deref() {
        Some("stop") => ", and stops it for that",
        Some("suspend") => ", and suspends it for that",
        _ => "",
    };
    let text = format!(
        "The backup job {} begins while the plan may be at work and backs up {}{stops}. A step that finds its guest \
         locked by a backup does not start.",
        job.id,
        met.words(),
    );
    let with = CollidesWith::BackupJob {
        job: job.id.clone(),
        schedule: job.schedule.clone(),
        mode: job.mode.clone(),
    };
    Some(Collision {
        from: Some(job.next_run),
        ..met.collision(with, false, text)
    })
}
