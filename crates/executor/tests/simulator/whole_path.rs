//! From a confirmation to a verified change, undisturbed and disturbed.

use argus_proxmox_sim::{Change, FaultKind};
use argus_types::action::Action;
use argus_types::event::FailureReason;
use argus_types::execution::{ExecutionState, StepState};
use argus_types::guest_config::ConfigChange;
use argus_types::id::GuestKind;
use argus_types::text::ParameterText;

use crate::lab::{Lab, guest, migrate, shutdown, snapshot, states, vm};

#[tokio::test]
async fn a_plan_of_every_action_on_both_kinds_of_guest_succeeds_and_is_seen() {
    let lab = Lab::start().await;
    let reboot = Action::Reboot {
        target: vm(102),
        timeout_s: None,
    };
    let start = Action::Start { target: vm(108) };
    let stop = Action::Stop { target: vm(102) };
    let execution = lab
        .run(vec![
            snapshot(vm(101)),
            migrate(vm(101), "pve2"),
            reboot,
            stop,
            start,
            snapshot(guest(GuestKind::Lxc, 104)),
            migrate(guest(GuestKind::Lxc, 105), "pve1"),
            shutdown(guest(GuestKind::Lxc, 105)),
        ])
        .await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert_eq!(lab.simulator.tasks().len(), 8);
    let web = lab.simulator.guest(101).unwrap();
    assert_eq!((web.node.as_str(), web.snapshots.len()), ("pve2", 1));
    assert_eq!(lab.simulator.guest(108).unwrap().status, "running");
    let mail = lab.simulator.guest(105).unwrap();
    assert_eq!(
        (mail.node.as_str(), mail.status.as_str()),
        ("pve1", "stopped")
    );
    for step in &execution.steps {
        assert!(step.log_lines > 0 && step.upid.is_some(), "{step:#?}");
        assert!(step.post_check.iter().all(|one| one.holds));
    }
    let kinds = lab.ledger_kinds(execution.id).await;
    assert_eq!(kinds.first().map(String::as_str), Some("execution.started"));
    assert_eq!(kinds.last().map(String::as_str), Some("execution.ended"));
    assert_eq!(kinds.len(), 2 + 8 * 3);
}

#[tokio::test]
async fn snapshots_go_and_come_back_and_settings_are_set_with_what_the_reviewer_saw() {
    let lab = Lab::start().await;
    let named = |name: &str| name.parse().unwrap();
    let target = vm(101);
    let take = |name: &str| Action::Snapshot {
        target: vm(101),
        name: Some(named(name)),
        description: None,
        include_memory: false,
    };
    let set = Action::SetConfig {
        target: target.clone(),
        set: ConfigChange {
            cores: Some(3),
            tags: Some(vec!["web".parse().unwrap(), "changed".parse().unwrap()]),
            onboot: Some(true),
            description: Some(
                ParameterText::new("Front door, two lines:\nthis is the second").unwrap(),
            ),
            ..ConfigChange::default()
        },
    };
    let set_container = Action::SetConfig {
        target: guest(GuestKind::Lxc, 104),
        set: ConfigChange {
            memory_mib: Some(777),
            protection: Some(true),
            ..ConfigChange::default()
        },
    };
    let execution = lab
        .run(vec![
            take("good"),
            set,
            set_container,
            take("worse"),
            Action::Rollback {
                target: target.clone(),
                name: named("good"),
                start: true,
            },
            Action::DeleteSnapshot {
                target: target.clone(),
                name: named("worse"),
            },
            Action::Reset { target },
        ])
        .await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    let web = lab.simulator.guest(101).unwrap();
    assert_eq!(web.status, "running");
    assert_eq!(web.snapshots, ["good"]);
    assert_ne!(
        web.config["cores"], "3",
        "it went back to before the change"
    );
    let container = lab.simulator.guest(104).unwrap();
    assert_eq!(container.config["memory"], "777");
    assert_eq!(container.config["protection"], "1");
    // What was sent is what the plan showed.
    assert_eq!(lab.tasks("qmrollback"), 1);
    let without_task: Vec<bool> = execution
        .steps
        .iter()
        .map(|step| step.upid.is_none())
        .collect();
    assert_eq!(
        without_task,
        [false, true, true, false, false, false, false]
    );
}

