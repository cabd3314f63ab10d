//! The emergency stop: set by operators, released by admins.

use argus_store::Store;
use argus_types::emergency::{EmergencyStop, EmergencyStopInput};
use argus_types::execution::{ExecutionState, ExecutionSummary};
use argus_types::text::PlainText;
use http::StatusCode;

use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;

/// Sets and releases the stop.
#[derive(Clone)]
pub struct StopAll {
    store: Store,
    clock: SharedClock,
}

impl StopAll {
    /// The stop in `store`.
    pub fn new(store: Store, clock: SharedClock) -> Self {
        Self { store, clock }
    }

    /// The stop as it is.
    pub async fn view(&self) -> Result<EmergencyStop, ApiProblem> {
        Ok(self.store.emergency_stop().await?)
    }

    /// After the commit no replica sends a further step.
    pub async fn set(&self, once: &Once, input: &EmergencyStopInput) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let reason = input.reason.as_ref().map(PlainText::as_str);
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let Some(asked) = tx.engage_emergency_stop(&once.person, now, reason).await? else {
            // It is set already: the truth is what counts, and there is nothing to keep.
            drop(tx);
            return Reply::new(StatusCode::OK, &self.view().await?);
        };
        let view = EmergencyStop {
            engaged: true,
            by: Some(once.person.name.clone()),
            at: Some(now),
            reason: reason.map(str::to_owned),
            running: asked
                .into_iter()
                .map(|id| ExecutionSummary {
                    id,
                    state: ExecutionState::Stopping,
                })
                .collect(),
        };
        let reply = Reply::new(StatusCode::OK, &view)?;
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        tracing::warn!(target: "argus::event", kind = "emergency_stop", engaged = true, by = %once.person.name, "emergency stop set");
        Ok(reply)
    }

    /// Lets new executions start; those that were stopped stay so.
    pub async fn release(
        &self,
        once: &Once,
        input: &EmergencyStopInput,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let reason = input.reason.as_ref().map(PlainText::as_str);
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        if !tx.release_emergency_stop(&once.person, now, reason).await? {
            drop(tx);
            return Reply::new(StatusCode::OK, &self.view().await?);
        }
        let view = EmergencyStop {
            engaged: false,
            by: Some(once.person.name.clone()),
            at: Some(now),
            reason: reason.map(str::to_owned),
            running: Vec::new(),
        };
        let reply = Reply::new(StatusCode::OK, &view)?;
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        tracing::warn!(target: "argus::event", kind = "emergency_stop", engaged = false, by = %once.person.name, "emergency stop released");
        Ok(reply)
    }
}
