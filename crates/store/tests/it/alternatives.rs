//! Ways of a proposal: kept as they were planned, and what runs is the plan under review.

use argus_domain::digest;
use argus_store::{Created, NewAlternative, NewExecution, Revision, Store};
use argus_types::id::ExecutionId;
use argus_types::impact::Impact;
use argus_types::plan::Plan;
use argus_types::proposal::{Proposal, ProposalState};
use uuid::Uuid;

use crate::support::{admin, at, closing, propose, seeded};

fn other_plan(proposal: &Proposal) -> Plan {
    let mut plan = proposal.plan.clone();
    plan.steps[0].timeout_s += 1;
    plan
}

async fn keep_two_ways(store: &Store, proposal: &Proposal) {
    let other = other_plan(proposal);
    let mut tx = store.begin().await.expect("a transaction");
    for (number, label, plan) in [(0, "As asked", &proposal.plan), (1, "Slower", &other)] {
        let way = NewAlternative {
            number,
            label,
            reason: (number > 0).then_some("there is time"),
            title: &proposal.title,
            plan,
            digest: digest::of(plan),
            risk: &proposal.risk,
            impact: &proposal.impact,
            approvals_required: number,
            planned_at: at(1),
        };
        tx.insert_alternative(proposal.id, way)
            .await
            .expect("a way");
    }
    tx.commit().await.expect("a commit");
}

/// Makes this way the plan under review, from revision `from` on.
async fn choose(
    store: &Store,
    proposal: &Proposal,
    from: u32,
    alternative: u8,
) -> Result<bool, argus_store::Error> {
    let plan = other_plan(proposal);
    let revision = Revision {
        title: &proposal.title,
        plan: &plan,
        digest: digest::of(&plan),
        risk: &proposal.risk,
        snapshots: &[],
        skipped: &[],
        impact: &Impact::default(),
        snapshots_first: false,
        alternative,
        placements: &[],
        approvals_required: 0,
        policy: None,
        question: None,
        planned_by: admin().id,
        planned_at: at(20),
        expires_at: at(3600),
    };
    let mut tx = store.begin().await.expect("a transaction");
    let revised = tx.revise_proposal(proposal.id, from, revision).await?;
    tx.commit().await?;
    Ok(revised)
}

#[tokio::test]
async fn ways_come_back_as_they_were_planned_and_never_change() {
    let (database, store) = seeded().await;
    let proposal = propose(&store, 1).await;
    assert!(store.alternatives(proposal.id).await.unwrap().is_empty());
    keep_two_ways(&store, &proposal).await;
    let kept = store.alternatives(proposal.id).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!((kept[0].number, kept[0].digest), (0, proposal.digest));
    assert_eq!(
        (kept[1].label.as_str(), kept[1].approvals_required),
        ("Slower", 1)
    );
    assert_eq!(digest::of(&kept[1].plan), kept[1].digest);
    for sql in [
        "UPDATE proposal_alternative SET label = 'x'",
        "DELETE FROM proposal_alternative",
        "TRUNCATE proposal_alternative",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_plan_of_a_way_that_is_not_there_is_not_taken() {
    let (_database, store) = seeded().await;
    let proposal = propose(&store, 1).await;
    assert!(choose(&store, &proposal, 1, 1).await.is_err());
    keep_two_ways(&store, &proposal).await;
    assert!(choose(&store, &proposal, 1, 2).await.is_err());
    assert!(choose(&store, &proposal, 1, 1).await.unwrap());
    let stored = store.proposal(proposal.id, at(30)).await.unwrap().unwrap();
    assert_eq!((stored.alternative, stored.proposal.revision), (1, 2));
}

#[tokio::test]
async fn nothing_is_executed_but_the_plan_that_was_confirmed() {
    let (_database, store) = seeded().await;
    let proposal = propose(&store, 1).await;
    keep_two_ways(&store, &proposal).await;
    choose(&store, &proposal, 1, 1).await.unwrap();
    let start = async |revision: u32, confirmed: bool| {
        let mut tx = store.begin().await?;
        if confirmed {
            tx.close_proposal(proposal.id, closing(ProposalState::Confirmed))
                .await?;
        }
        let created = tx
            .create_execution(NewExecution {
                id: ExecutionId(Uuid::from_u128(9)),
                proposal: proposal.id,
                revision,
                confirmed_by: &admin(),
                at: at(100),
            })
            .await?;
        assert_eq!(created, Created::Yes);
        tx.commit().await
    };
    assert!(start(1, true).await.is_err(), "an earlier way's plan");
    assert!(
        start(2, false).await.is_err(),
        "a plan that nobody confirmed"
    );
    assert!(start(2, true).await.is_ok());
}
