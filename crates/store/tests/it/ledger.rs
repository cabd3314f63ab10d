//! The chain: in order under load, append-only, and tampering is named.

use argus_ledger::{Entry, Flaw, Head};
use argus_store::LedgerFilter;

use crate::support::{at, seeded};

fn entry(number: u32) -> Entry {
    Entry {
        at: at(i64::from(number)).to_string(),
        actor: "Anna".to_owned(),
        kind: "test".to_owned(),
        subject: format!("thing/{}", number % 2),
        body: serde_json::json!({ "number": number, "text": "ä\u{2028}", "share": 0.1 }),
    }
}

async fn append(store: &argus_store::Store, number: u32) {
    let mut tx = store.begin().await.expect("a transaction");
    tx.append_ledger(entry(number)).await.expect("a record");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn records_that_are_appended_at_once_make_one_chain() {
    let (_database, store) = seeded().await;
    assert_eq!(store.verify_ledger().await.unwrap(), Ok(Head::EMPTY));
    let mut writers = tokio::task::JoinSet::new();
    for number in 0..40 {
        let store = store.clone();
        writers.spawn(async move { append(&store, number).await });
    }
    writers.join_all().await;
    assert_eq!(store.verify_ledger().await.unwrap().unwrap().seq, 40);
}

#[tokio::test]
async fn a_record_whose_transaction_is_taken_back_leaves_no_gap() {
    let (_database, store) = seeded().await;
    append(&store, 1).await;
    let mut tx = store.begin().await.unwrap();
    tx.append_ledger(entry(2)).await.unwrap();
    drop(tx);
    append(&store, 3).await;
    assert_eq!(store.verify_ledger().await.unwrap().unwrap().seq, 2);
}

#[tokio::test]
async fn pages_show_the_youngest_first_and_can_be_about_one_thing() {
    let (_database, store) = seeded().await;
    for number in 1..=5 {
        append(&store, number).await;
    }
    let all = LedgerFilter::default();
    let first = store.ledger_page(all, None, 3).await.unwrap();
    let seqs = |items: &[argus_types::ledger::LedgerRecord]| {
        items.iter().map(|item| item.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(&first.items), [5, 4, 3]);
    let second = store
        .ledger_page(all, first.next_cursor.as_deref(), 3)
        .await
        .unwrap();
    assert_eq!(seqs(&second.items), [2, 1]);
    assert_eq!(second.next_cursor, None);
    let one = LedgerFilter {
        subject: Some("thing/1"),
    };
    let page = store.ledger_page(one, None, 10).await.unwrap();
    assert_eq!(seqs(&page.items), [5, 3, 1]);
}

#[tokio::test]
async fn the_database_refuses_to_change_the_ledger() {
    let (database, store) = seeded().await;
    append(&store, 1).await;
    for sql in [
        "UPDATE ledger_record SET actor = 'Eve'",
        "DELETE FROM ledger_record",
        "TRUNCATE ledger_record",
        "DELETE FROM ledger_head",
        "TRUNCATE ledger_head",
        "INSERT INTO ledger_record SELECT 2, at, actor, kind, subject, body, prev_hash, hash FROM ledger_record",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn what_an_owner_changes_past_the_triggers_is_found_at_its_place() {
    let (database, store) = seeded().await;
    for number in 1..=4 {
        append(&store, number).await;
    }
    database
        .execute("ALTER TABLE ledger_record DISABLE TRIGGER USER; UPDATE ledger_record SET actor = 'Eve' WHERE seq = 3")
        .await
        .unwrap();
    let broken = store.verify_ledger().await.unwrap().unwrap_err();
    assert_eq!(broken.seq, 3);
    assert!(matches!(broken.why, Flaw::WrongHash { .. }));
    database
        .execute("DELETE FROM ledger_record WHERE seq >= 3")
        .await
        .unwrap();
    let broken = store.verify_ledger().await.unwrap().unwrap_err();
    assert_eq!(broken.seq, 3);
    assert!(matches!(broken.why, Flaw::CutOff { end: 2 }));
}
