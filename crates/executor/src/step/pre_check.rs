//! Right before a step: is everything that it relies on still so?

use argus_types::event::{Event, FailureReason};
use argus_types::plan::Step;
use tokio::time::Instant;

use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::memory::Mark;
use crate::ports::{Hypervisor, Journal, ReadError};
use crate::step::look::Seen;

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
        let seen = match self.look_when_old_enough(step).await? {
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
        // After the read, so that the time that passes is never taken for longer than it was; and before it is written
        // down, because that may be done though nobody hears of it.
        self.looked_at = Some(Instant::now());
        let mut evidence = seen.evidence;
        // Kept in the journal: whoever checks afterwards may be another process.
        evidence.extend(seen.mark.map(Mark::evidence));
        self.record(Entries::from(Event::PreChecked {
            step: number,
            attempt,
            evidence,
        }))
        .await
    }

    /// Looks before the step, and again where what it restarts was only started this moment: until another start would
    /// show in its uptime, or for as long as fresh state may lag.
    async fn look_when_old_enough(&self, step: &Step) -> Result<Result<Seen, ReadError>, Setback> {
        let begun = Instant::now();
        loop {
            let over = begun.elapsed() >= self.config.pace.lag();
            let seen = self.look_before(step).await?;
            let too_young = |seen: &Seen| seen.holds() && seen.mark.is_some_and(Mark::is_too_young);
            if over || !seen.as_ref().is_ok_and(too_young) {
                return Ok(seen);
            }
            self.rest(self.config.pace.look()).await?;
        }
    }
}
