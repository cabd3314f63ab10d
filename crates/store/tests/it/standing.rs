//! Rights are looked at again in the transaction of every intent.

use argus_store::Store;
use argus_store::journal::{AppendError, Lease};
use argus_store::testing::TestDatabase;
use argus_types::person::Role;

use crate::support::{
    append, approve, claim, intended, people, person, propose_for_approval, seeded, start, started,
};

/// An execution of a plan that needed `required` approvals and has those of persons 2 and 3; person 1 asked for it,
/// person 4 confirmed it.
async fn running(required: u8) -> (TestDatabase, Store, Lease) {
    let (database, store) = seeded().await;
    let cast = [(2, Role::Admin), (3, Role::Admin), (4, Role::Operator)];
    people(&store, &cast).await;
    let proposal = propose_for_approval(&store, 1, required).await;
    for number in [2, 3] {
        assert!(
            approve(&store, &proposal, number)
                .await
                .expect("an approval")
        );
    }
    start(&store, &proposal, &person(4, Role::Operator)).await;
    let lease = claim(&store, "a").await;
    append(&store, lease, 0, started()).await.expect("an entry");
    (database, store, lease)
}

async fn refusal(store: &Store, lease: Lease) -> Option<(String, String)> {
    match append(store, lease, 1, intended()).await {
        Ok(_) => None,
        Err(AppendError::NoLongerAllowed { name, why }) => Some((name, why)),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_intent_is_written_while_everybody_who_stood_for_it_may() {
    let (_database, store, lease) = running(2).await;
    assert_eq!(refusal(&store, lease).await, None);
}

#[tokio::test]
async fn whoever_is_disabled_demoted_limited_or_turns_out_to_be_another_stops_the_next_step() {
    for (sql, name, why) in [
        (
            "UPDATE person SET disabled_at = now(), disabled_reason = 'admin' WHERE name = 'Person 4'",
            "Person 4",
            "the account is disabled",
        ),
        (
            "UPDATE person SET role = 'viewer' WHERE name = 'Person 4'",
            "Person 4",
            "the role is viewer now",
        ),
        (
            "UPDATE person SET scope = '{\"tags\":[\"db\"]}' WHERE name = 'Person 4'",
            "Person 4",
            "the role does not reach every guest of the plan any more",
        ),
        (
            "UPDATE person SET disabled_at = now(), disabled_reason = 'no_role' WHERE name = 'Person 3'",
            "Person 3",
            "the account is disabled",
        ),
        (
            "UPDATE person SET role = 'operator' WHERE name = 'Person 2'",
            "Person 2",
            "the role is operator now",
        ),
        (
            "UPDATE person SET human = '00000000-0000-0000-0000-000000000001' WHERE name = 'Person 2'",
            "Person 2",
            "two accounts that took part do not stand for two people any more",
        ),
    ] {
        let (database, store, lease) = running(2).await;
        database.execute(sql).await.expect("a change");
        let refused = refusal(&store, lease).await;
        assert_eq!(refused, Some((name.to_owned(), why.to_owned())), "{sql}");
    }
}

#[tokio::test]
async fn an_approver_more_than_needed_and_the_author_may_go() {
    for sql in [
        "UPDATE person SET role = 'viewer' WHERE name = 'Person 3'",
        "UPDATE person SET role = 'viewer' WHERE name = 'Person 1'",
    ] {
        let (database, store, lease) = running(1).await;
        database.execute(sql).await.expect("a change");
        assert_eq!(refusal(&store, lease).await, None, "{sql}");
    }
}

#[tokio::test]
async fn a_demotion_and_an_intent_at_the_same_time_leave_no_intent_after_the_demotion() {
    for round in 0..8 {
        let (database, store, lease) = running(2).await;
        let demote = "UPDATE person SET role = 'viewer' WHERE name = 'Person 2'";
        let (demoted, _) = tokio::join!(database.execute(demote), async {
            tokio::task::yield_now().await;
            refusal(&store, lease).await
        });
        demoted.expect("a change");
        let last = store
            .load_execution(lease.execution)
            .await
            .unwrap()
            .unwrap();
        let written = last.1.len();
        let later = append(&store, lease, written as u64, started()).await;
        assert!(later.is_ok(), "what is no intent is always written");
        let refused = append(&store, lease, written as u64 + 1, intended()).await;
        assert!(
            matches!(refused, Err(AppendError::NoLongerAllowed { .. })),
            "{round}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn who_started_which_plan_does_not_change() {
    let (database, _store, _lease) = running(1).await;
    for sql in [
        "UPDATE execution SET confirmed_by = '00000000-0000-0000-0000-000000000001'",
        "UPDATE execution SET started_at = now()",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
}
