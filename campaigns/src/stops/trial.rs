//! Executions under way, and a stop.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use argus_executor::{Config, Executor, Proxmox, StoreJournal};
use argus_proxmox_sim::Seen;
use argus_store::{PoolLimits, StopActor, Store};
use argus_types::event::{Event, ExecutionEvent};
use argus_types::execution::ExecutionState;
use argus_types::id::ExecutionId;
use futures_util::future::try_join_all;
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::requests::{judge_ledger, judge_sent};
use super::{Options, Outcome};
use crate::stage::{Drafts, Stage, admin, now};

/// Executions at a time.
const AT_ONCE: u32 = 4;
/// The longest proposal.
const LONGEST: usize = 6;
/// A stop comes within this time of the last confirmation.
const LATEST_MS: u64 = 400;
/// How long all may take to come to an end.
const PATIENCE: Duration = Duration::from_mins(2);
/// Most trials of one round: some stops find that everything is over.
const MOST_TRIALS: u32 = 3;

/// So many stops with one cluster and one database.
pub async fn round(
    server: &str,
    options: &Options,
    stops: usize,
    dice: &mut StdRng,
    outcome: &mut Outcome,
) -> Result<()> {
    let trials = u32::try_from(stops)? * MOST_TRIALS;
    let stage = Stage::set(server, trials * AT_ONCE, options.speed).await?;
    let drafts = Drafts::draw(&stage, LONGEST, dice).await?;
    let ending = CancellationToken::new();
    let mut replicas = JoinSet::new();
    for number in 0..options.replicas {
        let executor = replica(&stage, number).await?;
        replicas.spawn(executor.run(ending.clone()));
    }
    stage.simulator.take_requests();
    let (mut found, mut next, mut sent, mut all) = (0, 0, Vec::new(), Vec::new());
    for _ in 0..trials {
        if found == stops {
            break;
        }
        let drawn: Result<Vec<_>> = (0..AT_ONCE)
            .map(|n| drafts.of(dice.random_range(1..=LONGEST), next + n))
            .collect();
        next += AT_ONCE;
        let drawn = drawn?;
        let proposed =
            try_join_all(drawn.iter().map(|draft| stage.propose_patiently(draft))).await?;
        let mut executions = Vec::new();
        for proposal in proposed {
            executions.push(stage.confirm(proposal).await?);
        }
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..LATEST_MS))).await;
        found += usize::from(stop(&stage, &executions, outcome).await?);
        sent.extend(changes(&stage)?);
        all.extend(executions);
    }
    ending.cancel();
    replicas.join_all().await;
    sent.extend(changes(&stage)?);
    judge_sent(&stage, &all, &sent, outcome).await?;
    judge_ledger(&stage, outcome).await?;
    let left = stage.database.resource_leases().await?;
    let mut waiting = Vec::new();
    for id in &all {
        let record = stage.store.execution_record(*id).await?;
        let state = record.context("an execution is gone")?.state;
        if state == ExecutionState::NeedsAttention {
            waiting.push(*id);
        }
    }
    for (resource, id, _) in left.iter().filter(|(_, id, _)| !waiting.contains(id)) {
        outcome
            .faults
            .push(format!("{id} still has {resource} at the end"));
    }
    ensure!(
        found == stops,
        "only {found} of {trials} stops found anything running"
    );
    outcome.stops += found;
    Ok(())
}

async fn replica(stage: &Stage, number: usize) -> Result<Executor<StoreJournal, Proxmox>> {
    let limits = PoolLimits {
        max_connections: 8,
        acquire_timeout: Duration::from_secs(30),
        ..PoolLimits::default()
    };
    let store = Store::connect(&stage.database.secret_url(), limits).await?;
    let config = Config {
        concurrency: 2,
        look_every: Duration::from_millis(100),
        ..Config::new(format!("replica-{number}"))
    };
    stage.replica(store, config)
}

/// Requests that change something, since the last time.
fn changes(stage: &Stage) -> Result<Vec<Seen>> {
    let requests = stage.simulator.take_requests();
    ensure!(
        usize::try_from(requests.total)? == requests.last.len(),
        "the simulator was asked more than it keeps"
    );
    let changes = requests
        .last
        .into_iter()
        .filter(|seen| seen.method != "GET");
    Ok(changes.collect())
}

