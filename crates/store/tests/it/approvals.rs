//! Approvals: what the tables themselves hold to, whatever a process believes.

use argus_store::{Closing, Error, NewApproval, ProposalFilter, Revision};
use argus_types::approval::Verdict;
use argus_types::id::{HumanId, PlanDigest};
use argus_types::impact::Impact;
use argus_types::person::Role;
use argus_types::proposal::ProposalState;
use uuid::Uuid;

use crate::support::{
    approval, approve, at, closing, draft, people, person, plan, propose, propose_for_approval,
    seeded,
};

const ADMINS: [(u128, Role); 3] = [(2, Role::Admin), (3, Role::Admin), (4, Role::Admin)];

#[tokio::test]
async fn an_approval_comes_back_with_its_giver_as_they_are_now_and_is_counted() {
    let (database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 2).await;
    assert!(approve(&store, &proposal, 2).await.unwrap());
    let parties = store.parties(proposal.id).await.unwrap().unwrap();
    assert_eq!(parties.author.person, proposal.author);
    assert_eq!(parties.given.len(), 1);
    assert_eq!(parties.given[0].view().person, person(2, Role::Admin));
    assert_eq!(parties.given[0].digest, proposal.digest);

    let read = async |second| {
        let found = store.proposal(proposal.id, at(second)).await.unwrap();
        let listed = store
            .proposals(ProposalFilter::default(), None, 10, at(second))
            .await;
        let found = found.unwrap().proposal;
        let listed = listed.unwrap().items.remove(0);
        assert_eq!(found.approvals_required, 2);
        assert_eq!(listed.approvals_required, 2);
        assert_eq!(listed.approvals, found.approvals);
        assert_eq!(listed.destructive, found.risk.destructive);
        assert_eq!(listed.decided_by, [person(2, Role::Admin).id]);
        found.approvals
    };
    assert_eq!(read(100).await, 1);
    assert_eq!(read(3650).await, 0, "it is over");
    let out_of_scope = "UPDATE person SET scope = '{\"tags\":[\"db\"]}' WHERE name = 'Person 2'";
    database.execute(out_of_scope).await.unwrap();
    assert_eq!(
        read(100).await,
        0,
        "its giver does not reach the guest any more"
    );
    let in_scope = "UPDATE person SET scope = '{\"tags\":[\"WEB\"]}' WHERE name = 'Person 2'";
    database.execute(in_scope).await.unwrap();
    assert_eq!(read(100).await, 1);
    let demoted = "UPDATE person SET role = 'operator' WHERE name = 'Person 2'";
    database.execute(demoted).await.unwrap();
    assert_eq!(read(100).await, 0, "its giver may not approve any more");
}

#[tokio::test]
async fn nobody_approves_twice_whatever_their_account() {
    let (_database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 2).await;
    assert!(approve(&store, &proposal, 2).await.unwrap());
    assert!(!approve(&store, &proposal, 2).await.unwrap());
    let same_human = NewApproval {
        human: Some(HumanId(Uuid::from_u128(2))),
        ..approval(&proposal, 3, Verdict::Approve)
    };
    let mut tx = store.begin().await.unwrap();
    assert!(!tx.insert_approval(same_human).await.unwrap());
    assert!(
        tx.insert_approval(approval(&proposal, 2, Verdict::Reject))
            .await
            .unwrap(),
        "whoever approved may think again"
    );
}

