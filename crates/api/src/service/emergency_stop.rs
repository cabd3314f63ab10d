//! The emergency stop: set by one operator, released by two people, one of them an admin.

mod drill;
mod inside;

pub use drill::end_over;

use argus_domain::approval::{self, Asked, Part, Refusal};
use argus_store::{EmergencyStopState, StopActor, Store, StoredAccount, Tx};
use argus_types::Timestamp;
use argus_types::account::StepUpAct;
use argus_types::emergency::{EmergencyStop, EmergencyStopInput, EmergencyStopRelease};
use argus_types::execution::{ExecutionState, ExecutionSummary};
use argus_types::id::SessionId;
use argus_types::person::Role;
use argus_types::text::PlainText;
use http::StatusCode;

use super::confirm::check::step_up_needed;
use super::refused::{self, Refused};
use super::within::Within;
use super::{Once, Reply};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::session::Reach;

/// What an admin's step-up for a release is about.
const SUBJECT: &str = "emergency_stop";

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
        Ok(self.store.emergency_stop(self.clock.now()).await?)
    }

    /// The same with what is on its way inside Proxmox, as far as `reach` covers it.
    pub async fn view_within(
        &self,
        within: &Within,
        reach: &Reach,
    ) -> Result<EmergencyStop, ApiProblem> {
        let mut view = self.view().await?;
        if view.engaged {
            view.inside = inside::of(&self.store, within, reach, &view.running).await?;
        }
        Ok(view)
    }

    /// After the commit no replica sends a further step.
    pub async fn set(&self, once: &Once, input: &EmergencyStopInput) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let reason = input.reason.as_ref().map(PlainText::as_str);
        let running = self.store.unfinished_executions().await?;
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let Some(asked) = tx.engage_emergency_stop(&once.person, now, reason).await? else {
            // It is set already: the truth is what counts. Whoever asked for its release has to ask again.
            let view = of(tx.look_at_emergency_stop().await?, running, now);
            let reply = Reply::new(StatusCode::OK, &view)?;
            once.complete(&mut tx, &reply).await?;
            tx.commit().await?;
            return Ok(reply);
        };
        let view = EmergencyStop {
            engaged: true,
            by: Some(once.person.name.clone()),
            at: Some(now),
            reason: reason.map(str::to_owned),
            release_asked_by: None,
            release_asked_at: None,
            running: asked
                .into_iter()
                .map(|id| ExecutionSummary {
                    id,
                    state: ExecutionState::Stopping,
                    resolved: false,
                })
                .collect(),
            inside: Vec::new(),
            drill: None,
        };
        let reply = Reply::new(StatusCode::OK, &view)?;
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        tracing::warn!(target: "argus::event", kind = "emergency_stop", engaged = true, by = %once.person.name, "emergency stop set");
        Ok(reply)
    }

    /// Takes one person's part in a release: the first waits for the second (202), the second lets new executions
    /// start (200). Those that were stopped stay so.
    pub async fn release(
        &self,
        once: &Once,
        session: SessionId,
        input: &EmergencyStopRelease,
    ) -> Result<Reply, ApiProblem> {
        let now = self.clock.now();
        let reason = input.reason.as_ref().map(PlainText::as_str);
        let running = self.store.unfinished_executions().await?;
        let mut tx = self.store.begin().await?;
        if let Some(reply) = once.claim(&mut tx, now).await? {
            return Ok(reply);
        }
        let proven = match input.step_up {
            Some(id) => {
                let act = StepUpAct::ReleaseEmergencyStop;
                tx.consume_step_up(id, session, act, SUBJECT, now).await?
            }
            None => false,
        };
        let (who, asked) = hold(&mut tx, once, now).await?;
        let Some(asked) = asked else {
            drop(tx);
            return Reply::new(StatusCode::OK, &self.view().await?);
        };
        let first = asked.as_ref().map(|(by, at)| Asked {
            by: by.towards_everything(),
            at: *at,
        });
        let part = match approval::release(first.as_ref(), &who.towards_everything(), now) {
            Ok(part) => part,
            Err(refusal) => {
                drop(tx);
                return Err(self.refuse(once, refusal, now).await?);
            }
        };
        if who.person.role >= Role::Admin && !proven {
            return Err(step_up_needed());
        }
        match part {
            Part::First => tx.ask_for_release(&once.person, now, reason).await?,
            Part::Second => {
                let actor = StopActor::Person(&once.person);
                let asked_by = asked.as_ref().map(|(by, _)| &by.person);
                tx.release_emergency_stop(actor, asked_by, now, reason)
                    .await?;
            }
        }
        let view = of(tx.look_at_emergency_stop().await?, running, now);
        let status = match part {
            Part::First => StatusCode::ACCEPTED,
            Part::Second => StatusCode::OK,
        };
        let reply = Reply::new(status, &view)?;
        once.complete(&mut tx, &reply).await?;
        tx.commit().await?;
        tracing::warn!(target: "argus::event", kind = "emergency_stop", engaged = view.engaged, by = %once.person.name, "release of the emergency stop");
        Ok(reply)
    }

    async fn refuse(
        &self,
        once: &Once,
        refusal: Refusal,
        now: Timestamp,
    ) -> Result<ApiProblem, ApiProblem> {
        let refused = Refused {
            act: StepUpAct::ReleaseEmergencyStop.as_str(),
            subject: "emergency-stop",
            refusal,
        };
        refused::record(&self.store, once, now, refused).await
    }
}

fn of(state: EmergencyStopState, running: Vec<ExecutionSummary>, now: Timestamp) -> EmergencyStop {
    let (release_asked_by, release_asked_at) = state.asked_by_at(now).unzip();
    EmergencyStop {
        engaged: state.engaged,
        release_asked_by,
        release_asked_at,
        by: state.by,
        at: state.at,
        reason: state.reason,
        running,
        inside: Vec::new(),
        drill: None,
    }
}

/// Somebody who asked for the release, and when.
type FirstPart = (StoredAccount, Timestamp);

/// The caller, and who asked for the release before; `None` where the stop is not set. Everything is held until the
/// transaction's end: people before the stop, as the order of locks has it.
async fn hold(
    tx: &mut Tx,
    once: &Once,
    now: Timestamp,
) -> Result<(StoredAccount, Option<Option<FirstPart>>), ApiProblem> {
    let seen = tx.look_at_emergency_stop().await?;
    let seen = seen.release_asked.map(|(by, _)| by.person.id);
    tx.hold_accounts(seen.into_iter().chain([once.person.id]))
        .await?;
    let who = tx.hold_account(once.person.id).await?;
    let state = tx.lock_emergency_stop().await?;
    let asked = state.asked_at(now).cloned();
    Ok((who, state.engaged.then_some(asked)))
}
