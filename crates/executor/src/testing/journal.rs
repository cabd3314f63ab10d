//! A journal in memory with the fences of the real one ([`argus_store::journal`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argus_store::journal::{Append, AppendError, Entry, Lease, ResourceLease};
use argus_store::{Error, ExecutionRecord};
use argus_types::Timestamp;
use argus_types::event::{Event, ExecutionEvent};
use argus_types::execution::ExecutionState;
use argus_types::id::ExecutionId;
use argus_types::plan::Lock;
use tokio::time::Instant;

use crate::ports;

/// One execution's row and journal.
#[derive(Debug, Clone)]
pub struct Execution {
    /// Its row.
    pub record: ExecutionRecord,
    /// Its journal.
    pub events: Vec<ExecutionEvent>,
    /// The last epoch given.
    pub epoch: i64,
    /// Until when the lease holds.
    pub until: Option<Instant>,
}

/// Everything that the database holds. What is about no execution's own row is shared.
#[derive(Debug, Default)]
pub struct Books {
    /// The executions, in the order in which they are claimed.
    pub executions: BTreeMap<ExecutionId, Execution>,
    /// The ledger.
    pub ledger: Vec<Entry>,
    /// What is reserved, and for whom.
    pub reserved: BTreeMap<Lock, ExecutionId>,
    /// Executions beyond `executions` that wait for a person.
    pub abandoned: BTreeSet<ExecutionId>,
    /// Whether the emergency stop is set.
    pub emergency_stop: bool,
    /// Executions for which somebody stands who may not any more.
    pub barred: BTreeSet<ExecutionId>,
}

/// A handle on it; clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemoryJournal {
    books: Arc<Mutex<Books>>,
}

impl MemoryJournal {
    /// With one execution.
    pub fn new(record: ExecutionRecord) -> Self {
        let journal = Self::default();
        journal.lock().insert(record);
        journal
    }

    /// Looks into it or changes it, with nobody in between.
    pub fn lock(&self) -> MutexGuard<'_, Books> {
        // No change is left half done by a panic of whoever only looks.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Execution {
    fn held(&self, epoch: i64) -> bool {
        self.epoch == epoch && self.until.is_some_and(|until| until > Instant::now())
    }

    fn is_free(&self) -> bool {
        !self.record.state.is_final() && self.until.is_none_or(|until| until <= Instant::now())
    }

    fn push(&mut self, at: Timestamp, event: Event) {
        self.events.push(ExecutionEvent {
            execution: self.record.id,
            seq: self.last_seq() + 1,
            at,
            event,
        });
    }

    fn last_seq(&self) -> u64 {
        self.events.len() as u64
    }
}

impl Books {
    /// A confirmed execution that waits to be claimed.
    pub fn insert(&mut self, record: ExecutionRecord) {
        let execution = Execution {
            record,
            events: Vec::new(),
            epoch: 0,
            until: None,
        };
        self.executions.insert(execution.record.id, execution);
    }

    /// As the API does it when somebody asks one execution to stop. `false` where it is over or somebody did before.
    pub fn stop(&mut self, id: ExecutionId, at: Timestamp, emergency: bool) -> bool {
        let Some(execution) = self.executions.get_mut(&id) else {
            return false;
        };
        if execution.record.state != ExecutionState::Running {
            return false;
        }
        execution.record.state = ExecutionState::Stopping;
        let stop = Event::StopRequested {
            by: "Anna".to_owned(),
            emergency,
            reason: None,
        };
        execution.push(at, stop);
        self.ledger.push(Entry {
            at: at.to_string(),
            actor: "anna".to_owned(),
            kind: "execution.stop_requested".to_owned(),
            subject: format!("execution/{id}"),
            body: serde_json::json!({ "emergency": emergency }),
        });
        true
    }

    /// Executions that are not over.
    pub fn running(&self) -> Vec<ExecutionId> {
        let running = self.executions.values();
        running
            .filter(|execution| !execution.record.state.is_final())
            .map(|execution| execution.record.id)
            .collect()
    }

    fn claim(&mut self, ttl: Duration, limit: u32) -> Vec<Lease> {
        let free = self.executions.iter_mut();
        free.filter(|(_, execution)| execution.is_free())
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .map(|(id, execution)| {
                execution.epoch += 1;
                execution.until = Some(Instant::now() + ttl);
                Lease {
                    execution: *id,
                    epoch: execution.epoch,
                }
            })
            .collect()
    }

