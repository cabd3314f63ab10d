//! Tokens of executions: written down before they are made and by their driver only, and told of once.

use std::time::Duration;

use argus_store::Store;
use argus_store::journal::{Append, Entry};
use argus_types::event::Event;
use argus_types::execution::ExecutionState;
use argus_types::id::ExecutionId;
use uuid::Uuid;

use crate::support::{TTL, at, claim, execute, seeded, started};

const TOKEN: &str = "argus@pve!argus-1";

fn entry(kind: &str) -> Entry {
    Entry {
        at: at(200).to_string(),
        actor: "argus".to_owned(),
        kind: kind.to_owned(),
        subject: "execution/1".to_owned(),
        body: serde_json::json!({}),
    }
}

async fn told(store: &Store, kind: &str) -> usize {
    let records = store.ledger_after(0, 1000).await.unwrap();
    records.iter().filter(|record| record.kind == kind).count()
}

#[tokio::test]
async fn a_token_is_intended_by_the_driver_only() {
    let (_database, store) = seeded().await;
    execute(&store, 1).await;
    let short = Duration::from_millis(1);
    let old = store.claim_executions("a", short, 1).await.unwrap()[0];
    let new = loop {
        if let Some(new) = store.claim_executions("b", TTL, 1).await.unwrap().pop() {
            break new;
        }
    };
    let intend = async |lease, token: &str| {
        let written = store.intend_plan_token(lease, token, at(200), entry("intended"));
        written.await.unwrap()
    };
    assert!(!intend(old, "argus@pve!argus-0").await);
    assert!(intend(new, TOKEN).await);
    assert_eq!(told(&store, "intended").await, 1);
    let left = store.plan_tokens_left(new.execution).await.unwrap();
    let left: Vec<_> = left.into_iter().map(|one| (one.token, one.epoch)).collect();
    assert_eq!(left, [(TOKEN.to_owned(), new.epoch)]);
    // A name is given once.
    let again = store.intend_plan_token(new, TOKEN, at(201), entry("intended"));
    assert!(again.await.is_err());
}

#[tokio::test]
async fn what_became_of_a_token_is_told_once() {
    let (_database, store) = seeded().await;
    execute(&store, 1).await;
    let lease = claim(&store, "a").await;
    let intended = store.intend_plan_token(lease, TOKEN, at(200), entry("intended"));
    assert!(intended.await.unwrap());
    for _ in 0..3 {
        let kept = store.plan_token_kept(TOKEN, at(201), entry("kept"));
        kept.await.unwrap();
    }
    assert_eq!(told(&store, "kept").await, 1);
    let mut first = Vec::new();
    for _ in 0..2 {
        let removed = store.plan_token_removed(TOKEN, at(202), entry("removed"));
        first.push(removed.await.unwrap());
    }
    assert_eq!(first, [true, false]);
    assert_eq!(told(&store, "removed").await, 1);
    let kept = store.plan_token_kept(TOKEN, at(203), entry("kept"));
    kept.await.unwrap();
    assert_eq!(told(&store, "kept").await, 1, "it is gone");
    assert_eq!(store.plan_tokens_left(lease.execution).await.unwrap(), []);
}

#[tokio::test]
async fn a_token_is_overdue_once_its_lease_is_not_the_last_or_the_execution_has_ended() {
    let (_database, store) = seeded().await;
    let id = execute(&store, 1).await;
    let lease = claim(&store, "a").await;
    let intended = store.intend_plan_token(lease, TOKEN, at(200), entry("intended"));
    assert!(intended.await.unwrap());
    assert_eq!(store.driven_under(id).await.unwrap(), Some(lease.epoch));
    let overdue = async || store.plan_tokens_overdue().await.unwrap();
    assert_eq!(overdue().await, Vec::<String>::new());
    store.release_lease(lease).await.unwrap();
    let next = claim(&store, "b").await;
    assert_eq!(overdue().await, [TOKEN]);
    let own = "argus@pve!argus-2";
    let intended = store.intend_plan_token(next, own, at(201), entry("intended"));
    assert!(intended.await.unwrap());
    assert_eq!(overdue().await, [TOKEN]);
    let end = ExecutionState::NeedsAttention;
    let append = Append {
        events: vec![
            started(),
            Event::Ended {
                state: end,
                message: String::new(),
            },
        ],
        end: Some(end),
        ..Append::default()
    };
    store.append_journal(next, at(202), &append).await.unwrap();
    assert_eq!(overdue().await, [TOKEN, own]);
    assert_eq!(store.driven_under(id).await.unwrap(), None);
    let unknown = ExecutionId(Uuid::from_u128(9));
    assert_eq!(store.driven_under(unknown).await.unwrap(), None);
}
