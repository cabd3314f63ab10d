//! Drafts with language models: one at a time a person, and what left stays as it left.

use argus_store::{CameBack, DraftEnd, EndedDraft, NewDraft, NewExchange, Store};
use argus_types::drafting::ExchangePurpose;
use uuid::Uuid;

use crate::support::{admin, at, cluster, guest, seeded};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn begins(store: &Store, draft: Uuid, second: i64) -> bool {
    let cluster = cluster();
    let mut tx = store.begin().await.expect("a transaction");
    let begun = tx
        .begin_draft(NewDraft {
            id: draft,
            cluster: &cluster,
            person: admin().id,
            began_at: at(second),
            alive_until: at(second + 20),
            subjects: &[guest(101)],
        })
        .await
        .expect("an answer");
    tx.commit().await.expect("a commit");
    begun
}

fn stopped(second: i64) -> EndedDraft<'static> {
    EndedDraft {
        end: DraftEnd::Stopped,
        at: at(second),
        by: None,
        schema_sha256: None,
        provenance: &[],
        linter: &[],
        counterfactual: None,
        suspects: &[],
    }
}

#[tokio::test]
async fn a_person_has_one_draft_under_way_until_it_ends_is_stopped_or_nobody_makes_it_any_more() {
    let (_database, store) = seeded().await;
    assert!(begins(&store, id(1), 0).await);
    assert!(!begins(&store, id(2), 10).await);
    assert!(
        store
            .keep_draft_alive(id(1), at(40))
            .await
            .expect("an answer")
    );
    assert!(!begins(&store, id(3), 30).await);
    // Its process died: after its last sign of life another one may begin.
    assert!(begins(&store, id(4), 41).await);
    assert!(
        !store
            .keep_draft_alive(id(1), at(60))
            .await
            .expect("an answer")
    );

    let mut tx = store.begin().await.expect("a transaction");
    assert_eq!(
        tx.stop_draft_of(admin().id, at(42))
            .await
            .expect("an answer"),
        Some(id(4))
    );
    assert_eq!(
        tx.stop_draft_of(admin().id, at(42))
            .await
            .expect("an answer"),
        None
    );
    // Whoever made it finds that it is over.
    assert!(!tx.end_draft(id(4), stopped(43)).await.expect("an answer"));
    tx.commit().await.expect("a commit");
    assert_eq!(
        store
            .draft_under_way(admin().id, at(44))
            .await
            .expect("an answer"),
        None
    );
    assert!(begins(&store, id(5), 45).await);
}

#[tokio::test]
async fn what_left_does_not_change_and_what_came_back_is_written_once() {
    let (database, store) = seeded().await;
    assert!(begins(&store, id(1), 0).await);
    let mut tx = store.begin().await.expect("a transaction");
    let number = tx
        .insert_exchange(NewExchange {
            draft: id(1),
            purpose: ExchangePurpose::Draft,
            provider: "main",
            model: "m",
            at: at(1),
            sent: b"the prompt",
        })
        .await
        .expect("a number");
    assert_eq!(number, 1);
    let came = CameBack {
        has_left: true,
        received: Some(b"the answer"),
        status: Some(200),
        request_id: None,
        latency_ms: 7,
        failure: None,
        tokens_in: 3,
        tokens_out: 2,
        money: 1,
    };
    tx.complete_exchange(id(1), number, came)
        .await
        .expect("what came back");
    tx.commit().await.expect("a commit");
    for change in [
        "UPDATE draft_exchange SET sent = 'another prompt'",
        "UPDATE draft_exchange SET received = 'another answer'",
        "DELETE FROM draft_exchange",
    ] {
        let refused = database.execute(change.to_owned()).await;
        assert!(refused.is_err(), "{change}");
    }
    let uses = store.provider_use(at(0)).await.expect("uses");
    let main = &uses["main"];
    assert_eq!((main.asked, main.answered, main.money), (1, 1, 1));
    assert_eq!(main.latency_p95_ms, Some(7));
}
