//! The release of the emergency stop: its first part is kept, and forgotten when it must be.

use argus_store::StopActor;
use argus_types::person::Role;

use crate::support::{admin, at, people, person, seeded};

#[tokio::test]
async fn the_first_part_of_a_release_stands_for_ten_minutes_and_while_its_asker_may() {
    let (database, store) = seeded().await;
    people(&store, &[(2, Role::Operator)]).await;
    let operator = person(2, Role::Operator);
    let mut tx = store.begin().await.unwrap();
    tx.engage_emergency_stop(&admin(), at(10), None)
        .await
        .unwrap();
    tx.lock_emergency_stop().await.unwrap();
    tx.ask_for_release(&operator, at(20), Some("the smoke is gone"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let asked_by = async |second| {
        let stop = store.emergency_stop(at(second)).await.unwrap();
        assert!(stop.engaged);
        assert_eq!(
            stop.release_asked_at,
            stop.release_asked_by.is_some().then(|| at(20))
        );
        stop.release_asked_by
    };
    assert_eq!(asked_by(21).await, Some(operator.clone()));
    assert_eq!(asked_by(619).await, Some(operator.clone()));
    assert_eq!(asked_by(620).await, None);
    database
        .execute("UPDATE person SET role = 'viewer' WHERE name = 'Person 2'")
        .await
        .unwrap();
    assert_eq!(asked_by(21).await, None);
}

#[tokio::test]
async fn setting_the_stop_again_forgets_who_asked_for_its_release() {
    let (_database, store) = seeded().await;
    let mut tx = store.begin().await.unwrap();
    tx.engage_emergency_stop(&admin(), at(10), None)
        .await
        .unwrap();
    tx.ask_for_release(&admin(), at(20), None).await.unwrap();
    assert!(
        tx.lock_emergency_stop()
            .await
            .unwrap()
            .release_asked
            .is_some()
    );
    let again = tx.engage_emergency_stop(&admin(), at(30), None).await;
    assert_eq!(again.unwrap(), None);
    assert!(
        tx.lock_emergency_stop()
            .await
            .unwrap()
            .release_asked
            .is_none()
    );
}

#[tokio::test]
async fn a_release_clears_everything_and_says_who_took_part() {
    let (database, store) = seeded().await;
    let mut tx = store.begin().await.unwrap();
    tx.engage_emergency_stop(&admin(), at(10), None)
        .await
        .unwrap();
    tx.ask_for_release(&admin(), at(20), None).await.unwrap();
    let done = tx
        .release_emergency_stop(StopActor::Shell, Some(&admin()), at(30), Some("alone here"))
        .await;
    assert!(done.unwrap());
    tx.commit().await.unwrap();
    let stop = store.emergency_stop(at(30)).await.unwrap();
    assert!(!stop.engaged && stop.release_asked_by.is_none());
    assert_eq!(stop.by.as_deref(), Some("the server's shell"));
    let records = store.ledger_after(0, 10).await.unwrap();
    let kinds: Vec<_> = records.iter().map(|record| record.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "emergency_stop.engaged",
            "emergency_stop.release_asked",
            "emergency_stop.released"
        ]
    );
    assert_eq!(records[2].body["asked_by"], admin().name.as_str());
    let asked_of_nothing = "UPDATE emergency_stop SET release_asked_at = now(),
                            release_asked_by = '00000000-0000-0000-0000-000000000001'";
    assert!(database.execute(asked_of_nothing).await.is_err());
}
