//! A journal in memory with the fences of the real one, and with failures on demand.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use argus_executor::ports::Journal;
use argus_store::journal::{Append, AppendError, Entry, GuestLease, Lease};
use argus_store::{Error, ExecutionRecord};
use argus_types::Timestamp;
use argus_types::event::{Event, ExecutionEvent};
use argus_types::execution::ExecutionState;
use argus_types::id::{ExecutionId, GuestKey};
use tokio::sync::Notify;
use tokio::time::Instant;

/// What happens to one append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The database is away, and nothing is written.
    Away,
    /// It is written, and the answer is lost.
    AnswerLost,
    /// The process dies before it is written.
    CrashBefore,
    /// The process dies after it is written.
    CrashAfter,
    /// The process stands still for so long after it is written.
    Frozen(Duration),
    /// The wall clock jumps by so many seconds after it is written.
    ClockJumps(i64),
}

#[derive(Debug)]
pub struct Inner {
    pub record: ExecutionRecord,
    pub events: Vec<ExecutionEvent>,
    pub ledger: Vec<Entry>,
    pub guests: BTreeMap<GuestKey, ExecutionId>,
    /// Guests of executions that wait for a person.
    pub abandoned: Vec<ExecutionId>,
    pub emergency_stop: bool,
    /// The intent, from 1, before which Ada loses a right.
    pub right_lost_before: Option<usize>,
    pub intents: usize,
    pub epoch: i64,
    pub until: Option<Instant>,
    pub appends: usize,
    /// By the number of the append, from 1.
    pub troubles: BTreeMap<usize, Trouble>,
    /// A stop that somebody requests right before the append of this number.
    pub stop_before: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct MemoryJournal {
    inner: Arc<Mutex<Inner>>,
    pub crashed: Arc<Notify>,
    pub ended: Arc<Notify>,
    /// How far the wall clock is off, in seconds; timers and leases do not see it.
    pub clock_error: Arc<AtomicI64>,
}

impl MemoryJournal {
    pub fn new(record: ExecutionRecord) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                record,
                events: Vec::new(),
                ledger: Vec::new(),
                guests: BTreeMap::new(),
                abandoned: Vec::new(),
                emergency_stop: false,
                right_lost_before: None,
                intents: 0,
                epoch: 0,
                until: None,
                appends: 0,
                troubles: BTreeMap::new(),
                stop_before: None,
            })),
            crashed: Arc::new(Notify::new()),
            ended: Arc::new(Notify::new()),
            clock_error: Arc::default(),
        }
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .expect("no test panics while it holds this")
    }

    /// As another replica that found the lease run out, and that does nothing.
    pub fn steal(&self) {
        let mut inner = self.lock();
        inner.epoch += 1;
        inner.until = Some(Instant::now() + Duration::from_hours(1));
    }

    /// As the API does it.
    pub fn request_stop(&self, at: Timestamp) {
        self.lock().stop(at);
    }
}

impl Inner {
    fn push(&mut self, at: Timestamp, event: Event) {
        let seq = self.events.len() as u64 + 1;
        self.events.push(ExecutionEvent {
            execution: self.record.id,
            seq,
            at,
            event,
        });
    }

    fn stop(&mut self, at: Timestamp) {
        self.record.state = ExecutionState::Stopping;
        self.push(
            at,
            Event::StopRequested {
                by: "Anna".to_owned(),
                emergency: false,
                reason: None,
            },
        );
    }

    fn held(&self, lease: Lease) -> bool {
        self.epoch == lease.epoch && self.until.is_some_and(|until| until > Instant::now())
    }

