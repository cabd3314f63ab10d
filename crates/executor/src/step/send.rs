//! The request: its intent is committed, then it leaves, once.

use argus_domain::check;
use argus_types::event::{Event, TaskLine};
use argus_types::plan::Step;
use tokio::time::Instant;

use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::ports::{Hypervisor, Journal, Refusal, SendError, Sent};

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    pub(crate) async fn send(&mut self, number: u16, attempt: u8) -> Result<(), Setback> {
        let plan = self.plan.clone();
        let step = Self::step(&plan, number)?;
        let begun = Instant::now();
        let sender = self.ports.hypervisor.sender(self.lease, step);
        let intended = self
            .recorder()
            .intended(self.ports.clock.now(), step, attempt);
        self.record(Entries {
            ledger: vec![intended],
            intent: true,
            ..Entries::from(Event::Intended {
                step: number,
                attempt,
                call: step.call.clone(),
                sender: sender.clone(),
            })
        })
        .await?;
        // A process that was frozen since, or that could not renew its lease, may no longer be the one that drives.
        if begun.elapsed() > self.config.lease_ttl / 2 {
            return self
                .refused(
                    number,
                    attempt,
                    true,
                    "the intent took too long to write; nothing was sent".to_owned(),
                )
                .await;
        }
        let sending = self
            .ports
            .hypervisor
            .send_as(self.lease, sender.as_deref(), step);
        let Some(sent) = self.held.during(sending).await else {
            return Err(Setback::Lost);
        };
        match sent {
            Ok(Sent::Task(upid)) => self.submitted(step, attempt, upid, false).await,
            Ok(Sent::Done { told }) => self.answered(number, attempt, told).await,
            Err(SendError::NotSent { message }) => {
                self.refused(number, attempt, true, message).await
            }
            Err(SendError::Refused {
                refusal: Refusal::Busy,
                message,
            }) => self.refused(number, attempt, true, message).await,
            Err(SendError::Refused {
                refusal: Refusal::AlreadySo,
                message,
            }) => self.check_already_so(step, attempt, message).await,
            Err(SendError::Refused {
                refusal: Refusal::Final,
                message,
            }) => self.refused(number, attempt, false, message).await,
            Err(SendError::Indeterminate { message }) => {
                self.record(Entries::from(Event::Indeterminate {
                    step: number,
                    attempt,
                    message,
                }))
                .await
            }
        }
    }

    /// Writes down that the request was carried out while it was asked, and what was said.
    async fn answered(&mut self, step: u16, attempt: u8, told: Vec<String>) -> Result<(), Setback> {
        let mut events = vec![Event::Answered { step, attempt }];
        let lines: Vec<TaskLine> = (1..)
            .zip(told)
            .map(|(n, text)| TaskLine { n, text })
            .collect();
        if !lines.is_empty() {
            events.push(Event::Log {
                step,
                attempt,
                lines,
            });
        }
        self.record(Entries {
            events,
            ..Entries::default()
        })
        .await
    }

    /// Writes down the task that the step became.
    pub(crate) async fn submitted(
        &mut self,
        step: &Step,
        attempt: u8,
        upid: String,
        adopted: bool,
    ) -> Result<(), Setback> {
        let at = self.ports.clock.now();
        let entry = self.recorder().submitted(at, step, attempt, &upid, adopted);
        tracing::info!(execution = %self.lease.execution, step = step.number, upid, adopted, "task runs inside proxmox");
        self.record(Entries {
            ledger: vec![entry],
            ..Entries::from(Event::Submitted {
                step: step.number,
                attempt,
                upid,
                adopted,
            })
        })
        .await
    }

    async fn refused(
        &mut self,
        step: u16,
        attempt: u8,
        retry: bool,
        message: String,
    ) -> Result<(), Setback> {
        self.record(Entries::from(Event::Refused {
            step,
            attempt,
            retry,
            message,
        }))
        .await
    }

    /// Proxmox says that the guest already runs, or already does not: then the wish may have come true by
    /// another hand since the pre-check, and only looking tells.
    async fn check_already_so(
        &mut self,
        step: &Step,
        attempt: u8,
        message: String,
    ) -> Result<(), Setback> {
        match self.look_patiently(step, &step.post_checks).await? {
            Ok(seen) if seen.holds() && check::tells(step) => {
                self.record(Entries::from(Event::PostChecked {
                    step: step.number,
                    attempt,
                    holds: true,
                    evidence: seen.evidence,
                }))
                .await
            }
            Ok(_) | Err(_) => self.refused(step.number, attempt, false, message).await,
        }
    }
}
