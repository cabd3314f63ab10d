//! Taking an execution up from its journal, or out of the way where that cannot be trusted.

use std::sync::Arc;

use argus_store::journal::{Append, Lease};
use argus_types::execution::ExecutionState;
use tokio_util::sync::CancellationToken;

use crate::driver::{Driver, Outcome};
use crate::entries::Setback;
use crate::held::Held;
use crate::memory::Memory;
use crate::ports::{Hypervisor, Journal};
use crate::record::Recorder;
use crate::run::{Config, Ports};

/// Folds the journal.
pub(crate) async fn load<'a, J: Journal, H: Hypervisor>(
    ports: &'a Ports<J, H>,
    config: &'a Config,
    cancel: &'a CancellationToken,
    lease: Lease,
    held: &Held,
) -> Result<Option<Driver<'a, J, H>>, Setback> {
    let Some((record, events)) = ports.journal.load(lease.execution).await? else {
        return Ok(None);
    };
    if argus_domain::digest::of(&record.plan) != record.digest {
        tracing::error!(execution = %lease.execution, digest = %record.digest, "the plan is not the one that was confirmed");
        quarantine(
            ports,
            lease,
            "the stored plan is not the one that was confirmed",
        )
        .await;
        return Ok(None);
    }
    let mut memory = Memory::new(&record.plan);
    for entry in &events {
        memory.apply(entry.at, &entry.event)?;
    }
    Ok(Some(Driver {
        ports,
        config,
        cancel,
        lease,
        held: held.clone(),
        plan: Arc::new(record.plan),
        memory,
        seq: events.last().map_or(0, |entry| entry.seq),
        watch: None,
        looked_at: None,
    }))
}

/// Takes an execution out of the way that cannot be driven: nothing is sent, a person must look.
pub(crate) async fn quarantine<J: Journal, H>(
    ports: &Ports<J, H>,
    lease: Lease,
    why: &str,
) -> Outcome {
    tracing::error!(execution = %lease.execution, why, "the execution cannot be driven");
    let at = ports.clock.now();
    let recorder = Recorder {
        execution: lease.execution,
    };
    let last = match ports.journal.load(lease.execution).await {
        Ok(found) => found.and_then(|(_, events)| events.last().map(|entry| entry.seq)),
        Err(error) => {
            tracing::error!(execution = %lease.execution, %error, "and could not be set aside");
            return Outcome::Lost;
        }
    };
    let append = Append {
        expected_seq: last.unwrap_or(0),
        ledger: vec![recorder.ended(at, ExecutionState::NeedsAttention, why)],
        end: Some(ExecutionState::NeedsAttention),
        ..Append::default()
    };
    match ports.journal.append(lease, at, &append).await {
        Ok(_) => Outcome::Ended,
        Err(error) => {
            // The lease runs out and somebody tries again.
            tracing::error!(execution = %lease.execution, %error, "and could not be set aside");
            Outcome::Lost
        }
    }
}