#[tokio::test]
async fn nobody_decides_on_what_they_asked_for_from_any_account() {
    let (database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 1).await;
    for verdict in [Verdict::Approve, Verdict::Reject] {
        let mut tx = store.begin().await.unwrap();
        let refused = tx.insert_approval(approval(&proposal, 1, verdict)).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    }
    let linked =
        "UPDATE person SET human = '00000000-0000-0000-0000-000000000001' WHERE name = 'Person 2'";
    database.execute(linked).await.unwrap();
    let same_human = NewApproval {
        human: Some(HumanId(Uuid::from_u128(1))),
        ..approval(&proposal, 2, Verdict::Approve)
    };
    let mut tx = store.begin().await.unwrap();
    let refused = tx.insert_approval(same_human).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn an_approval_is_of_the_present_plan_of_a_proposal_in_review_or_there_is_none() {
    let (_database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 1).await;
    let right = approval(&proposal, 2, Verdict::Approve);
    for wrong in [
        NewApproval {
            digest: PlanDigest::new([9; 32]),
            ..right
        },
        NewApproval {
            revision: 2,
            ..right
        },
        NewApproval {
            expires_at: right.at,
            ..right
        },
        NewApproval {
            verdict: Verdict::Reject,
            comment: Some(""),
            ..right
        },
    ] {
        let mut tx = store.begin().await.unwrap();
        let refused = tx.insert_approval(wrong).await;
        assert!(
            matches!(refused, Err(Error::Refused(_))),
            "{wrong:?}: {refused:?}"
        );
    }
    let mut tx = store.begin().await.unwrap();
    tx.close_proposal(proposal.id, closing(ProposalState::Withdrawn))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(
        approve(&store, &proposal, 2).await,
        Err(Error::Refused(_))
    ));
}

#[tokio::test]
async fn a_new_revision_leaves_its_approvals_behind() {
    let (_database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 1).await;
    assert!(approve(&store, &proposal, 2).await.unwrap());
    let mut new = plan(proposal.id);
    new.steps[0].title = "Start web-01 gently".to_owned();
    let mut tx = store.begin().await.unwrap();
    let revised = tx
        .revise_proposal(
            proposal.id,
            1,
            Revision {
                title: "Start gently",
                plan: &new,
                digest: argus_domain::digest::of(&new),
                risk: &proposal.risk,
                snapshots: &[],
                skipped: &[],
                impact: &Impact::default(),
                snapshots_first: true,
                alternative: 0,
                placements: &[],
                approvals_required: 1,
                policy: None,
                question: None,
                planned_by: crate::support::admin().id,
                planned_at: at(60),
                expires_at: at(3660),
            },
        )
        .await;
    assert!(revised.unwrap());
    tx.commit().await.unwrap();
    let found = store.proposal(proposal.id, at(70)).await.unwrap().unwrap();
    assert_eq!(found.proposal.approvals, 0);
    let listed = store
        .proposals(ProposalFilter::default(), None, 10, at(70))
        .await;
    assert!(listed.unwrap().items[0].decided_by.is_empty());
    assert!(
        matches!(approve(&store, &proposal, 3).await, Err(Error::Refused(_))),
        "the plan before cannot be approved any more"
    );
    assert!(
        approve(&store, &found.proposal, 2).await.unwrap(),
        "whoever approved the plan before may approve this one as well"
    );
}

#[tokio::test]
async fn the_table_of_proposals_refuses_a_confirmation_without_its_approvals() {
    let (database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 2).await;
    let confirm = async |by: u128, second: i64| {
        let mut tx = store.begin().await.unwrap();
        let closing = Closing {
            by: Some(person(by, Role::Admin).id),
            at: at(second),
            ..closing(ProposalState::Confirmed)
        };
        tx.close_proposal(proposal.id, closing).await
    };
    let refused = async |by, second| matches!(confirm(by, second).await, Err(Error::Refused(_)));
    assert!(refused(1, 100).await, "none of two");
    approve(&store, &proposal, 2).await.unwrap();
    assert!(refused(1, 100).await, "one of two");
    approve(&store, &proposal, 3).await.unwrap();
    assert!(confirm(1, 100).await.unwrap(), "by the author");
    assert!(confirm(4, 100).await.unwrap(), "by somebody else");
    assert!(refused(2, 100).await, "by an approver");
    assert!(refused(1, 3650).await, "they are over");
    database
        .execute("UPDATE person SET human = '00000000-0000-0000-0000-000000000002' WHERE name = 'Person 3'")
        .await
        .unwrap();
    assert!(refused(1, 100).await, "both are one human's");
    for human in ["NULL", "'00000000-0000-0000-0000-000000000001'"] {
        let sql = match human {
            "NULL" => "UPDATE person SET human = NULL WHERE name = 'Person 3'",
            _ => {
                "UPDATE person SET human = '00000000-0000-0000-0000-000000000001' WHERE name = 'Person 3'"
            }
        };
        database.execute(sql).await.unwrap();
        assert!(refused(1, 100).await, "{human}");
    }
    let sql = "UPDATE proposal SET state = 'confirmed', closed_at = now()";
    assert!(database.execute(sql).await.is_err(), "past the store");
}

