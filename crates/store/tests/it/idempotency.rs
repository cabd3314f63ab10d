//! One key, one effect.

use argus_store::Claim;

use crate::support::{admin, at, seeded};

const REQUEST: [u8; 32] = [1; 32];

#[tokio::test]
async fn of_many_requests_with_one_key_one_works_and_the_others_get_its_answer() {
    let (_database, store) = seeded().await;
    let mut races = tokio::task::JoinSet::new();
    for number in 0..6 {
        let store = store.clone();
        races.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let person = admin().id;
            let claim = tx
                .claim_idempotency_key(person, "k", REQUEST, at(0))
                .await
                .unwrap();
            if claim == Claim::Fresh {
                let body = format!("answer {number}");
                tx.complete_idempotency_key(person, "k", 201, &body)
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
                return (true, body);
            }
            let Claim::Replay { status: 201, body } = claim else {
                panic!("{claim:?}")
            };
            (false, body)
        });
    }
    let answers = races.join_all().await;
    assert_eq!(answers.iter().filter(|(fresh, _)| *fresh).count(), 1);
    assert!(answers.iter().all(|(_, body)| *body == answers[0].1));
}

#[tokio::test]
async fn a_key_is_free_again_when_its_transaction_was_taken_back() {
    let (_database, store) = seeded().await;
    for _ in 0..2 {
        let mut tx = store.begin().await.unwrap();
        let claim = tx
            .claim_idempotency_key(admin().id, "k", REQUEST, at(0))
            .await
            .unwrap();
        assert_eq!(claim, Claim::Fresh);
    }
    let peeked = store
        .peek_idempotency_key(admin().id, "k", REQUEST)
        .await
        .unwrap();
    assert_eq!(peeked, Claim::Fresh);
}

#[tokio::test]
async fn a_key_with_another_request_is_a_mismatch_and_old_keys_are_forgotten() {
    let (_database, store) = seeded().await;
    let mut tx = store.begin().await.unwrap();
    tx.claim_idempotency_key(admin().id, "k", REQUEST, at(0))
        .await
        .unwrap();
    tx.complete_idempotency_key(admin().id, "k", 200, "x")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let peek = |print| store.peek_idempotency_key(admin().id, "k", print);
    assert_eq!(peek([2; 32]).await.unwrap(), Claim::Mismatch);
    assert!(matches!(
        peek(REQUEST).await.unwrap(),
        Claim::Replay { status: 200, .. }
    ));
    assert_eq!(store.forget_idempotency_keys(at(1)).await.unwrap(), 1);
    assert_eq!(peek(REQUEST).await.unwrap(), Claim::Fresh);
}
