//! Executions as the API sees them: starting one, asking it to stop, looking at it.
//!
//! The `state` column is a copy of what the journal says, kept in the same transaction, for lists and
//! constraints. The journal is the truth: [`Store::execution`] folds it.

use argus_domain::execution::State;
use argus_domain::undo;
use argus_ledger::Entry;
use argus_types::Timestamp;
use argus_types::event::{Event, ExecutionEvent};
use argus_types::execution::{Execution, ExecutionState};
use argus_types::id::{ExecutionId, PlanDigest, ProposalId};
use argus_types::person::Person;
use argus_types::plan::Plan;
use uuid::Uuid;

use crate::convert;
use crate::notification::Notification;
use crate::{Error, Store, Tx};

/// An execution to start.
#[derive(Debug, Clone, Copy)]
pub struct NewExecution<'a> {
    /// Its id.
    pub id: ExecutionId,
    /// The proposal, confirmed in the same transaction.
    pub proposal: ProposalId,
    /// The revision whose plan is executed.
    pub revision: u32,
    /// Who confirmed.
    pub confirmed_by: &'a Person,
    /// Now.
    pub at: Timestamp,
}

/// What became of an attempt to start an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It will start when the transaction is committed.
    Yes,
    /// The emergency stop is set.
    EmergencyStop,
    /// The proposal has one already.
    Already,
}

/// What became of a request to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// No further step starts.
    Asked,
    /// Somebody asked before.
    Already,
    /// It had come to its end.
    Ended,
    /// There is no such execution.
    Unknown,
}

/// An execution's row with its plan: what the executor and the view start from.
#[derive(Debug, Clone)]
pub struct ExecutionRecord {
    /// Its id.
    pub id: ExecutionId,
    /// The proposal that was confirmed.
    pub proposal: ProposalId,
    /// Its title.
    pub title: String,
    /// The plan that was confirmed.
    pub plan: Plan,
    /// The digest that was confirmed; whoever executes compares it with the plan's own.
    pub digest: PlanDigest,
    /// How it stands.
    pub state: ExecutionState,
    /// Who confirmed.
    pub confirmed_by: Person,
    /// When.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The execution that it is to undo.
    pub undoes: Option<ExecutionId>,
}

impl Store {
    /// One execution, folded from its journal.
    pub async fn execution(&self, id: ExecutionId) -> Result<Option<Execution>, Error> {
        let Some(record) = self.execution_record(id).await? else {
            return Ok(None);
        };
        let events = self
            .execution_events(id, 0, i64::MAX.unsigned_abs())
            .await?;
        let mut state = State::new(&record.plan);
        for entry in &events {
            let applied = state.apply(entry.at, &entry.event);
            match applied {
                Ok(()) => {}
                // Set aside for exactly that: as far as it goes it is what a person has to look at.
                Err(_) if record.state == ExecutionState::NeedsAttention => break,
                Err(illegal) => {
                    return Err(Error::BrokenJournal {
                        execution: id,
                        why: illegal.to_string(),
                    });
                }
            }
        }
        // Set aside by the executor, because the journal or the plan cannot be trusted any more.
        let set_aside = record.state.is_final() && state.ending().is_none();
        let message = if set_aside {
            Some("it cannot be driven on; the ledger says why".to_owned())
        } else {
            state.ending().map(|ending| ending.message.clone())
        };
        let held_as = if set_aside {
            record.state
        } else {
            state.execution_state()
        };
        let steps = state.view();
        let resolution = self.resolution(id).await?;
        let standing = self.standing_undo(id).await?;
        let undo = undo::offer(
            &record.plan,
            (held_as, &steps, resolution.as_ref()),
            standing,
        );
        Ok(Some(Execution {
            id,
            proposal: record.proposal,
            cluster: record.plan.cluster.clone(),
            title: record.title,
            digest: record.digest,
            state: held_as,
            confirmed_by: record.confirmed_by,
            started_at: record.started_at,
            ended_at: record.ended_at,
            message,
            stop: state.stop().cloned(),
            resolution,
            undoes: record.undoes,
            undo,
            steps,
            last_seq: events.last().map_or(0, |entry| entry.seq),
        }))
    }

