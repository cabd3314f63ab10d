//! From the first event to the last, and what each prefix asks for.

use argus_types::event::{Event, FailureReason, TaskExit};
use argus_types::execution::{ExecutionState, StepState};
use argus_types::plan::{Expectation, Field};

use super::journal::*;
use crate::execution::{IllegalEvent, Next};

#[test]
fn an_undisturbed_execution_goes_step_by_step_to_its_end() {
    let plan = plan(&[I, U]);
    let mut events = vec![begun()];
    assert_eq!(
        fold(&plan, &events).next(),
        Next::Begin {
            step: 1,
            attempt: 1
        }
    );
    events.extend(ONE.all_of_it());
    assert_eq!(
        fold(&plan, &events).next(),
        Next::Begin {
            step: 2,
            attempt: 1
        }
    );
    events.extend(TWO.all_of_it());
    let mut state = fold(&plan, &events);
    assert!(matches!(
        state.next(),
        Next::End {
            state: ExecutionState::Succeeded,
            ..
        }
    ));
    assert_eq!(states(&state), [StepState::Succeeded; 2]);
    state
        .apply(at(), &ended(ExecutionState::Succeeded))
        .unwrap();
    assert_eq!(state.next(), Next::Nothing);
    assert_eq!(state.execution_state(), ExecutionState::Succeeded);
}

#[test]
fn each_prefix_of_a_step_says_what_a_successor_must_do() {
    let plan = plan(&[U]);
    let (step, attempt) = (1, 1);
    let upid = "UPID:x".to_owned();
    let expected = [
        Next::PreCheck { step, attempt },
        Next::Send { step, attempt },
        Next::Resolve { step, attempt },
        Next::Follow {
            step,
            attempt,
            upid,
        },
        Next::PostCheck {
            step,
            attempt,
            exit: TaskExit::Ok,
        },
        Next::Settle {
            event: ONE.succeeded(),
        },
    ];
    let mut state = fold(&plan, &[begun()]);
    for (event, next) in ONE.all_of_it().iter().zip(expected) {
        state.apply(at(), event).unwrap();
        assert_eq!(state.next(), next);
    }
}

#[test]
fn after_a_crash_an_old_pre_check_is_done_again_and_an_intent_is_never_sent_again() {
    let plan = plan(&[I]);
    let checked = [begun(), ONE.started(), ONE.pre_checked(), resumed()];
    assert_eq!(
        fold(&plan, &checked).next(),
        Next::PreCheck {
            step: 1,
            attempt: 1
        }
    );
    let intended = [
        begun(),
        ONE.started(),
        ONE.pre_checked(),
        ONE.intended(),
        resumed(),
    ];
    assert_eq!(
        fold(&plan, &intended).next(),
        Next::Resolve {
            step: 1,
            attempt: 1
        }
    );
}

#[test]
fn a_lost_answer_is_resolved_by_looking() {
    let plan = plan(&[U]);
    let lost = [
        begun(),
        ONE.started(),
        ONE.pre_checked(),
        ONE.intended(),
        ONE.indeterminate(),
    ];
    let state = fold(&plan, &lost);
    assert_eq!(
        state.next(),
        Next::Resolve {
            step: 1,
            attempt: 1
        }
    );
    assert_eq!(states(&state), [StepState::Indeterminate]);

    let mut found = state.clone();
    assert!(found.apply(at(), &ONE.submitted(false)).is_err());
    found.apply(at(), &ONE.submitted(true)).unwrap();
    assert!(found.view()[0].adopted);

    let mut done = state.clone();
    assert!(done.apply(at(), &ONE.post_checked(false)).is_err());
    done.apply(at(), &ONE.post_checked(true)).unwrap();
    assert_eq!(
        done.next(),
        Next::Settle {
            event: ONE.succeeded()
        }
    );

    let mut person = state;
    person.apply(at(), &ONE.needs_attention()).unwrap();
    assert!(matches!(
        person.next(),
        Next::End {
            state: ExecutionState::NeedsAttention,
            ..
        }
    ));
}

#[test]
fn an_unsafe_step_is_not_sent_again_because_looking_found_nothing() {
    let events = [
        begun(),
        ONE.started(),
        ONE.pre_checked(),
        ONE.intended(),
        ONE.indeterminate(),
    ];
    let mut state = fold(&plan(&[U]), &events);
    assert_eq!(
        state.apply(at(), &ONE.absent(true)),
        Err(IllegalEvent::UnsafeToRepeat(1))
    );
    state.apply(at(), &ONE.absent(false)).unwrap();
    assert!(matches!(
        state.next(),
        Next::Settle {
            event: Event::StepFailed {
                reason: FailureReason::Refused,
                ..
            }
        }
    ));

    let mut state = fold(&plan(&[I]), &events);
    state.apply(at(), &ONE.absent(true)).unwrap();
    assert_eq!(
        state.next(),
        Next::Begin {
            step: 1,
            attempt: 2
        }
    );
}

#[test]
fn attempts_are_bounded() {
    let mut events = vec![begun()];
    for attempt in 1..=2 {
        let on = On(1, attempt);
        events.extend([
            on.started(),
            on.pre_checked(),
            on.intended(),
            on.refused(true),
        ]);
    }
    let mut state = fold(&plan(&[I, I]), &events);
    assert!(state.apply(at(), &On(1, 3).started()).is_err());
    let Next::Settle { event } = state.next() else {
        panic!("the step is over");
    };
    assert!(
        matches!(&event, Event::StepFailed { message, .. } if message == "VM is locked (backup)")
    );
    state.apply(at(), &event).unwrap();
    assert!(matches!(
        state.next(),
        Next::End {
            state: ExecutionState::Failed,
            ..
        }
    ));
    assert_eq!(states(&state), [StepState::Failed, StepState::NotStarted]);
}

