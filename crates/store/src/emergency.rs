//! The emergency stop: one row that every step's intent reads in its own transaction.

use argus_ledger::Entry;
use argus_types::Timestamp;
use argus_types::emergency::EmergencyStop;
use argus_types::execution::ExecutionSummary;
use argus_types::id::ExecutionId;
use argus_types::person::Person;

use crate::convert;
use crate::execution::Stopped;
use crate::notification::Notification;
use crate::{Error, Store, Tx};

/// The row itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyStopState {
    /// Whether no step may start.
    pub engaged: bool,
    /// Who set or released it last.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// Their reason.
    pub reason: Option<String>,
}

impl Store {
    /// The stop, with the executions that have not come to their end.
    pub async fn emergency_stop(&self) -> Result<EmergencyStop, Error> {
        let row = sqlx::query!("SELECT engaged, by_name, at, reason FROM emergency_stop")
            .fetch_one(&self.pool)
            .await?;
        Ok(EmergencyStop {
            engaged: row.engaged,
            by: row.by_name,
            at: row.at.map(convert::at),
            reason: row.reason,
            running: self.unfinished_executions().await?,
        })
    }

    /// Executions that have not come to their end, the oldest first.
    pub async fn unfinished_executions(&self) -> Result<Vec<ExecutionSummary>, Error> {
        sqlx::query!(
            "SELECT id, state FROM execution WHERE state IN ('running', 'stopping') ORDER BY started_at, id"
        )
        .fetch_all(&self.pool)
        .await?
        .into_iter()
        .map(|row| {
            Ok(ExecutionSummary {
                id: ExecutionId(row.id),
                state: convert::parse("execution state", &row.state)?,
            })
        })
        .collect()
    }
}

impl Tx {
    /// The row as it is, and it stays so until this transaction's end.
    pub async fn hold_emergency_stop(&mut self) -> Result<EmergencyStopState, Error> {
        let row = sqlx::query!("SELECT engaged, by_name, at, reason FROM emergency_stop FOR SHARE")
            .fetch_one(self.connection())
            .await?;
        Ok(EmergencyStopState {
            engaged: row.engaged,
            by: row.by_name,
            at: row.at.map(convert::at),
            reason: row.reason,
        })
    }

    /// Sets the stop, and asks every unfinished execution to stop, in one: after the commit no intent is
    /// written any more, on any replica. Waits for intents that are being written. Records it in the ledger.
    /// Gives the executions that were asked; `None` where it was set already, and nothing was done.
    pub async fn engage_emergency_stop(
        &mut self,
        by: &Person,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<Option<Vec<ExecutionId>>, Error> {
        if !self.switch_emergency_stop(true, by, at, reason).await? {
            return Ok(None);
        }
        let unfinished: Vec<_> = sqlx::query!(
            "SELECT id FROM execution WHERE state IN ('running', 'stopping') ORDER BY id FOR UPDATE"
        )
        .fetch_all(self.connection())
        .await?
        .into_iter()
        .map(|row| ExecutionId(row.id))
        .collect();
        let mut asked = Vec::new();
        for id in unfinished {
            if self.stop_one(id, &by.name, true, at, reason).await? == Stopped::Asked {
                asked.push(id);
            }
        }
        self.append_ledger(Entry {
            at: at.to_string(),
            actor: by.name.clone(),
            kind: "emergency_stop.engaged".to_owned(),
            subject: "emergency-stop".to_owned(),
            body: serde_json::json!({ "reason": reason, "executions": asked }),
        })
        .await?;
        Ok(Some(asked))
    }

    /// Lets new executions start again; the ones that were stopped stay so. Records it in the ledger.
    /// `false`, and nothing done, where the stop was not set.
    pub async fn release_emergency_stop(
        &mut self,
        by: &Person,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<bool, Error> {
        if !self.switch_emergency_stop(false, by, at, reason).await? {
            return Ok(false);
        }
        self.append_ledger(Entry {
            at: at.to_string(),
            actor: by.name.clone(),
            kind: "emergency_stop.released".to_owned(),
            subject: "emergency-stop".to_owned(),
            body: serde_json::json!({ "reason": reason }),
        })
        .await?;
        Ok(true)
    }

    async fn switch_emergency_stop(
        &mut self,
        engaged: bool,
        by: &Person,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE emergency_stop SET engaged = $1, by_name = $2, at = $3, reason = $4 WHERE engaged <> $1",
            engaged,
            by.name,
            at.get(),
            reason,
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        self.notify(&Notification::EmergencyStop { engaged })
            .await?;
        Ok(true)
    }
}
