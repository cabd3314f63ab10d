//! Replication jobs: a guest's disks are copied to another node every so often, so that little is lost with its own.
//!
//! A job runs by its calendar or when it is told to; it follows its guest, and turns round when the guest has moved to
//! where it was copied to (`PVE::ReplicationState`). No task tells of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Machine;
use super::schedule::Event;
use crate::scenario::{self, Scenario};

/// A job as it is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Replication {
    /// The guest's number and the job's.
    pub id: String,
    /// The guest.
    pub guest: u32,
    /// The node that sends.
    pub source: String,
    /// The node that receives.
    pub target: String,
    /// When it runs.
    pub schedule: String,
    /// Whether it rests.
    pub disable: bool,
    /// A remark.
    pub comment: Option<String>,
    /// Start of the last good run, seconds since the epoch; 0 is never.
    pub last_sync: u64,
    /// Start of the last run, seconds since the epoch; 0 is never or at once.
    pub last_try: u64,
    /// Runs that failed since the last good one.
    pub fail_count: u32,
    /// Why the last one failed.
    pub error: Option<String>,
    /// How long a run takes, seconds.
    pub duration: f64,
    /// When the present run ends, virtual ms.
    pub running_until: Option<u64>,
    /// When it runs next, virtual ms.
    pub next_ms: Option<u64>,
}

/// The jobs that a scenario begins with.
pub(super) fn jobs(scenario: &Scenario, start_ms: u64) -> BTreeMap<String, Replication> {
    scenario
        .replication
        .iter()
        .map(|line| (line.id.clone(), Replication::new(line, start_ms / 1000)))
        .collect()
}

impl Replication {
    fn new(line: &scenario::Replication, start_s: u64) -> Self {
        let last_sync = line.last_sync.map_or(0, |ago| start_s.saturating_sub(ago));
        Self {
            id: line.id.clone(),
            guest: line.guest,
            source: line.source.clone(),
            target: line.target.clone(),
            schedule: line.schedule.clone(),
            disable: line.disable,
            comment: line.comment.clone(),
            last_sync,
            last_try: last_sync,
            fail_count: line.fail_count,
            error: (line.fail_count > 0).then(|| unreachable(&line.target)),
            duration: line.duration,
            running_until: None,
            next_ms: None,
        }
    }

    /// The number behind the guest's.
    pub fn number(&self) -> u32 {
        let number = self.id.split('-').nth(1);
        number.and_then(|n| n.parse().ok()).unwrap_or(0)
    }

    /// The calendar's next moment after a time, both in seconds: `*/N` is every N minutes of the hour.
    fn after(&self, at_s: u64) -> Option<u64> {
        let step = self.step_s()?;
        let hour = at_s / 3600 * 3600;
        let next = hour + (at_s - hour) / step * step + step;
        Some(next.min(hour + 3600))
    }

    /// The calendar's last moment up to a time.
    fn up_to(&self, at_s: u64) -> Option<u64> {
        let step = self.step_s()?;
        let hour = at_s / 3600 * 3600;
        Some(hour + (at_s - hour) / step * step)
    }

    fn step_s(&self) -> Option<u64> {
        let minutes: u64 = self.schedule.strip_prefix("*/")?.parse().ok()?;
        (1..=60).contains(&minutes).then_some(minutes * 60)
    }

    /// When it is due, by its calendar or after its failures.
    fn due_ms(&self, now_ms: u64) -> Option<u64> {
        let due_s = if self.fail_count > 0 {
            let minutes = u64::from(if self.fail_count <= 3 {
                5 * self.fail_count
            } else {
                30
            });
            self.last_try + minutes * 60
        } else {
            self.after(self.last_try)?
        };
        Some((due_s * 1000).max(now_ms))
    }

    fn took_ms(&self) -> u64 {
        // At most a day, as the scenario is checked to say.
        u64::try_from(
            std::time::Duration::from_secs_f64(self.duration.clamp(0.0, 86_400.0)).as_millis(),
        )
        .unwrap_or(86_400_000)
    }
}

fn unreachable(target: &str) -> String {
    format!(
        "command '/usr/bin/ssh -e none -o 'BatchMode=yes' root@{target} -- pvesr prepare-local-job' failed: exit code 255"
    )
}

impl Machine {
    /// Has a job run as soon as the scheduler looks. Answers whether there is such a job.
    pub(crate) fn schedule_replication(&mut self, id: &str) -> bool {
        let due = self.now_ms + self.durations.replication_wait;
        let Some(job) = self.replications.get_mut(id) else {
            return false;
        };
        if job.running_until.is_none() {
            job.last_try = 0;
            if !job.disable {
                job.next_ms = Some(due);
                self.schedule.at(due, Event::Replicate(id.into()));
            }
        }
        self.revision += 1;
        true
    }

