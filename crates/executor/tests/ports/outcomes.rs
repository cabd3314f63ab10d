//! How steps end when every answer arrives.

use std::time::Duration;

use argus_executor::ports::Refusal;
use argus_executor::testing::Answer;
use argus_types::cluster::GuestStatus;
use argus_types::event::{Event, FailureReason, TaskExit};
use argus_types::execution::{ExecutionState, StepState};
use argus_types::id::ExecutionId;
use argus_types::plan::{NodeTarget, StepTarget};
use uuid::Uuid;

use crate::proxmox::node;
use crate::world::{DB, WEB, World, key, lock, migrate, reboot, shutdown, snapshot, start};

#[tokio::test(start_paused = true)]
async fn each_action_is_sent_once_and_succeeds_when_its_effect_is_seen() {
    for action in [start(), shutdown(WEB), reboot(), snapshot(), migrate()] {
        let world = World::new(vec![action.clone()]);
        world.run().await;
        assert_eq!(
            world.state(),
            ExecutionState::Succeeded,
            "{action:?} {:#?}",
            world.events()
        );
        assert_eq!((world.sends(), world.tasks()), (1, 1), "{action:?}");
        let step = &world.steps()[0];
        assert!(!step.pre_check.is_empty() && !step.post_check.is_empty());
        assert!(step.post_check.iter().all(|one| one.holds));
        assert_eq!(step.exit, Some(TaskExit::Ok));
        assert_eq!(step.log_lines, 3);
        assert_eq!(world.reserved(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn steps_run_in_order_and_the_ledger_tells_the_whole_story() {
    let world = World::new(vec![snapshot(), migrate(), shutdown(WEB)]);
    world.run().await;
    assert_eq!(
        world.state(),
        ExecutionState::Succeeded,
        "{:#?}",
        world.events()
    );
    let step = ["step.intended", "step.submitted", "step.succeeded"];
    let mut story = [step, step, step].concat();
    story.push("execution.ended");
    assert_eq!(world.ledger(), story);
    let model = world.proxmox.lock();
    let guest = &model.guests[&key(WEB)].facts;
    assert_eq!(guest.node.as_str(), "pve2");
    assert_eq!(guest.status, GuestStatus::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_fails_ends_the_execution_with_its_own_words() {
    let words = "VM quit/powerdown failed - got timeout";
    let world = World::new(vec![shutdown(WEB), start()]).answering([Answer::TaskFails(words)]);
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Failed);
    let steps = world.steps();
    assert_eq!(steps[0].failure, Some(FailureReason::TaskFailed));
    assert_eq!(steps[0].message.as_deref(), Some(words));
    assert_eq!(steps[1].state, StepState::NotStarted);
    assert_eq!(world.sends(), 1);
    assert_eq!(world.reserved(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_says_ok_without_an_effect_is_not_done() {
    for action in [start(), shutdown(WEB), reboot(), snapshot(), migrate()] {
        let world = World::new(vec![action]).answering([Answer::NoEffect]);
        world.run().await;
        assert_eq!(world.state(), ExecutionState::Failed);
        assert_eq!(world.steps()[0].failure, Some(FailureReason::NotVerified));
        assert_eq!(world.sends(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_behind_our_back_stops_before_anything_is_sent() {
    let world = World::new(vec![snapshot()]);
    let lock = Some("backup".to_owned());
    world
        .proxmox
        .lock()
        .guests
        .get_mut(&key(WEB))
        .unwrap()
        .facts
        .lock = lock;
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Failed);
    assert_eq!(world.steps()[0].failure, Some(FailureReason::Drifted));
    assert_eq!(world.sends(), 0);
    let events = world.events();
    let evidence = events.iter().find_map(|event| match event {
        Event::Drifted { evidence, .. } => Some(evidence),
        _ => None,
    });
    let missed: Vec<_> = evidence.unwrap().iter().filter(|one| !one.holds).collect();
    assert_eq!(missed.len(), 1);
    assert_eq!(
        (missed[0].expected.as_str(), missed[0].observed.as_str()),
        ("none", "backup")
    );
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_is_gone_or_another_one_under_its_number_stops_before_anything_is_sent() {
    let world = World::new(vec![snapshot()]);
    world.proxmox.lock().guests.remove(&key(WEB));
    world.run().await;
    assert_eq!(world.steps()[0].failure, Some(FailureReason::Drifted));
    assert_eq!(world.sends(), 0);

    let world = World::new(vec![snapshot()]);
    let other = Some("another".to_owned());
    world
        .proxmox
        .lock()
        .guests
        .get_mut(&key(WEB))
        .unwrap()
        .facts
        .identity = other;
    world.run().await;
    assert_eq!(world.steps()[0].failure, Some(FailureReason::Drifted));
    assert_eq!(world.sends(), 0);
}

#[tokio::test(start_paused = true)]
async fn state_that_cannot_be_read_stops_before_anything_is_sent() {
    let world = World::new(vec![snapshot()]);
    world.proxmox.script().unreadable = true;
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Failed);
    assert_eq!(
        world.steps()[0].failure,
        Some(FailureReason::PreCheckUnavailable)
    );
    assert_eq!(world.sends(), 0);
    assert_eq!(world.reserved(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_provably_never_left_is_tried_again_whatever_its_class() {
    for action in [start(), migrate()] {
        let world = World::new(vec![action]).answering([Answer::NotSent, Answer::NotSent]);
        world.run().await;
        assert_eq!(world.state(), ExecutionState::Succeeded);
        assert_eq!(world.steps()[0].attempt, 3);
        assert_eq!(world.tasks(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_stays_uses_the_attempts_up_and_says_why() {
    let locked = || Answer::Refused(Refusal::Busy, "VM is locked (backup)");
    let world = World::new(vec![migrate()]).answering((0..9).map(|_| locked()));
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Failed);
    let step = &world.steps()[0];
    assert_eq!(step.failure, Some(FailureReason::Refused));
    assert_eq!(step.message.as_deref(), Some("VM is locked (backup)"));
    assert_eq!(world.sends(), usize::from(step.attempt));
    assert!(step.attempt >= 2 && step.attempt <= 3);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_good_is_not_tried_again() {
    let words = "Permission check failed (/vms/101, VM.Snapshot)";
    let world = World::new(vec![snapshot()]).answering([Answer::Refused(Refusal::Final, words)]);
    world.run().await;
    assert_eq!(world.steps()[0].failure, Some(FailureReason::Refused));
    assert_eq!(world.steps()[0].message.as_deref(), Some(words));
    assert_eq!(world.sends(), 1);
}

#[tokio::test(start_paused = true)]
async fn already_so_counts_only_when_it_is_seen() {
    let world = World::new(vec![start()]).answering([Answer::AlreadySo]);
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Succeeded);
    assert_eq!(world.steps()[0].upid, None);

    let refused = Answer::Refused(Refusal::AlreadySo, "VM 103 already running");
    let world = World::new(vec![start()]).answering([refused]);
    world.run().await;
    assert_eq!(world.steps()[0].failure, Some(FailureReason::Refused));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_does_not_end_is_left_running_and_its_guest_stays_reserved() {
    let world = World::new(vec![snapshot(), start()]).answering([Answer::NeverEnds]);
    world.run().await;
    assert_eq!(world.state(), ExecutionState::NeedsAttention);
    assert_eq!(
        world.step_states(),
        [StepState::NeedsAttention, StepState::NotStarted]
    );
    assert_eq!(world.reserved(), 1);
    assert_eq!(
        world.ledger().last().map(String::as_str),
        Some("execution.ended")
    );
    assert!(world.ledger().contains(&"step.needs_attention".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_end_that_proxmox_cannot_explain_is_read_again_before_it_is_believed() {
    let world = World::new(vec![snapshot()]).answering([Answer::LostTrack(1)]);
    world.run().await;
    assert_eq!(world.steps()[0].exit, Some(TaskExit::Ok));
    assert_eq!(world.state(), ExecutionState::Succeeded);

    let world = World::new(vec![snapshot()]).answering([Answer::LostTrack(99)]);
    world.run().await;
    assert_eq!(world.steps()[0].exit, Some(TaskExit::Unexpected));
    assert_eq!(
        world.state(),
        ExecutionState::Succeeded,
        "its effect is there"
    );
}

#[tokio::test(start_paused = true)]
async fn an_end_that_cannot_be_explained_is_believed_when_it_was_read_three_times() {
    for (unexplained, believed) in [(1, false), (2, false), (3, true)] {
        let answer = Answer::LostTrack(unexplained);
        let world = World::new(vec![snapshot()]).answering([answer]);
        world.run().await;
        let exit = world.steps()[0].exit;
        let expected = if believed {
            TaskExit::Unexpected
        } else {
            TaskExit::Ok
        };
        assert_eq!(exit, Some(expected), "after {unexplained} times");
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_warns_is_done_and_its_warnings_stand_in_step_and_ledger() {
    let line = "WARN: the guest has no agent, so its disks were not frozen";
    let world = World::new(vec![snapshot()]).answering([Answer::TaskWarns(line)]);
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Succeeded);
    let step = &world.steps()[0];
    assert_eq!(
        (step.state, step.exit),
        (StepState::Succeeded, Some(TaskExit::Warnings))
    );
    assert_eq!(step.warnings, [line]);
    let inner = world.journal.books();
    let closed = inner.ledger.iter().find(|one| one.kind == "step.succeeded");
    assert_eq!(closed.expect("a record").body["warnings"][0], line);
}

#[tokio::test(start_paused = true)]
async fn a_guest_under_ha_is_waited_for_until_it_is_there_itself() {
    let world = World::new(vec![shutdown(DB)]).answering([Answer::Queued(25)]);
    world.run().await;
    assert_eq!(
        world.state(),
        ExecutionState::Succeeded,
        "{:#?}",
        world.events()
    );
    assert!(world.began.elapsed() >= Duration::from_secs(25));
}

#[tokio::test(start_paused = true)]
async fn a_reboot_is_waited_for_until_the_guest_is_up_again() {
    let world = World::new(vec![reboot()]).answering([Answer::Queued(30)]);
    world.run().await;
    assert_eq!(
        world.state(),
        ExecutionState::Succeeded,
        "{:#?}",
        world.events()
    );
    assert!(world.began.elapsed() >= Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_reboot_right_behind_another_one_shows_as_well() {
    for seconds in 0..=3 {
        let world =
            World::new(vec![reboot(), reboot()]).answering([Answer::Task, Answer::Queued(seconds)]);
        world.run().await;
        assert_eq!(
            world.state(),
            ExecutionState::Succeeded,
            "{seconds} s: {:#?}",
            world.events()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn reads_that_take_long_make_no_reboot_out_of_none() {
    let world = World::new(vec![reboot()]).answering([Answer::NoEffect]);
    world.proxmox.script().slow = Duration::from_secs(20);
    world.run().await;
    assert_eq!(world.steps()[0].failure, Some(FailureReason::NotVerified));
}

#[tokio::test(start_paused = true)]
async fn of_a_long_task_log_the_journal_keeps_the_beginning_and_the_end_and_counts_all() {
    for (lines, kept) in [(500, 500), (300_000, 600)] {
        let world = World::new(vec![snapshot()]);
        world.proxmox.lock().log_lines = lines;
        world.run().await;
        let mut numbers = Vec::new();
        for event in world.events() {
            if let Event::Log { lines, .. } = event {
                numbers.extend(lines.into_iter().map(|line| line.n));
            }
        }
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
        assert!(numbers.len() <= kept, "{} of {lines}", numbers.len());
        assert!(numbers.iter().copied().take(500).eq(1..=500));
        assert_eq!(numbers.last(), Some(&lines));
        assert_eq!(world.steps()[0].log_lines, lines);
        let most = world.proxmox.lock().most_asked;
        assert!(most <= 2_000, "{most} lines were asked for at once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_guest_of_another_execution_is_waited_for() {
    let other = ExecutionId(Uuid::from_u128(99));
    let world = World::new(vec![snapshot()]);
    world.journal.books().reserved.insert(lock(WEB), other);
    let journal = world.journal.clone();
    let release = async {
        tokio::time::sleep(Duration::from_mins(2)).await;
        journal.books().reserved.clear();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = world.run() => {}
        () = release => {}
    }
    assert_eq!(world.state(), ExecutionState::Succeeded);
    assert!(world.began.elapsed() >= Duration::from_mins(2));
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_waits_for_a_person_is_waited_for_as_long_as_any_and_no_longer() {
    let other = ExecutionId(Uuid::from_u128(99));
    let world = World::new(vec![snapshot()]);
    world.journal.books().reserved.insert(lock(WEB), other);
    world.journal.books().abandoned.insert(other);
    world.run().await;
    assert!(world.began.elapsed() >= Duration::from_mins(10));
    assert_eq!(world.state(), ExecutionState::Failed);
    assert!(
        world.steps()[0]
            .message
            .as_ref()
            .unwrap()
            .contains(&other.to_string())
    );
    assert_eq!(world.sends(), 0);
    assert_eq!(
        world.journal.books().reserved[&lock(WEB)],
        other,
        "still theirs"
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_not_the_confirmed_one_is_set_aside_and_nothing_is_sent() {
    let world = World::new(vec![snapshot()]);
    world.journal.execution(|execution| {
        let target = NodeTarget { node: node("pve1") };
        execution.record.plan.steps[0].target = StepTarget::Node(target);
    });
    world.run().await;
    assert_eq!(world.stored_state(), ExecutionState::NeedsAttention);
    assert_eq!(world.sends(), 0);
    assert_eq!(world.ledger(), ["execution.ended"]);
}