#[test]
fn drift_ends_the_execution_before_anything_is_sent() {
    let mut state = fold(&plan(&[I, I]), &[begun(), ONE.started(), ONE.drifted()]);
    assert!(state.apply(at(), &ONE.intended()).is_err());
    let Next::Settle { event } = state.next() else {
        panic!("the step is over");
    };
    assert_eq!(
        event,
        Event::StepFailed {
            step: 1,
            reason: FailureReason::Drifted,
            message: "not as the plan needs it: status is stopped, needed running".to_owned()
        }
    );
}

#[test]
fn a_failed_task_fails_the_step_in_proxmox_s_own_words_whatever_the_state_looks_like() {
    for holds in [true, false] {
        let events = [
            begun(),
            ONE.started(),
            ONE.pre_checked(),
            ONE.intended(),
            ONE.submitted(false),
            ONE.log(3),
            ONE.task_ended(TaskExit::Failed),
            ONE.post_checked(holds),
        ];
        let mut state = fold(&plan(&[I, I]), &events);
        assert!(state.apply(at(), &ONE.succeeded()).is_err());
        let Next::Settle { event } = state.next() else {
            panic!("the step is over");
        };
        state.apply(at(), &event).unwrap();
        let view = &state.view()[0];
        assert_eq!(view.failure, Some(FailureReason::TaskFailed));
        assert_eq!(
            view.message.as_deref(),
            Some("VM quit/powerdown failed - got timeout")
        );
        assert_eq!(view.log_lines, 3);
    }
}

#[test]
fn an_ok_that_fresh_state_does_not_show_is_a_failure_and_a_lost_task_needs_a_person() {
    let ends = [
        (TaskExit::Ok, FailureReason::NotVerified),
        (TaskExit::Warnings, FailureReason::NotVerified),
    ];
    let until = |exit| {
        [
            begun(),
            ONE.started(),
            ONE.pre_checked(),
            ONE.intended(),
            ONE.submitted(false),
            ONE.task_ended(exit),
            ONE.post_checked(false),
        ]
    };
    for (exit, expected) in ends {
        let next = fold(&plan(&[I]), &until(exit)).next();
        assert!(
            matches!(&next, Next::Settle { event: Event::StepFailed { reason, .. } } if *reason == expected),
            "{next:?}"
        );
    }
    assert!(matches!(
        fold(&plan(&[I]), &until(TaskExit::Unexpected)).next(),
        Next::Settle {
            event: Event::StepNeedsAttention { .. }
        }
    ));
}

#[test]
fn a_task_that_warns_is_done_and_its_step_shows_the_lines_that_warn() {
    let lines = ["starting", "WARN: no free lunch", "WARNINGS are not errors"];
    let mut state = fold(
        &plan(&[I]),
        &[
            begun(),
            ONE.started(),
            ONE.pre_checked(),
            ONE.intended(),
            ONE.submitted(false),
            ONE.log_of(1, &lines),
            ONE.log_of(4, &["so: WARN is no beginning"]),
            ONE.task_ended(TaskExit::Warnings),
            ONE.post_checked(true),
            ONE.succeeded(),
        ],
    );
    assert_eq!(states(&state), [StepState::Succeeded]);
    assert_eq!(state.view()[0].exit, Some(TaskExit::Warnings));
    assert_eq!(state.view()[0].warnings, lines[1..]);
    state
        .apply(at(), &ended(ExecutionState::Succeeded))
        .unwrap();
}

#[test]
fn only_the_first_of_many_warnings_are_shown() {
    let many = vec!["WARN: again"; 300];
    let submitted = [
        begun(),
        ONE.started(),
        ONE.pre_checked(),
        ONE.intended(),
        ONE.submitted(false),
        ONE.log_of(1, &many),
        ONE.log_of(301, &many),
    ];
    let state = fold(&plan(&[I]), &submitted);
    assert_eq!(state.view()[0].warnings.len(), 50);
    assert_eq!(state.view()[0].log_lines, 600);
}

#[test]
fn a_check_may_not_claim_more_than_its_evidence() {
    let mut state = fold(&plan(&[I]), &[begun(), ONE.started()]);
    for wrong in [
        Event::PreChecked {
            step: 1,
            attempt: 1,
            evidence: seen(false),
        },
        Event::PreChecked {
            step: 1,
            attempt: 1,
            evidence: vec![],
        },
        Event::Drifted {
            step: 1,
            attempt: 1,
            evidence: seen(true),
        },
    ] {
        assert_eq!(
            state.apply(at(), &wrong),
            Err(IllegalEvent::EvidenceDisagrees(1))
        );
    }
}

#[test]
fn a_lost_task_is_no_success_where_the_guest_would_look_the_same_without_it() {
    let mut telling = plan(&[U]);
    telling.steps[0].post_checks = vec![Expectation::exact(Field::Status {}, "running")];
    let mut silent = telling.clone();
    silent.steps[0].read_set = silent.steps[0].post_checks.clone();
    let events = [
        begun(),
        ONE.started(),
        ONE.pre_checked(),
        ONE.intended(),
        ONE.submitted(false),
        ONE.task_ended(TaskExit::Unexpected),
        ONE.post_checked(true),
    ];
    let settled = |plan| match fold(plan, &events).next() {
        Next::Settle { event } => event,
        other => panic!("{other:?}"),
    };
    assert_eq!(settled(&telling), ONE.succeeded());
    let verdict = settled(&silent);
    assert!(matches!(verdict, Event::StepNeedsAttention { step: 1, .. }));
    let mut state = fold(&silent, &events);
    state.apply(at(), &verdict).unwrap();
    assert_eq!(states(&state), [StepState::NeedsAttention]);
}
