//! Starts that were put off, when their time has come. Each replica looks; the confirmation itself sees to it that one
//! start comes of it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use argus_store::{DueStart, Store};
use argus_types::id::ScheduleId;
use argus_types::schedule::ScheduleState;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::confirm::{Confirm, Tried};
use crate::auth_event::{self, Alert};
use crate::clock::SharedClock;
use crate::problem::ApiProblem;
use crate::record::{self, Kind};

/// Between two looks whose time has come.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two tries of one start: each reads the cluster.
const TRY_EVERY: Duration = Duration::from_secs(10);

/// Starts what was put off.
pub struct Starter {
    store: Store,
    clock: SharedClock,
    confirm: Confirm,
    /// When which was tried last, while it waits.
    tried: HashMap<ScheduleId, Instant>,
}

impl Starter {
    /// Starts by `confirm` what is in `store`.
    pub fn new(store: Store, clock: SharedClock, confirm: Confirm) -> Self {
        Self {
            store,
            clock,
            confirm,
            tried: HashMap::new(),
        }
    }

    /// Looks until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        let work = async {
            let mut tick = tokio::time::interval(LOOK_EVERY);
            loop {
                tick.tick().await;
                if let Err(problem) = self.look().await {
                    let detail = &problem.problem().detail;
                    tracing::warn!(detail, "starts that were put off wait for the next look");
                }
            }
        };
        stop.run_until_cancelled(work).await;
    }

    async fn look(&mut self) -> Result<(), ApiProblem> {
        let due = self.store.due_starts(self.clock.now()).await?;
        self.tried
            .retain(|id, at| at.elapsed() < TRY_EVERY && due.iter().any(|one| one.id == *id));
        for start in due {
            if self.tried.contains_key(&start.id) {
                continue;
            }
            self.tried.insert(start.id, Instant::now());
            match self.confirm.start_due(&start).await? {
                Tried::Waits(said) => self.wait(&start, &said).await?,
                Tried::Over(state, said) => self.end(&start, state, said.as_deref()).await?,
            }
        }
        Ok(())
    }

    async fn wait(&self, start: &DueStart, said: &str) -> Result<(), ApiProblem> {
        if start.said.as_deref() == Some(said) {
            return Ok(());
        }
        tracing::info!(proposal = %start.proposal, said, "a start that was put off waits longer");
        let mut tx = self.store.begin().await?;
        tx.delay_schedule(start, said).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn end(
        &self,
        start: &DueStart,
        state: ScheduleState,
        said: Option<&str>,
    ) -> Result<(), ApiProblem> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if !tx.end_schedule(start.id, state, now, said).await? {
            return Ok(());
        }
        if state != ScheduleState::Started {
            let body = json!({ "schedule": start.id, "state": state, "said": said });
            let subject = format!("proposal/{}", start.proposal);
            let kind = Kind::StartNotMade;
            tx.append_ledger(record::entry(now, record::ARGUS, kind, subject, body))
                .await?;
        }
        tx.commit().await?;
        tracing::info!(proposal = %start.proposal, state = state.as_str(), said, "a start that was put off is over");
        if state != ScheduleState::Started {
            auth_event::alert(Alert::StartNotMade);
        }
        Ok(())
    }
}
