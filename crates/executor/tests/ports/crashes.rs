//! Processes that die and databases that go away, at every place where they can.

use std::sync::atomic::Ordering;
use std::time::Duration;

use argus_executor::testing::{Answer, TASK};
use argus_types::action::Action;
use argus_types::execution::ExecutionState;

use crate::journal::Trouble;
use crate::proxmox::Death;
use crate::world::{WEB, World, migrate, reboot, shutdown, snapshot, start};

fn actions() -> Vec<Action> {
    vec![start(), shutdown(WEB), reboot(), snapshot(), migrate()]
}

/// Which actions may be repeated after looking.
fn repeatable(action: &Action) -> bool {
    !matches!(action, Action::Reboot { .. } | Action::Migrate { .. })
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_after_the_request_left_leaves_one_task_that_the_next_one_follows() {
    for action in actions() {
        let world = World::new(vec![action.clone()]).dying(Death::BeforeTheAnswer);
        assert_eq!(world.run().await, 2);
        assert_eq!(
            world.state(),
            ExecutionState::Succeeded,
            "{action:?} {:#?}",
            world.events()
        );
        assert_eq!((world.sends(), world.tasks()), (1, 1), "{action:?}");
        assert!(world.steps()[0].adopted);
        assert!(world.ledger().contains(&"execution.resumed".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_before_the_request_left_is_told_apart_only_by_looking() {
    for action in actions() {
        let world = World::new(vec![action.clone()]).dying(Death::BeforeTheRequest);
        assert_eq!(world.run().await, 2);
        let expected = if repeatable(&action) {
            (ExecutionState::Succeeded, 1)
        } else {
            (ExecutionState::NeedsAttention, 0)
        };
        assert_eq!((world.state(), world.tasks()), expected, "{action:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn wherever_a_process_dies_no_step_runs_twice_and_none_is_lost() {
    for actions in [
        vec![start()],
        vec![reboot()],
        vec![snapshot(), migrate()],
        vec![migrate(), shutdown(WEB)],
    ] {
        let plain = World::new(actions.clone());
        plain.run().await;
        let appends = plain.journal.script().appends;
        for number in 1..=appends {
            for trouble in [Trouble::CrashBefore, Trouble::CrashAfter] {
                let world = World::new(actions.clone());
                world.journal.script().troubles.insert(number, trouble);
                world.run().await;
                let place = format!("{trouble:?} {number} of {actions:?}");
                // An intent whose process died right after it cannot be told from a lost request.
                let unknowable = !actions.iter().all(repeatable)
                    && world.state() == ExecutionState::NeedsAttention
                    && world.sends() < actions.len();
                if !unknowable {
                    assert_eq!(world.state(), ExecutionState::Succeeded, "{place}");
                    assert_eq!(world.tasks(), actions.len(), "{place}");
                }
                assert!(world.tasks() <= actions.len(), "{place}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whichever_write_the_database_loses_no_step_runs_twice_and_none_is_lost() {
    for actions in [vec![start()], vec![snapshot(), migrate()], vec![reboot()]] {
        let plain = World::new(actions.clone());
        plain.run().await;
        let appends = plain.journal.script().appends;
        for number in 1..=appends {
            for trouble in [Trouble::Away, Trouble::AnswerLost] {
                for length in [1, 20] {
                    let world = World::new(actions.clone());
                    let troubles = (number..number + length).map(|number| (number, trouble));
                    world.journal.script().troubles.extend(troubles);
                    world.run().await;
                    let place = format!("{length} x {trouble:?} from {number} of {actions:?}");
                    let unknowable = !actions.iter().all(repeatable)
                        && world.state() == ExecutionState::NeedsAttention
                        && world.sends() < actions.len();
                    if !unknowable {
                        assert_eq!(
                            world.state(),
                            ExecutionState::Succeeded,
                            "{place} {:#?}",
                            world.events()
                        );
                        assert_eq!(world.tasks(), actions.len(), "{place}");
                    }
                    assert!(world.tasks() <= actions.len(), "{place}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_whose_lease_was_taken_writes_and_sends_nothing_more() {
    let world = World::new(vec![snapshot(), start()]);
    let sent = world.proxmox.sent.clone();
    let journal = world.journal.clone();
    let steal = async {
        sent.notified().await;
        journal.steal();
        tokio::time::sleep(Duration::from_mins(30)).await;
    };
    tokio::select! {
        _ = world.run() => panic!("a process without a lease drove on"),
        () = steal => {}
    }
    assert_eq!(world.sends(), 1, "the second step was not sent");
    assert!(!world.ledger().contains(&"step.succeeded".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_process_that_froze_behind_its_intent_sends_nothing_on_the_strength_of_it() {
    let world = World::new(vec![migrate()]);
    let intent = 4;
    let frozen = Trouble::Frozen(world.config.lease_ttl.mul_f64(0.6));
    world.journal.script().troubles.insert(intent, frozen);
    world.run().await;
    assert_eq!(
        world.state(),
        ExecutionState::Succeeded,
        "{:#?}",
        world.events()
    );
    assert_eq!((world.sends(), world.tasks()), (1, 1));
    assert_eq!(world.steps()[0].attempt, 2, "the first one was not sent");
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_ends_no_wait_and_starts_no_second_step() {
    for error in [-86_400, -3600, 3600, 86_400] {
        for actions in [vec![migrate(), snapshot()], vec![reboot(), start()]] {
            let world = World::new(actions);
            let (sent, clock) = (world.proxmox.sent.clone(), world.clock_error.clone());
            let jump = async {
                sent.notified().await;
                clock.store(error, Ordering::Relaxed);
                std::future::pending::<()>().await;
            };
            tokio::select! {
                _ = world.run() => {}
                () = jump => {}
            }
            assert_eq!(
                world.state(),
                ExecutionState::Succeeded,
                "{error} {:#?}",
                world.events()
            );
            assert_eq!(world.tasks(), 2, "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whenever_a_wall_clock_jumps_an_hour_no_step_runs_twice_and_none_is_given_up() {
    for actions in [vec![migrate(), snapshot()], vec![reboot(), start()]] {
        let plain = World::new(actions.clone());
        plain.run().await;
        let appends = plain.journal.script().appends;
        for number in 1..=appends {
            for error in [-3600, 3600] {
                let world = World::new(actions.clone());
                let jump = Trouble::ClockJumps(error);
                world.journal.script().troubles.insert(number, jump);
                assert_eq!(world.run().await, 1);
                let place = format!("{error} s after write {number} of {actions:?}");
                assert_eq!(
                    world.state(),
                    ExecutionState::Succeeded,
                    "{place} {:#?}",
                    world.events()
                );
                assert_eq!((world.sends(), world.tasks()), (2, 2), "{place}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_makes_no_reboot_out_of_none() {
    for error in [-86_400, 86_400] {
        let world = World::new(vec![reboot()]).answering([Answer::NoEffect]);
        let (sent, clock) = (world.proxmox.sent.clone(), world.clock_error.clone());
        let jump = async {
            sent.notified().await;
            clock.store(error, Ordering::Relaxed);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = world.run() => {}
            () = jump => {}
        }
        assert_eq!(
            world.state(),
            ExecutionState::Failed,
            "{error} {:#?}",
            world.events()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_is_asked_to_end_gives_its_lease_back_and_the_next_goes_on_at_once() {
    let world = World::new(vec![snapshot()]);
    let cancel = tokio_util::sync::CancellationToken::new();
    let began = world.began;
    let executor = argus_executor::Executor::new(
        argus_executor::Ports {
            journal: world.journal.clone(),
            hypervisor: world.proxmox.clone(),
            clock: std::sync::Arc::new({
                let now = world.now();
                move || now.plus_seconds(i64::try_from(began.elapsed().as_secs()).unwrap_or(0))
            }),
            chance: std::sync::Arc::new(|| 0.5),
        },
        world.config.clone(),
    );
    let sent = world.proxmox.sent.clone();
    let ask = async {
        sent.notified().await;
        cancel.cancel();
    };
    tokio::join!(executor.run(cancel.clone()), ask);
    assert!(
        world.began.elapsed() < TASK,
        "it does not wait for the task"
    );
    assert!(
        world
            .journal
            .execution(|execution| execution.until.is_none())
    );
    assert_eq!(world.run().await, 1);
    assert_eq!(world.state(), ExecutionState::Succeeded);
    assert_eq!(world.sends(), 1);
    assert!(world.began.elapsed() < TASK + Duration::from_secs(8));
}