    /// One execution's row and plan.
    pub async fn execution_record(
        &self,
        id: ExecutionId,
    ) -> Result<Option<ExecutionRecord>, Error> {
        let row = sqlx::query!(
            "SELECT e.proposal, e.state, e.started_at, e.ended_at, o.undoes, r.title, r.plan, r.digest,
                    p.id AS person_id, p.name AS person_name, p.role AS person_role
             FROM execution e
             JOIN proposal o ON o.id = e.proposal
             JOIN proposal_revision r ON r.proposal = e.proposal AND r.revision = e.revision
             JOIN person p ON p.id = e.confirmed_by
             WHERE e.id = $1",
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(ExecutionRecord {
                id,
                proposal: ProposalId(row.proposal),
                title: row.title,
                plan: convert::from_json("plan", row.plan)?,
                digest: convert::parse("plan digest", &row.digest)?,
                state: convert::parse("execution state", &row.state)?,
                confirmed_by: convert::person(row.person_id, row.person_name, &row.person_role)?,
                started_at: convert::at(row.started_at),
                ended_at: row.ended_at.map(convert::at),
                undoes: row.undoes.map(ExecutionId),
            })
        })
        .transpose()
    }

    /// At most `limit` journal entries after `after`, in order.
    pub async fn execution_events(
        &self,
        id: ExecutionId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<ExecutionEvent>, Error> {
        sqlx::query!(
            "SELECT seq, at, event FROM execution_event WHERE execution = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            id.0,
            // Beyond PostgreSQL's range there is nothing, and no limit is needed.
            i64::try_from(after).unwrap_or(i64::MAX),
            i64::try_from(limit).unwrap_or(i64::MAX),
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(ExecutionEvent {
                execution: id,
                seq: convert::number("journal position", row.seq)?,
                at: convert::at(row.at),
                event: convert::from_json("journal entry", row.event)?,
            })
        })
        .collect()
    }

    /// At most `limit` journal entries after `after`, in order, of no more text than `bytes`; one entry that alone is
    /// longer comes alone. What a stream reads at a time.
    pub async fn execution_page(
        &self,
        id: ExecutionId,
        after: u64,
        limit: u64,
        bytes: u64,
    ) -> Result<Vec<ExecutionEvent>, Error> {
        sqlx::query!(
            r#"SELECT seq AS "seq!", at AS "at!", event AS "event!"
               FROM (SELECT seq, at, event,
                            sum(octet_length(event::text)) OVER (ORDER BY seq) - octet_length(event::text) AS before
                     FROM (SELECT seq, at, event FROM execution_event
                           WHERE execution = $1 AND seq > $2 ORDER BY seq LIMIT $3) AS page) AS sized
               WHERE before < $4 ORDER BY seq"#,
            id.0,
            i64::try_from(after).unwrap_or(i64::MAX),
            i64::try_from(limit).unwrap_or(i64::MAX),
            i64::try_from(bytes).unwrap_or(i64::MAX),
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(ExecutionEvent {
                execution: id,
                seq: convert::number("journal position", row.seq)?,
                at: convert::at(row.at),
                event: convert::from_json("journal entry", row.event)?,
            })
        })
        .collect()
    }

    /// Number of an execution's last journal entry; `None` where there is no such execution.
    pub async fn execution_last_seq(&self, id: ExecutionId) -> Result<Option<u64>, Error> {
        let last = sqlx::query_scalar!("SELECT last_seq FROM execution WHERE id = $1", id.0)
            .fetch_optional(&self.pool)
            .await?;
        last.map(|last| convert::number("journal position", last))
            .transpose()
    }

    /// The task inside Proxmox that a step became, by its UPID. A step becomes one at most: it is tried again only
    /// where nothing was started.
    pub async fn step_task(&self, id: ExecutionId, step: u16) -> Result<Option<String>, Error> {
        let upid = sqlx::query_scalar!(
            "SELECT event ->> 'upid' FROM execution_event
             WHERE execution = $1 AND event ->> 'type' = 'submitted' AND (event ->> 'step')::int = $2
             ORDER BY seq DESC LIMIT 1",
            id.0,
            i32::from(step),
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(upid.flatten())
    }
}

