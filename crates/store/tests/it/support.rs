//! A database with a person, a proposal and an execution in it.

use std::time::Duration;

use argus_domain::digest;
use argus_store::journal::{Append, AppendError, Lease};
use argus_store::testing::TestDatabase;
use argus_store::{Closing, Created, Error, NewApproval, NewExecution, NewProposal, Store};
use argus_types::Timestamp;
use argus_types::action::{Action, ActionKind, Draft, Target};
use argus_types::approval::Verdict;
use argus_types::event::Event;
use argus_types::id::{
    ClusterId, ExecutionId, GuestKey, GuestKind, HumanId, PersonId, ProposalId, Vmid,
};
use argus_types::person::{Person, Role};
use argus_types::plan::{
    CallPreview, Command, Expectation, Field, GuestTarget, Lock, Plan, Step, StepClass, StepTarget,
    StopClass, Undo,
};
use argus_types::proposal::{Origin, Proposal, ProposalState, Risk, RiskLevel};
use argus_types::scope::Placement;
use uuid::Uuid;

pub const TTL: Duration = Duration::from_mins(1);

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_unix(1_795_000_000 + second).expect("within the calendar")
}

pub fn person(number: u128, role: Role) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(number)),
        name: format!("Person {number}"),
        role,
    }
}

pub fn admin() -> Person {
    person(1, Role::Admin)
}

pub fn cluster() -> ClusterId {
    "lab".parse().expect("a cluster id")
}

pub fn guest(vmid: u32) -> GuestKey {
    GuestKey {
        kind: GuestKind::Qemu,
        vmid: Vmid::try_from(vmid).expect("a vmid"),
    }
}

pub async fn seeded() -> (TestDatabase, Store) {
    let database = TestDatabase::create().await;
    let store = database.store().await;
    let mut tx = store.begin().await.expect("a transaction");
    tx.upsert_person(&admin(), true, at(0))
        .await
        .expect("a person");
    tx.commit().await.expect("a commit");
    (database, store)
}

pub fn draft() -> Draft {
    Draft::of(vec![Action::Start {
        target: Target {
            kind: GuestKind::Qemu,
            vmid: guest(101).vmid,
            node: None,
        },
    }])
}

pub fn plan(proposal: ProposalId) -> Plan {
    Plan {
        format: 2,
        proposal,
        cluster: cluster(),
        steps: vec![Step {
            number: 1,
            action: ActionKind::Start,
            title: "Start web-01".to_owned(),
            target: StepTarget::Guest(GuestTarget {
                kind: GuestKind::Qemu,
                vmid: guest(101).vmid,
                name: "web-01".to_owned(),
                node: "pve1".parse().expect("a node name"),
                ha_managed: false,
            }),
            command: Command::Start {},
            call: call(),
            changes: Vec::new(),
            read_set: vec![Expectation::exact(Field::Status {}, "stopped")],
            post_checks: vec![Expectation::exact(Field::Status {}, "running")],
            undo: Undo {
                possible: true,
                how: "shut it down".to_owned(),
                action: None,
            },
            class: StepClass::Idempotent,
            stop_class: StopClass::RunsToItsEnd,
            worst_case: "none".to_owned(),
            locks: vec![lock(101)],
            max_attempts: 3,
            timeout_s: 60,
            privileges: Vec::new(),
        }],
    }
}

/// What a step on the guest reserves.
pub fn lock(vmid: u32) -> Lock {
    Lock::Guest {
        kind: GuestKind::Qemu,
        vmid: guest(vmid).vmid,
    }
}

pub fn call() -> CallPreview {
    CallPreview {
        method: "POST".to_owned(),
        path: "/nodes/pve1/qemu/101/status/start".to_owned(),
        parameters: std::collections::BTreeMap::new(),
    }
}

pub fn proposal(number: u128) -> Proposal {
    let id = ProposalId(Uuid::from_u128(number));
    let plan = plan(id);
    let second = i64::try_from(number).expect("a small number");
    Proposal {
        id,
        cluster: cluster(),
        revision: 1,
        state: ProposalState::InReview,
        title: "Start web-01".to_owned(),
        author: admin(),
        origin: Origin::Draft,
        drafted_by: None,
        request: None,
        reason: None,
        digest: digest::of(&plan),
        plan,
        risk: Risk {
            level: RiskLevel::Low,
            destructive: false,
            reasons: Vec::new(),
        },
        snapshots: Vec::new(),
        skipped: Vec::new(),
        impact: argus_types::impact::Impact::default(),
        policy: None,
        approvals_required: 0,
        approvals: 0,
        created_at: at(second),
        planned_at: at(second),
        expires_at: at(second + 3600),
        closed_by: None,
        closed_at: None,
        closed_reason: None,
        drift: Vec::new(),
        execution: None,
        supersedes: None,
        schedule: None,
        superseded_by: None,
        undoes: None,
    }
}

