//! One process of a replica: the ports that it has, with everything in between that may go wrong.

use std::fmt;
use std::time::Duration;

use argus_domain::facts::{Facts, Wanted};
use argus_executor::ports::{Hypervisor, Journal, ReadError, SendError, Sent, TaskState};
use argus_executor::testing::Answer;
use argus_store::journal::{Append, AppendError, Lease};
use argus_store::{Error, ExecutionRecord};
use argus_types::Timestamp;
use argus_types::event::{ExecutionEvent, TaskLine};
use argus_types::id::ExecutionId;
use argus_types::plan::Step;
use rand::RngExt;
use tokio::time::{Instant, sleep, sleep_until};

use super::sim::{Shared, Sim};
use super::weather::{Write, happens};

/// A process; clones are the same one.
#[derive(Clone)]
pub struct Replica {
    /// The schedule.
    pub sim: Sim,
    /// Which replica.
    pub number: usize,
    /// Which of its processes.
    pub process: u32,
}

impl fmt::Display for Replica {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}.{}", self.number, self.process)
    }
}

/// What a process may do.
enum Gate {
    Pass,
    Until(Instant),
    Dead,
}

fn away() -> Error {
    argus_store::testing::unavailable()
}

fn unread() -> ReadError {
    ReadError {
        silent: true,
        message: "no connection".to_owned(),
        ..ReadError::default()
    }
}

impl Replica {
    /// Where a process may die or stand still. It passes only alive.
    async fn gate(&self, may_freeze: bool) {
        {
            let mut shared = self.sim.shared();
            let shared = &mut *shared;
            shared.calls_left = shared.calls_left.saturating_sub(1);
            if shared.calls_left == 1 {
                let circle = format!("{self} goes round in a circle");
                shared.witness.violations.push(circle);
            }
            if shared.mischief_left > 0 && self.lives(shared) {
                if happens(&mut shared.dice, shared.weather.crash) {
                    shared.mischief_left -= 1;
                    shared.kill(self.number);
                } else if may_freeze && happens(&mut shared.dice, shared.weather.freeze) {
                    shared.mischief_left -= 1;
                    let while_ = Duration::from_millis(shared.dice.random_range(1..30_000));
                    shared.freeze(self.number, while_);
                }
            }
        }
        self.live(may_freeze).await;
    }

    fn lives(&self, shared: &Shared) -> bool {
        shared.replicas[self.number].process == self.process
    }

    /// Waits while it stands still, and for ever once it is dead.
    async fn live(&self, may_freeze: bool) {
        loop {
            let gate = {
                let shared = self.sim.shared();
                let frozen = shared.replicas[self.number].frozen;
                match frozen.filter(|until| may_freeze && *until > Instant::now()) {
                    _ if !self.lives(&shared) || shared.calls_left == 0 => Gate::Dead,
                    Some(until) => Gate::Until(until),
                    None => Gate::Pass,
                }
            };
            match gate {
                Gate::Pass => return,
                Gate::Until(until) => sleep_until(until).await,
                Gate::Dead => std::future::pending().await,
            }
        }
    }

    /// Time that a call takes on its way, sometimes.
    async fn way(&self) {
        let time = {
            let mut shared = self.sim.shared();
            let shared = &mut *shared;
            happens(&mut shared.dice, shared.weather.slow).then(|| {
                let most = if shared.dice.random_bool(0.1) {
                    8_000
                } else {
                    50
                };
                Duration::from_millis(shared.dice.random_range(1..most))
            })
        };
        if let Some(time) = time {
            sleep(time).await;
        }
    }

    /// There, into the database; an error where it is away.
    async fn to_database(&self) -> Result<(), Error> {
        self.gate(true).await;
        self.way().await;
        self.live(true).await;
        let now = Instant::now();
        match self.sim.shared().database_away {
            Some(until) if until > now => Err(away()),
            _ => Ok(()),
        }
    }

    /// And back.
    async fn back(&self) {
        self.way().await;
        self.gate(true).await;
    }

    /// There, to look at Proxmox.
    async fn to_proxmox(&self) -> Result<(), ReadError> {
        self.gate(true).await;
        self.way().await;
        self.live(true).await;
        let mut shared = self.sim.shared();
        let shared = &mut *shared;
        let now = Instant::now();
        let is_away = shared.proxmox_away.is_some_and(|until| until > now);
        if is_away || happens(&mut shared.dice, shared.weather.read_fails) {
            shared.witness.reads_failed = true;
            return Err(unread());
        }
        Ok(())
    }

    /// And back, perhaps much later.
    async fn read_back(&self) {
        let late = {
            let mut shared = self.sim.shared();
            let shared = &mut *shared;
            happens(&mut shared.dice, shared.weather.read_late)
                .then(|| Duration::from_millis(shared.dice.random_range(1..15_000)))
        };
        if let Some(late) = late {
            sleep(late).await;
        }
        self.back().await;
    }

    /// The transaction: from here on it is one moment.
    async fn commit(
        &self,
        lease: Lease,
        at: Timestamp,
        append: &Append,
    ) -> Result<u64, AppendError> {
        let result = self.sim.journal.append(lease, at, append).await;
        let mut shared = self.sim.shared();
        if result.is_ok() {
            let books = self.sim.journal.lock();
            let model = self.sim.proxmox.lock();
            shared.witness.committed(lease, append, &books, &model);
        }
        shared.note(|| {
            let events: Vec<_> = append.events.iter().map(super::trace::event).collect();
            let result = match &result {
                Ok(seq) => format!("#{seq}"),
                Err(error) => format!("{error}"),
            };
            format!(
                "{self} writes to {}/{}: {} -> {result}",
                lease.execution.0.as_u128(),
                lease.epoch,
                events.join(", ")
            )
        });
        if append.end.is_some() && result.is_ok() {
            self.sim.ended.notify_one();
        }
        result
    }
}