    fn write(&mut self, lease: Lease, at: Timestamp, append: &Append) -> Result<u64, AppendError> {
        if append.intent {
            self.intents += 1;
            if self.right_lost_before.is_some_and(|n| self.intents >= n) {
                return Err(AppendError::NoLongerAllowed {
                    name: "Ada".to_owned(),
                    why: "the account is disabled".to_owned(),
                });
            }
        }
        if append.intent && self.emergency_stop {
            return Err(AppendError::EmergencyStop);
        }
        if !self.held(lease) {
            return Err(AppendError::Fenced);
        }
        let last_seq = self.events.len() as u64;
        if append.expected_seq != last_seq {
            return Err(AppendError::Behind { last_seq });
        }
        for change in &append.guests {
            if let GuestLease::Acquire { guest, .. } = change
                && let Some(holder) = self.guests.get(guest)
                && *holder != self.record.id
            {
                return Err(AppendError::GuestBusy {
                    guest: *guest,
                    holder: *holder,
                    needs_attention: self.abandoned.contains(holder),
                });
            }
        }
        for change in &append.guests {
            match change {
                GuestLease::Acquire { guest, .. } => {
                    self.guests.insert(*guest, self.record.id);
                }
                GuestLease::Release { guest, .. } => {
                    let own = self.record.id;
                    self.guests
                        .retain(|key, holder| key != guest || *holder != own);
                }
            }
        }
        for event in &append.events {
            self.push(at, event.clone());
        }
        self.ledger.extend(append.ledger.iter().cloned());
        if let Some(end) = append.end {
            self.record.state = end;
            if end != ExecutionState::NeedsAttention {
                let own = self.record.id;
                self.guests.retain(|_, holder| *holder != own);
            }
        }
        Ok(self.events.len() as u64)
    }
}

fn away() -> AppendError {
    AppendError::Store(argus_store::testing::unavailable())
}

impl Journal for MemoryJournal {
    async fn claim(&self, _: &str, ttl: Duration, _: u32) -> Result<Vec<Lease>, Error> {
        let mut inner = self.lock();
        let free = inner.until.is_none_or(|until| until <= Instant::now());
        if inner.record.state.is_final() || !free {
            return Ok(Vec::new());
        }
        inner.epoch += 1;
        inner.until = Some(Instant::now() + ttl);
        Ok(vec![Lease {
            execution: inner.record.id,
            epoch: inner.epoch,
        }])
    }

    async fn renew(&self, lease: Lease, ttl: Duration) -> Result<bool, Error> {
        let mut inner = self.lock();
        let held = inner.held(lease);
        if held {
            inner.until = Some(Instant::now() + ttl);
        }
        Ok(held)
    }

    async fn release(&self, lease: Lease) -> Result<(), Error> {
        let mut inner = self.lock();
        if inner.epoch == lease.epoch {
            inner.until = None;
        }
        Ok(())
    }

    async fn load(
        &self,
        _: ExecutionId,
    ) -> Result<Option<(ExecutionRecord, Vec<ExecutionEvent>)>, Error> {
        let inner = self.lock();
        Ok(Some((inner.record.clone(), inner.events.clone())))
    }

    async fn events_after(&self, _: ExecutionId, after: u64) -> Result<Vec<ExecutionEvent>, Error> {
        let inner = self.lock();
        let newer = inner.events.iter().filter(|entry| entry.seq > after);
        Ok(newer.cloned().collect())
    }

    async fn append(
        &self,
        lease: Lease,
        at: Timestamp,
        append: &Append,
    ) -> Result<u64, AppendError> {
        let (trouble, written) = {
            let mut inner = self.lock();
            inner.appends += 1;
            let number = inner.appends;
            if inner.stop_before == Some(number) {
                inner.stop(at);
            }
            let trouble = inner.troubles.remove(&number);
            let written = match trouble {
                Some(Trouble::Away) => return Err(away()),
                Some(Trouble::CrashBefore) => Ok(0),
                _ => inner.write(lease, at, append),
            };
            // A process that dies with its last entry is noticed as a crash.
            if inner.record.state.is_final() && trouble != Some(Trouble::CrashAfter) {
                self.ended.notify_one();
            }
            (trouble, written)
        };
        match trouble {
            Some(Trouble::AnswerLost) => Err(away()),
            Some(Trouble::Frozen(time)) => {
                tokio::time::sleep(time).await;
                written
            }
            Some(Trouble::ClockJumps(seconds)) => {
                self.clock_error.fetch_add(seconds, Ordering::Relaxed);
                written
            }
            Some(Trouble::CrashBefore | Trouble::CrashAfter) => {
                self.crashed.notify_one();
                std::future::pending().await
            }
            _ => written,
        }
    }

    async fn hint(&self) {
        std::future::pending::<()>().await;
    }
}
