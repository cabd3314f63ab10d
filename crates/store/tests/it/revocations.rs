//! Approvals that are taken back, signatures that stay, and proposals in place of others.

use argus_ledger::approval::SignedApproval;
use argus_store::{Closing, Error, NewApproval, NewProposal, NewRevocation, SignedStepUp, Store};
use argus_types::approval::Verdict;
use argus_types::id::{HumanId, PersonId};
use argus_types::person::Role;
use argus_types::proposal::{Proposal, ProposalState};
use uuid::Uuid;

use crate::support::{
    approval, approve, at, closing, draft, people, person, propose, propose_for_approval, seeded,
};

const ADMINS: [(u128, Role); 3] = [(2, Role::Admin), (3, Role::Admin), (4, Role::Admin)];

fn revocation(proposal: &Proposal, number: u128) -> NewRevocation<'static> {
    NewRevocation {
        proposal: proposal.id,
        revision: proposal.revision,
        person: PersonId(Uuid::from_u128(number)),
        comment: Some("a second thought"),
        at: at(60),
    }
}

async fn revoke(store: &Store, proposal: &Proposal, number: u128) -> bool {
    let mut tx = store.begin().await.expect("a transaction");
    let revocation = revocation(proposal, number);
    let done = tx.revoke_approval(revocation).await;
    tx.commit().await.expect("a commit");
    done.expect("an answer")
}

async fn counting(store: &Store, proposal: &Proposal) -> u8 {
    let found = store.proposal(proposal.id, at(100)).await;
    let found = found.expect("an answer").expect("a proposal");
    found.proposal.approvals
}

/// The approval of its giver's next round.
fn again(proposal: &Proposal, number: u128) -> NewApproval<'static> {
    NewApproval {
        id: Uuid::from_u128(0xa000 + number),
        at: at(70),
        ..approval(proposal, number, Verdict::Approve)
    }
}

#[tokio::test]
async fn an_approval_that_was_taken_back_counts_no_more_and_can_be_given_again_once() {
    let (_database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 2).await;
    assert!(!revoke(&store, &proposal, 2).await, "there is none yet");
    assert!(approve(&store, &proposal, 2).await.unwrap());
    assert_eq!(counting(&store, &proposal).await, 1);
    assert!(!revoke(&store, &proposal, 3).await, "it is somebody else's");
    assert!(revoke(&store, &proposal, 2).await);
    assert!(!revoke(&store, &proposal, 2).await, "once");
    assert_eq!(counting(&store, &proposal).await, 0);
    let parties = store.parties(proposal.id).await.unwrap().unwrap();
    assert_eq!(parties.given[0].revoked_at, Some(at(60)));
    assert_eq!(parties.deciders(1), []);

    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_approval(again(&proposal, 2)).await.unwrap());
    let twice = NewApproval {
        id: Uuid::from_u128(0xb000),
        ..again(&proposal, 2)
    };
    assert!(!tx.insert_approval(twice).await.unwrap());
    let other_account = NewApproval {
        human: Some(HumanId(Uuid::from_u128(2))),
        ..again(&proposal, 3)
    };
    assert!(!tx.insert_approval(other_account).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(counting(&store, &proposal).await, 1);
}

