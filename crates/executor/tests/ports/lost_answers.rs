//! Requests without an answer: looked for, and never sent again on a guess.

use std::time::Duration;

use argus_executor::ports::Refusal;
use argus_executor::testing::Answer;
use argus_types::event::{Event, ExecutionEvent};
use argus_types::execution::ExecutionState;
use argus_types::id::ExecutionId;
use uuid::Uuid;

use crate::world::{
    DB, WEB, World, delete_snapshot, migrate, reboot, reset, roll_back, set_cores, shutdown,
    snapshot, start, suspend,
};

#[tokio::test(start_paused = true)]
async fn a_task_whose_answer_was_lost_is_found_and_followed() {
    for action in [
        start(),
        shutdown(WEB),
        reboot(),
        reset(),
        suspend(),
        snapshot(),
        delete_snapshot(),
        roll_back(),
        migrate(),
    ] {
        for answer in [Answer::Lost, Answer::LostAndLate(9)] {
            let world = World::new(vec![action.clone()]).answering([answer.clone()]);
            world.run().await;
            assert_eq!(
                world.state(),
                ExecutionState::Succeeded,
                "{action:?} {answer:?} {:#?}",
                world.events()
            );
            assert_eq!(
                (world.sends(), world.tasks()),
                (1, 1),
                "{action:?} {answer:?}"
            );
            assert!(world.steps()[0].adopted);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_provably_never_started_is_sent_again_where_its_class_allows() {
    for action in [
        start(),
        shutdown(WEB),
        suspend(),
        snapshot(),
        delete_snapshot(),
        set_cores(),
    ] {
        let world = World::new(vec![action]).answering([Answer::LostBefore]);
        world.run().await;
        assert_eq!(
            world.state(),
            ExecutionState::Succeeded,
            "{:#?}",
            world.events()
        );
        assert_eq!(world.tasks(), 1);
        assert_eq!(world.steps()[0].attempt, 2);
        let absent = |event: &Event| matches!(event, Event::Absent { retry: true, .. });
        assert!(world.events().iter().any(absent));
    }
}

#[tokio::test(start_paused = true)]
async fn answers_that_come_late_ask_no_person_about_what_looking_decides() {
    for seconds in 11..=30 {
        let world = World::new(vec![shutdown(DB)]).answering([Answer::LostBefore]);
        world.proxmox.script().slow = Duration::from_secs(seconds);
        world.run().await;
        assert_eq!(
            world.state(),
            ExecutionState::Succeeded,
            "{seconds} s: {:#?}",
            world.events()
        );
        assert_eq!((world.sends(), world.tasks()), (2, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_step_that_is_unsafe_to_repeat_is_left_to_a_person_when_no_trace_is_found() {
    for action in [migrate(), reboot(), reset(), roll_back()] {
        let world = World::new(vec![action, start()]).answering([Answer::LostBefore]);
        world.run().await;
        assert_eq!(world.state(), ExecutionState::NeedsAttention);
        assert_eq!((world.sends(), world.tasks()), (1, 0));
        assert_eq!(world.reserved(), 1, "the guest stays reserved");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_without_a_task_is_proved_by_what_is_set() {
    let world = World::new(vec![set_cores()]).answering([Answer::Lost]);
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Succeeded);
    assert_eq!(world.sends(), 1, "looking was enough");
    let step = &world.steps()[0];
    assert!(step.upid.is_none() && step.post_check.iter().all(|one| one.holds));

    let world = World::new(vec![set_cores()]);
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Succeeded);
    let answered = |event: &Event| matches!(event, Event::Answered { step: 1, .. });
    assert!(world.events().iter().any(answered));
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_runs_as_before_is_no_proof_of_a_reset() {
    let refused = Answer::Refused(Refusal::AlreadySo, "already running");
    let world = World::new(vec![reset()]).answering([refused]);
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Failed);
}

#[tokio::test(start_paused = true)]
async fn two_tasks_that_could_be_ours_are_a_persons_business() {
    for action in [start(), snapshot(), migrate()] {
        let world = World::new(vec![action]).answering([Answer::LostAndDoubled]);
        world.run().await;
        assert_eq!(world.state(), ExecutionState::NeedsAttention);
        assert_eq!(world.sends(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_of_an_earlier_step_is_not_taken_for_the_lost_one() {
    let world = World::new(vec![snapshot(), snapshot_again()])
        .answering([Answer::Task, Answer::LostBefore]);
    world.run().await;
    assert_eq!(
        world.state(),
        ExecutionState::Succeeded,
        "{:#?}",
        world.events()
    );
    assert_eq!(world.tasks(), 2);
    let steps = world.steps();
    assert_ne!(steps[0].upid, steps[1].upid);
}

fn snapshot_again() -> argus_types::action::Action {
    argus_types::action::Action::Snapshot {
        target: crate::world::target(WEB),
        name: Some("second".parse().expect("a snapshot name")),
        description: None,
        include_memory: false,
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_of_another_execution_is_not_taken_for_the_lost_one() {
    let world = World::new(vec![snapshot()]).answering([Answer::LostAndLate(6)]);
    // Another execution had the guest right before, and its task is as young as the lost one may be.
    let step = world
        .journal
        .execution(|own| own.record.plan.steps[0].clone());
    let upid = world.proxmox.start_by_another(&step);
    let mut other = world.journal.execution(|own| own.clone());
    other.record.id = ExecutionId(Uuid::from_u128(99));
    other.record.state = ExecutionState::Succeeded;
    other.events = vec![ExecutionEvent {
        execution: other.record.id,
        seq: 1,
        at: world.now(),
        event: Event::Submitted {
            step: 1,
            attempt: 1,
            upid: upid.clone(),
            adopted: false,
        },
    }];
    let id = other.record.id;
    world.journal.books().executions.insert(id, other);
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Succeeded);
    let step = &world.steps()[0];
    assert!(
        step.adopted && step.upid.as_ref() != Some(&upid),
        "{step:?}"
    );
    assert_eq!(world.sends(), 1);
}
