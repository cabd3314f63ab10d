//! One race: everybody at once, in the transaction that decides it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use argus_store::journal::Lease;
use argus_store::{Closing, Created, NewApproval, NewExecution, Stopped, Store};
use argus_types::approval::Verdict;
use argus_types::id::{ExecutionId, HumanId, PlanDigest, ProposalId};
use argus_types::person::Person;
use argus_types::proposal::ProposalState;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::stage::{admin, now};

/// Longer than any round.
const TTL: Duration = Duration::from_hours(1);

/// Lets all of them try at once, and gives what those brought home who won.
pub async fn race<T, F>(replicas: &[Store], attempt: impl Fn(Store) -> F) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<Option<T>>> + Send + 'static,
{
    let start = Arc::new(Barrier::new(replicas.len()));
    let mut racing = JoinSet::new();
    for replica in replicas {
        let (attempt, start) = (attempt(replica.clone()), Arc::clone(&start));
        racing.spawn(async move {
            start.wait().await;
            attempt.await
        });
    }
    let mut won = Vec::new();
    while let Some(done) = racing.join_next().await {
        won.extend(done.context("a replica panicked")??);
    }
    Ok(won)
}

/// The same person approves.
pub async fn approve(
    store: Store,
    id: ProposalId,
    digest: PlanDigest,
    by: Person,
) -> Result<Option<()>> {
    let mut tx = store.begin().await?;
    let proposal = tx.lock_proposal(id, now()).await?;
    proposal.context("the proposal is gone")?;
    let kept = tx
        .insert_approval(NewApproval {
            id: Uuid::now_v7(),
            proposal: id,
            revision: 1,
            digest,
            person: by.id,
            human: Some(HumanId(by.id.0)),
            verdict: Verdict::Approve,
            comment: None,
            signed: None,
            at: now(),
            expires_at: now().plus_seconds(3600),
        })
        .await?;
    tx.commit().await?;
    Ok(kept.then_some(()))
}

/// Somebody confirms: the proposal is closed and its execution begins, in one.
pub async fn confirm(store: Store, id: ProposalId) -> Result<Option<ExecutionId>> {
    let mut tx = store.begin().await?;
    let proposal = tx.lock_proposal(id, now()).await?;
    let proposal = proposal.context("the proposal is gone")?.proposal;
    if proposal.state != ProposalState::InReview {
        return Ok(None);
    }
    let closing = Closing {
        to: ProposalState::Confirmed,
        by: Some(admin().id),
        at: now(),
        reason: None,
        drift: &[],
    };
    if !tx.close_proposal(id, closing).await? {
        return Ok(None);
    }
    let execution = ExecutionId(Uuid::now_v7());
    let created = tx
        .create_execution(NewExecution {
            id: execution,
            proposal: id,
            revision: 1,
            confirmed_by: &admin(),
            at: now(),
        })
        .await?;
    tx.commit().await?;
    Ok((created == Created::Yes).then_some(execution))
}

/// A replica looks for something to drive.
pub async fn claim(store: Store) -> Result<Option<Lease>> {
    let leases = store.claim_executions("a replica", TTL, 1).await?;
    Ok(leases.first().copied())
}

/// Somebody asks for a stop.
pub async fn stop(store: Store, id: ExecutionId) -> Result<Option<()>> {
    let mut tx = store.begin().await?;
    let stopped = tx.request_stop(id, &admin(), now(), None).await?;
    tx.commit().await?;
    Ok((stopped == Stopped::Asked).then_some(()))
}
