//! Leases fence, the emergency stop admits no intent, guests belong to one execution.

use std::time::Duration;

use argus_store::journal::{Append, AppendError, ResourceLease};
use argus_store::{Created, NewExecution, Notification, StopActor, Stopped};
use argus_types::event::Event;
use argus_types::execution::ExecutionState;

use crate::support::{
    TTL, admin, append, at, claim, closing, cluster, execute, intended, lock, propose, seeded,
    started,
};

const SHORT: Duration = Duration::from_millis(1);

#[tokio::test]
async fn an_execution_is_claimed_by_one_replica_at_a_time() {
    let (_database, store) = seeded().await;
    execute(&store, 1).await;
    let mut races = tokio::task::JoinSet::new();
    for number in 0..6 {
        let store = store.clone();
        races.spawn(async move {
            let replica = format!("replica {number}");
            store
                .claim_executions(&replica, TTL, 10)
                .await
                .unwrap()
                .len()
        });
    }
    assert_eq!(races.join_all().await.into_iter().sum::<usize>(), 1);
}

#[tokio::test]
async fn a_replica_whose_lease_ran_out_writes_nothing_even_if_nobody_took_over() {
    let (_database, store) = seeded().await;
    execute(&store, 1).await;
    let lease = store.claim_executions("a", SHORT, 1).await.unwrap()[0];
    // The next claim succeeds as soon as the lease has run out by the database's clock.
    let next = loop {
        if let Some(next) = store.claim_executions("b", SHORT, 1).await.unwrap().pop() {
            break next;
        }
    };
    assert!(next.epoch > lease.epoch);
    let refused = append(&store, lease, 0, started()).await;
    assert!(matches!(refused, Err(AppendError::Fenced)), "{refused:?}");
    assert!(!store.renew_lease(lease, TTL).await.unwrap());
    let third = loop {
        if let Some(third) = store.claim_executions("c", TTL, 1).await.unwrap().pop() {
            break third;
        }
    };
    assert!(matches!(
        append(&store, next, 0, started()).await,
        Err(AppendError::Fenced)
    ));
    assert_eq!(append(&store, third, 0, started()).await.unwrap(), 1);
    assert_eq!(
        store
            .execution_events(third.execution, 0, 9)
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_lease_that_is_given_back_can_be_claimed_at_once() {
    let (_database, store) = seeded().await;
    execute(&store, 1).await;
    let lease = claim(&store, "a").await;
    assert!(store.renew_lease(lease, TTL).await.unwrap());
    assert!(
        store
            .claim_executions("b", TTL, 1)
            .await
            .unwrap()
            .is_empty()
    );
    store.release_lease(lease).await.unwrap();
    assert!(claim(&store, "b").await.epoch > lease.epoch);
}

#[tokio::test]
async fn a_task_in_a_journal_is_of_others_to_every_execution_but_its_own() {
    let (_database, store) = seeded().await;
    execute(&store, 1).await;
    let first = claim(&store, "a").await;
    let upid = "UPID:pve1:0000C530:001C9F3E:66A4C31F:qmsnapshot:101:argus@pve!ops:".to_owned();
    let submitted = Append {
        expected_seq: 0,
        events: vec![
            Event::Started {
                replica: "a".to_owned(),
            },
            Event::Submitted {
                step: 1,
                attempt: 1,
                upid: upid.clone(),
                adopted: false,
            },
        ],
        ..Append::default()
    };
    store
        .append_journal(first, at(150), &submitted)
        .await
        .unwrap();
    let second = execute(&store, 2).await;
    let asked = [upid.clone(), "UPID:pve1:unknown".to_owned()];
    let found = store.tasks_of_others(second, &asked).await.unwrap();
    assert_eq!(found, [upid]);
    let own = store.tasks_of_others(first.execution, &asked).await;
    assert!(own.unwrap().is_empty());
}

#[tokio::test]
async fn a_writer_that_is_behind_the_journal_is_told_and_writes_nothing() {
    let (_database, store) = seeded().await;
    let id = execute(&store, 1).await;
    let lease = claim(&store, "a").await;
    append(&store, lease, 0, started()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        tx.request_stop(id, &admin(), at(150), None).await.unwrap(),
        Stopped::Asked
    );
    assert_eq!(
        tx.request_stop(id, &admin(), at(151), None).await.unwrap(),
        Stopped::Already
    );
    tx.commit().await.unwrap();
    let refused = append(&store, lease, 1, intended()).await;
    assert!(
        matches!(refused, Err(AppendError::Behind { last_seq: 2 })),
        "{refused:?}"
    );
    let execution = store.execution(id).await.unwrap().unwrap();
    assert_eq!(execution.state, ExecutionState::Stopping);
    assert_eq!(execution.stop.unwrap().by, admin().name);
    assert_eq!(execution.last_seq, 2);
}

#[tokio::test]
async fn after_an_emergency_stop_no_intent_is_written_and_every_execution_is_asked() {
    let (_database, store) = seeded().await;
    let id = execute(&store, 1).await;
    let lease = claim(&store, "a").await;
    append(&store, lease, 0, started()).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let asked = tx
        .engage_emergency_stop(&admin(), at(150), Some("smoke"))
        .await
        .unwrap();
    assert_eq!(asked, Some(vec![id]));
    assert_eq!(
        tx.engage_emergency_stop(&admin(), at(150), None)
            .await
            .unwrap(),
        None
    );
    tx.commit().await.unwrap();

    let refused = append(&store, lease, 2, intended()).await;
    assert!(
        matches!(refused, Err(AppendError::EmergencyStop)),
        "{refused:?}"
    );
    let stop = store.emergency_stop(at(160)).await.unwrap();
    assert!(stop.engaged);
    assert_eq!(stop.reason.as_deref(), Some("smoke"));
    assert_eq!(stop.running.len(), 1);

    let proposal = propose(&store, 2).await;
    let mut tx = store.begin().await.unwrap();
    let new = NewExecution {
        id: argus_types::id::ExecutionId(uuid::Uuid::from_u128(2)),
        proposal: proposal.id,
        revision: 1,
        confirmed_by: &admin(),
        at: at(160),
    };
    assert_eq!(
        tx.create_execution(new).await.unwrap(),
        Created::EmergencyStop
    );
    drop(tx);

    let mut tx = store.begin().await.unwrap();
    assert!(
        tx.release_emergency_stop(StopActor::Person(&admin()), None, at(170), None)
            .await
            .unwrap()
    );
    assert!(
        !tx.release_emergency_stop(StopActor::Person(&admin()), None, at(170), None)
            .await
            .unwrap()
    );
    tx.close_proposal(
        proposal.id,
        closing(argus_types::proposal::ProposalState::Confirmed),
    )
    .await
    .unwrap();
    assert_eq!(tx.create_execution(new).await.unwrap(), Created::Yes);
    assert_eq!(tx.create_execution(new).await.unwrap(), Created::Already);
    tx.commit().await.unwrap();
    // Released or not: the execution that was stopped stays stopped.
    assert!(matches!(
        append(&store, lease, 1, intended()).await,
        Err(AppendError::Behind { .. })
    ));
}

#[tokio::test]
async fn intents_and_an_emergency_stop_at_the_same_time_never_wait_for_each_other_in_a_circle() {
    let (_database, store) = seeded().await;
    for number in 1..=4 {
        execute(&store, number).await;
    }
    let leases = store.claim_executions("a", TTL, 10).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for lease in leases {
        let store = store.clone();
        writers.spawn(async move {
            let mut written = 0;
            while append(&store, lease, written, intended()).await.is_ok() {
                written += 1;
                assert!(written < 100_000, "the stop never came");
            }
        });
    }
    let mut tx = store.begin().await.unwrap();
    let asked = tx
        .engage_emergency_stop(&admin(), at(150), None)
        .await
        .unwrap();
    assert_eq!(asked.unwrap().len(), 4);
    tx.commit().await.unwrap();
    writers.join_all().await;
    // After each execution's request to stop there is no intent.
    for number in 1..=4 {
        let id = argus_types::id::ExecutionId(uuid::Uuid::from_u128(number));
        let events = store.execution_events(id, 0, u64::MAX).await.unwrap();
        assert!(matches!(
            events.last().unwrap().event,
            Event::StopRequested { .. }
        ));
    }
    store.verify_ledger().await.unwrap().unwrap();
}

#[tokio::test]
async fn a_guest_belongs_to_one_execution_until_its_end_and_longer_where_a_person_must_look() {
    let (_database, store) = seeded().await;
    for number in 1..=2 {
        execute(&store, number).await;
    }
    let leases = store.claim_executions("a", TTL, 10).await.unwrap();
    let take = Append {
        events: vec![started()],
        resources: vec![ResourceLease::Acquire {
            cluster: cluster(),
            locks: vec![lock(101)],
            step: 1,
        }],
        ..Append::default()
    };
    assert_eq!(
        store
            .append_journal(leases[0], at(200), &take)
            .await
            .unwrap(),
        1
    );
    let busy = store.append_journal(leases[1], at(200), &take).await;
    assert!(
        matches!(busy, Err(AppendError::Busy { holder, needs_attention: false, .. }) if holder == leases[0].execution),
        "{busy:?}"
    );
    assert!(
        store
            .execution_events(leases[1].execution, 0, 9)
            .await
            .unwrap()
            .is_empty()
    );

    let end = |state, expected_seq| Append {
        expected_seq,
        end: Some(state),
        ..Append::default()
    };
    let kept = end(ExecutionState::NeedsAttention, 1);
    store
        .append_journal(leases[0], at(201), &kept)
        .await
        .unwrap();
    let busy = store.append_journal(leases[1], at(202), &take).await;
    assert!(matches!(
        busy,
        Err(AppendError::Busy {
            needs_attention: true,
            ..
        })
    ));
}

#[tokio::test]
async fn what_a_step_needs_is_taken_whole_or_not_at_all() {
    let (_database, store) = seeded().await;
    for number in 1..=2 {
        execute(&store, number).await;
    }
    let leases = store.claim_executions("a", TTL, 10).await.unwrap();
    let change = |locks: &[u32], expected_seq| Append {
        expected_seq,
        events: vec![started()],
        resources: vec![ResourceLease::Acquire {
            cluster: cluster(),
            locks: locks.iter().map(|vmid| lock(*vmid)).collect(),
            step: 1,
        }],
        ..Append::default()
    };
    let taken = store
        .append_journal(leases[0], at(200), &change(&[102], 0))
        .await;
    assert_eq!(taken.unwrap(), 1);
    let busy = store
        .append_journal(leases[1], at(200), &change(&[101, 102], 0))
        .await;
    assert!(
        matches!(&busy, Err(AppendError::Busy { lock: held, .. }) if *held == lock(102)),
        "{busy:?}"
    );
    // Had 101 stayed with the second, the first could not have it now.
    let more = Append {
        events: Vec::new(),
        ..change(&[101], 1)
    };
    assert_eq!(
        store
            .append_journal(leases[0], at(201), &more)
            .await
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn the_end_of_an_execution_gives_its_guests_back_and_is_final() {
    let (database, store) = seeded().await;
    for number in 1..=2 {
        execute(&store, number).await;
    }
    let leases = store.claim_executions("a", TTL, 10).await.unwrap();
    let mut take = Append {
        events: vec![started()],
        resources: vec![ResourceLease::Acquire {
            cluster: cluster(),
            locks: vec![lock(101)],
            step: 1,
        }],
        ..Append::default()
    };
    store
        .append_journal(leases[0], at(200), &take)
        .await
        .unwrap();
    let end = Append {
        expected_seq: 1,
        end: Some(ExecutionState::Failed),
        ..Append::default()
    };
    store
        .append_journal(leases[0], at(201), &end)
        .await
        .unwrap();
    store
        .append_journal(leases[1], at(202), &take)
        .await
        .unwrap();
    take.expected_seq = 1;
    assert!(
        store
            .append_journal(leases[0], at(203), &take)
            .await
            .is_err()
    );
    for sql in [
        "UPDATE execution SET state = 'running', ended_at = NULL WHERE state = 'failed'",
        "UPDATE execution SET lease_epoch = 0",
        "UPDATE execution_event SET seq = 9",
        "DELETE FROM execution_event",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn nothing_of_an_append_counts_when_its_ledger_record_cannot_be_written() {
    let (database, store) = seeded().await;
    let id = execute(&store, 1).await;
    let lease = claim(&store, "a").await;
    database
        .execute("ALTER TABLE ledger_record ADD CHECK (kind <> 'step.intended')")
        .await
        .unwrap();
    let refused = Append {
        events: vec![started()],
        ledger: vec![argus_ledger::Entry {
            at: at(1).to_string(),
            actor: "argus".to_owned(),
            kind: "step.intended".to_owned(),
            subject: format!("execution/{id}"),
            body: serde_json::Value::Null,
        }],
        ..Append::default()
    };
    assert!(
        store
            .append_journal(lease, at(200), &refused)
            .await
            .is_err()
    );
    assert!(store.execution_events(id, 0, 9).await.unwrap().is_empty());
    assert_eq!(append(&store, lease, 0, started()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_listener_hears_of_a_commit_and_never_of_what_was_taken_back() {
    let (database, store) = seeded().await;
    let mut heard = store.listen().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.engage_emergency_stop(&admin(), at(1), None)
        .await
        .unwrap();
    drop(tx);
    let id = execute(&store, 1).await;
    let first = heard.next().await.unwrap();
    assert!(matches!(first, Notification::Proposal { .. }), "{first:?}");
    loop {
        match heard.next().await.unwrap() {
            Notification::Execution {
                id: named,
                last_seq: 0,
                ..
            } if named == id => break,
            Notification::Proposal { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    // A listener whose connection was cut says that it may have missed something.
    database
        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
        .await
        .unwrap();
    assert_eq!(heard.next().await.unwrap(), Notification::Missed);
}
