//! What the executor needs from outside, as traits: clock, chance, journal and Proxmox.

use std::future::Future;
use std::time::Duration;

use argus_domain::facts::{Facts, Wanted};
use argus_store::journal::{Append, AppendError, Lease};
use argus_store::{Error as StoreError, ExecutionRecord};
use argus_types::Timestamp;
use argus_types::event::{ExecutionEvent, TaskExit, TaskLine};
use argus_types::id::{ExecutionId, NodeName};
use argus_types::plan::{Plan, Step};

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

    /// Gets the right to send the steps of `plan`, where each execution gets rights of its own; asked before each
    /// step, and does nothing where they are there. They need last no longer than `longest` seconds of Proxmox's clock.
    fn admit(
        &self,
        _lease: Lease,
        _plan: &Plan,
        _longest: u64,
    ) -> impl Future<Output = Result<(), NotAdmitted>> + Send {
        async { Ok(()) }
    }

    /// Takes the rights away that earlier drivers of the execution got, so that a request of theirs which has not
    /// left yet is refused. What cannot be taken away now is left to [`Self::sweep`].
    fn fence(&self, _lease: Lease) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Gives the rights back that this lease got. What cannot be given back now is left to [`Self::sweep`].
    fn dismiss(&self, _lease: Lease) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Takes away every right that an execution got which needs it no more, whoever drove it.
    fn sweep(&self) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// As whom the step's request goes out; Proxmox's word for it is on the task. Kept in the journal before it leaves.
    fn sender(&self, _lease: Lease, _step: &Step) -> Option<String> {
        None
    }

    /// [Sends](Self::send) the step's request as [`Self::sender`] said.
    fn send_as(
        &self,
        _lease: Lease,
        _sender: Option<&str>,
        step: &Step,
    ) -> impl Future<Output = Result<Sent, SendError>> + Send {
        self.send(step)
    }

    /// The [tasks](Self::tasks) that this sender started; `None` is whoever sends now.
    fn tasks_of(
        &self,
        _sender: Option<&str>,
        step: &Step,
        since: i64,
    ) -> impl Future<Output = Result<Vec<String>, ReadError>> + Send {
        self.tasks(step, since)
    }

    /// At most `limit` lines of its log after the first `after`.
    fn task_log(
        &self,
        upid: &str,
        after: u32,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<TaskLine>, ReadError>> + Send;
}

/// The execution got no rights of its own, so nothing of it is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NotAdmitted {
    /// What stood in the way.
    pub message: String,
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
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// Whether the thing asked about does not exist, as opposed to: could not be read.
    pub absent: bool,
    /// Whether nobody answered for the node: no connection, no answer in time, or somebody in between did.
    pub silent: bool,
    /// The node that was asked, where the read that failed was of one.
    pub node: Option<NodeName>,
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
