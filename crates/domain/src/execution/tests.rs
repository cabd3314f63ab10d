use argus_types::Timestamp;
use argus_types::event::{Event, FailureReason, TaskExit, TaskLine};
use argus_types::execution::{ExecutionState, StepState};
use argus_types::id::{ClusterId, GuestKind, ProposalId, Vmid};
use argus_types::plan::{
    CallPreview, Command, Evidence, Plan, Step, StepClass, StepTarget, StopClass, Undo,
};
use proptest::prelude::*;

use super::{IllegalEvent, Next, State};

fn at() -> Timestamp {
    Timestamp::from_unix(1_795_000_000).expect("within the calendar")
}

fn call() -> CallPreview {
    CallPreview {
        method: "POST".to_owned(),
        path: "/nodes/pve1/qemu/101/status/start".to_owned(),
        parameters: std::collections::BTreeMap::new(),
    }
}

fn plan(classes: &[StepClass]) -> Plan {
    let steps = classes.iter().zip(1..).map(|(class, number)| Step {
        number,
        action: argus_types::action::ActionKind::Start,
        title: format!("Step {number}"),
        target: StepTarget {
            kind: GuestKind::Qemu,
            vmid: Vmid::try_from(101).expect("in range"),
            name: "web-01".to_owned(),
            node: "pve1".parse().expect("a label"),
            ha_managed: false,
        },
        command: Command::Start {},
        call: call(),
        changes: vec![],
        read_set: vec![],
        post_checks: vec![],
        undo: Undo {
            possible: false,
            how: String::new(),
        },
        class: *class,
        stop_class: StopClass::Instant,
        max_attempts: 2,
        timeout_s: 60,
        privileges: vec![],
    });
    Plan {
        format: 1,
        proposal: ProposalId(
            "01997000-0000-7000-8000-000000000001"
                .parse()
                .expect("a UUID"),
        ),
        cluster: "demo".parse::<ClusterId>().expect("a label"),
        steps: steps.collect(),
    }
}

fn seen(holds: bool) -> Vec<Evidence> {
    vec![Evidence {
        label: "status".to_owned(),
        expected: "running".to_owned(),
        observed: if holds { "running" } else { "stopped" }.to_owned(),
        holds,
    }]
}

/// Short names for the events of one step and attempt.
#[derive(Debug, Clone, Copy)]
struct On(u16, u8);

impl On {
    fn started(&self) -> Event {
        Event::StepStarted {
            step: self.0,
            attempt: self.1,
        }
    }
    fn pre_checked(&self) -> Event {
        Event::PreChecked {
            step: self.0,
            attempt: self.1,
            evidence: seen(true),
        }
    }
    fn drifted(&self) -> Event {
        Event::Drifted {
            step: self.0,
            attempt: self.1,
            evidence: seen(false),
        }
    }
    fn intended(&self) -> Event {
        Event::Intended {
            step: self.0,
            attempt: self.1,
            call: call(),
        }
    }
    fn submitted(&self, adopted: bool) -> Event {
        Event::Submitted {
            step: self.0,
            attempt: self.1,
            upid: "UPID:x".to_owned(),
            adopted,
        }
    }
    fn refused(&self, retry: bool) -> Event {
        Event::Refused {
            step: self.0,
            attempt: self.1,
            retry,
            message: "VM is locked (backup)".to_owned(),
        }
    }
    fn indeterminate(&self) -> Event {
        Event::Indeterminate {
            step: self.0,
            attempt: self.1,
            message: "cut off".to_owned(),
        }
    }
    fn absent(&self, retry: bool) -> Event {
        Event::Absent {
            step: self.0,
            attempt: self.1,
            retry,
            message: "no task".to_owned(),
        }
    }
    fn log(&self, n: u32) -> Event {
        let lines = vec![TaskLine {
            n,
            text: "copying".to_owned(),
        }];
        Event::Log {
            step: self.0,
            attempt: self.1,
            lines,
        }
    }
    fn task_ended(&self, exit: TaskExit) -> Event {
        Event::TaskEnded {
            step: self.0,
            attempt: self.1,
            exit,
            message: "VM quit/powerdown failed - got timeout".to_owned(),
        }
    }
    fn post_checked(&self, holds: bool) -> Event {
        Event::PostChecked {
            step: self.0,
            attempt: self.1,
            holds,
            evidence: seen(holds),
        }
    }
    fn succeeded(&self) -> Event {
        Event::StepSucceeded { step: self.0 }
    }
    fn failed(&self, reason: FailureReason) -> Event {
        Event::StepFailed {
            step: self.0,
            reason,
            message: "why".to_owned(),
        }
    }
    fn needs_attention(&self) -> Event {
        Event::StepNeedsAttention {
            step: self.0,
            message: "look".to_owned(),
        }
    }
    fn all_of_it(&self) -> Vec<Event> {
        vec![
            self.started(),
            self.pre_checked(),
            self.intended(),
            self.submitted(false),
            self.task_ended(TaskExit::Ok),
            self.post_checked(true),
            self.succeeded(),
        ]
    }
}

fn begun() -> Event {
    Event::Started {
        replica: "a".to_owned(),
    }
}
fn resumed() -> Event {
    Event::Resumed {
        replica: "b".to_owned(),
    }
}
fn stop(emergency: bool) -> Event {
    Event::StopRequested {
        by: "Ada".to_owned(),
        emergency,
        reason: None,
    }
}
fn ended(state: ExecutionState) -> Event {
    Event::Ended {
        state,
        message: "done".to_owned(),
    }
}

fn fold(plan: &Plan, events: &[Event]) -> State {
    let mut state = State::new(plan);
    for event in events {
        state
            .apply(at(), event)
            .unwrap_or_else(|error| panic!("{event:?} is legal here: {error}"));
    }
    state
}

fn states(state: &State) -> Vec<StepState> {
    state.view().into_iter().map(|step| step.state).collect()
}

const I: StepClass = StepClass::Idempotent;
const U: StepClass = StepClass::UnsafeToRepeat;
const ONE: On = On(1, 1);
const TWO: On = On(2, 1);

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
        for turn in 0..64 {
            if turn == stop_at && state.ending().is_none() {
                state.apply(at(), &stop(true)).unwrap();
            }
            let Some(event) = wished(&state, answers[turn]) else { break };
            prop_assert_eq!(state.apply(at(), &event), Ok(()), "{:?}", event);
        }
        prop_assert!(state.execution_state().is_final());
    }
}
