//! Sessions end when they should, and a link works once.

use argus_store::{NewSession, NewSignInLink};
use argus_types::person::Role;

use crate::support::{admin, at, person, seeded};

const HASH: [u8; 32] = [7; 32];

#[tokio::test]
async fn a_session_holds_until_it_expires_idles_or_is_ended() {
    let (_database, store) = seeded().await;
    let mut tx = store.begin().await.unwrap();
    tx.create_session(NewSession {
        token_hash: HASH,
        person: admin().id,
        csrf_token: "csrf",
        at: at(0),
        expires_at: at(1000),
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();

    let session = store.session(HASH, at(10), at(0)).await.unwrap().unwrap();
    assert_eq!(session.person, admin());
    assert_eq!(session.csrf_token, "csrf");
    assert!(session.demo);
    assert!(
        store
            .session([8; 32], at(10), at(0))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .session(HASH, at(1000), at(0))
            .await
            .unwrap()
            .is_none(),
        "expired"
    );
    assert!(
        store
            .session(HASH, at(500), at(100))
            .await
            .unwrap()
            .is_none(),
        "idle"
    );
    store.touch_session(HASH, at(400)).await.unwrap();
    assert!(
        store
            .session(HASH, at(500), at(100))
            .await
            .unwrap()
            .is_some()
    );

    let mut tx = store.begin().await.unwrap();
    assert!(tx.end_session(HASH).await.unwrap());
    assert!(!tx.end_session(HASH).await.unwrap());
    tx.commit().await.unwrap();
    assert!(store.session(HASH, at(10), at(0)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_has_the_role_of_this_moment() {
    let (_database, store) = seeded().await;
    let mut tx = store.begin().await.unwrap();
    tx.create_session(NewSession {
        token_hash: HASH,
        person: admin().id,
        csrf_token: "csrf",
        at: at(0),
        expires_at: at(1000),
    })
    .await
    .unwrap();
    tx.upsert_person(&person(1, Role::Viewer), false, at(5))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let session = store.session(HASH, at(10), at(0)).await.unwrap().unwrap();
    assert_eq!(session.person.role, Role::Viewer);
}

#[tokio::test]
async fn of_many_who_use_a_link_at_once_one_is_let_in() {
    let (_database, store) = seeded().await;
    let mut tx = store.begin().await.unwrap();
    tx.create_sign_in_link(NewSignInLink {
        token_hash: HASH,
        person: admin().id,
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
