//! Right before a step: is everything that it relies on still so?

use argus_proxmox::Upid;
use argus_types::event::{Event, FailureReason};
use argus_types::plan::Step;

use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::memory::{Mark, Newest};
use crate::ports::{Hypervisor, Journal};
use crate::trace::Trace;

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    pub(crate) async fn pre_check(&mut self, number: u16, attempt: u8) -> Result<(), Setback> {
        let plan = self.plan.clone();
        let step = Self::step(&plan, number)?;
        self.looked_at = None;
        if let Err(error) = self
            .ports
            .hypervisor
            .admit(self.lease, &plan, self.longest())
            .await
        {
            return self
                .close_step(Event::StepFailed {
                    step: number,
                    reason: FailureReason::NoToken,
                    message: error.to_string(),
                })
                .await;
        }
        let seen = match self.look_before(step).await? {
            Ok(seen) => seen,
            Err(error) => {
                return self
                    .close_step(Event::StepFailed {
                        step: number,
                        reason: FailureReason::PreCheckUnavailable,
                        message: format!("the state before the step cannot be read: {error}"),
                    })
                    .await;
            }
        };
        if !seen.holds() {
            return self
                .record(Entries::from(Event::Drifted {
                    step: number,
                    attempt,
                    evidence: seen.evidence,
                }))
                .await;
        }
        // After the read, so that the time that passes is never taken for longer than it was.
        let looked_at = tokio::time::Instant::now();
        let mut evidence = seen.evidence;
        // Kept in the journal: whoever checks afterwards may be another process.
        evidence.extend(seen.mark.map(Mark::evidence));
        evidence.extend(self.newest_task(step).await.map(Newest::evidence));
        self.record(Entries::from(Event::PreChecked {
            step: number,
            attempt,
            evidence,
        }))
        .await?;
        self.looked_at = Some(looked_at);
        Ok(())
    }

    /// The newest task that could be taken for this step's, were its answer lost. Where it cannot be read our own clock
    /// must do.
    async fn newest_task(&self, step: &Step) -> Option<Newest> {
        Trace::of(step)?;
        let found = self.ports.hypervisor.tasks(step, 0).await.ok()?;
        let newest = found.into_iter().max_by_key(|upid| started(upid));
        Some(newest.map_or(Newest::Nothing, Newest::Task))
    }
}

/// When a task started, in epoch seconds by Proxmox's clock.
pub(crate) fn started(upid: &str) -> Option<i64> {
    let upid: Upid = upid.parse().ok()?;
    Some(i64::from(upid.starttime()))
}