/// Stops everything, waits until it has ended, and lets go again. `false` where nothing ran.
async fn stop(stage: &Stage, executions: &[ExecutionId], outcome: &mut Outcome) -> Result<bool> {
    let (asked_at, asked) = (now(), Instant::now());
    let mut tx = stage.store.begin().await?;
    let found = tx
        .engage_emergency_stop(&admin(), asked_at, Some("a campaign"))
        .await?
        .context("the stop was set already")?;
    tx.commit().await?;
    let until_commit = i64::try_from(asked.elapsed().as_millis())?;
    let committed_at = now();
    judge_leases(stage, &found, outcome).await?;
    let until = Instant::now() + PATIENCE;
    while !stage.store.unfinished_executions().await?.is_empty() {
        if Instant::now() > until {
            bail!("executions do not end after a stop");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for id in executions.iter().filter(|id| found.contains(id)) {
        let events = stage.store.execution_events(*id, 0, u64::MAX).await?;
        let last = events.last().context("an execution without events")?;
        let ended = last.at.unix_millis();
        let closed = under_way_until(&events);
        outcome.executions += 1;
        outcome.under_way += usize::from(closed.is_some());
        outcome.until_end.push(ended - asked_at.unix_millis());
        let since = closed.unwrap_or_default().max(committed_at.unix_millis());
        outcome.beyond_step.push(ended - since);
    }
    if !found.is_empty() {
        outcome.until_commit.push(until_commit);
    }
    let mut tx = stage.store.begin().await?;
    let released = tx
        .release_emergency_stop(StopActor::Shell, None, now(), None)
        .await?;
    ensure!(released, "the stop was not set");
    tx.commit().await?;
    Ok(!found.is_empty())
}

/// When the step that ran at the stop came to its end, where one did run.
fn under_way_until(events: &[ExecutionEvent]) -> Option<i64> {
    let stop = events
        .iter()
        .position(|entry| matches!(entry.event, Event::StopRequested { .. }))?;
    events[stop..].iter().find_map(|entry| {
        matches!(
            entry.event,
            Event::StepSucceeded { .. }
                | Event::StepFailed { .. }
                | Event::StepNeedsAttention { .. }
        )
        .then(|| entry.at.unix_millis())
    })
}

/// What runs inside Proxmox stays reserved: whoever is under way before and after a look at the leases has its own.
async fn judge_leases(stage: &Stage, found: &[ExecutionId], outcome: &mut Outcome) -> Result<()> {
    let before = under_way(stage, found).await?;
    let reserved = stage.database.resource_leases().await?;
    let after = under_way(stage, found).await?;
    for (id, locks) in before.iter().filter(|one| after.contains(one)) {
        for lock in locks {
            if !reserved
                .iter()
                .any(|(name, holder, _)| name == lock && holder == id)
            {
                outcome
                    .faults
                    .push(format!("{id} is under way without {lock}"));
            }
        }
    }
    Ok(())
}

/// Executions with a request that may be out, and what that step reserves.
async fn under_way(
    stage: &Stage,
    found: &[ExecutionId],
) -> Result<Vec<(ExecutionId, Vec<String>)>> {
    let mut under_way = Vec::new();
    for id in found {
        let loaded = stage.store.load_execution(*id).await?;
        let (record, events) = loaded.context("an execution is gone")?;
        let number = events.iter().fold(None, |step, entry| match &entry.event {
            Event::Intended { step, .. } => Some(*step),
            Event::StepSucceeded { .. }
            | Event::StepFailed { .. }
            | Event::StepNeedsAttention { .. }
            | Event::Refused { .. }
            | Event::Absent { .. } => None,
            _ => step,
        });
        let step = record
            .plan
            .steps
            .iter()
            .find(|step| Some(step.number) == number);
        if let Some(step) = step {
            under_way.push((*id, step.locks.iter().map(ToString::to_string).collect()));
        }
    }
    Ok(under_way)
}
