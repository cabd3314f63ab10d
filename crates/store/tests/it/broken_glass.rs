//! Broken glass: confirmed all the same, and open until somebody else has looked.

use argus_store::{
    Closing, Created, Error, NewBrokenGlass, NewExecution, Notification, Review, Store,
};
use argus_types::id::{ExecutionId, HumanId};
use argus_types::person::Role;
use argus_types::proposal::{Proposal, ProposalState};
use uuid::Uuid;

use crate::support::{at, closing, people, person, propose_for_approval, seeded};

fn glass(proposal: &Proposal, number: u128) -> NewBrokenGlass<'static> {
    NewBrokenGlass {
        proposal: proposal.id,
        person: person(number, Role::Admin).id,
        human: HumanId(Uuid::from_u128(number)),
        reason: "the storage is burning and nobody answers",
        at: at(100),
    }
}

/// The person of this number confirms without approvals.
async fn broken(store: &Store, number: u128, by: u128) -> Proposal {
    let proposal = propose_for_approval(store, number, 2).await;
    let breaker = person(by, Role::Admin);
    let mut tx = store.begin().await.expect("a transaction");
    tx.break_glass(glass(&proposal, by)).await.expect("glass");
    let closing = Closing {
        by: Some(breaker.id),
        ..closing(ProposalState::Confirmed)
    };
    let closed = tx.close_proposal(proposal.id, closing).await;
    assert!(closed.expect("a confirmation without approvals"));
    let created = tx
        .create_execution(NewExecution {
            id: ExecutionId(proposal.id.0),
            proposal: proposal.id,
            revision: 1,
            confirmed_by: &breaker,
            at: at(100),
        })
        .await;
    assert_eq!(created.expect("an execution"), Created::Yes);
    tx.commit().await.expect("a commit");
    proposal
}

#[tokio::test]
async fn broken_glass_is_listed_open_ones_first_until_somebody_looked() {
    let (_database, store) = seeded().await;
    people(&store, &[(2, Role::Admin)]).await;
    let (first, second) = (broken(&store, 1, 1).await, broken(&store, 2, 2).await);
    assert_eq!(store.open_broken_glass().await.unwrap(), 2);
    let look = Review {
        by: person(1, Role::Admin).id,
        note: "it really was burning",
        at: at(200),
    };
    let mut tx = store.begin().await.unwrap();
    let by = tx.broken_by(second.id).await.unwrap();
    assert_eq!(by, Some((person(2, Role::Admin).id, false)));
    let matter = (second.id, ProposalState::Confirmed);
    assert!(tx.review_broken_glass(matter, look).await.unwrap());
    assert!(!tx.review_broken_glass(matter, look).await.unwrap());
    let mut heard = store.listen().await.unwrap();
    tx.commit().await.unwrap();
    let told = Notification::Proposal {
        id: second.id,
        state: ProposalState::Confirmed,
    };
    assert_eq!(heard.next().await.unwrap(), told);

    assert_eq!(store.open_broken_glass().await.unwrap(), 1);
    let listed = store.broken_glass(10).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (listed[0].proposal, &listed[0].reviewed_by),
        (first.id, &None)
    );
    assert_eq!(listed[1].proposal, second.id);
    assert_eq!(listed[1].reviewed_by, Some(person(1, Role::Admin)));
    assert_eq!(listed[1].note.as_deref(), Some("it really was burning"));
    assert_eq!(listed[1].person, person(2, Role::Admin));
}

#[tokio::test]
async fn glass_that_one_broke_lets_nobody_else_confirm() {
    let (_database, store) = seeded().await;
    people(&store, &[(2, Role::Admin)]).await;
    let proposal = propose_for_approval(&store, 1, 2).await;
    let mut tx = store.begin().await.unwrap();
    tx.break_glass(glass(&proposal, 2)).await.unwrap();
    let refused = tx
        .close_proposal(proposal.id, closing(ProposalState::Confirmed))
        .await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn the_table_refuses_a_lame_reason_a_look_by_the_breaker_and_a_second_look() {
    let (database, store) = seeded().await;
    people(&store, &[(2, Role::Admin)]).await;
    let proposal = propose_for_approval(&store, 1, 2).await;
    let lame = NewBrokenGlass {
        reason: "because I can",
        ..glass(&proposal, 2)
    };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.break_glass(lame).await.is_err());
    drop(tx);

    broken(&store, 2, 2).await;
    let own = "UPDATE break_glass SET reviewed_by = person, reviewed_at = now(), note = 'fine'";
    assert!(database.execute(own).await.is_err());
    let look = "UPDATE break_glass SET reviewed_by = '00000000-0000-0000-0000-000000000001',
                reviewed_at = now(), note = 'fine'";
    assert_eq!(database.execute(look).await.unwrap(), 1);
    for sql in [
        look,
        "UPDATE break_glass SET reason = 'nothing of importance happened'",
        "UPDATE break_glass SET reviewed_by = NULL, reviewed_at = NULL, note = NULL",
        "DELETE FROM break_glass",
        "TRUNCATE break_glass",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
}
