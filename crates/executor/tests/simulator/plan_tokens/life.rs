//! Made before the first intent, removed at the end of whatever kind, and never replaced by a wider one.

use std::time::Duration;

use argus_executor::ports::Hypervisor;
use argus_proxmox::read;
use argus_proxmox_sim::FaultKind;
use argus_types::event::FailureReason;
use argus_types::execution::ExecutionState;
use argus_types::id::ExecutionId;

use crate::catalogue::stage::{Stage, ensure, every};
use crate::lab::{Lab, migrate, shutdown, snapshot, vm};

/// Who started each task that the simulator ever made.
fn senders(lab: &Lab) -> Vec<String> {
    let tasks = lab.simulator.tasks().into_iter();
    let users = tasks.filter_map(|task| task.upid.split(':').nth(7).map(str::to_owned));
    users.collect()
}

/// What the ledger says of an execution, once it says this: a process writes it down after it was done.
async fn told(lab: &Lab, id: ExecutionId, kind: &str) -> Vec<String> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        let kinds = lab.ledger_kinds(id).await;
        if kinds.iter().any(|one| one == kind) {
            return kinds;
        }
        assert!(tokio::time::Instant::now() < deadline, "{kinds:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn first_token(id: ExecutionId) -> String {
    format!("argus@pve!argus-{id}-1.1")
}

#[tokio::test]
async fn a_plan_is_carried_out_by_a_token_of_its_own_that_is_gone_afterwards() {
    let lab = Lab::with_plan_tokens().await;
    let id = lab
        .confirm(vec![snapshot(vm(101)), migrate(vm(101), "pve2")])
        .await;
    let _process = lab.process("a");
    let execution = lab.ended(id).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert_eq!(senders(&lab), [first_token(id), first_token(id)]);
    let kinds = told(&lab, id, "plan_token.removed").await;
    assert_eq!(lab.plan_tokens(), Vec::<String>::new());
    let at = |kind: &str| kinds.iter().position(|one| one == kind).expect(kind);
    assert!(
        at("plan_token.intended") < at("plan_token.made"),
        "{kinds:?}"
    );
    assert!(at("plan_token.made") < at("step.intended"), "{kinds:?}");
    assert!(at("step.succeeded") < at("plan_token.removed"), "{kinds:?}");
    let records = lab.store.ledger_after(0, 1000).await.unwrap();
    let intended = records.iter().find(|one| one.kind == "plan_token.intended");
    assert_eq!(
        intended.unwrap().body["rights"],
        serde_json::json!(["VM.Migrate on /vms/101", "VM.Snapshot on /vms/101"])
    );
}

#[tokio::test]
async fn every_entry_of_the_catalogue_is_carried_out_with_the_rights_that_its_plan_names() {
    every(async |kind| {
        let stage = Stage::set_in(Lab::with_plan_tokens().await, kind).await;
        let (_, ended) = stage.play().await;
        ensure(ended.state == ExecutionState::Succeeded, || {
            format!("{ended:#?}")
        })?;
        ensure(stage.is_seen(), || {
            "the simulator shows otherwise".to_owned()
        })?;
        // The process ended with its last step, and may not have come to it.
        stage.lab.hypervisor().sweep().await;
        ensure(stage.lab.plan_tokens().is_empty(), || {
            format!("left: {:?}", stage.lab.plan_tokens())
        })
    })
    .await;
}