impl Journal for Replica {
    async fn claim(&self, replica: &str, ttl: Duration, limit: u32) -> Result<Vec<Lease>, Error> {
        self.to_database().await?;
        let leases = self.sim.journal.claim(replica, ttl, limit).await?;
        if leases.is_empty() {
            return Ok(leases);
        }
        {
            let mut shared = self.sim.shared();
            for lease in &leases {
                shared
                    .witness
                    .claimed(*lease, ttl, (self.number, self.process));
                shared.note(|| {
                    let execution = lease.execution.0.as_u128();
                    format!("{self} claims {execution}/{}", lease.epoch)
                });
            }
        }
        self.back().await;
        Ok(leases)
    }

    async fn renew(&self, lease: Lease, ttl: Duration) -> Result<bool, Error> {
        self.to_database().await?;
        let held = self.sim.journal.renew(lease, ttl).await?;
        if held {
            self.sim.shared().witness.renewed(lease, ttl);
        }
        self.back().await;
        Ok(held)
    }

    async fn release(&self, lease: Lease) -> Result<(), Error> {
        self.to_database().await?;
        self.sim.journal.release(lease).await?;
        self.sim.shared().witness.released(lease);
        self.back().await;
        Ok(())
    }

    async fn load(
        &self,
        id: ExecutionId,
    ) -> Result<Option<(ExecutionRecord, Vec<ExecutionEvent>)>, Error> {
        self.to_database().await?;
        let loaded = self.sim.journal.load(id).await;
        self.back().await;
        loaded
    }

    async fn events_after(
        &self,
        id: ExecutionId,
        after: u64,
    ) -> Result<Vec<ExecutionEvent>, Error> {
        self.to_database().await?;
        let events = self.sim.journal.events_after(id, after).await;
        self.back().await;
        events
    }

    async fn tasks_of_others(
        &self,
        own: ExecutionId,
        upids: &[String],
    ) -> Result<Vec<String>, Error> {
        self.to_database().await?;
        let found = self.sim.journal.tasks_of_others(own, upids).await;
        self.back().await;
        found
    }

    async fn append(
        &self,
        lease: Lease,
        at: Timestamp,
        append: &Append,
    ) -> Result<u64, AppendError> {
        self.to_database().await?;
        let write = {
            let mut shared = self.sim.shared();
            let shared = &mut *shared;
            shared.weather.write(&mut shared.dice)
        };
        let result = match write {
            Write::Done => self.commit(lease, at, append).await,
            Write::Refused => Err(away().into()),
            Write::AnswerLost => {
                // An error of the journal's own is an answer, and lost as well.
                let _lost = self.commit(lease, at, append).await;
                Err(away().into())
            }
            Write::Late(time) => {
                let (late, append) = (self.clone(), append.clone());
                tokio::spawn(async move {
                    sleep(time).await;
                    late.commit(lease, at, &append).await
                });
                Err(away().into())
            }
        };
        self.back().await;
        result
    }

    async fn hint(&self) {
        std::future::pending::<()>().await;
    }
}

impl Hypervisor for Replica {
    async fn look(&self, wanted: &Wanted) -> Result<Facts, ReadError> {
        self.to_proxmox().await?;
        let seen = self.sim.proxmox.look(wanted).await;
        self.read_back().await;
        seen
    }

    async fn send(&self, step: &Step) -> Result<Sent, SendError> {
        // A process that stands still exactly here is what the executor does not promise anything about.
        self.gate(false).await;
        let result = {
            let mut shared = self.sim.shared();
            let shared = &mut *shared;
            let now = Instant::now();
            let answer = if shared.proxmox_away.is_some_and(|until| until > now) {
                Answer::NotSent
            } else {
                shared.weather.answer(&mut shared.dice, step)
            };
            let process = (self.number, self.process);
            {
                let model = self.sim.proxmox.lock();
                shared.witness.sent(step, process, &answer, &model);
            }
            shared.note(|| format!("{self} sends {}: {answer:?}", step.title));
            self.sim.proxmox.request(step, &answer)
        };
        self.back().await;
        result
    }

    async fn tasks(&self, step: &Step, since: i64) -> Result<Vec<String>, ReadError> {
        self.to_proxmox().await?;
        let tasks = self.sim.proxmox.tasks(step, since).await;
        self.sim
            .note(self, || format!("finds for {}: {tasks:?}", step.title));
        self.read_back().await;
        tasks
    }

    async fn task(&self, upid: &str) -> Result<TaskState, ReadError> {
        self.to_proxmox().await?;
        let task = self.sim.proxmox.task(upid).await;
        self.read_back().await;
        task
    }

    async fn task_log(
        &self,
        upid: &str,
        after: u32,
        limit: u32,
    ) -> Result<Vec<TaskLine>, ReadError> {
        self.to_proxmox().await?;
        let lines = self.sim.proxmox.task_log(upid, after, limit).await;
        self.read_back().await;
        lines
    }
}
