//! Writing to the journal: what belongs together is written together, behind whatever others wrote.

use std::time::Duration;

use argus_domain::execution::IllegalEvent;
use argus_store::Error as StoreError;
use argus_store::journal::{Append, AppendError, Entry, ResourceLease};
use argus_types::Timestamp;
use argus_types::event::Event;
use argus_types::execution::ExecutionState;
use argus_types::id::ExecutionId;
use argus_types::plan::Lock;
use tokio::time::Instant;

use crate::driver::{Driver, Watch};
use crate::fail_points::{self, Side};
use crate::memory::Memory;
use crate::ports::{Hypervisor, Journal};

/// Why the present course is left.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Setback {
    /// The journal says something else by now: decide again.
    #[error("the journal has moved on")]
    Again,
    /// The lease is lost.
    #[error("the lease is lost")]
    Lost,
    /// This process is asked to end.
    #[error("asked to let go")]
    LetGo,
    /// The emergency stop is set.
    #[error("the emergency stop is set")]
    EmergencyStop,
    /// The emergency stop is being drilled.
    #[error("the emergency stop is being drilled")]
    Drill {
        /// For how much longer.
        left: Duration,
    },
    /// Somebody on whose word the execution stands may not give it any more.
    #[error("{name} may not stand for the execution any more: {why}")]
    NoLongerAllowed {
        /// Who.
        name: String,
        /// What became of them.
        why: String,
    },
    /// Another execution has what the step needs.
    #[error("another execution has {lock}")]
    Busy {
        /// What.
        lock: Lock,
        /// Which execution.
        holder: ExecutionId,
        /// Whether it waits for a person.
        needs_attention: bool,
    },
    /// The journal and this code disagree: a defect, or somebody's hand in the tables.
    #[error("the journal does not allow this")]
    Illegal(#[from] IllegalEvent),
    /// The database.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

/// What is written together.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    pub(crate) events: Vec<Event>,
    pub(crate) ledger: Vec<Entry>,
    pub(crate) resources: Vec<ResourceLease>,
    pub(crate) intent: bool,
    pub(crate) end: Option<ExecutionState>,
}

impl From<Event> for Entries {
    fn from(event: Event) -> Self {
        Self {
            events: vec![event],
            ..Self::default()
        }
    }
}

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    /// Writes entries that the state machine allows. Where somebody else wrote in between, they are written
    /// behind that if they still are allowed; else it is to be decided again.
    pub(crate) async fn record(&mut self, entries: Entries) -> Result<(), Setback> {
        /// Longer is left to folding anew, which waits as well.
        const TRIES: u32 = 5;
        let (at, since) = (self.ports.clock.now(), Instant::now());
        let mut after = self.after(at, &entries.events)?;
        let mut append = Append {
            expected_seq: self.seq,
            events: entries.events,
            ledger: entries.ledger,
            resources: entries.resources,
            intent: entries.intent,
            end: entries.end,
        };
        fail_points::pass(
            Side::Before,
            self.lease.execution,
            &self.plan,
            &append.events,
        );
        let mut tried = 0;
        loop {
            match self.ports.journal.append(self.lease, at, &append).await {
                Ok(seq) => {
                    if after.submitted_at == Some(at) && self.memory.submitted_at != Some(at) {
                        self.watch = Some(Watch::new(at, since));
                    }
                    self.memory = after;
                    self.seq = seq;
                    fail_points::pass(
                        Side::After,
                        self.lease.execution,
                        &self.plan,
                        &append.events,
                    );
                    return Ok(());
                }
                Err(AppendError::Behind { .. }) => {
                    self.catch_up().await?;
                    // After an answer that was lost, what is new may be these very entries.
                    if tried > 0 {
                        return Err(Setback::Again);
                    }
                    after = self.after(at, &append.events).map_err(|_| Setback::Again)?;
                    append.expected_seq = self.seq;
                }
                Err(AppendError::Fenced) => return Err(Setback::Lost),
                Err(AppendError::EmergencyStop) => return Err(Setback::EmergencyStop),
                Err(AppendError::Drill { left }) => return Err(Setback::Drill { left }),
                Err(AppendError::NoLongerAllowed { name, why }) => {
                    return Err(Setback::NoLongerAllowed { name, why });
                }
                Err(AppendError::Busy {
                    lock,
                    holder,
                    needs_attention,
                }) => {
                    return Err(Setback::Busy {
                        lock,
                        holder,
                        needs_attention,
                    });
                }
                Err(AppendError::Store(error)) if error.is_unavailable() && tried < TRIES => {
                    tried += 1;
                    tracing::warn!(execution = %self.lease.execution, %error, tried, "the journal cannot be written");
                    let wait = self.config.pace.again(tried, self.ports.chance.fraction());
                    // Not `rest`: what happened must be written down even when this process is to end.
                    tokio::time::sleep(wait).await;
                }
                Err(AppendError::Store(error)) => return Err(Setback::Store(error)),
            }
        }
    }

    fn after(&self, at: Timestamp, events: &[Event]) -> Result<Memory, IllegalEvent> {
        let mut memory = self.memory.clone();
        for event in events {
            memory.apply(at, event)?;
        }
        Ok(memory)
    }

    pub(crate) async fn catch_up(&mut self) -> Result<(), Setback> {
        let events = self
            .ports
            .journal
            .events_after(self.lease.execution, self.seq)
            .await?;
        for entry in events {
            self.memory.apply(entry.at, &entry.event)?;
            self.seq = entry.seq;
        }
        Ok(())
    }
}
