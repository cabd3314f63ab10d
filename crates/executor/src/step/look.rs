//! Reading fresh state and comparing it with what is expected.

use std::time::Duration;

use argus_domain::check::{self, Observed};
use argus_domain::facts::{Facts, wanted_by_step};
use argus_domain::value::Since;
use argus_types::id::NodeName;
use argus_types::plan::{Command, Evidence, Expectation, Field, Step, StepTarget};

use crate::driver::Driver;
use crate::entries::Setback;
use crate::memory::{Mark, Memory};
use crate::ports::{Hypervisor, Journal, ReadError};

/// Fresh state, compared.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) evidence: Vec<Evidence>,
    /// What the step is expected to move, as it is now.
    pub(crate) mark: Option<Mark>,
    /// Whether Proxmox holds the guest for something that is under way.
    pub(crate) locked: bool,
}

impl Seen {
    pub(crate) fn holds(&self) -> bool {
        check::holds(&self.evidence)
    }

    /// What `facts` show of `expectations`, after what is remembered of the step and the time that has `passed` since
    /// its pre-check at least.
    pub(crate) fn of(
        step: &Step,
        expectations: &[Expectation],
        facts: &Facts,
        (memory, passed): (&Memory, Duration),
    ) -> Self {
        let mark = mark(step, facts);
        let mut since = Since {
            said_done: memory.said_done(),
            ..Since::default()
        };
        match (mark, &step.target) {
            (Some(Mark::Uptime(up)), StepTarget::Guest(_)) => {
                since.restarted = memory.restarted(passed, Some(up));
            }
            (Some(Mark::Uptime(up)), _) => {
                since.node_restarted = memory.restarted(passed, Some(up));
            }
            (Some(Mark::LastRun(at)), _) => since.replicated = memory.ran(Some(at)),
            (None, _) => {}
        }
        let observed = Observed::from_facts(expectations, &step.target, facts, since);
        let guest = step.target.key().and_then(|key| facts.guests.get(&key));
        Self {
            evidence: check::evaluate(expectations, &observed),
            mark,
            locked: guest.is_some_and(|guest| guest.lock.is_some() && !guest.is_hibernated()),
        }
    }
}

impl<J: Journal, H: Hypervisor> Driver<'_, J, H> {
    /// One look. A guest that is nowhere gives evidence in which nothing is known, and nothing holds.
    pub(crate) async fn look(
        &self,
        step: &Step,
        expectations: &[Expectation],
    ) -> Result<Seen, ReadError> {
        // Before the read, which can take long: a time that is too long would look like a restart.
        let passed = self
            .looked_at
            .map_or(Duration::ZERO, |looked_at| looked_at.elapsed());
        let wanted = wanted_by_step(&step.target, expectations, elsewhere(step));
        let facts = self.ports.hypervisor.look(&wanted).await?;
        Ok(Seen::of(step, expectations, &facts, (&self.memory, passed)))
    }

    /// Looks at what the step relies on and, for afterwards, at what it is expected to move.
    pub(crate) async fn look_before(
        &self,
        step: &Step,
    ) -> Result<Result<Seen, ReadError>, Setback> {
        let moved = step.post_checks.iter().filter(|wish| is_moved(&wish.field));
        let expectations: Vec<_> = step.read_set.iter().chain(moved).cloned().collect();
        let seen = self.look_patiently(step, &expectations).await?;
        Ok(seen.map(|seen| Seen {
            evidence: seen
                .evidence
                .into_iter()
                .take(step.read_set.len())
                .collect(),
            ..seen
        }))
    }

    /// Looks until it succeeds or the patience for reads is over.
    pub(crate) async fn look_patiently(
        &self,
        step: &Step,
        expectations: &[Expectation],
    ) -> Result<Result<Seen, ReadError>, Setback> {
        let begun = tokio::time::Instant::now();
        let mut tried = 0;
        loop {
            let error = match self.look(step, expectations).await {
                Ok(seen) => return Ok(Ok(seen)),
                Err(error) => error,
            };
            if begun.elapsed() >= self.config.pace.read_patience() {
                return Ok(Err(error));
            }
            tried += 1;
            tracing::debug!(execution = %self.lease.execution, step = step.number, %error, "fresh state cannot be read");
            let wait = self.config.pace.again(tried, self.ports.chance.fraction());
            self.rest(wait).await?;
        }
    }
}

/// Whether the field says what became different since the step was sent.
fn is_moved(field: &Field) -> bool {
    matches!(
        field,
        Field::Restarted {} | Field::NodeRestarted {} | Field::Replicated { .. }
    )
}

/// Nodes that the guest may have gone to.
pub(crate) fn elsewhere(step: &Step) -> Vec<NodeName> {
    match &step.command {
        Command::Migrate { to, .. } | Command::HaMove { to, .. } => vec![to.clone()],
        _ => Vec::new(),
    }
}

/// The number that the step's own post-check is about, as it is now.
fn mark(step: &Step, facts: &Facts) -> Option<Mark> {
    step.post_checks.iter().find_map(|wish| match &wish.field {
        Field::Restarted {} => {
            let guest = facts.guests.get(&step.target.key()?)?;
            guest.uptime_s.map(Mark::Uptime)
        }
        Field::NodeRestarted {} => {
            let node = facts.nodes.get(step.target.node())?;
            node.uptime_s.map(Mark::Uptime)
        }
        Field::Replicated { job } => {
            let guest = facts.guests.get(&step.target.key()?)?;
            let job = guest.kept.replication.as_ref()?.get(job)?;
            job.last_sync.map(Mark::LastRun)
        }
        _ => None,
    })
}