#[tokio::test]
async fn the_database_itself_confirms_nothing_by_an_approval_that_was_taken_back() {
    let (_database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 1).await;
    assert!(approve(&store, &proposal, 2).await.unwrap());
    assert!(revoke(&store, &proposal, 2).await);
    let confirming = Closing {
        by: Some(person(3, Role::Admin).id),
        ..closing(ProposalState::Confirmed)
    };
    let mut tx = store.begin().await.unwrap();
    let refused = tx.close_proposal(proposal.id, confirming).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert!(tx.insert_approval(again(&proposal, 2)).await.unwrap());
    assert!(tx.close_proposal(proposal.id, confirming).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let late = tx.revoke_approval(revocation(&proposal, 2)).await;
    assert!(matches!(late, Err(Error::Refused(_))), "{late:?}");
}

#[tokio::test]
async fn no_round_is_left_out_and_no_signature_or_revocation_changes() {
    let (database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let proposal = propose_for_approval(&store, 1, 1).await;
    let part = || "AAAA".to_owned();
    let signed = SignedStepUp {
        approval: SignedApproval {
            statement: "{}".to_owned(),
            credential_id: part(),
            public_key: part(),
            authenticator_data: part(),
            client_data_json: part(),
            signature: part(),
        },
        passkey: "Laptop".to_owned(),
    };
    let mut tx = store.begin().await.unwrap();
    let new = NewApproval {
        signed: Some(&signed),
        ..approval(&proposal, 2, Verdict::Approve)
    };
    assert!(tx.insert_approval(new).await.unwrap());
    tx.commit().await.unwrap();
    let kept = store.signed_approvals(proposal.id, 1).await.unwrap();
    assert_eq!(kept, std::slice::from_ref(&signed.approval));
    let parties = store.parties(proposal.id).await.unwrap().unwrap();
    let signature = parties.given[0].signature.clone().unwrap();
    assert_eq!(signature.passkey, "Laptop");
    assert_eq!(signature.sha256, signed.approval.sha256().to_string());
    for sql in [
        "INSERT INTO approval SELECT gen_random_uuid(), proposal, revision, digest, person, human, verdict, comment, \
         at, expires_at, 2 FROM approval",
        "UPDATE approval_signature SET sha256 = repeat('0', 64)",
        "DELETE FROM approval_signature",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
    assert!(revoke(&store, &proposal, 2).await);
    assert_eq!(store.signed_approvals(proposal.id, 1).await.unwrap(), []);
    for sql in [
        "UPDATE approval_revocation SET at = now()",
        "DELETE FROM approval_revocation",
        "TRUNCATE approval_revocation",
    ] {
        assert!(database.execute(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn a_proposal_comes_in_place_of_its_authors_own_that_cannot_go_on_and_of_no_other() {
    let (database, store) = seeded().await;
    people(&store, &ADMINS).await;
    let mut numbers = 100..;
    for from in ProposalState::ALL {
        let number = numbers.next().unwrap();
        let before = propose(&store, number).await;
        if from != ProposalState::InReview {
            let why = Closing {
                reason: Some("another plan"),
                ..closing(from)
            };
            let mut tx = store.begin().await.unwrap();
            assert!(tx.close_proposal(before.id, why).await.unwrap());
            tx.commit().await.unwrap();
        }
        let successor = Proposal {
            supersedes: Some(before.id),
            ..crate::support::proposal(1000 + number)
        };
        let mut by_other = successor.clone();
        by_other.author = person(2, Role::Admin);
        let insert = async |proposal: &Proposal| {
            let mut tx = store.begin().await.unwrap();
            let kept = tx
                .insert_proposal(NewProposal {
                    proposal,
                    draft: &draft(),
                    snapshots_first: false,
                    question: None,
                    placements: &[],
                })
                .await;
            tx.commit().await.unwrap();
            kept
        };
        assert!(insert(&by_other).await.is_err(), "{from:?}");
        let kept = insert(&successor).await;
        assert_eq!(kept.is_ok(), from.may_be_superseded(), "{from:?}: {kept:?}");
        if kept.is_err() {
            continue;
        }
        let second = Proposal {
            supersedes: Some(before.id),
            ..crate::support::proposal(2000 + number)
        };
        assert!(!insert(&second).await.unwrap(), "{from:?}: it has one");
        let read = async |id| store.proposal(id, at(100)).await.unwrap().unwrap().proposal;
        assert_eq!(read(before.id).await.superseded_by, Some(successor.id));
        assert_eq!(read(successor.id).await.supersedes, Some(before.id));
    }
    let sql = "UPDATE proposal SET supersedes = NULL WHERE supersedes IS NOT NULL";
    assert!(database.execute(sql).await.is_err());
}
