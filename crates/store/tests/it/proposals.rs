//! Proposals: one winner of every race, and nothing that people have read ever changes.

use argus_store::{Closing, Error, ProposalFilter, Revision};
use argus_types::impact::Impact;
use argus_types::proposal::ProposalState;

use crate::support::{at, closing, execute, plan, proposal, propose, seeded};

#[tokio::test]
async fn a_proposal_comes_back_as_it_was_kept() {
    let (_database, store) = seeded().await;
    let kept = propose(&store, 1).await;
    let found = store.proposal(kept.id, at(0)).await.unwrap().unwrap();
    assert_eq!(found.proposal, kept);
    assert_eq!(found.draft, crate::support::draft());
    assert_eq!(argus_domain::digest::of(&found.proposal.plan), kept.digest);
}

#[tokio::test]
async fn of_many_who_close_a_proposal_at_once_one_does() {
    let (_database, store) = seeded().await;
    for number in 1..=10 {
        let id = propose(&store, number).await.id;
        let mut races = tokio::task::JoinSet::new();
        for index in 0..6 {
            let store = store.clone();
            races.spawn(async move {
                let to = [ProposalState::Confirmed, ProposalState::Withdrawn][index % 2];
                let mut tx = store.begin().await.unwrap();
                let won = tx.close_proposal(id, closing(to)).await.unwrap();
                tx.commit().await.unwrap();
                won
            });
        }
        let wins = races
            .join_all()
            .await
            .into_iter()
            .filter(|won| *won)
            .count();
        assert_eq!(wins, 1);
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_nothing() {
    let (_database, store) = seeded().await;
    let id = propose(&store, 1).await.id;
    let mut tx = store.begin().await.unwrap();
    assert!(
        tx.close_proposal(id, closing(ProposalState::Withdrawn))
            .await
            .unwrap()
    );
    drop(tx);
    let found = store.proposal(id, at(0)).await.unwrap().unwrap();
    assert_eq!(found.proposal.state, ProposalState::InReview);
}

#[tokio::test]
async fn a_revision_replaces_the_plan_and_a_second_one_from_the_same_is_refused() {
    let (_database, store) = seeded().await;
    let kept = propose(&store, 1).await;
    let mut new = plan(kept.id);
    new.steps[0].title = "Start web-01 gently".to_owned();
    let digest = argus_domain::digest::of(&new);
    let revision = Revision {
        title: "Start gently",
        plan: &new,
        digest,
        risk: &kept.risk,
        snapshots: &[],
        skipped: &[],
        impact: &Impact::default(),
        snapshots_first: true,
        alternative: 0,
        placements: &[],
        approvals_required: 0,
        policy: None,
        question: None,
        planned_by: crate::support::admin().id,
        planned_at: at(50),
        expires_at: at(5000),
    };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.revise_proposal(kept.id, 1, revision).await.unwrap());
    assert!(!tx.revise_proposal(kept.id, 1, revision).await.unwrap());
    tx.commit().await.unwrap();
    let found = store.proposal(kept.id, at(0)).await.unwrap().unwrap();
    assert_eq!(found.proposal.revision, 2);
    assert_eq!(found.proposal.digest, digest);
    assert_eq!(found.proposal.plan, new);
    assert!(found.snapshots_first);
}

#[tokio::test]
async fn only_proposals_whose_time_is_over_expire() {
    let (_database, store) = seeded().await;
    let due = propose(&store, 1).await.id;
    let not_yet = propose(&store, 1000).await.id;
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.expire_due_proposals(at(3700)).await.unwrap(), [due]);
    assert!(tx.expire_due_proposals(at(3700)).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    let state = |id| {
        let store = store.clone();
        async move {
            store
                .proposal(id, at(0))
                .await
                .unwrap()
                .unwrap()
                .proposal
                .state
        }
    };
    assert_eq!(state(due).await, ProposalState::Expired);
    assert_eq!(state(not_yet).await, ProposalState::InReview);
}

#[tokio::test]
async fn pages_show_every_proposal_once_the_youngest_first() {
    let (_database, store) = seeded().await;
    for number in 1..=7 {
        propose(&store, number).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = store
            .proposals(ProposalFilter::default(), cursor.as_deref(), 3, at(0))
            .await
            .unwrap();
        seen.extend(page.items.into_iter().map(|item| item.id.0.as_u128()));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    let wrong = store
        .proposals(ProposalFilter::default(), Some("x"), 3, at(0))
        .await;
    assert!(matches!(wrong, Err(Error::Cursor)));
}

#[tokio::test]
async fn a_list_names_the_execution_of_a_confirmed_proposal() {
    let (_database, store) = seeded().await;
    let execution = execute(&store, 1).await;
    propose(&store, 2).await;
    let confirmed = ProposalFilter {
        state: Some(ProposalState::Confirmed),
        author: None,
    };
    let page = store.proposals(confirmed, None, 10, at(0)).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].execution.as_ref().unwrap().id, execution);
}

#[tokio::test]
async fn the_database_itself_refuses_every_transition_that_is_not_in_the_table() {
    let (database, store) = seeded().await;
    for (number, from) in (1..).zip(ProposalState::ALL) {
        let id = propose(&store, number).await.id;
        if from != ProposalState::InReview {
            let mut tx = store.begin().await.unwrap();
            let why = Closing {
                reason: Some("another plan"),
                ..closing(from)
            };
            tx.close_proposal(id, why).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    // As the owner of the tables, past the store: nothing that is closed changes in any way.
    for sql in [
        "UPDATE proposal SET state = 'in_review', closed_at = NULL WHERE state <> 'in_review'",
        "UPDATE proposal SET state = 'confirmed' WHERE state = 'withdrawn'",
        "UPDATE proposal SET expires_at = now() WHERE state = 'expired'",
        "UPDATE proposal SET draft = '{}'",
        "UPDATE proposal SET revision = revision + 2",
        "UPDATE proposal_revision SET plan = '{}'",
        "DELETE FROM proposal_revision",
        "TRUNCATE proposal_revision CASCADE",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_proposal_is_unknown_until_it_is_kept() {
    let (_database, store) = seeded().await;
    assert!(
        store
            .proposal(proposal(9).id, at(0))
            .await
            .unwrap()
            .is_none()
    );
    let mut tx = store.begin().await.unwrap();
    assert!(
        tx.lock_proposal(proposal(9).id, at(0))
            .await
            .unwrap()
            .is_none()
    );
}
