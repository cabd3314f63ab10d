//! Reading fresh state and comparing it with what is expected.

use std::time::Duration;

use argus_domain::check::{self, Observed};
use argus_types::plan::{Command, Evidence, Expectation, Field, Step};

use crate::driver::Driver;
use crate::entries::Setback;
use crate::ports::{Hypervisor, Journal, Look, ReadError, Sight};

/// Fresh state, compared.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) evidence: Vec<Evidence>,
    /// Seconds since the guest started.
    pub(crate) uptime_s: Option<u64>,
    /// Whether Proxmox holds the guest for something that is under way.
    pub(crate) locked: bool,
}

impl Seen {
    pub(crate) fn holds(&self) -> bool {
        check::holds(&self.evidence)
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
        let sight = self
            .ports
            .hypervisor
            .look(&question(step, expectations))
            .await?;
        Ok(self.compare(expectations, &sight, passed))
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

    fn compare(&self, expectations: &[Expectation], sight: &Sight, passed: Duration) -> Seen {
        let Some(guest) = &sight.guest else {
            return Seen {
                evidence: check::evaluate(expectations, &Observed::new()),
                uptime_s: None,
                locked: false,
            };
        };
        let restarted = self.memory.restarted(passed, sight.uptime_s);
        let observed = Observed::from_facts(expectations, guest, &sight.inventory, restarted);
        Seen {
            evidence: check::evaluate(expectations, &observed),
            uptime_s: sight.uptime_s,
            locked: guest.lock.is_some(),
        }
    }
}

/// What must be read so that every expectation can be judged.
fn question<'a>(step: &'a Step, expectations: &'a [Expectation]) -> Look<'a> {
    let mut look = Look {
        guest: step.target.key(),
        node: &step.target.node,
        elsewhere: match &step.command {
            Command::Migrate { to, .. } => vec![to],
            _ => Vec::new(),
        },
        snapshots: false,
        snapshot_feature: false,
        migrate_to: Vec::new(),
        cluster: false,
    };
    for expectation in expectations {
        match &expectation.field {
            Field::Snapshot { .. } | Field::GrownFrom {} => look.snapshots = true,
            Field::SnapshotSupported {} => look.snapshot_feature = true,
            Field::MigrateAllowed { to } => look.migrate_to.push(to),
            Field::NodeOnline { .. } | Field::Quorate {} => look.cluster = true,
            Field::Node {}
            | Field::Status {}
            | Field::Lock {}
            | Field::Name {}
            | Field::Identity {}
            | Field::Template {}
            | Field::HaManaged {}
            // Settings come with every look.
            | Field::Config { .. }
            | Field::ConfigDigest {}
            | Field::Restarted {} => {}
        }
    }
    look
}
