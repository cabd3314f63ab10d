//! What holds for every journal.

use argus_types::event::{Event, FailureReason, TaskExit};
use proptest::prelude::*;

use super::journal::*;
use crate::execution::{Next, State};

fn any_event() -> impl Strategy<Value = Event> {
    let on = (1_u16..=3, 1_u8..=3).prop_map(|(step, attempt)| On(step, attempt));
    (on, 0..22_u8, any::<bool>()).prop_map(|(on, which, flag)| match which {
        0 => begun(),
        1 => resumed(),
        2 => stop(flag),
        3 | 4 => on.started(),
        5 | 6 => on.pre_checked(),
        7 => on.drifted(),
        8 | 9 => on.intended(),
        10 | 11 => on.submitted(flag),
        12 => on.refused(flag),
        13 => on.indeterminate(),
        14 => on.absent(flag),
        15 => on.log(4),
        16 => on.task_ended(if flag { TaskExit::Ok } else { TaskExit::Failed }),
        17 => on.post_checked(flag),
        18 | 19 => on.succeeded(),
        20 => on.failed(if flag {
            FailureReason::Refused
        } else {
            FailureReason::TaskFailed
        }),
        _ => on.needs_attention(),
    })
}

/// Journals that go far: at each point either what the machine itself asks for, or anything at all.
fn journal() -> impl Strategy<Value = Vec<(bool, Event, bool)>> {
    proptest::collection::vec(
        (proptest::bool::weighted(0.7), any_event(), any::<bool>()),
        0..80,
    )
}

fn wished(state: &State, flag: bool) -> Option<Event> {
    Some(match state.next() {
        Next::Begin { .. } if !state.is_started() => begun(),
        Next::Begin { step, attempt } => On(step, attempt).started(),
        Next::PreCheck { step, attempt } => On(step, attempt).pre_checked(),
        Next::Send { step, attempt } => On(step, attempt).intended(),
        Next::Resolve { step, attempt } if flag => On(step, attempt).submitted(true),
        Next::Resolve { step, attempt } => On(step, attempt).absent(false),
        Next::Follow { step, attempt, .. } => On(step, attempt).task_ended(TaskExit::Ok),
        Next::PostCheck { step, attempt, .. } => On(step, attempt).post_checked(flag),
        Next::Settle { event } => event,
        Next::End { state, message } => Event::Ended { state, message },
        Next::Nothing => return None,
    })
}

proptest! {
    #[test]
    fn no_journal_that_the_machine_accepts_sends_twice_or_after_a_stop(script in journal()) {
        let plan = plan(&[U, I, U]);
        let mut state = State::new(&plan);
        let mut open = [false; 3];
        let mut stopped = false;
        for (follow, random, flag) in script {
            let event = if follow { wished(&state, flag).unwrap_or(random) } else { random };
            let before = state.clone();
            if state.apply(at(), &event).is_err() {
                prop_assert_eq!(&state, &before, "a refused event changed the state");
                continue;
            }
            prop_assert_eq!(state.view().len(), 3);
            match &event {
                Event::Intended { step, .. } => {
                    prop_assert!(!stopped, "an intent after a stop");
                    let slot = &mut open[usize::from(*step) - 1];
                    prop_assert!(!*slot, "a second intent without an answer");
                    *slot = true;
                }
                Event::Refused { step, .. } | Event::Absent { step, .. } => {
                    open[usize::from(*step) - 1] = false;
                }
                Event::StopRequested { .. } => stopped = true,
                Event::Ended { .. } => prop_assert!(state.execution_state().is_final()),
                _ => {}
            }
        }
    }

    #[test]
    fn doing_what_the_machine_asks_always_comes_to_an_end(answers in proptest::collection::vec(any::<bool>(), 64), stop_at in 0..80_usize) {
        let plan = plan(&[U, I, U]);
        let mut state = State::new(&plan);
        for (turn, answer) in answers.iter().enumerate() {
            if turn == stop_at && state.ending().is_none() {
                state.apply(at(), &stop(true)).unwrap();
            }
            let Some(event) = wished(&state, *answer) else { break };
            prop_assert_eq!(state.apply(at(), &event), Ok(()), "{:?}", event);
        }
        prop_assert!(state.execution_state().is_final());
    }
}
