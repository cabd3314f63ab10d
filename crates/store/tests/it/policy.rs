//! Versions of the policy: what the tables hold to, whatever a process believes.

use argus_domain::policy::{Policy, Question};
use argus_store::{Error, NewPolicyApproval, NewPolicyVersion, NewProposal, PolicyClosing, Store};
use argus_types::approval::Verdict;
use argus_types::id::{HumanId, PersonId};
use argus_types::person::Role;
use argus_types::policy::{Judgement, PolicyState};
use argus_types::proposal::{Origin, Proposal, ProposalState, RiskLevel};
use uuid::Uuid;

use crate::support::{admin, approve, at, closing, draft, people, person, proposal, seeded};

const TEXT: &str = "format = 1\nenabled = [\"guest.*\"]";
/// The author is person 1; these may decide.
const ADMINS: [(u128, Role); 3] = [(2, Role::Admin), (3, Role::Admin), (4, Role::Admin)];

fn new(text: &str) -> NewPolicyVersion<'_> {
    NewPolicyVersion {
        text,
        digest: Policy::parse(text).expect("a policy").digest(),
        reason: "because",
        at: at(10),
    }
}

/// Version 1 in force and version 2 proposed by person 1.
async fn proposed(store: &Store) {
    people(store, &ADMINS).await;
    let mut tx = store.begin().await.expect("a version that is proposed");
    assert_eq!(
        tx.install_policy(new(TEXT))
            .await
            .expect("a version that is proposed"),
        1
    );
    assert_eq!(
        tx.propose_policy(new(TEXT), admin().id)
            .await
            .expect("a version that is proposed"),
        2
    );
    tx.commit().await.expect("a version that is proposed");
}

async fn decide(store: &Store, number: u128, human: u128, verdict: Verdict) -> Result<bool, Error> {
    let mut tx = store.begin().await?;
    let taken = tx
        .insert_policy_approval(NewPolicyApproval {
            id: Uuid::from_u128(number << 8 | u128::from(verdict == Verdict::Reject)),
            version: 2,
            person: PersonId(Uuid::from_u128(number)),
            human: Some(HumanId(Uuid::from_u128(human))),
            verdict,
            comment: Some("looked at it"),
            at: at(20),
            expires_at: at(3600),
        })
        .await?;
    tx.commit().await?;
    Ok(taken)
}

async fn activate(store: &Store, by: u128, second: i64) -> Result<bool, Error> {
    let mut tx = store.begin().await?;
    let by = PersonId(Uuid::from_u128(by));
    let done = tx.activate_policy(2, by, at(second)).await?;
    tx.commit().await?;
    Ok(done)
}

#[tokio::test]
async fn a_version_comes_into_force_by_two_other_people_in_the_place_of_the_one_before() {
    let (_database, store) = seeded().await;
    proposed(&store).await;
    assert!(activate(&store, 1, 30).await.is_err(), "without approvals");
    assert!(decide(&store, 2, 2, Verdict::Approve).await.unwrap());
    assert!(activate(&store, 1, 30).await.is_err(), "one of two");
    assert!(decide(&store, 3, 3, Verdict::Approve).await.unwrap());
    assert!(activate(&store, 3, 30).await.is_err(), "an approver");
    assert!(activate(&store, 1, 3600).await.is_err(), "too late");
    assert_eq!(
        store.active_policy().await.unwrap().unwrap().version.number,
        1
    );
    assert!(activate(&store, 1, 30).await.unwrap());
    let active = store.active_policy().await.unwrap().unwrap();
    assert_eq!((active.version.number, active.made_from), (2, Some(1)));
    let all = store.policies().await.unwrap();
    assert_eq!(all[1].state, PolicyState::Superseded);
    assert!(!activate(&store, 4, 40).await.unwrap_or(false), "once");
    assert_eq!(
        store.active_policy().await.unwrap().unwrap().version.number,
        2
    );
}

#[tokio::test]
async fn its_author_decides_on_nothing_and_nobody_twice_whatever_their_account() {
    let (_database, store) = seeded().await;
    proposed(&store).await;
    assert!(decide(&store, 1, 1, Verdict::Approve).await.is_err());
    assert!(decide(&store, 1, 1, Verdict::Reject).await.is_err());
    assert!(
        decide(&store, 2, 1, Verdict::Approve).await.is_err(),
        "another account"
    );
    assert!(decide(&store, 2, 2, Verdict::Approve).await.unwrap());
    assert!(!decide(&store, 3, 2, Verdict::Approve).await.unwrap());
    let (_, given) = store.policy(2).await.unwrap().unwrap();
    assert_eq!(given.len(), 1);
}

