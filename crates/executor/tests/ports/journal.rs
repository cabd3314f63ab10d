//! The journal in memory, with failures on demand.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use argus_executor::ports::Journal;
use argus_executor::testing::{Books, Execution, MemoryJournal};
use argus_store::journal::{Append, AppendError, Lease};
use argus_store::{Error, ExecutionRecord};
use argus_types::Timestamp;
use argus_types::event::ExecutionEvent;
use argus_types::id::ExecutionId;
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

/// What is to go wrong, and when.
#[derive(Debug, Default)]
pub struct Script {
    pub appends: usize,
    /// By the number of the append, from 1.
    pub troubles: BTreeMap<usize, Trouble>,
    /// A stop that somebody requests right before the append of this number.
    pub stop_before: Option<usize>,
    pub intents: usize,
    /// The intent, from 1, before which Ada loses a right.
    pub right_lost_before: Option<usize>,
}

/// One execution's journal; in tests `books` is looked at.
#[derive(Debug, Clone)]
pub struct TroubledJournal {
    pub id: ExecutionId,
    memory: MemoryJournal,
    script: Arc<Mutex<Script>>,
    pub crashed: Arc<Notify>,
    pub ended: Arc<Notify>,
    /// How far the wall clock is off, in seconds; timers and leases do not see it.
    pub clock_error: Arc<AtomicI64>,
}

impl TroubledJournal {
    pub fn new(record: ExecutionRecord) -> Self {
        Self {
            id: record.id,
            memory: MemoryJournal::new(record),
            script: Arc::default(),
            crashed: Arc::new(Notify::new()),
            ended: Arc::new(Notify::new()),
            clock_error: Arc::default(),
        }
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.memory.lock()
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script
            .lock()
            .expect("no test panics while it holds this")
    }

    /// Looks at the execution or changes it.
    pub fn execution<T>(&self, with: impl FnOnce(&mut Execution) -> T) -> T {
        let mut books = self.books();
        with(books.executions.get_mut(&self.id).expect("it is there"))
    }

    /// As another replica that found the lease run out, and that does nothing.
    pub fn steal(&self) {
        self.execution(|execution| {
            execution.epoch += 1;
            execution.until = Some(Instant::now() + Duration::from_hours(1));
        });
    }

    /// As the API does it.
    pub fn request_stop(&self, at: Timestamp) {
        self.books().stop(self.id, at, false);
    }

    /// What is to happen to this append.
    fn next(&self, at: Timestamp, append: &Append) -> Option<Trouble> {
        let mut script = self.script();
        script.appends += 1;
        let number = script.appends;
        if script.stop_before == Some(number) {
            self.request_stop(at);
        }
        script.intents += usize::from(append.intent);
        if script
            .right_lost_before
            .is_some_and(|n| script.intents >= n)
        {
            self.books().barred.insert(self.id);
        }
        script.troubles.remove(&number)
    }
}

fn away() -> AppendError {
    AppendError::Store(argus_store::testing::unavailable())
}

impl Journal for TroubledJournal {
    async fn claim(&self, replica: &str, ttl: Duration, limit: u32) -> Result<Vec<Lease>, Error> {
        self.memory.claim(replica, ttl, limit).await
    }

    async fn renew(&self, lease: Lease, ttl: Duration) -> Result<bool, Error> {
        self.memory.renew(lease, ttl).await
    }

    async fn release(&self, lease: Lease) -> Result<(), Error> {
        self.memory.release(lease).await
    }

    async fn load(
        &self,
        id: ExecutionId,
    ) -> Result<Option<(ExecutionRecord, Vec<ExecutionEvent>)>, Error> {
        self.memory.load(id).await
    }

    async fn events_after(
        &self,
        id: ExecutionId,
        after: u64,
    ) -> Result<Vec<ExecutionEvent>, Error> {
        self.memory.events_after(id, after).await
    }

    async fn tasks_of_others(
        &self,
        own: ExecutionId,
        upids: &[String],
    ) -> Result<Vec<String>, Error> {
        self.memory.tasks_of_others(own, upids).await
    }

    async fn append(
        &self,
        lease: Lease,
        at: Timestamp,
        append: &Append,
    ) -> Result<u64, AppendError> {
        let trouble = self.next(at, append);
        let written = match trouble {
            Some(Trouble::Away) => return Err(away()),
            Some(Trouble::CrashBefore) => Ok(0),
            _ => self.memory.append(lease, at, append).await,
        };
        // A process that dies with its last entry is noticed as a crash.
        let over = self.execution(|execution| execution.record.state.is_final());
        if over && trouble != Some(Trouble::CrashAfter) {
            self.ended.notify_one();
        }
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