    /// Plans the next run of every job that can run and has none: nodes may have come back.
    pub(super) fn plan_replications(&mut self) {
        let idle: Vec<String> = self
            .replications
            .values()
            .filter(|j| j.next_ms.is_none() && j.running_until.is_none() && !j.disable)
            .map(|j| j.id.clone())
            .collect();
        let soonest = self.now_ms + self.durations.replication_wait;
        for id in idle {
            self.plan_replication(&id, soonest);
        }
    }

    fn plan_replication(&mut self, id: &str, soonest_ms: u64) {
        let online = |name: &str| self.node(name).is_some_and(|n| n.online);
        let Some(job) = self.replications.get(id) else {
            return;
        };
        // A job that failed rests while its target is away, and every job while its own node is.
        let rests = !online(&job.source) || (job.fail_count > 0 && !online(&job.target));
        let due = job.due_ms(soonest_ms).filter(|_| !rests);
        if let Some(job) = self.replications.get_mut(id) {
            job.next_ms = due;
        }
        if let Some(due) = due {
            self.schedule.at(due, Event::Replicate(id.into()));
        }
    }

    /// A job is due. Within a long jump only the last run of the calendar is worth the work.
    pub(super) fn replicate(&mut self, id: &str, to_ms: u64) {
        let now = self.now_ms;
        let here = |job: &Replication| self.guests.get(&job.guest).map(|g| g.node.clone());
        let Some(job) = self.replications.get(id).filter(|j| j.next_ms == Some(now)) else {
            return;
        };
        let at_home = here(job).is_some_and(|node| node == job.source);
        let reachable = self.node(&job.target).is_some_and(|n| n.online);
        let awake = self.node(&job.source).is_some_and(|n| n.online);
        let last = job
            .up_to(to_ms.saturating_sub(job.took_ms()) / 1000)
            .map(|s| s * 1000);
        let took = job.took_ms();
        let Some(job) = self.replications.get_mut(id) else {
            return;
        };
        job.next_ms = None;
        if !at_home || !awake {
            return;
        }
        if let Some(last) = last.filter(|last| *last > now && reachable && job.fail_count == 0) {
            job.next_ms = Some(last);
            self.schedule.at(last, Event::Replicate(id.into()));
            return;
        }
        job.last_try = now / 1000;
        self.revision += 1;
        if !reachable {
            job.fail_count += 1;
            job.error = Some(unreachable(&job.target));
            self.plan_replication(id, now + 1);
            return;
        }
        job.running_until = Some(now + took);
        self.schedule.at(now + took, Event::Replicated(id.into()));
    }

    /// A job's run is over, unless it was broken off.
    pub(super) fn end_replication(&mut self, id: &str) {
        let now = self.now_ms;
        let Some(job) = self.replications.get_mut(id) else {
            return;
        };
        if job.running_until.take_if(|until| *until == now).is_none() {
            return;
        }
        job.last_sync = job.last_try;
        job.fail_count = 0;
        job.error = None;
        self.revision += 1;
        self.plan_replication(id, now + 1);
    }

    /// The runs of a lost node are gone; those to it fail.
    pub(super) fn halt_replications(&mut self, node: &str) {
        let mut failed = Vec::new();
        for job in self.replications.values_mut() {
            if job.source == node {
                job.running_until = None;
                job.next_ms = None;
            } else if job.target == node && job.running_until.take().is_some() {
                job.fail_count += 1;
                job.error = Some(unreachable(&job.target));
                failed.push(job.id.clone());
            }
        }
        for id in failed {
            self.plan_replication(&id, self.now_ms + 1);
        }
    }

    /// A guest may be elsewhere: its jobs send from there, and turn round when that is where they sent to.
    pub(super) fn turn_replications(&mut self, vmid: u32) {
        let Some(node) = self.guests.get(&vmid).map(|g| g.node.clone()) else {
            return;
        };
        let mut turned = Vec::new();
        for job in self.replications.values_mut() {
            if job.guest != vmid || job.source == node {
                continue;
            }
            let source = std::mem::replace(&mut job.source, node.clone());
            if job.target == node {
                job.target = source;
            }
            job.running_until = None;
            job.next_ms = None;
            if !job.disable {
                turned.push(job.id.clone());
            }
        }
        for id in turned {
            self.plan_replication(&id, self.now_ms + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(schedule: &str) -> Replication {
        let lab = Scenario::lab();
        let mut job = Replication::new(&lab.replication[0], 1_767_225_600);
        job.schedule = schedule.into();
        job
    }

    #[test]
    fn the_calendar_counts_the_minutes_of_the_hour() {
        let hour = 1_767_225_600;
        assert_eq!(job("*/15").after(hour), Some(hour + 900));
        assert_eq!(job("*/15").after(hour + 899), Some(hour + 900));
        assert_eq!(job("*/25").after(hour + 3_001), Some(hour + 3_600));
        assert_eq!(job("*/15").up_to(hour + 1_000), Some(hour + 900));
        assert_eq!(job("mon 02:00").after(hour), None);
    }
}