#[tokio::test]
async fn settings_that_somebody_else_changed_meanwhile_stop_the_step() {
    let lab = Lab::start().await;
    let set = Action::SetConfig {
        target: vm(101),
        set: ConfigChange {
            cores: Some(3),
            ..ConfigChange::default()
        },
    };
    let id = lab.confirm(vec![set]).await;
    lab.simulator
        .change_guest(
            101,
            Change {
                config: [("cores".to_owned(), "7".to_owned())].into(),
                ..Change::default()
            },
        )
        .unwrap();
    let process = lab.process("one");
    let execution = lab.ended(id).await;
    drop(process);
    assert_eq!(execution.state, ExecutionState::Failed);
    assert_eq!(execution.steps[0].failure, Some(FailureReason::Drifted));
    assert_eq!(lab.simulator.guest(101).unwrap().config["cores"], "7");
}

#[tokio::test]
async fn a_guest_under_ha_is_waited_for() {
    let lab = Lab::start().await;
    let execution = lab.run(vec![migrate(vm(103), "pve2")]).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert_eq!(lab.simulator.guest(103).unwrap().node, "pve2");
    assert_eq!(lab.tasks("hamigrate"), 1);
}

#[tokio::test]
async fn a_snapshot_whose_answer_is_lost_is_taken_once_and_found() {
    let lab = Lab::start().await;
    lab.fault("/snapshot", FaultKind::AcceptThenDrop);
    let execution = lab.run(vec![snapshot(vm(101))]).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert!(execution.steps[0].adopted);
    assert_eq!(lab.tasks("qmsnapshot"), 1);
}

#[tokio::test]
async fn a_request_that_was_dropped_unread_is_sent_again_only_where_that_is_safe() {
    let lab = Lab::start().await;
    lab.fault("/snapshot", FaultKind::DropBefore);
    let execution = lab.run(vec![snapshot(vm(101))]).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert_eq!(lab.tasks("qmsnapshot"), 1);

    lab.fault("/migrate", FaultKind::DropBefore);
    let execution = lab.run(vec![migrate(vm(102), "pve3")]).await;
    assert_eq!(execution.state, ExecutionState::NeedsAttention);
    assert_eq!(lab.tasks("qmigrate"), 0);
}

#[tokio::test]
async fn a_process_killed_in_the_middle_of_a_migration_leaves_one_that_succeeds() {
    let lab = Lab::start().await;
    let id = lab
        .confirm(vec![migrate(vm(101), "pve3"), snapshot(vm(101))])
        .await;
    let process = lab.process("a");
    lab.until(id, |execution| execution.steps[0].upid.is_some())
        .await;
    drop(process);
    let _next = lab.process("b");
    let execution = lab.ended(id).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert_eq!(
        (lab.tasks("qmigrate"), lab.tasks("qmsnapshot")),
        (1, 1),
        "{:#?} {execution:#?}",
        lab.simulator.tasks()
    );
    assert!(
        lab.ledger_kinds(id)
            .await
            .contains(&"execution.resumed".to_owned())
    );
}

#[tokio::test]
async fn a_process_killed_before_the_answer_came_leaves_one_migration_that_succeeds() {
    let lab = Lab::start().await;
    lab.fault("/migrate", FaultKind::Slow { ms: 5000 });
    let id = lab.confirm(vec![migrate(vm(101), "pve3")]).await;
    let process = lab.process("a");
    lab.until(id, |execution| {
        execution.steps[0].state == StepState::Intended
    })
    .await;
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
    while lab.tasks("qmigrate") == 0 && tokio::time::Instant::now() < deadline {
        tokio::task::yield_now().await;
    }
    drop(process);
    let _next = lab.process("b");
    let execution = lab.ended(id).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert!(execution.steps[0].adopted);
    assert_eq!(lab.tasks("qmigrate"), 1);
}

