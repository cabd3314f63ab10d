//! A step comes to its end: the verdict with its evidence, and what it reserved is given back.

use argus_store::journal::ResourceLease;
use argus_types::event::Event;

use crate::driver::Driver;
use crate::entries::{Entries, Setback};
use crate::ports::{Hypervisor, Journal};

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    /// Writes the event that closes a step, with its ledger record.
    pub(crate) async fn close_step(&mut self, verdict: Event) -> Result<(), Setback> {
        self.record_closed(Vec::new(), verdict).await
    }

    /// The same, behind events that belong to it.
    pub(crate) async fn record_closed(
        &mut self,
        mut events: Vec<Event>,
        verdict: Event,
    ) -> Result<(), Setback> {
        let plan = self.plan.clone();
        let number = verdict.step().unwrap_or_default();
        let step = Self::step(&plan, number)?;
        let kind = match &verdict {
            Event::StepSucceeded { .. } => "step.succeeded",
            Event::StepNeedsAttention { .. } => "step.needs_attention",
            _ => "step.failed",
        };
        // A person must look first, so nobody else may touch what it reserved.
        let keep = matches!(verdict, Event::StepNeedsAttention { .. });
        let at = self.ports.clock.now();
        events.push(verdict);
        let mut after = self.memory.clone();
        for event in &events {
            after.apply(at, event)?;
        }
        let progress = after.state.view();
        let ledger = progress
            .iter()
            .find(|progress| progress.number == number)
            .map(|progress| self.recorder().closed(at, kind, step, progress));
        tracing::info!(execution = %self.lease.execution, step = number, kind, "step closed");
        self.record(Entries {
            events,
            ledger: ledger.into_iter().collect(),
            resources: if keep {
                Vec::new()
            } else {
                vec![ResourceLease::Release {
                    cluster: plan.cluster.clone(),
                    locks: step.locks.clone(),
                }]
            },
            ..Entries::default()
        })
        .await
    }
}
