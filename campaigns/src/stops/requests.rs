//! What was sent, with its times, and the order of intents and stops in the ledger.

use std::collections::HashMap;

use anyhow::Result;
use argus_proxmox_sim::Seen;
use argus_types::event::Event;
use argus_types::id::ExecutionId;
use argus_types::plan::CallPreview;

use super::Outcome;
use crate::stage::{Stage, key};

/// Records read at a time.
const BATCH: u32 = 1_000;

/// One and the same request has one and the same key.
pub fn key_of(seen: &Seen) -> String {
    let call = CallPreview {
        method: seen.method.clone(),
        path: seen.call.clone(),
        parameters: seen.parameters.clone(),
    };
    key(&call)
}

/// Every request that changes something needs an intent of its own.
pub async fn judge_sent(
    stage: &Stage,
    executions: &[ExecutionId],
    sent: &[Seen],
    outcome: &mut Outcome,
) -> Result<()> {
    let mut intended: HashMap<String, usize> = HashMap::new();
    for id in executions {
        let events = stage.store.execution_events(*id, 0, u64::MAX).await?;
        let mut stopped = false;
        for entry in events {
            match entry.event {
                Event::StopRequested { .. } => stopped = true,
                Event::Intended { call, step, .. } => {
                    *intended.entry(key(&call)).or_default() += 1;
                    if stopped {
                        let fault = format!("{id} intended step {step} behind its stop");
                        outcome.faults.push(fault);
                    }
                }
                _ => {}
            }
        }
    }
    for seen in sent {
        let left = intended.get_mut(&key_of(seen)).filter(|left| **left > 0);
        match left {
            Some(left) => *left -= 1,
            None => outcome
                .faults
                .push(format!("sent without an intent: {}", key_of(seen))),
        }
    }
    Ok(())
}

/// No intent stands between a stop and its release in the ledger.
pub async fn judge_ledger(stage: &Stage, outcome: &mut Outcome) -> Result<()> {
    let (mut after, mut engaged) = (0, false);
    loop {
        let batch = stage.store.ledger_after(after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = last.seq;
        for record in batch {
            match record.kind.as_str() {
                "emergency_stop.engaged" => engaged = true,
                "emergency_stop.released" => engaged = false,
                "step.intended" if engaged => {
                    let fault = format!("record {}: an intent behind the stop", record.seq);
                    outcome.faults.push(fault);
                }
                _ => {}
            }
        }
    }
    if let Err(broken) = stage.store.verify_ledger().await? {
        outcome.faults.push(format!("the ledger: {broken:?}"));
    }
    Ok(())
}
