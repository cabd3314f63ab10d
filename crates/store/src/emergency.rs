//! The emergency stop: one row that every step's intent reads in its own transaction.

use argus_domain::approval::{self, Asked};
use argus_ledger::{Entry, Record};
use argus_types::Timestamp;
use argus_types::emergency::EmergencyStop;
use argus_types::execution::ExecutionSummary;
use argus_types::id::ExecutionId;
use argus_types::person::Person;
use sqlx::PgConnection;

use crate::account::{self, StoredAccount};
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
    /// Who asked for its release, and when.
    pub release_asked: Option<(StoredAccount, Timestamp)>,
}

/// Who sets or releases the stop.
#[derive(Debug, Clone, Copy)]
pub enum StopActor<'a> {
    /// A person.
    Person(&'a Person),
    /// Whoever may log in on the server itself.
    Shell,
}

impl<'a> StopActor<'a> {
    /// What ledger and page call them.
    pub fn name(self) -> &'a str {
        match self {
            Self::Person(person) => &person.name,
            Self::Shell => "the server's shell",
        }
    }
}

impl Store {
    /// The stop, with the executions that have not come to their end. What was asked about its release counts at
    /// `now` or is left out.
    pub async fn emergency_stop(&self, now: Timestamp) -> Result<EmergencyStop, Error> {
        let mut connection = self.pool.acquire().await?;
        let state = read(&mut connection).await?;
        drop(connection);
        let (release_asked_by, release_asked_at) = state.asked_by_at(now).unzip();
        Ok(EmergencyStop {
            engaged: state.engaged,
            by: state.by,
            at: state.at,
            reason: state.reason,
            release_asked_by,
            release_asked_at,
            running: self.unfinished_executions().await?,
            inside: Vec::new(),
            drill: self.drill().await?,
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
                resolved: false,
            })
        })
        .collect()
    }
}

impl EmergencyStopState {
    /// Who took the first part of a release, and when, while it stands.
    pub fn asked_by_at(&self, now: Timestamp) -> Option<(Person, Timestamp)> {
        self.asked_at(now).map(|(by, at)| (by.person.clone(), *at))
    }

    /// The first part of a release, while it stands.
    pub fn asked_at(&self, now: Timestamp) -> Option<&(StoredAccount, Timestamp)> {
        self.release_asked.as_ref().filter(|(by, at)| {
            let asked = Asked {
                by: by.towards_everything(),
                at: *at,
            };
            approval::still_stands(&asked, now)
        })
    }
}

impl Tx {
    /// The row as it is, and it stays so until this transaction's end.
    pub async fn hold_emergency_stop(&mut self) -> Result<EmergencyStopState, Error> {
        sqlx::query!("SELECT only_row FROM emergency_stop FOR SHARE")
            .fetch_one(self.connection())
            .await?;
        read(self.connection()).await
    }

    /// The row as it is at this moment.
    pub async fn look_at_emergency_stop(&mut self) -> Result<EmergencyStopState, Error> {
        read(self.connection()).await
    }

    /// The row as it is, for changing it.
    pub async fn lock_emergency_stop(&mut self) -> Result<EmergencyStopState, Error> {
        sqlx::query!("SELECT only_row FROM emergency_stop FOR UPDATE")
            .fetch_one(self.connection())
            .await?;
        read(self.connection()).await
    }

    /// Sets the stop, and asks every unfinished execution to stop, in one: after the commit no intent is
    /// written any more, on any replica. Waits for intents that are being written. Records it in the ledger.
    /// Gives the executions that were asked; `None` where it was set already, and nothing was done but that
    /// whoever asked for its release has to ask again.
    pub async fn engage_emergency_stop(
        &mut self,
        by: &Person,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<Option<Vec<ExecutionId>>, Error> {
        let actor = StopActor::Person(by);
        if !self.switch_emergency_stop(true, actor, at, reason).await? {
            self.forget_release().await?;
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
        let body = serde_json::json!({ "reason": reason, "executions": asked });
        self.record_stop(actor.name(), at, "emergency_stop.engaged", body)
            .await?;
        Ok(Some(asked))
    }

    /// Keeps the first part of a release. Records it in the ledger. Needs the row locked by
    /// [`Self::lock_emergency_stop`] and found engaged.
    pub async fn ask_for_release(
        &mut self,
        by: &Person,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        sqlx::query!(
            "UPDATE emergency_stop SET release_asked_by = $1, release_asked_at = $2",
            by.id.0,
            at.get(),
        )
        .execute(self.connection())
        .await?;
        self.notify(&Notification::EmergencyStop { engaged: true })
            .await?;
        let body = serde_json::json!({ "reason": reason });
        self.record_stop(&by.name, at, "emergency_stop.release_asked", body)
            .await?;
        Ok(())
    }

    /// Lets new executions start again; the ones that were stopped stay so. Records it in the ledger, with whoever
    /// had asked for it. `false`, and nothing done, where the stop was not set.
    pub async fn release_emergency_stop(
        &mut self,
        by: StopActor<'_>,
        asked_by: Option<&Person>,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<bool, Error> {
        if !self.switch_emergency_stop(false, by, at, reason).await? {
            return Ok(false);
        }
        let body = serde_json::json!({
            "reason": reason,
            "asked_by": asked_by.map(|person| &person.name),
        });
        self.record_stop(by.name(), at, "emergency_stop.released", body)
            .await?;
        Ok(true)
    }

    async fn forget_release(&mut self) -> Result<(), Error> {
        let done = sqlx::query!(
            "UPDATE emergency_stop SET release_asked_by = NULL, release_asked_at = NULL
             WHERE release_asked_by IS NOT NULL"
        )
        .execute(self.connection())
        .await?;
        if done.rows_affected() == 1 {
            self.notify(&Notification::EmergencyStop { engaged: true })
                .await?;
        }
        Ok(())
    }

    async fn switch_emergency_stop(
        &mut self,
        engaged: bool,
        by: StopActor<'_>,
        at: Timestamp,
        reason: Option<&str>,
    ) -> Result<bool, Error> {
        let done = sqlx::query!(
            "UPDATE emergency_stop
             SET engaged = $1, by_name = $2, at = $3, reason = $4, release_asked_by = NULL, release_asked_at = NULL
             WHERE engaged <> $1",
            engaged,
            by.name(),
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

    /// Writes something about the stop into the ledger.
    pub(crate) async fn record_stop(
        &mut self,
        actor: &str,
        at: Timestamp,
        kind: &str,
        body: serde_json::Value,
    ) -> Result<Record, Error> {
        self.append_ledger(Entry {
            at: at.to_string(),
            actor: actor.to_owned(),
            kind: kind.to_owned(),
            subject: "emergency-stop".to_owned(),
            body,
        })
        .await
    }
}

async fn read(connection: &mut PgConnection) -> Result<EmergencyStopState, Error> {
    let row = sqlx::query!(
        "SELECT engaged, by_name, at, reason, release_asked_by, release_asked_at FROM emergency_stop"
    )
    .fetch_one(&mut *connection)
    .await?;
    let release_asked = match (row.release_asked_by, row.release_asked_at) {
        (Some(by), Some(at)) => {
            let accounts = account::find(connection, &[by]).await?;
            Some((account::pick(&accounts, by)?, convert::at(at)))
        }
        _ => None,
    };
    Ok(EmergencyStopState {
        engaged: row.engaged,
        by: row.by_name,
        at: row.at.map(convert::at),
        reason: row.reason,
        release_asked,
    })
}