pub async fn propose(store: &Store, number: u128) -> Proposal {
    let proposal = proposal(number);
    keep(store, &proposal).await;
    proposal
}

/// A proposal by person 1 that needs so many approvals; its guest is tagged `web`.
pub async fn propose_for_approval(store: &Store, number: u128, required: u8) -> Proposal {
    let proposal = Proposal {
        approvals_required: required,
        ..proposal(number)
    };
    keep(store, &proposal).await;
    proposal
}

async fn keep(store: &Store, proposal: &Proposal) {
    let mut tx = store.begin().await.expect("a transaction");
    let kept = tx
        .insert_proposal(NewProposal {
            proposal,
            draft: &draft(),
            snapshots_first: false,
            placements: &[Placement {
                pool: None,
                tags: vec!["web".to_owned()],
            }],
            question: None,
        })
        .await
        .expect("a proposal");
    assert!(kept, "nothing else came in its place");
    tx.commit().await.expect("a commit");
}

/// Adds persons of these numbers and roles, each a human of their own.
pub async fn people(store: &Store, people: &[(u128, Role)]) {
    let mut tx = store.begin().await.expect("a transaction");
    for &(number, role) in people {
        tx.upsert_person(&person(number, role), true, at(0))
            .await
            .expect("a person");
    }
    tx.commit().await.expect("a commit");
}

/// The approval of `proposal` by the person of this number; `false` where it was not taken.
pub async fn approve(store: &Store, proposal: &Proposal, number: u128) -> Result<bool, Error> {
    let mut tx = store.begin().await?;
    let taken = tx
        .insert_approval(approval(proposal, number, Verdict::Approve))
        .await?;
    tx.commit().await?;
    Ok(taken)
}

pub fn approval(proposal: &Proposal, number: u128, verdict: Verdict) -> NewApproval<'static> {
    NewApproval {
        id: Uuid::from_u128(
            proposal.id.0.as_u128() << 64
                | u128::from(proposal.revision) << 32
                | number << 8
                | u128::from(verdict == Verdict::Reject),
        ),
        proposal: proposal.id,
        revision: proposal.revision,
        digest: proposal.digest,
        person: PersonId(Uuid::from_u128(number)),
        human: Some(HumanId(Uuid::from_u128(number))),
        verdict,
        comment: Some("looked at it"),
        signed: None,
        at: at(50),
        expires_at: at(3650),
    }
}

pub fn closing(to: ProposalState) -> Closing<'static> {
    Closing {
        to,
        by: Some(admin().id),
        at: at(100),
        reason: None,
        drift: &[],
    }
}

/// Confirms proposal `number`; the execution has the same number.
pub async fn execute(store: &Store, number: u128) -> ExecutionId {
    let proposal = propose(store, number).await;
    start(store, &proposal, &admin()).await
}

/// Confirms the proposal; the execution has the same number.
pub async fn start(store: &Store, proposal: &Proposal, confirmer: &Person) -> ExecutionId {
    let id = ExecutionId(proposal.id.0);
    let closing = Closing {
        by: Some(confirmer.id),
        ..closing(ProposalState::Confirmed)
    };
    let mut tx = store.begin().await.expect("a transaction");
    assert!(
        tx.close_proposal(proposal.id, closing)
            .await
            .expect("a closed proposal")
    );
    let created = tx
        .create_execution(NewExecution {
            id,
            proposal: proposal.id,
            revision: 1,
            confirmed_by: confirmer,
            at: at(100),
        })
        .await
        .expect("an execution");
    assert_eq!(created, Created::Yes);
    tx.commit().await.expect("a commit");
    id
}

pub async fn claim(store: &Store, replica: &str) -> Lease {
    let leases = store
        .claim_executions(replica, TTL, 10)
        .await
        .expect("a claim");
    assert_eq!(leases.len(), 1);
    leases[0]
}

pub async fn append(
    store: &Store,
    lease: Lease,
    expected_seq: u64,
    event: Event,
) -> Result<u64, AppendError> {
    let append = Append {
        expected_seq,
        intent: matches!(event, Event::Intended { .. }),
        events: vec![event],
        ..Append::default()
    };
    store.append_journal(lease, at(200), &append).await
}

pub fn started() -> Event {
    Event::Started {
        replica: "a".to_owned(),
    }
}

pub fn intended() -> Event {
    Event::Intended {
        step: 1,
        attempt: 1,
        call: call(),
        sender: None,
    }
}
