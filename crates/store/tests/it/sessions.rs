//! Sessions end when they should, a used refresh token ends its session, and links and tickets work once.

use std::time::Duration;

use argus_store::{NewSession, NewSignInLink, NewStepUp, Refresh, SessionLimits, Store};
use argus_types::account::StepUpAct;
use argus_types::id::{SessionId, StepUpId};
use argus_types::person::Role;
use uuid::Uuid;

use crate::support::{admin, at, person, seeded};

const HASH: [u8; 32] = [7; 32];
const ID: SessionId = SessionId(Uuid::from_u128(77));
const LIMITS: SessionLimits = SessionLimits {
    idle_s: 600,
    grace: Duration::from_secs(10),
};

async fn open(store: &Store) {
    let mut tx = store.begin().await.expect("a transaction");
    tx.create_session(NewSession {
        id: ID,
        person: admin().id,
        way: "demo",
        device: "Chromium",
        address: "127.0.0.1",
        refresh_hash: token(1),
        at: at(0),
        expires_at: at(1000),
    })
    .await
    .expect("a session");
    tx.commit().await.expect("a commit");
}

/// The hash of the n-th refresh token of the session.
fn token(number: u8) -> [u8; 32] {
    [number; 32]
}

/// Uses the n-th refresh token at a second.
async fn refresh(store: &Store, number: u8, second: i64) -> Refresh {
    let mut tx = store.begin().await.expect("a transaction");
    let refresh = tx
        .refresh_session(token(number), token(number + 1), at(second), LIMITS)
        .await
        .expect("an answer");
    tx.commit().await.expect("a commit");
    refresh
}

