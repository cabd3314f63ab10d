//! Drills of the emergency stop: the same refusal of every intent, for a few minutes, with nothing stopped for good.

use std::time::Duration;

use argus_types::Timestamp;
use argus_types::emergency::Drill;
use serde_json::json;

use crate::convert;
use crate::journal::interval;
use crate::notification::Notification;
use crate::{Error, Store, Tx};

/// What the ledger says of a drill that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrillEnd {
    /// Intents that were committed while it was on. Anything but 0 means that the stop does not stop.
    pub intents: u64,
}

impl Store {
    /// The drill that is on, if one is.
    pub async fn drill(&self) -> Result<Option<Drill>, Error> {
        let row = sqlx::query!(
            r#"SELECT by_name AS "by_name!", at AS "at!", until AS "until!" FROM stop_drill WHERE until IS NOT NULL"#
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| Drill {
            by: row.by_name,
            at: convert::at(row.at),
            until: convert::at(row.until),
        }))
    }
}

impl Tx {
    /// How long the drill is meant to last that is on, if one is; it neither begins nor ends before this transaction does.
    pub(crate) async fn hold_drill(&mut self) -> Result<Option<Duration>, Error> {
        let row = sqlx::query!(
            r#"SELECT extract(epoch FROM until - clock_timestamp())::float8 AS left_s FROM stop_drill FOR SHARE"#
        )
        .fetch_one(self.connection())
        .await?;
        Ok(row
            .left_s
            .map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or_default()))
    }

    /// Begins a drill; waits for intents that are being written. `false`, and nothing done, where one is on.
    pub async fn begin_drill(
        &mut self,
        by: &str,
        at: Timestamp,
        lasts: Duration,
        reason: Option<&str>,
    ) -> Result<bool, Error> {
        let until = sqlx::query!("SELECT until FROM stop_drill FOR UPDATE")
            .fetch_one(self.connection())
            .await?
            .until;
        if until.is_some() {
            return Ok(false);
        }
        let body = json!({ "lasts_s": lasts.as_secs(), "reason": reason });
        let record = self
            .record_stop(by, at, "emergency_stop.drill_began", body)
            .await?;
        let began_seq: i64 = convert::number("ledger position", record.seq)?;
        sqlx::query!(
            "UPDATE stop_drill SET by_name = $1, at = $2, until = clock_timestamp() + $3, began_seq = $4",
            by,
            at.get(),
            interval(lasts)?,
            began_seq,
        )
        .execute(self.connection())
        .await?;
        self.notify_stop().await?;
        Ok(true)
    }

    /// Ends the drill, at once or, without `by`, only where its time is over; and counts what it was for. `None`, and
    /// nothing done, where there is none to end.
    pub async fn end_drill(
        &mut self,
        by: Option<&str>,
        at: Timestamp,
    ) -> Result<Option<DrillEnd>, Error> {
        let row = sqlx::query!(
            r#"SELECT began_seq, coalesce(until <= clock_timestamp(), false) AS "over!" FROM stop_drill FOR UPDATE"#
        )
        .fetch_one(self.connection())
        .await?;
        let Some(began_seq) = row.began_seq.filter(|_| by.is_some() || row.over) else {
            return Ok(None);
        };
        // An intent's record is committed with it, and records stand in the order of their commits.
        let intents = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM ledger_record WHERE seq > $1 AND kind = 'step.intended'"#,
            began_seq,
        )
        .fetch_one(self.connection())
        .await?;
        let intents = convert::number("number of intents", intents)?;
        sqlx::query!(
            "UPDATE stop_drill SET by_name = NULL, at = NULL, until = NULL, began_seq = NULL"
        )
        .execute(self.connection())
        .await?;
        let actor = by.unwrap_or("argus");
        let body = json!({ "intents": intents });
        self.record_stop(actor, at, "emergency_stop.drill_ended", body)
            .await?;
        self.notify_stop().await?;
        Ok(Some(DrillEnd { intents }))
    }

    async fn notify_stop(&mut self) -> Result<(), Error> {
        let engaged = self.look_at_emergency_stop().await?.engaged;
        self.notify(&Notification::EmergencyStop { engaged }).await
    }
}