    fn write(&mut self, lease: Lease, at: Timestamp, append: &Append) -> Result<u64, AppendError> {
        let own = lease.execution;
        if append.intent && self.barred.contains(&own) {
            return Err(AppendError::NoLongerAllowed {
                name: "Ada".to_owned(),
                why: "the account is disabled".to_owned(),
            });
        }
        if append.intent && self.emergency_stop {
            return Err(AppendError::EmergencyStop);
        }
        let execution = self.executions.get(&own);
        let Some(execution) = execution.filter(|execution| execution.held(lease.epoch)) else {
            return Err(AppendError::Fenced);
        };
        let last_seq = execution.last_seq();
        if append.expected_seq != last_seq {
            return Err(AppendError::Behind { last_seq });
        }
        self.change_resources(own, &append.resources)?;
        let Some(execution) = self.executions.get_mut(&own) else {
            return Err(AppendError::Fenced);
        };
        for event in &append.events {
            execution.push(at, event.clone());
        }
        self.ledger.extend(append.ledger.iter().cloned());
        let last_seq = execution.last_seq();
        if let Some(end) = append.end {
            execution.record.state = end;
            execution.record.ended_at = Some(at);
            if end != ExecutionState::NeedsAttention {
                self.reserved.retain(|_, holder| *holder != own);
            }
        }
        Ok(last_seq)
    }

    /// All of them or none.
    fn change_resources(
        &mut self,
        own: ExecutionId,
        changes: &[ResourceLease],
    ) -> Result<(), AppendError> {
        for change in changes {
            let ResourceLease::Acquire { locks, .. } = change else {
                continue;
            };
            let taken = |lock: &&Lock| self.reserved.get(lock).is_some_and(|holder| *holder != own);
            if let Some(lock) = locks.iter().find(taken) {
                let holder = self.reserved[lock];
                return Err(AppendError::Busy {
                    lock: lock.clone(),
                    holder,
                    needs_attention: self.waits_for_a_person(holder),
                });
            }
        }
        for change in changes {
            match change {
                ResourceLease::Acquire { locks, .. } => {
                    let taken = locks.iter().map(|lock| (lock.clone(), own));
                    self.reserved.extend(taken);
                }
                ResourceLease::Release { locks, .. } => {
                    self.reserved
                        .retain(|lock, holder| !locks.contains(lock) || *holder != own);
                }
            }
        }
        Ok(())
    }

    fn waits_for_a_person(&self, id: ExecutionId) -> bool {
        let execution = self.executions.get(&id);
        execution.is_some_and(|execution| execution.record.state == ExecutionState::NeedsAttention)
            || self.abandoned.contains(&id)
    }
}

impl ports::Journal for MemoryJournal {
    async fn claim(&self, _: &str, ttl: Duration, limit: u32) -> Result<Vec<Lease>, Error> {
        Ok(self.lock().claim(ttl, limit))
    }

    async fn renew(&self, lease: Lease, ttl: Duration) -> Result<bool, Error> {
        let mut books = self.lock();
        let execution = books.executions.get_mut(&lease.execution);
        let held = execution.filter(|execution| execution.held(lease.epoch));
        Ok(held
            .map(|execution| execution.until = Some(Instant::now() + ttl))
            .is_some())
    }

    async fn release(&self, lease: Lease) -> Result<(), Error> {
        let mut books = self.lock();
        let execution = books.executions.get_mut(&lease.execution);
        if let Some(execution) = execution.filter(|execution| execution.epoch == lease.epoch) {
            execution.until = None;
        }
        Ok(())
    }

    async fn load(
        &self,
        id: ExecutionId,
    ) -> Result<Option<(ExecutionRecord, Vec<ExecutionEvent>)>, Error> {
        let books = self.lock();
        let execution = books.executions.get(&id);
        Ok(execution.map(|execution| (execution.record.clone(), execution.events.clone())))
    }

    async fn events_after(
        &self,
        id: ExecutionId,
        after: u64,
    ) -> Result<Vec<ExecutionEvent>, Error> {
        let books = self.lock();
        let events = books.executions.get(&id).map(|one| &one.events);
        let newer = events.into_iter().flatten().filter(|one| one.seq > after);
        Ok(newer.cloned().collect())
    }

    async fn tasks_of_others(
        &self,
        own: ExecutionId,
        upids: &[String],
    ) -> Result<Vec<String>, Error> {
        let books = self.lock();
        let others = books.executions.values();
        let others = others.filter(|other| other.record.id != own);
        let submitted = others.flat_map(|other| &other.events).filter_map(|entry| {
            let Event::Submitted { upid, .. } = &entry.event else {
                return None;
            };
            upids.contains(upid).then(|| upid.clone())
        });
        Ok(submitted.collect())
    }

    async fn append(
        &self,
        lease: Lease,
        at: Timestamp,
        append: &Append,
    ) -> Result<u64, AppendError> {
        self.lock().write(lease, at, append)
    }

    async fn hint(&self) {
        std::future::pending::<()>().await;
    }
}