#[tokio::test]
async fn a_session_holds_until_it_expires_idles_or_is_ended() {
    let (_database, store) = seeded().await;
    open(&store).await;
    let session = store.session(ID, at(10), at(0)).await.unwrap().unwrap();
    assert_eq!(session.person, admin());
    assert!(session.demo && !session.has_passkey && session.scope.is_everything());
    let other = SessionId(Uuid::from_u128(78));
    for (id, now, idle_since, why) in [
        (other, 10, 0, "no such session"),
        (ID, 1000, 0, "expired"),
        (ID, 500, 100, "idle"),
    ] {
        let found = store.session(id, at(now), at(idle_since)).await.unwrap();
        assert!(found.is_none(), "{why}");
    }
    store.touch_session(ID, at(400)).await.unwrap();
    assert!(store.session(ID, at(500), at(100)).await.unwrap().is_some());
    let list = store
        .sessions_of(admin().id, Some(ID), at(500), at(100))
        .await
        .unwrap();
    assert!(list.len() == 1 && list[0].current && list[0].way == "demo");

    let mut tx = store.begin().await.unwrap();
    assert!(
        !tx.end_session(ID, person(2, Role::Viewer).id)
            .await
            .unwrap()
    );
    assert!(tx.end_session(ID, admin().id).await.unwrap());
    assert!(!tx.end_session(ID, admin().id).await.unwrap());
    tx.commit().await.unwrap();
    assert!(store.session(ID, at(10), at(0)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_has_the_role_of_this_moment() {
    let (_database, store) = seeded().await;
    open(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_person(&person(1, Role::Viewer), false, at(5))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let session = store.session(ID, at(10), at(0)).await.unwrap().unwrap();
    assert_eq!(session.person.role, Role::Viewer);
}

#[tokio::test]
async fn a_refresh_token_gives_its_successor_once_more_within_the_grace() {
    let (_database, store) = seeded().await;
    open(&store).await;
    assert_eq!(refresh(&store, 1, 10).await, Refresh::Successor(ID));
    assert_eq!(refresh(&store, 1, 20).await, Refresh::Successor(ID));
    assert_eq!(refresh(&store, 2, 30).await, Refresh::Successor(ID));
}

#[tokio::test]
async fn the_predecessor_ends_the_session_after_the_grace() {
    let (_database, store) = seeded().await;
    open(&store).await;
    refresh(&store, 1, 10).await;
    assert_eq!(
        refresh(&store, 1, 21).await,
        Refresh::Reused(ID, admin().id)
    );
    assert_eq!(refresh(&store, 2, 22).await, Refresh::Unknown);
}

#[tokio::test]
async fn an_older_token_ends_the_session_even_within_the_grace_of_a_younger_one() {
    let (_database, store) = seeded().await;
    open(&store).await;
    refresh(&store, 1, 10).await;
    refresh(&store, 2, 11).await;
    assert_eq!(
        refresh(&store, 1, 12).await,
        Refresh::Reused(ID, admin().id)
    );
    assert!(store.session(ID, at(12), at(0)).await.unwrap().is_none());
}

#[tokio::test]
async fn many_who_refresh_at_once_all_get_the_same_successor() {
    let (_database, store) = seeded().await;
    open(&store).await;
    let mut races = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        races.spawn(async move { refresh(&store, 1, 10).await });
    }
    for refresh in races.join_all().await {
        assert_eq!(refresh, Refresh::Successor(ID));
    }
    assert_eq!(refresh(&store, 2, 300).await, Refresh::Successor(ID));
}

#[tokio::test]
async fn neither_an_idle_nor_an_expired_session_is_refreshed() {
    let (_database, store) = seeded().await;
    open(&store).await;
    assert_eq!(refresh(&store, 1, 601).await, Refresh::Unknown);
    assert_eq!(refresh(&store, 1, 1000).await, Refresh::Unknown);
}

#[tokio::test]
async fn a_ticket_opens_one_socket_of_its_own_session() {
    let (_database, store) = seeded().await;
    open(&store).await;
    let ticket = || store.create_stream_ticket(HASH, ID, at(0), at(30));
    let consume = |id, second| store.consume_stream_ticket(HASH, id, at(second));
    ticket().await.unwrap();
    let other = SessionId(Uuid::from_u128(78));
    assert!(!consume(other, 1).await.unwrap(), "another session's");
    assert!(!consume(ID, 30).await.unwrap(), "expired");
    assert!(consume(ID, 29).await.unwrap());
    assert!(!consume(ID, 29).await.unwrap(), "used");
}

#[tokio::test]
async fn a_step_up_counts_once_for_its_session_act_and_subject() {
    let (_database, store) = seeded().await;
    open(&store).await;
    let id = StepUpId(Uuid::from_u128(5));
    let mut tx = store.begin().await.unwrap();
    tx.create_step_up(NewStepUp {
        id,
        session: ID,
        act: StepUpAct::Approve,
        subject: "abc",
        expires_at: at(300),
    })
    .await
    .unwrap();
    let other = SessionId(Uuid::from_u128(78));
    for (session, act, subject, second) in [
        (other, StepUpAct::Approve, "abc", 1),
        (ID, StepUpAct::BreakGlass, "abc", 1),
        (ID, StepUpAct::Approve, "abd", 1),
        (ID, StepUpAct::Approve, "abc", 300),
    ] {
        let used = tx.consume_step_up(id, session, act, subject, at(second));
        assert!(!used.await.unwrap(), "{act:?} {subject} {second}");
    }
    let mut consume = async || {
        tx.consume_step_up(id, ID, StepUpAct::Approve, "abc", at(299))
            .await
            .unwrap()
    };
    assert!(consume().await);
    assert!(!consume().await);
}

#[tokio::test]
async fn of_many_who_use_a_link_at_once_one_is_let_in() {
    let (_database, store) = seeded().await;
    let mut tx = store.begin().await.unwrap();
    tx.create_sign_in_link(NewSignInLink {
        token_hash: HASH,
        person: admin().id,
        invited_by: None,
        at: at(0),
        expires_at: at(600),
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut late = store.begin().await.unwrap();
    assert!(
        late.consume_sign_in_link(HASH, at(600))
            .await
            .unwrap()
            .is_none()
    );
    drop(late);
    let mut races = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let store = store.clone();
        races.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let person = tx.consume_sign_in_link(HASH, at(10)).await.unwrap();
            tx.commit().await.unwrap();
            person
        });
    }
    let let_in: Vec<_> = races.join_all().await.into_iter().flatten().collect();
    assert_eq!(let_in, [admin()]);
}