impl Tx {
    /// Starts an execution with the ledger record `execution.started`. Needs the proposal's row locked by
    /// [`Tx::lock_proposal`] and closed as confirmed in this transaction.
    pub async fn create_execution(&mut self, new: NewExecution<'_>) -> Result<Created, Error> {
        if self.hold_emergency_stop().await?.engaged {
            return Ok(Created::EmergencyStop);
        }
        let revision: i32 = convert::number("revision", new.revision)?;
        let done = sqlx::query!(
            "INSERT INTO execution (id, proposal, revision, state, confirmed_by, started_at)
             VALUES ($1, $2, $3, 'running', $4, $5) ON CONFLICT (proposal) DO NOTHING",
            new.id.0,
            new.proposal.0,
            revision,
            new.confirmed_by.id.0,
            new.at.get(),
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(Created::Already);
        }
        self.notify(&Notification::Execution {
            id: new.id,
            proposal: new.proposal,
            state: ExecutionState::Running,
            last_seq: 0,
        })
        .await?;
        self.append_ledger(Entry {
            at: new.at.to_string(),
            actor: new.confirmed_by.name.clone(),
            kind: "execution.started".to_owned(),
            subject: format!("execution/{}", new.id),
            body: serde_json::json!({ "proposal": new.proposal, "revision": new.revision }),
        })
        .await?;
        Ok(Created::Yes)
    }

    /// Asks one execution to stop, with the ledger record `execution.stop_requested`.
    pub async fn request_stop(
        &mut self,
        id: ExecutionId,
        by: &Person,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<Stopped, Error> {
        let outcome = self.stop_one(id, &by.name, false, at, reason).await?;
        if outcome == Stopped::Asked {
            self.append_ledger(Entry {
                at: at.to_string(),
                actor: by.name.clone(),
                kind: "execution.stop_requested".to_owned(),
                subject: format!("execution/{id}"),
                body: serde_json::json!({ "reason": reason }),
            })
            .await?;
        }
        Ok(outcome)
    }

    /// Writes the request into the journal. A second one is not written: the first already stops.
    pub(crate) async fn stop_one(
        &mut self,
        id: ExecutionId,
        by: &str,
        emergency: bool,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<Stopped, Error> {
        let row = sqlx::query!(
            "SELECT proposal, state, last_seq FROM execution WHERE id = $1 FOR UPDATE",
            id.0,
        )
        .fetch_optional(self.connection())
        .await?;
        let Some(row) = row else {
            return Ok(Stopped::Unknown);
        };
        match convert::parse("execution state", &row.state)? {
            ExecutionState::Running => {}
            ExecutionState::Stopping => return Ok(Stopped::Already),
            _ => return Ok(Stopped::Ended),
        }
        let event = Event::StopRequested {
            by: by.to_owned(),
            emergency,
            reason: reason.map(str::to_owned),
        };
        let seq = row.last_seq + 1;
        self.insert_event(id.0, seq, at, &event).await?;
        sqlx::query!(
            "UPDATE execution SET state = 'stopping', last_seq = $2 WHERE id = $1",
            id.0,
            seq,
        )
        .execute(self.connection())
        .await?;
        self.notify(&Notification::Execution {
            id,
            proposal: ProposalId(row.proposal),
            state: ExecutionState::Stopping,
            last_seq: convert::number("journal position", seq)?,
        })
        .await?;
        Ok(Stopped::Asked)
    }

    pub(crate) async fn insert_event(
        &mut self,
        execution: Uuid,
        seq: i64,
        at: Timestamp,
        event: &Event,
    ) -> Result<(), Error> {
        sqlx::query!(
            "INSERT INTO execution_event (execution, seq, at, event) VALUES ($1, $2, $3, $4)",
            execution,
            seq,
            at.get(),
            convert::to_json("journal entry", event)?,
        )
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
