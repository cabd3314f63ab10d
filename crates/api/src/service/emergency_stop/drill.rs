//! Drills: the emergency stop's refusal of every intent, for a few minutes, and proof of it from the ledger.

use std::time::Duration;

use argus_store::{DrillEnd, Store};
use argus_types::Timestamp;
use argus_types::emergency::{Drill, DrillInput, DrillOutcome, EmergencyStop};
use argus_types::person::Person;
use argus_types::problem::ProblemCode;
use argus_types::text::PlainText;
use http::StatusCode;

use super::{StopAll, of};
use crate::problem::ApiProblem;
use crate::service::{Once, Reply};

impl StopAll {
    /// Begins a drill. Nothing that runs is stopped: what comes to its next step waits until the drill is over.
    pub async fn begin_drill(&self, once: &Once, input: &DrillInput) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let running = self.store.unfinished_executions().await?;
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        if tx.hold_emergency_stop().await?.engaged {
            return Err(ApiProblem::new(
                ProblemCode::EmergencyStopEngaged,
                "The emergency stop is set: this is no drill.",
            ));
        }
        let lasts = Duration::from_secs(input.lasts_s.into());
        let reason = input.reason.as_ref().map(PlainText::as_str);
        if !tx
            .begin_drill(&once.person.name, now, lasts, reason)
            .await?
        {
            return Err(ApiProblem::new(
                ProblemCode::WrongState,
                "A drill is on already.",
            ));
        }
        let view = EmergencyStop {
            drill: Some(Drill {
                by: once.person.name.clone(),
                at: now,
                until: now.plus_seconds(input.lasts_s.into()),
            }),
            ..of(tx.look_at_emergency_stop().await?, running, now)
        };
        let reply = Reply::new(StatusCode::OK, &view)?;
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        tracing::warn!(target: "argus::event", kind = "stop_drill", by = %once.person.name, lasts_s = input.lasts_s, "drill of the emergency stop");
        Ok(reply)
    }

    /// Ends the drill now.
    pub async fn end_drill(&self, by: &Person) -> Result<DrillOutcome, ApiProblem> {
        let end = end(&self.store, Some(&by.name), self.clock.now()).await?;
        end.map(|end| DrillOutcome {
            intents: end.intents,
        })
        .ok_or_else(|| ApiProblem::new(ProblemCode::WrongState, "No drill is on."))
    }
}

/// Ends the drill whose time is over; called by housekeeping.
pub async fn end_over(store: &Store, now: Timestamp) -> Result<(), argus_store::Error> {
    end(store, None, now).await.map(drop)
}

async fn end(
    store: &Store,
    by: Option<&str>,
    now: Timestamp,
) -> Result<Option<DrillEnd>, argus_store::Error> {
    let mut tx = store.begin().await?;
    let end = tx.end_drill(by, now).await?;
    tx.commit().await?;
    if let Some(end) = end {
        if end.intents > 0 {
            tracing::error!(
                intents = end.intents,
                "steps were sent during a drill of the emergency stop"
            );
        }
        tracing::warn!(target: "argus::event", kind = "stop_drill_ended", intents = end.intents, "drill of the emergency stop is over");
    }
    Ok(end)
}
