//! A request without an answer: was it carried out?
//!
//! The task list decides first: exactly one task of ours is adopted, two are a person's business. Only when
//! it stays empty for as long as a handler can take does the state decide, and what that may mean depends on
//! the step's class. Nothing is ever sent from here.

use argus_domain::check;
use argus_types::event::Event;
use argus_types::plan::{Step, StepClass};
use tokio::time::Instant;

use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::ports::{Hypervisor, Journal};
use crate::step::look::Seen;
use crate::step::post_check::takes_its_time;

/// How far a node's clock may be behind ours when the intent was written, in seconds, for its task still to be found: a
/// day's jump and an hour. What is older than the intent does no harm, because journals know it.
const SKEW_S: i64 = 25 * 3600;

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    pub(crate) async fn resolve(&mut self, number: u16, attempt: u8) -> Result<(), Setback> {
        let plan = self.plan.clone();
        let step = Self::step(&plan, number)?;
        let now = self.ports.clock.now();
        let intended = self.memory.intended_at.unwrap_or(now);
        let since = intended.plus_seconds(-SKEW_S).get().unix_timestamp();
        let begun = Instant::now();
        let patience = self.config.pace.settle() + self.timeout(step);
        // Since when the list has been seen empty without a break.
        let mut empty_since = None;
        let mut tried = 0;
        loop {
            // An answer that comes late tells what was so when it was asked for.
            let asked_at = Instant::now();
            // So only what was asked after the time is over has the last word.
            let last = asked_at - begun >= patience;
            let mut unread = String::new();
            match self
                .ports
                .hypervisor
                .tasks_of(self.memory.sender.as_deref(), step, since)
                .await
            {
                Ok(found) => {
                    let new = self.unclaimed(found).await?;
                    match new.len() {
                        0 => {}
                        1 => {
                            let upid = new.into_iter().next().unwrap_or_default();
                            return self.submitted(step, attempt, upid, true).await;
                        }
                        _ => {
                            return self
                                .needs_attention(
                                    number,
                                    format!(
                                        "the answer was lost, and Proxmox has {} tasks that could be its: {}",
                                        new.len(),
                                        new.join(", ")
                                    ),
                                )
                                .await;
                        }
                    }
                    let empty = asked_at - *empty_since.get_or_insert(asked_at);
                    // What is only queued shows in the state when it is done, and not before.
                    let over = !takes_its_time(step) || begun.elapsed() >= self.timeout(step);
                    if empty >= self.config.pace.settle()
                        && self.judge_by_state(step, attempt, over).await?
                    {
                        return Ok(());
                    }
                }
                Err(error) => {
                    empty_since = None;
                    unread = format!(": {error}");
                    tracing::debug!(execution = %self.lease.execution, step = number, %error, "the task list cannot be read");
                }
            }
            if last {
                return self
                    .needs_attention(
                        number,
                        format!(
                            "the answer was lost, and Proxmox did not tell in time what became of the request{unread}"
                        ),
                    )
                    .await;
            }
            tried += 1;
            let wait = self.config.pace.again(tried, self.ports.chance.fraction());
            self.rest(wait.min(self.config.pace.look() * 2)).await?;
        }
    }

    /// Tasks that no journal has yet: neither this execution's earlier ones nor those of another that had the guest
    /// right before, which may be younger than the oldest that can be ours by the node's clock.
    async fn unclaimed(&self, mut found: Vec<String>) -> Result<Vec<String>, Setback> {
        found.retain(|upid| !self.memory.tasks.contains(upid));
        if found.is_empty() {
            return Ok(found);
        }
        let own = self.lease.execution;
        let others = self.ports.journal.tasks_of_others(own, &found).await?;
        found.retain(|upid| !others.contains(upid));
        Ok(found)
    }

    /// No task is to be found. `false` where the state cannot tell yet: what would have come to be by now only tells
    /// once the step's time is `over`.
    async fn judge_by_state(
        &mut self,
        step: &Step,
        attempt: u8,
        over: bool,
    ) -> Result<bool, Setback> {
        let Ok(seen) = self.look(step, &step.post_checks).await else {
            return Ok(false);
        };
        // What looks the same before and after proves nothing.
        if seen.holds() && check::tells(step) {
            self.record(Entries::from(Event::PostChecked {
                step: step.number,
                attempt,
                holds: true,
                evidence: seen.evidence,
            }))
            .await?;
            return Ok(true);
        }
        if seen.locked || !over {
            // Something is under way, and it may be ours.
            return Ok(false);
        }
        match step.class {
            StepClass::Read | StepClass::Idempotent | StepClass::NaturalKey => {
                self.record(Entries::from(Event::Absent {
                    step: step.number,
                    attempt,
                    retry: true,
                    message: format!(
                        "the answer was lost; no task was started, and {}",
                        missing(&seen)
                    ),
                }))
                .await?;
            }
            StepClass::UnsafeToRepeat => {
                self.needs_attention(
                    step.number,
                    format!(
                        "the answer was lost and no task is to be found; {}. Look at the guest before it is tried again",
                        missing(&seen)
                    ),
                )
                .await?;
            }
        }
        Ok(true)
    }

    pub(crate) async fn needs_attention(
        &mut self,
        step: u16,
        message: String,
    ) -> Result<(), Setback> {
        self.close_step(Event::StepNeedsAttention { step, message })
            .await
    }
}

fn missing(seen: &Seen) -> String {
    let missing: Vec<_> = seen
        .evidence
        .iter()
        .filter(|one| !one.holds)
        .map(|one| format!("{} is {}", one.label, one.observed))
        .collect();
    missing.join(", ")
}
