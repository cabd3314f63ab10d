//! Stops admit no further request; what runs is followed to its end.

use argus_executor::testing::Answer;
use argus_types::event::Event;
use argus_types::execution::{ExecutionState, StepState};

use crate::world::{World, migrate, snapshot, start};

#[tokio::test(start_paused = true)]
async fn what_runs_when_a_stop_comes_is_followed_to_its_end_and_nothing_after_it_begins() {
    let world = World::new(vec![snapshot(), start()]);
    let sent = world.proxmox.sent.clone();
    let stop = async {
        sent.notified().await;
        world.journal.request_stop(world.now());
        std::future::pending::<()>().await;
    };
    tokio::select! {
        _ = world.run() => {}
        () = stop => {}
    }
    assert_eq!(world.state(), ExecutionState::Stopped);
    assert_eq!(
        world.step_states(),
        [StepState::Succeeded, StepState::NotStarted]
    );
    assert_eq!(world.sends(), 1);
    assert_eq!(world.reserved(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_any_entry_of_the_journal_admits_no_request_after_it() {
    // How many entries an undisturbed run has.
    let world = World::new(vec![snapshot(), migrate()]);
    world.run().await;
    let appends = world.journal.script().appends;
    for number in 1..=appends {
        let world = World::new(vec![snapshot(), migrate()]);
        world.journal.script().stop_before = Some(number);
        world.run().await;
        let events = world.events();
        let stop = events
            .iter()
            .position(|event| matches!(event, Event::StopRequested { .. }));
        let Some(stop) = stop else {
            panic!("no stop before append {number}");
        };
        let intents = |events: &[Event]| {
            let intended = events
                .iter()
                .filter(|event| matches!(event, Event::Intended { .. }));
            intended.count()
        };
        assert_eq!(intents(&events[stop..]), 0, "append {number}: {events:#?}");
        assert_eq!(intents(&events), world.tasks(), "append {number}");
        let state = world.state();
        assert!(
            matches!(state, ExecutionState::Stopped | ExecutionState::Succeeded),
            "append {number}: {state:?}"
        );
        assert_eq!(world.reserved(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_emergency_stop_that_did_not_find_the_execution_stops_it_all_the_same() {
    let world = World::new(vec![snapshot()]).answering([Answer::Task]);
    world.journal.books().emergency_stop = true;
    world.run().await;
    assert_eq!(world.state(), ExecutionState::Stopped);
    assert_eq!(world.sends(), 0);
    let stop = world.folded().stop().cloned().unwrap();
    assert!(stop.emergency);
    assert!(
        world
            .ledger()
            .contains(&"execution.stop_requested".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn a_right_that_is_lost_before_a_step_stops_at_that_boundary_and_says_whose() {
    for boundary in 1..=2 {
        let world = World::new(vec![snapshot(), migrate()]);
        world.journal.script().right_lost_before = Some(boundary);
        world.run().await;
        assert_eq!(world.state(), ExecutionState::Stopped);
        assert_eq!(world.sends(), boundary - 1, "nothing is sent past it");
        let stop = world.folded().stop().cloned().unwrap();
        assert_eq!((stop.by.as_str(), stop.emergency), ("argus", false));
        let reason = stop.reason.unwrap();
        assert!(
            reason.contains("Ada") && reason.contains("disabled"),
            "{reason}"
        );
        let asked = world.ledger();
        let asked = asked
            .iter()
            .filter(|kind| *kind == "execution.stop_requested");
        assert_eq!(asked.count(), 1);
        assert_eq!(world.reserved(), 0);
    }
}