#[tokio::test]
async fn a_database_whose_connections_break_again_and_again_costs_no_step_and_doubles_none() {
    let lab = Lab::start().await;
    let id = lab
        .confirm(vec![
            snapshot(vm(101)),
            migrate(vm(101), "pve3"),
            shutdown(vm(102)),
        ])
        .await;
    let _process = lab.process("a");
    for step in 0..3 {
        lab.until(id, |execution| execution.steps[step].upid.is_some())
            .await;
        lab.cut_database().await;
    }
    let execution = lab.ended(id).await;
    assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    assert_eq!(lab.simulator.tasks().len(), 3);
}

#[tokio::test]
async fn a_guest_that_ignores_its_shutdown_fails_the_step_with_the_tasks_own_words() {
    let lab = Lab::start().await;
    let execution = lab.run(vec![shutdown(vm(107)), snapshot(vm(101))]).await;
    let expected = (
        ExecutionState::Failed,
        vec![StepState::Failed, StepState::NotStarted],
    );
    assert_eq!(states(&execution), expected, "{execution:#?}");
    assert_eq!(execution.steps[0].failure, Some(FailureReason::TaskFailed));
    let message = execution.steps[0].message.clone().unwrap();
    assert!(message.contains("got timeout"), "{message}");
    assert_eq!(lab.tasks("qmsnapshot"), 0);
}

#[tokio::test]
async fn after_an_emergency_stop_the_running_step_ends_and_no_other_starts() {
    let lab = Lab::start().await;
    let id = lab
        .confirm(vec![migrate(vm(101), "pve2"), snapshot(vm(102))])
        .await;
    let _process = lab.process("a");
    lab.until(id, |execution| execution.steps[0].upid.is_some())
        .await;
    lab.stop_all().await;
    let execution = lab.ended(id).await;
    let expected = (
        ExecutionState::Stopped,
        vec![StepState::Succeeded, StepState::NotStarted],
    );
    assert_eq!(states(&execution), expected, "{execution:#?}");
    assert!(execution.stop.unwrap().emergency);
    assert_eq!(lab.tasks("qmsnapshot"), 0);
}

#[tokio::test]
async fn a_change_behind_our_back_stops_before_anything_is_sent() {
    for change in [
        Change {
            status: Some("stopped".to_owned()),
            ..Change::default()
        },
        Change {
            lock: Some("backup".to_owned()),
            ..Change::default()
        },
        Change {
            node: Some("pve3".to_owned()),
            ..Change::default()
        },
        Change {
            name: Some("another".to_owned()),
            ..Change::default()
        },
    ] {
        let lab = Lab::start().await;
        let id = lab.confirm(vec![snapshot(vm(101))]).await;
        lab.simulator.change_guest(101, change.clone()).unwrap();
        let _process = lab.process("a");
        let execution = lab.ended(id).await;
        assert_eq!(execution.state, ExecutionState::Failed, "{change:?}");
        assert_eq!(
            execution.steps[0].failure,
            Some(FailureReason::Drifted),
            "{change:?}"
        );
        assert!(lab.simulator.tasks().is_empty());
    }
}

#[tokio::test]
async fn a_failed_task_and_a_lock_are_told_in_proxmox_words() {
    let lab = Lab::start().await;
    let message = "storage is on fire".to_owned();
    lab.fault("/snapshot", FaultKind::TaskFails { message });
    let execution = lab.run(vec![snapshot(vm(101))]).await;
    assert_eq!(execution.steps[0].failure, Some(FailureReason::TaskFailed));
    assert!(
        execution.steps[0]
            .message
            .clone()
            .unwrap()
            .contains("on fire")
    );
    assert_eq!(lab.tasks("qmsnapshot"), 1);
}

#[tokio::test]
async fn many_executions_on_one_guest_take_turns() {
    let lab = Lab::start().await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(lab.confirm(vec![snapshot(vm(101))]).await);
    }
    let _processes = (lab.process("a"), lab.process("b"));
    for id in ids {
        let execution = lab.ended(id).await;
        assert_eq!(execution.state, ExecutionState::Succeeded, "{execution:#?}");
    }
    assert_eq!(lab.tasks("qmsnapshot"), 4);
    assert_eq!(lab.simulator.guest(101).unwrap().snapshots.len(), 4);
}
