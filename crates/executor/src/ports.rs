//! What the executor needs from outside, as traits: clock, chance, journal and Proxmox.

use std::future::Future;
use std::time::Duration;

use argus_domain::facts::{Facts, Wanted};
use argus_store::journal::{Append, AppendError, Lease};
use argus_store::{Error as StoreError, ExecutionRecord};
use argus_types::Timestamp;
use argus_types::event::{ExecutionEvent, TaskExit, TaskLine};
use argus_types::id::ExecutionId;
use argus_types::plan::Step;

/// Tells the time; any `Fn() -> Timestamp` does.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send + Sync + 'static> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

/// A source of chance, for spreading retries; any `Fn() -> f64` does.
pub trait Chance: Send + Sync + 'static {
    /// A number from 0 up to 1.
    fn fraction(&self) -> f64;
}

impl<F: Fn() -> f64 + Send + Sync + 'static> Chance for F {
    fn fraction(&self) -> f64 {
        self()
    }
}

/// Leases and the fenced journal; [`crate::StoreJournal`] in production.
pub trait Journal: Send + Sync + 'static {
    /// See [`argus_store::Store::claim_executions`].
    fn claim(
        &self,
        replica: &str,
        ttl: Duration,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<Lease>, StoreError>> + Send;

    /// See [`argus_store::Store::renew_lease`].
    fn renew(
        &self,
        lease: Lease,
        ttl: Duration,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// See [`argus_store::Store::release_lease`].
    fn release(&self, lease: Lease) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// See [`argus_store::Store::load_execution`].
    fn load(
        &self,
        id: ExecutionId,
    ) -> impl Future<Output = Result<Option<(ExecutionRecord, Vec<ExecutionEvent>)>, StoreError>> + Send;

    /// The entries after `after`.
    fn events_after(
        &self,
        id: ExecutionId,
        after: u64,
    ) -> impl Future<Output = Result<Vec<ExecutionEvent>, StoreError>> + Send;

    /// See [`argus_store::Store::tasks_of_others`].
    fn tasks_of_others(
        &self,
        own: ExecutionId,
        upids: &[String],
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// See [`argus_store::Store::append_journal`].
    fn append(
        &self,
        lease: Lease,
        at: Timestamp,
        append: &Append,
    ) -> impl Future<Output = Result<u64, AppendError>> + Send;

    /// Returns when there may be something to claim; may never return. Dropping it loses nothing, because
    /// the executor also looks by itself.
    fn hint(&self) -> impl Future<Output = ()> + Send;
}

/// Proxmox, as far as carrying out steps needs it.
pub trait Hypervisor: Send + Sync + 'static {
    /// Reads fresh state.
    fn look(&self, wanted: &Wanted) -> impl Future<Output = Result<Facts, ReadError>> + Send;

    /// Sends the step's request, once.
    fn send(&self, step: &Step) -> impl Future<Output = Result<Sent, SendError>> + Send;

    /// Tasks that this step's request may have started: of the step's own type, about its guest, started by
    /// our own token, no earlier than `since` (epoch seconds).
    fn tasks(
        &self,
        step: &Step,
        since: i64,
    ) -> impl Future<Output = Result<Vec<String>, ReadError>> + Send;

    /// How a task stands, asked of the node in its id.
    fn task(&self, upid: &str) -> impl Future<Output = Result<TaskState, ReadError>> + Send;

    /// At most `limit` lines of its log after the first `after`.
    fn task_log(
        &self,
        upid: &str,
        after: u32,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<TaskLine>, ReadError>> + Send;
}

/// What Proxmox made of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// A task, by its id.
    Task(String),
    /// It is done already; there is no task.
    Done {
        /// What Proxmox or the guest said, in lines.
        told: Vec<String>,
    },
}

/// How a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskState {
    /// Its worker lives.
    Running,
    /// It ended.
    Ended {
        /// How.
        exit: TaskExit,
        /// In Proxmox's words.
        message: String,
    },
}

/// A read that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// Whether the thing asked about does not exist, as opposed to: could not be read.
    pub absent: bool,
    /// In Proxmox's or the network's words.
    pub message: String,
}

/// A request that did not lead to a task id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It provably never reached a handler.
    #[error("not sent: {message}")]
    NotSent {
        /// What stood in the way.
        message: String,
    },
    /// Proxmox said no at once.
    #[error("refused: {message}")]
    Refused {
        /// What kind of no.
        refusal: Refusal,
        /// In Proxmox's words.
        message: String,
    },
    /// It may have been carried out, now or later.
    #[error("outcome unknown: {message}")]
    Indeterminate {
        /// What happened to the answer.
        message: String,
    },
}

/// What kind of no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Proxmox says that the guest already is as wished.
    AlreadySo,
    /// Something holds the guest, or a node is away, for the moment.
    Busy,
    /// It will be refused again.
    Final,
}