#[tokio::test]
async fn a_destructive_plan_that_asks_for_fewer_than_two_approvals_cannot_be_kept() {
    let (_database, store) = seeded().await;
    let mut proposal = crate::support::proposal(1);
    proposal.risk.destructive = true;
    for required in [0, 1, 2] {
        proposal.approvals_required = required;
        let mut tx = store.begin().await.unwrap();
        let kept = tx
            .insert_proposal(argus_store::NewProposal {
                proposal: &proposal,
                draft: &draft(),
                snapshots_first: false,
                placements: &[],
                question: None,
            })
            .await;
        assert_eq!(kept.is_ok(), required == 2, "{required}");
    }
}

#[tokio::test]
async fn no_approval_is_changed_or_taken_back() {
    let (database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 1).await;
    approve(&store, &proposal, 2).await.unwrap();
    for sql in [
        "UPDATE approval SET expires_at = now() + interval '1 year'",
        "UPDATE approval SET verdict = 'reject'",
        "DELETE FROM approval",
        "TRUNCATE approval",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn of_many_who_decide_at_once_each_human_counts_once() {
    let (_database, store) = seeded().await;
    people(&store, &ADMINS).await;
    for number in 1..=5 {
        let proposal = propose_for_approval(&store, number, 1).await;
        let mut races = tokio::task::JoinSet::new();
        for index in 0..12_u128 {
            let (store, proposal) = (store.clone(), proposal.clone());
            races.spawn(async move {
                let new = NewApproval {
                    id: Uuid::from_u128(1000 * number + index),
                    ..approval(&proposal, 2 + index % 3, Verdict::Approve)
                };
                let mut tx = store.begin().await.unwrap();
                tx.lock_proposal(proposal.id, at(50)).await.unwrap();
                let taken = tx.insert_approval(new).await.unwrap();
                tx.commit().await.unwrap();
                taken
            });
        }
        let taken = races.join_all().await;
        assert_eq!(taken.iter().filter(|taken| **taken).count(), 3);
    }
    let unneeded = propose(&store, 9).await;
    assert_eq!(unneeded.approvals_required, 0);
}

#[tokio::test]
async fn whoever_had_the_plan_made_anew_is_an_asker_as_well() {
    let (_database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 1).await;
    let mut new = plan(proposal.id);
    new.steps[0].title = "Start web-01 gently".to_owned();
    let revision = Revision {
        title: "Start gently",
        plan: &new,
        digest: argus_domain::digest::of(&new),
        risk: &proposal.risk,
        snapshots: &[],
        skipped: &[],
        impact: &Impact::default(),
        snapshots_first: true,
        alternative: 0,
        placements: &[],
        approvals_required: 1,
        policy: None,
        question: None,
        planned_by: person(2, Role::Admin).id,
        planned_at: at(60),
        expires_at: at(3660),
    };
    let mut tx = store.begin().await.unwrap();
    assert!(tx.revise_proposal(proposal.id, 1, revision).await.unwrap());
    tx.commit().await.unwrap();
    let parties = store.parties(proposal.id).await.unwrap().unwrap();
    assert_eq!(parties.author.person.id, person(1, Role::Admin).id);
    assert_eq!(parties.editor.person.id, person(2, Role::Admin).id);
    let revised = store.proposal(proposal.id, at(70)).await.unwrap().unwrap();
    let refused = approve(&store, &revised.proposal, 2).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert!(approve(&store, &revised.proposal, 3).await.unwrap());
}
