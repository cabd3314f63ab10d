//! An attempt begins: what the step has for itself is reserved.

use argus_store::journal::ResourceLease;
use argus_types::event::{Event, FailureReason};

use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::ports::{Hypervisor, Journal};

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    pub(crate) async fn begin(&mut self, number: u16, attempt: u8) -> Result<(), Setback> {
        let plan = self.plan.clone();
        let step = Self::step(&plan, number)?;
        if attempt > 1 {
            let chance = self.ports.chance.fraction();
            self.rest(self.config.pace.next_attempt(attempt, chance))
                .await?;
        }
        let started = Event::StepStarted {
            step: number,
            attempt,
        };
        let begun = tokio::time::Instant::now();
        loop {
            let taken = self
                .record(Entries {
                    resources: vec![ResourceLease::Acquire {
                        cluster: plan.cluster.clone(),
                        locks: step.locks.clone(),
                        step: number,
                    }],
                    ..Entries::from(started.clone())
                })
                .await;
            let Err(Setback::Busy {
                lock,
                holder,
                needs_attention,
            }) = taken
            else {
                return taken;
            };
            // Also for what needs a person, who may be about to look; not for days, though.
            if begun.elapsed() >= self.config.guest_patience {
                let why = if needs_attention {
                    ", which needs a person"
                } else {
                    ", which did not give it back in time"
                };
                return self
                    .record_closed(
                        vec![started],
                        Event::StepFailed {
                            step: number,
                            reason: FailureReason::PreCheckUnavailable,
                            message: format!("{lock} is reserved by execution {holder}{why}"),
                        },
                    )
                    .await;
            }
            self.rest(self.config.pace.guest()).await?;
        }
    }
}