#[tokio::test]
async fn none_is_left_after_a_failure_a_lost_answer_and_a_stop() {
    let lab = Lab::with_plan_tokens().await;
    let _process = lab.process("a");
    let id = lab
        .confirm(vec![shutdown(vm(107)), snapshot(vm(101))])
        .await;
    let failed = lab.ended(id).await;
    assert_eq!(failed.state, ExecutionState::Failed, "{failed:#?}");
    lab.none_left().await;

    lab.fault("/migrate", FaultKind::DropBefore);
    let id = lab.confirm(vec![migrate(vm(102), "pve3")]).await;
    let puzzled = lab.ended(id).await;
    assert_eq!(
        puzzled.state,
        ExecutionState::NeedsAttention,
        "{puzzled:#?}"
    );
    lab.none_left().await;

    let id = lab
        .confirm(vec![migrate(vm(101), "pve2"), snapshot(vm(108))])
        .await;
    lab.until(id, |execution| execution.steps[0].upid.is_some())
        .await;
    lab.stop_all().await;
    let stopped = lab.ended(id).await;
    assert_eq!(stopped.state, ExecutionState::Stopped, "{stopped:#?}");
    lab.none_left().await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_found_by_the_token_that_sent() {
    let lab = Lab::with_plan_tokens().await;
    lab.fault("/snapshot", FaultKind::AcceptThenDrop);
    let _process = lab.process("a");
    let id = lab.confirm(vec![snapshot(vm(101))]).await;
    let execution = lab.ended(id).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert!(execution.steps[0].adopted);
    assert_eq!(lab.tasks("qmsnapshot"), 1);
    lab.none_left().await;
}

#[tokio::test]
async fn who_takes_over_voids_the_token_before_looking_and_finds_what_it_sent() {
    let lab = Lab::with_plan_tokens().await;
    lab.fault("/migrate", FaultKind::AcceptThenDrop);
    let id = lab
        .confirm(vec![migrate(vm(101), "pve3"), snapshot(vm(101))])
        .await;
    let process = lab.process("a");
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while lab.tasks("qmigrate") == 0 && tokio::time::Instant::now() < deadline {
        tokio::task::yield_now().await;
    }
    drop(process);
    assert_eq!(
        lab.plan_tokens(),
        [first_token(id)],
        "killed: nobody removed it"
    );
    let _next = lab.process("b");
    let execution = lab.ended(id).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert_eq!((lab.tasks("qmigrate"), lab.tasks("qmsnapshot")), (1, 1));
    let second = format!("argus@pve!argus-{id}-2.1");
    assert_eq!(senders(&lab), [first_token(id), second]);
    lab.none_left().await;
    let kinds = told(&lab, id, "plan_token.removed").await;
    let at = |kind: &str| kinds.iter().position(|one| one == kind).expect(kind);
    assert!(
        at("execution.resumed") < at("plan_token.removed"),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn the_sweeper_takes_what_nobody_uses_and_leaves_what_somebody_does() {
    let mut lab = Lab::with_plan_tokens().await;
    let names = [
        // An execution that nobody knows.
        ("argus-01997a00-0000-7000-8000-00000000dead-1.1", false),
        // Somebody else's.
        ("argus-backup", true),
    ];
    let as_root = |name: &str| format!("/access/users/argus@pve/token/{name}");
    for (name, _) in names {
        lab.simulator.make_token("argus@pve", name);
    }
    // One that a process which was killed left over, of an execution that is under way still.
    let id = lab.confirm(vec![migrate(vm(101), "pve3")]).await;
    let process = lab.process("a");
    lab.until(id, |execution| execution.steps[0].upid.is_some())
        .await;
    drop(process);
    assert!(lab.simulator.token_ids().contains(&first_token(id)));
    let sweeper = lab.hypervisor();
    sweeper.sweep().await;
    let ids = lab.simulator.token_ids();
    for (name, stays) in names {
        let there = ids.contains(&format!("argus@pve!{name}"));
        assert_eq!(there, stays, "{}", as_root(name));
    }
    assert!(ids.contains(&first_token(id)), "its lease is the last one");
    // A new process takes over, and a sweep takes place while it works.
    lab.sweep_every = Duration::from_millis(50);
    let _next = lab.process("b");
    let execution = lab.ended(id).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    let ids = lab.simulator.token_ids();
    assert!(ids.contains(&"argus@pve!argus-backup".to_owned()));
    let left = || lab.plan_tokens().len() > 1;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while left() && tokio::time::Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(lab.plan_tokens(), ["argus@pve!argus-backup"]);
}

#[tokio::test]
async fn what_cannot_be_removed_now_is_written_down_and_swept_later() {
    let mut lab = Lab::with_plan_tokens().await;
    lab.sweep_every = Duration::from_millis(100);
    let no = |count| {
        for _ in 0..count {
            lab.fault_of(
                "DELETE",
                "/token/",
                FaultKind::Status {
                    code: 500,
                    reason: "cfs-lock 'file-user_cfg' error: got lock request timeout".to_owned(),
                    body: None,
                },
            );
        }
    };
    no(3);
    let id = lab.confirm(vec![snapshot(vm(101))]).await;
    let _process = lab.process("a");
    assert_eq!(lab.ended(id).await.state, ExecutionState::Succeeded);
    lab.none_left().await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    let count = |kinds: &[String], kind: &str| kinds.iter().filter(|one| *one == kind).count();
    loop {
        let kinds = lab.ledger_kinds(id).await;
        if count(&kinds, "plan_token.removed") == 1 {
            // By whoever ended it, and perhaps by a sweep at the same moment; never each time it is tried.
            let told = count(&kinds, "plan_token.not_removed");
            assert!((1..=2).contains(&told), "{kinds:?}");
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{kinds:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn without_a_token_of_its_own_a_plan_does_not_start_and_no_wider_one_sends_it() {
    let refusal = |code, reason: &str| FaultKind::Status {
        code,
        reason: reason.to_owned(),
        body: Some(serde_json::json!({ "data": null, "message": reason }).to_string()),
    };
    for (method, path, kind) in [
        ("POST", "/token/", refusal(403, "Permission check failed")),
        (
            "PUT",
            "/access/acl",
            refusal(500, "role 'Argus-VM.Snapshot' does not exist"),
        ),
    ] {
        let lab = Lab::with_plan_tokens().await;
        lab.fault_of(method, path, kind);
        let _process = lab.process("a");
        let id = lab.confirm(vec![snapshot(vm(101))]).await;
        let execution = lab.ended(id).await;
        assert_eq!(execution.state, ExecutionState::Failed, "{execution:#?}");
        assert_eq!(execution.steps[0].failure, Some(FailureReason::NoToken));
        assert!(lab.simulator.tasks().is_empty());
        lab.none_left().await;
    }
    // A lock that somebody else holds for a moment, and an answer that is lost, are no reason to give up.
    let lab = Lab::with_plan_tokens().await;
    lab.fault_of("POST", "/token/", FaultKind::AcceptThenDrop);
    let _process = lab.process("a");
    let id = lab.confirm(vec![snapshot(vm(101))]).await;
    let execution = lab.ended(id).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert_eq!(
        senders(&lab),
        [format!("argus@pve!argus-{}-1.2", execution.id)]
    );
    lab.none_left().await;
}

#[tokio::test]
async fn a_token_that_would_have_less_or_more_than_its_plan_is_not_used() {
    // The user of the tokens lost a right that the plan needs.
    let lab = Lab::with_plan_tokens().await;
    lab.simulator.set_role("Argus-VM.Snapshot", &["VM.Audit"]);
    let execution = lab.run(vec![snapshot(vm(101))]).await;
    assert_eq!(execution.steps[0].failure, Some(FailureReason::NoToken));
    let message = execution.steps[0].message.clone().unwrap();
    assert!(message.contains("VM.Snapshot on /vms/101"), "{message}");
    // Somebody put more into a role than its name says.
    let lab = Lab::with_plan_tokens().await;
    lab.simulator
        .set_role("Argus-VM.Snapshot", &["VM.Snapshot", "VM.Allocate"]);
    let _process = lab.process("a");
    let id = lab.confirm(vec![snapshot(vm(101))]).await;
    let execution = lab.ended(id).await;
    assert_eq!(execution.steps[0].failure, Some(FailureReason::NoToken));
    let message = execution.steps[0].message.clone().unwrap();
    assert!(message.contains("VM.Allocate on /vms/101"), "{message}");
    assert!(lab.simulator.tasks().is_empty());
    lab.none_left().await;
}

#[tokio::test]
async fn the_end_of_a_token_lies_behind_the_longest_that_its_plan_can_take() {
    let lab = Lab::with_plan_tokens().await;
    let id = lab.confirm(vec![migrate(vm(101), "pve3")]).await;
    let plan = lab.plan(id).await;
    let _process = lab.process("a");
    lab.until(id, |execution| execution.steps[0].upid.is_some())
        .await;
    let manager = lab.client_of("manage");
    let tokens = manager.read(read::user_tokens("argus@pve")).await.unwrap();
    let own = tokens.iter().find(|token| token.tokenid.contains("argus-"));
    let expire = own.unwrap().expire.unwrap();
    let now = u64::try_from(crate::lab::now().get().unix_timestamp()).unwrap();
    let step = &plan.steps[0];
    let longest = u64::from(step.timeout_s) * u64::from(step.max_attempts);
    assert!(expire > now + longest, "{expire} {now} {longest}");
    assert!(expire < now + longest + 3 * 3600);
    lab.ended(id).await;
    lab.none_left().await;
}
