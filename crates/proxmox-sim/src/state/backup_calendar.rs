//! Backup jobs: by the calendar, each node that has guests of a job makes their archives, in one task.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Machine;
use super::access::Caller;
use super::backup::{BackupJob, BackupMode};
use super::guest::Guest;
use super::guest_job::GuestJob;
use super::program::Job;
use super::retention::Retention;
use super::schedule::Event;
use crate::scenario::{self, Scenario, calendar};

/// Minutes for which a task of a job waits for its node's lock (`lockwait`).
const LOCKWAIT: u64 = 180;

/// A job as it is configured.
pub type PlannedBackup = scenario::BackupJob;

/// When each job is due, as far as that is planned.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct BackupCalendar {
    jobs: BTreeMap<String, PlannedBackup>,
}

impl BackupCalendar {
    /// The jobs that a scenario begins with.
    pub(super) fn new(scenario: &Scenario) -> Self {
        let jobs = scenario.backup_job.iter();
        Self {
            jobs: jobs.map(|job| (job.id.clone(), job.clone())).collect(),
        }
    }

    /// All jobs by id.
    pub fn jobs(&self) -> impl Iterator<Item = &PlannedBackup> {
        self.jobs.values()
    }

    /// Whether a job that is enabled makes archives of the guest.
    pub fn covers(&self, guest: &Guest) -> bool {
        let mut enabled = self.jobs.values().filter(|job| job.enabled);
        enabled.any(|job| takes_in(job, guest))
    }
}

/// Whether a job is about the guest, wherever it is.
fn takes_in(job: &PlannedBackup, guest: &Guest) -> bool {
    match &job.pool {
        Some(pool) => guest.pool.as_ref() == Some(pool),
        None if job.all => !job.exclude.contains(&guest.vmid),
        None => job.vmid.contains(&guest.vmid),
    }
}

impl Machine {
    /// Plans the next run of every job.
    pub(super) fn plan_backups(&mut self) {
        let ids: Vec<String> = self.backup_calendar.jobs.keys().cloned().collect();
        for id in ids {
            self.plan_backup_job(&id);
        }
    }

    fn plan_backup_job(&mut self, id: &str) {
        let job = self.backup_calendar.jobs.get(id).filter(|job| job.enabled);
        let next = job.and_then(|job| calendar::next(&job.schedule, self.now_s()));
        if let Some(next) = next {
            self.schedule.at(next * 1000, Event::BackUp(id.into()));
        }
    }

    /// A job is due. Within a long jump only the run by which it ends is worth the work.
    pub(super) fn back_up(&mut self, id: &str, to_ms: u64) {
        let Some(job) = self.backup_calendar.jobs.get(id).cloned() else {
            return;
        };
        self.plan_backup_job(id);
        let again = calendar::next(&job.schedule, self.now_s());
        if again.is_some_and(|again| again * 1000 <= to_ms) {
            return;
        }
        let nodes = self.nodes.iter().filter(|node| node.online);
        let nodes: Vec<String> = nodes
            .map(|node| node.name.clone())
            .filter(|node| job.node.as_ref().is_none_or(|only| only == node))
            .collect();
        for node in nodes {
            let vmids: Vec<u32> = self
                .guests
                .values()
                .filter(|guest| guest.node == node && takes_in(&job, guest))
                .map(|guest| guest.vmid)
                .collect();
            if !vmids.is_empty() {
                self.start_archives(&node, &job, vmids);
            }
        }
        self.revision += 1;
    }

    fn start_archives(&mut self, node: &str, job: &PlannedBackup, vmids: Vec<u32>) {
        let (name, vmid) = match vmids.as_slice() {
            [only] => (only.to_string(), Some(*only)),
            _ => (String::new(), None),
        };
        let archives = BackupJob {
            vmids,
            storage: job.storage.clone(),
            mode: BackupMode::parse(Some(&job.mode)),
            compress: "zstd".into(),
            notes: None,
            protected: false,
            keep: Retention::default(),
            lockwait: LOCKWAIT,
            denied: None,
        };
        let work = Job::Guest(GuestJob::Backup(Box::new(archives)));
        self.launch(&Caller::system(), (node, "vzdump", &name), vmid, work);
    }
}