#[tokio::test]
async fn what_a_version_says_stays_and_a_closed_one_is_decided_on_no_more() {
    let (database, store) = seeded().await;
    proposed(&store).await;
    for sql in [
        "UPDATE policy_version SET text = 'format = 2' WHERE number = 2",
        "UPDATE policy_version SET author = NULL WHERE number = 2",
        "UPDATE policy_version SET state = 'proposed', activated_at = NULL WHERE number = 1",
        "DELETE FROM policy_version WHERE number = 2",
        "TRUNCATE policy_version CASCADE",
        "INSERT INTO policy_version (number, text, digest, author, reason, state, proposed_at, activated_at, closed_at)
         SELECT 9, text, digest, author, reason, 'superseded', now(), now(), now() FROM policy_version WHERE number = 2",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
    let mut tx = store.begin().await.unwrap();
    let closing = PolicyClosing {
        to: PolicyState::Withdrawn,
        at: at(30),
        reason: None,
    };
    assert!(tx.close_policy(2, closing).await.unwrap());
    assert!(!tx.close_policy(2, closing).await.unwrap());
    tx.commit().await.unwrap();
    assert!(decide(&store, 2, 2, Verdict::Approve).await.is_err());
    assert!(
        database
            .execute("DELETE FROM policy_approval")
            .await
            .is_err()
    );
}

/// A proposal by person 1 that needs one approval, judged by version 1.
async fn judged(store: &Store, number: u128, own_approval: bool) -> Proposal {
    let question = Question {
        cluster: "lab".parse().expect("a proposal that is kept"),
        origin: Origin::Draft,
        by_token: false,
        with_reason: true,
        disputed: false,
        risk: RiskLevel::Low,
        destructive: false,
        steps: Vec::new(),
    };
    let policy = Policy::parse(TEXT).expect("a proposal that is kept");
    let mut verdict = policy.judge(&question, at(0));
    verdict.own_approval = own_approval;
    let kept = Proposal {
        approvals_required: verdict.approvals,
        policy: Some(Judgement {
            version: 1,
            verdict,
        }),
        reason: Some("an update".to_owned()),
        ..proposal(number)
    };
    let mut tx = store.begin().await.expect("a proposal that is kept");
    tx.insert_proposal(NewProposal {
        proposal: &kept,
        draft: &draft(),
        snapshots_first: false,
        placements: &[],
        question: Some(&question),
    })
    .await
    .expect("a proposal that is kept");
    tx.commit().await.expect("a proposal that is kept");
    let read = store
        .proposal(kept.id, at(0))
        .await
        .expect("a proposal that is kept")
        .expect("a proposal that is kept");
    assert_eq!(read.question, Some(question));
    assert_eq!(read.proposal.policy, kept.policy);
    assert_eq!(read.proposal.reason, kept.reason);
    kept
}

async fn confirm(store: &Store, proposal: &Proposal, by: u128) -> bool {
    let mut tx = store.begin().await.expect("a proposal that is kept");
    let closing = argus_store::Closing {
        by: Some(person(by, Role::Admin).id),
        ..closing(ProposalState::Confirmed)
    };
    let closed = tx.close_proposal(proposal.id, closing).await;
    matches!(closed, Ok(true)) && tx.commit().await.is_ok()
}

#[tokio::test]
async fn who_asked_approves_and_confirms_only_where_the_plan_s_verdict_says_so() {
    let (_database, store) = seeded().await;
    proposed(&store).await;
    let strict = judged(&store, 1, false).await;
    assert!(approve(&store, &strict, 1).await.is_err());
    assert!(!confirm(&store, &strict, 1).await);
    let lone = judged(&store, 2, true).await;
    assert!(!confirm(&store, &lone, 1).await, "not without an approval");
    assert!(approve(&store, &lone, 1).await.unwrap());
    assert!(confirm(&store, &lone, 1).await);
    let other = judged(&store, 3, true).await;
    assert!(approve(&store, &other, 2).await.unwrap());
    assert!(
        !confirm(&store, &other, 2).await,
        "an approver who did not ask"
    );
    assert!(confirm(&store, &other, 1).await);
}

#[tokio::test]
async fn plans_of_the_past_come_back_with_what_the_policy_was_asked() {
    let (_database, store) = seeded().await;
    proposed(&store).await;
    let (old, young) = (
        judged(&store, 1, false).await,
        judged(&store, 2, false).await,
    );
    crate::support::propose(&store, 3).await;
    let past = store.past_plans(at(-100)).await.unwrap();
    let ids: Vec<_> = past.iter().map(|plan| plan.proposal).collect();
    assert_eq!(
        ids,
        [young.id, old.id],
        "the youngest first, none that was not judged"
    );
    assert_eq!(past[0].approvals, 1);
    assert_eq!(store.past_plans(at(2)).await.unwrap().len(), 1);
}
