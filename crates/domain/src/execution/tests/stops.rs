//! Stops, order and the end.

use argus_types::event::{Event, TaskExit};
use argus_types::execution::{ExecutionState, StepState};

use super::journal::*;
use crate::execution::{IllegalEvent, Next, State};

#[test]
fn a_stop_leaves_out_whatever_was_not_sent() {
    let prefixes: [Vec<Event>; 4] = [
        vec![begun()],
        vec![begun(), ONE.started()],
        vec![begun(), ONE.started(), ONE.pre_checked()],
        vec![
            begun(),
            ONE.started(),
            ONE.pre_checked(),
            ONE.intended(),
            ONE.refused(true),
        ],
    ];
    for prefix in prefixes {
        let mut state = fold(&plan(&[I, I]), &prefix);
        state.apply(at(), &stop(true)).unwrap();
        assert_eq!(state.execution_state(), ExecutionState::Stopping);
        for forbidden in [
            ONE.started(),
            On(1, 2).started(),
            ONE.pre_checked(),
            ONE.intended(),
        ] {
            assert!(state.apply(at(), &forbidden).is_err(), "{forbidden:?}");
        }
        assert!(matches!(
            state.next(),
            Next::End {
                state: ExecutionState::Stopped,
                ..
            }
        ));
        assert_eq!(states(&state), [StepState::NotStarted; 2]);
    }
}

#[test]
fn a_stop_before_anybody_drove_the_execution_ends_it() {
    let state = fold(&plan(&[I]), &[stop(false)]);
    assert!(matches!(
        state.next(),
        Next::End {
            state: ExecutionState::Stopped,
            ..
        }
    ));
}

#[test]
fn what_runs_when_a_stop_comes_is_followed_and_checked_to_its_end() {
    let running = [
        begun(),
        ONE.started(),
        ONE.pre_checked(),
        ONE.intended(),
        stop(false),
    ];
    let mut state = fold(&plan(&[U, I]), &running);
    assert_eq!(
        state.next(),
        Next::Resolve {
            step: 1,
            attempt: 1
        }
    );
    for event in [
        ONE.submitted(false),
        ONE.task_ended(TaskExit::Ok),
        ONE.post_checked(true),
        ONE.succeeded(),
    ] {
        state.apply(at(), &event).unwrap();
    }
    assert!(matches!(
        state.next(),
        Next::End {
            state: ExecutionState::Stopped,
            ..
        }
    ));
    assert_eq!(
        states(&state),
        [StepState::Succeeded, StepState::NotStarted]
    );
    assert!(
        state
            .apply(at(), &ended(ExecutionState::Succeeded))
            .is_err()
    );
    state.apply(at(), &ended(ExecutionState::Stopped)).unwrap();
}

#[test]
fn a_stop_that_comes_after_all_is_done_does_not_unmake_the_success() {
    let mut events = vec![begun()];
    events.extend(ONE.all_of_it());
    events.push(stop(false));
    let next = fold(&plan(&[I]), &events).next();
    assert!(
        matches!(&next, Next::End { state: ExecutionState::Succeeded, message } if message.contains("too late")),
        "{next:?}"
    );
}

#[test]
fn the_first_stop_counts_and_only_an_emergency_replaces_it() {
    let by = |name: &str, emergency| Event::StopRequested {
        by: name.to_owned(),
        emergency,
        reason: None,
    };
    let events = [
        begun(),
        by("Ada", false),
        by("Bob", false),
        by("Cleo", true),
        by("Dan", true),
    ];
    let state = fold(&plan(&[I]), &events);
    assert_eq!(state.stop().map(|stop| stop.by.as_str()), Some("Cleo"));
}

#[test]
fn nothing_follows_the_end_and_nothing_precedes_the_start() {
    let plan = plan(&[I]);
    let mut state = State::new(&plan);
    assert_eq!(
        state.apply(at(), &ONE.started()),
        Err(IllegalEvent::StartedWrongly)
    );
    assert_eq!(
        state.apply(at(), &resumed()),
        Err(IllegalEvent::StartedWrongly)
    );
    let mut state = fold(
        &plan,
        &[begun(), stop(false), ended(ExecutionState::Stopped)],
    );
    for event in [
        begun(),
        resumed(),
        stop(true),
        ONE.started(),
        ended(ExecutionState::Stopped),
    ] {
        assert_eq!(state.apply(at(), &event), Err(IllegalEvent::AfterTheEnd));
    }
}

#[test]
fn a_step_out_of_turn_or_unknown_is_refused() {
    let mut state = fold(&plan(&[I, I]), &[begun()]);
    assert_eq!(
        state.apply(at(), &TWO.started()),
        Err(IllegalEvent::NotItsTurn { step: 2 })
    );
    assert_eq!(
        state.apply(at(), &On(9, 1).started()),
        Err(IllegalEvent::NoSuchStep(9))
    );
    assert!(matches!(
        state.apply(at(), &On(1, 2).started()),
        Err(IllegalEvent::WrongAttempt { .. })
    ));
}
