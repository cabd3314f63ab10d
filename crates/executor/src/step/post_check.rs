//! The task ended: does fresh state show what the step is for?

use argus_types::event::{Event, TaskExit};
use argus_types::plan::{Command, Step};
use tokio::time::Instant;

use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::ports::{Hypervisor, Journal};

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    pub(crate) async fn post_check(
        &mut self,
        number: u16,
        attempt: u8,
        exit: TaskExit,
    ) -> Result<(), Setback> {
        let plan = self.plan.clone();
        let step = Self::step(&plan, number)?;
        let begun = Instant::now();
        let lag = self.config.pace.lag();
        loop {
            // With HA the task only queued the wish, and a reboot's task may end before the guest is up: the
            // step's whole time is theirs. Everything else is there at once or not at all. Judged before the look, whose
            // answer may come late.
            let over = if exit == TaskExit::Failed {
                true
            } else if takes_its_time(step) {
                self.since_submitted() >= self.timeout(step)
            } else {
                begun.elapsed() >= lag
            };
            let looked = self.look(step, &step.post_checks).await;
            match looked {
                Ok(seen) if seen.holds() || over => {
                    return self
                        .record(Entries::from(Event::PostChecked {
                            step: number,
                            attempt,
                            holds: seen.holds(),
                            evidence: seen.evidence,
                        }))
                        .await;
                }
                Ok(_) => {}
                Err(error) if over && begun.elapsed() >= self.config.pace.read_patience() => {
                    return self
                        .needs_attention(
                            number,
                            format!("the task ended, and fresh state cannot be read: {error}"),
                        )
                        .await;
                }
                Err(error) => {
                    tracing::debug!(execution = %self.lease.execution, step = number, %error, "fresh state cannot be read");
                }
            }
            self.rest(self.config.pace.look()).await?;
        }
    }
}

/// Whether Proxmox only takes the wish down, and brings it about later.
pub(crate) fn takes_its_time(step: &Step) -> bool {
    step.target.is_ha_managed()
        || matches!(
            step.command,
            Command::Reboot { .. }
                | Command::HaAdd { .. }
                | Command::HaSet { .. }
                | Command::HaMove { .. }
                | Command::Replicate { .. }
                | Command::RebootNode {}
                | Command::ShutdownNode {}
                | Command::WakeNode {}
        )
}
