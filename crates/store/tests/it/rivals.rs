//! Other proposals that want the same.

use std::collections::BTreeSet;
use std::time::Duration;

use argus_store::{Store, Wanted};
use argus_types::id::ProposalId;
use argus_types::plan::Lock;
use argus_types::proposal::ProposalState;
use uuid::Uuid;

use crate::support::{at, closing, cluster, execute, lock, propose, seeded};

async fn rivals(store: &Store, of: u128, locks: &[Lock], now: i64) -> Vec<(u128, bool)> {
    let wanted = (ProposalId(Uuid::from_u128(of)), cluster());
    let locks: BTreeSet<Lock> = locks.iter().cloned().collect();
    let wanted = Wanted {
        proposal: wanted.0,
        cluster: &wanted.1,
        locks: &locks,
    };
    let found = store.rivals(wanted, at(now)).await.expect("rivals");
    found
        .into_iter()
        .map(|one| (one.proposal.0.as_u128(), one.execution.is_some()))
        .collect()
}

#[tokio::test]
async fn rivals_are_open_or_at_work_and_want_one_of_the_locks() {
    let (database, store) = seeded().await;
    for number in 1..=4 {
        propose(&store, number).await;
    }
    execute(&store, 5).await;
    let mut tx = store.begin().await.unwrap();
    let gone = ProposalId(Uuid::from_u128(4));
    tx.close_proposal(gone, closing(ProposalState::Withdrawn))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let own = [lock(101), lock(102)];
    assert_eq!(
        rivals(&store, 1, &own, 60).await,
        [(5, true), (2, false), (3, false)],
        "what is at work comes first; neither itself nor what was taken back is one"
    );
    assert_eq!(rivals(&store, 1, &[lock(102)], 60).await, []);
    assert_eq!(rivals(&store, 1, &[], 60).await, []);
    // Nobody can confirm the others any more; what is at work goes on.
    assert_eq!(rivals(&store, 1, &own, 4000).await, [(5, true)]);
    for (state, stays) in [("needs_attention", true), ("succeeded", false)] {
        database
            .execute(match state {
                "succeeded" => "ALTER TABLE execution DISABLE TRIGGER USER; UPDATE execution SET state = 'succeeded'",
                _ => "UPDATE execution SET state = 'needs_attention', ended_at = now()",
            })
            .await
            .unwrap();
        assert_eq!(
            !rivals(&store, 1, &own, 4000).await.is_empty(),
            stays,
            "{state}"
        );
    }
}

#[tokio::test]
async fn two_starts_on_one_cluster_look_one_after_the_other() {
    let (_database, store) = seeded().await;
    propose(&store, 1).await;
    let (cluster, locks) = (cluster(), BTreeSet::from([lock(101)]));
    let wanted = |number| Wanted {
        proposal: ProposalId(Uuid::from_u128(number)),
        cluster: &cluster,
        locks: &locks,
    };
    let mut first = store.begin().await.unwrap();
    first.hold_rivals(wanted(1), at(60)).await.unwrap();
    let mut second = store.begin().await.unwrap();
    let waits = tokio::time::timeout(
        Duration::from_millis(200),
        second.hold_rivals(wanted(2), at(60)),
    );
    assert!(waits.await.is_err(), "the second one waits for the first");
    drop(second);
    first.commit().await.unwrap();
    let mut third = store.begin().await.unwrap();
    let seen = third.hold_rivals(wanted(2), at(60)).await.unwrap();
    assert_eq!(seen.len(), 1);
}
