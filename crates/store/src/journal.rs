//! The executor's side: who drives an execution, and its fenced journal.
//!
//! A replica claims an execution for a time and gets an epoch. Each append checks, in the transaction that
//! writes, that the epoch still is the last one given and that the lease has not run out by the database's
//! clock. A replica that was frozen past its lease can therefore write nothing more, and since it sends
//! nothing to Proxmox without having written an intent, it can also do nothing more.

use std::time::Duration;

pub use argus_ledger::Entry;
use argus_types::Timestamp;
use argus_types::event::{Event, ExecutionEvent};
use argus_types::execution::ExecutionState;
use argus_types::id::{ClusterId, ExecutionId, ProposalId};
use argus_types::plan::Lock;
use sqlx::postgres::types::PgInterval;

use crate::convert;
use crate::notification::Notification;
use crate::{Error, ExecutionRecord, Store};

/// The right to drive one execution for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The execution.
    pub execution: ExecutionId,
    /// The fencing number; grows with each claim.
    pub epoch: i64,
}

/// What becomes of the resources of a step together with journal entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceLease {
    /// Take all of them for this execution, or find that it has them already; or none.
    Acquire {
        /// The cluster.
        cluster: ClusterId,
        /// What, in the order in which it is taken.
        locks: Vec<Lock>,
        /// The step that needs them.
        step: u16,
    },
    /// Give them back.
    Release {
        /// The cluster.
        cluster: ClusterId,
        /// What.
        locks: Vec<Lock>,
    },
}

/// Entries that are written together or not at all.
#[derive(Debug, Clone, Default)]
pub struct Append {
    /// The journal's last entry as the writer knows it.
    pub expected_seq: u64,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What the ledger says about it.
    pub ledger: Vec<Entry>,
    /// Resources that are taken or given back.
    pub resources: Vec<ResourceLease>,
    /// Whether this is an intent: then it is refused while the emergency stop is set, and when somebody on whose word
    /// the execution stands may not give it any more.
    pub intent: bool,
    /// The execution's end, where the events bring it. Everything that it still has is given back, unless a
    /// person must look first.
    pub end: Option<ExecutionState>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another replica may drive the execution by now: this one must let go of it.
    #[error("the lease on the execution is lost")]
    Fenced,
    /// Somebody else wrote to the journal (a request to stop): read on and decide again.
    #[error("the journal has grown to {last_seq}")]
    Behind {
        /// Its last entry.
        last_seq: u64,
    },
    /// Somebody on whose word the execution stands may not give it any more, and this was an intent.
    #[error("{name} may not stand for the execution any more: {why}")]
    NoLongerAllowed {
        /// Who.
        name: String,
        /// What became of them.
        why: String,
    },
    /// The emergency stop is set, and this was an intent.
    #[error("the emergency stop is set")]
    EmergencyStop,
    /// The emergency stop is being drilled, and this was an intent: it waits.
    #[error("the emergency stop is being drilled for another {} s", left.as_secs())]
    Drill {
        /// How long the drill is meant to last from now.
        left: Duration,
    },
    /// Another execution has it.
    #[error("{lock} belongs to execution {holder}")]
    Busy {
        /// What.
        lock: Lock,
        /// Who has it.
        holder: ExecutionId,
        /// Whether that one waits for a person, so that waiting may take long.
        needs_attention: bool,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<sqlx::Error> for AppendError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// Claims at most `limit` unfinished executions that nobody drives, for `ttl`.
    pub async fn claim_executions(
        &self,
        replica: &str,
        ttl: Duration,
        limit: u32,
    ) -> Result<Vec<Lease>, Error> {
        let rows = sqlx::query!(
            "UPDATE execution
             SET lease_owner = $1, lease_epoch = lease_epoch + 1, lease_until = clock_timestamp() + $2
             WHERE id IN (
                 SELECT id FROM execution
                 WHERE state IN ('running', 'stopping')
                   AND (lease_until IS NULL OR lease_until <= clock_timestamp())
                 ORDER BY started_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
             )
             RETURNING id, lease_epoch",
            replica,
            interval(ttl)?,
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Lease {
                execution: ExecutionId(row.id),
                epoch: row.lease_epoch,
            })
            .collect())
    }

    /// Holds a lease for `ttl` from now. `false` where it was lost, even if nobody took it yet: what ran out
    /// must be claimed anew, with a new epoch.
    pub async fn renew_lease(&self, lease: Lease, ttl: Duration) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE execution SET lease_until = clock_timestamp() + $3
             WHERE id = $1 AND lease_epoch = $2 AND lease_until > clock_timestamp()",
            lease.execution.0,
            lease.epoch,
            interval(ttl)?,
        )
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a lease back, so that the next claim needs not wait. Nothing happens where it was lost.
    pub async fn release_lease(&self, lease: Lease) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE execution SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND lease_epoch = $2",
            lease.execution.0,
            lease.epoch,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Everything that driving an execution starts from.
    pub async fn load_execution(
        &self,
        id: ExecutionId,
    ) -> Result<Option<(ExecutionRecord, Vec<ExecutionEvent>)>, Error> {
        let Some(record) = self.execution_record(id).await? else {
            return Ok(None);
        };
        let events = self.execution_events(id, 0, u64::MAX).await?;
        Ok(Some((record, events)))
    }

    /// Which of these tasks other executions have in their journals, of those that run or ended within two days: a
    /// task is one execution's alone.
    pub async fn tasks_of_others(
        &self,
        own: ExecutionId,
        upids: &[String],
    ) -> Result<Vec<String>, Error> {
        let found = sqlx::query!(
            r#"SELECT e.event->>'upid' AS "upid!"
             FROM execution x JOIN execution_event e ON e.execution = x.id
             WHERE x.id <> $1 AND (x.ended_at IS NULL OR x.ended_at > clock_timestamp() - interval '2 days')
               AND e.event->>'type' = 'submitted' AND e.event->>'upid' = ANY($2)"#,
            own.0,
            upids,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(found.into_iter().map(|row| row.upid).collect())
    }

    /// Writes journal entries, ledger records and resource leases in one transaction, and gives the number of
    /// the last entry.
    pub async fn append_journal(
        &self,
        lease: Lease,
        at: Timestamp,
        append: &Append,
    ) -> Result<u64, AppendError> {
        let mut tx = self.begin().await?;
        if append.intent {
            tx.check_standing(lease.execution, at).await?;
        }
        // Before the execution's row: whoever sets the stop takes the two in this order.
        if append.intent && tx.hold_emergency_stop().await?.engaged {
            return Err(AppendError::EmergencyStop);
        }
        if append.intent
            && let Some(left) = tx.hold_drill().await?
        {
            return Err(AppendError::Drill { left });
        }
        let row = sqlx::query!(
            r#"SELECT proposal, state, last_seq,
                      (lease_epoch = $2 AND coalesce(lease_until > clock_timestamp(), false)) AS "held!"
               FROM execution WHERE id = $1 FOR UPDATE"#,
            lease.execution.0,
            lease.epoch,
        )
        .fetch_optional(tx.connection())
        .await?;
        let Some(row) = row.filter(|row| row.held) else {
            return Err(AppendError::Fenced);
        };
        let last_seq: u64 = convert::number("journal position", row.last_seq)?;
        if last_seq != append.expected_seq {
            return Err(AppendError::Behind { last_seq });
        }
        for change in &append.resources {
            tx.change_resource_lease(lease.execution, change).await?;
        }
        let mut seq = row.last_seq;
        for event in &append.events {
            seq += 1;
            tx.insert_event(lease.execution.0, seq, at, event).await?;
        }
        let state = match append.end {
            Some(end) => end,
            None => convert::parse("execution state", &row.state)?,
        };
        sqlx::query!(
            "UPDATE execution SET last_seq = $2, state = $3, ended_at = $4 WHERE id = $1",
            lease.execution.0,
            seq,
            state.as_str(),
            append.end.map(|_| at.get()),
        )
        .execute(tx.connection())
        .await?;
        if append
            .end
            .is_some_and(|end| end != ExecutionState::NeedsAttention)
        {
            sqlx::query!(
                "DELETE FROM resource_lease WHERE execution = $1",
                lease.execution.0
            )
            .execute(tx.connection())
            .await?;
        }
        let last_seq = convert::number("journal position", seq)?;
        tx.notify(&Notification::Execution {
            id: lease.execution,
            proposal: ProposalId(row.proposal),
            state,
            last_seq,
        })
        .await?;
        for entry in &append.ledger {
            tx.append_ledger(entry.clone()).await?;
        }
        // The wait for row locks may have outlasted the lease that was seen when this began.
        let held = sqlx::query!(
            r#"SELECT (lease_until > clock_timestamp()) AS "held!" FROM execution WHERE id = $1"#,
            lease.execution.0,
        )
        .fetch_one(tx.connection())
        .await?
        .held;
        if !held {
            return Err(AppendError::Fenced);
        }
        tx.commit().await?;
        Ok(last_seq)
    }
}

impl crate::Tx {
    async fn change_resource_lease(
        &mut self,
        execution: ExecutionId,
        change: &ResourceLease,
    ) -> Result<(), AppendError> {
        match change {
            ResourceLease::Acquire {
                cluster,
                locks,
                step,
            } => {
                for lock in locks {
                    self.take_resource(execution, cluster, lock, *step).await?;
                }
                Ok(())
            }
            ResourceLease::Release { cluster, locks } => {
                let names: Vec<String> = locks.iter().map(ToString::to_string).collect();
                sqlx::query!(
                    "DELETE FROM resource_lease WHERE cluster = $1 AND resource = ANY($2) AND execution = $3",
                    cluster.as_str(),
                    &names,
                    execution.0,
                )
                .execute(self.connection())
                .await?;
                Ok(())
            }
        }
    }

    async fn take_resource(
        &mut self,
        execution: ExecutionId,
        cluster: &ClusterId,
        lock: &Lock,
        step: u16,
    ) -> Result<(), AppendError> {
        let name = lock.to_string();
        let taken = sqlx::query!(
            "INSERT INTO resource_lease (cluster, resource, execution, step) VALUES ($1, $2, $3, $4)
             ON CONFLICT (cluster, resource) DO UPDATE SET step = excluded.step
             WHERE resource_lease.execution = excluded.execution",
            cluster.as_str(),
            name,
            execution.0,
            i32::from(step),
        )
        .execute(self.connection())
        .await?;
        if taken.rows_affected() == 1 {
            return Ok(());
        }
        let holder = sqlx::query!(
            r#"SELECT e.id, e.state = 'needs_attention' AS "needs_attention!"
               FROM resource_lease l JOIN execution e ON e.id = l.execution
               WHERE l.cluster = $1 AND l.resource = $2"#,
            cluster.as_str(),
            name,
        )
        .fetch_one(self.connection())
        .await?;
        Err(AppendError::Busy {
            lock: lock.clone(),
            holder: ExecutionId(holder.id),
            needs_attention: holder.needs_attention,
        })
    }
}

pub(crate) fn interval(length: Duration) -> Result<PgInterval, Error> {
    PgInterval::try_from(length).map_err(|_| Error::Corrupt {
        what: "length of time",
    })
}
