//! Short names for plans and journal entries.

use argus_types::Timestamp;
use argus_types::event::{Event, FailureReason, TaskExit, TaskLine};
use argus_types::execution::{ExecutionState, StepState};
use argus_types::id::{ClusterId, GuestKind, ProposalId, Vmid};
use argus_types::plan::{
    CallPreview, Command, Evidence, GuestTarget, Plan, Step, StepClass, StepTarget, StopClass, Undo,
};

use crate::execution::State;

pub(super) fn at() -> Timestamp {
    Timestamp::from_unix(1_795_000_000).expect("within the calendar")
}

pub(super) fn call() -> CallPreview {
    CallPreview {
        method: "POST".to_owned(),
        path: "/nodes/pve1/qemu/101/status/start".to_owned(),
        parameters: std::collections::BTreeMap::new(),
    }
}

pub(super) fn plan(classes: &[StepClass]) -> Plan {
    let steps = classes.iter().zip(1..).map(|(class, number)| Step {
        number,
        action: argus_types::action::ActionKind::Start,
        title: format!("Step {number}"),
        target: StepTarget::Guest(GuestTarget {
            kind: GuestKind::Qemu,
            vmid: Vmid::try_from(101).expect("in range"),
            name: "web-01".to_owned(),
            node: "pve1".parse().expect("a label"),
            ha_managed: false,
        }),
        command: Command::Start {},
        call: call(),
        changes: vec![],
        read_set: vec![],
        post_checks: vec![],
        undo: Undo {
            possible: false,
            how: String::new(),
            action: None,
        },
        class: *class,
        stop_class: StopClass::Instant,
        worst_case: String::new(),
        locks: vec![],
        max_attempts: 2,
        timeout_s: 60,
        privileges: vec![],
    });
    Plan {
        format: 2,
        proposal: ProposalId(
            "01997000-0000-7000-8000-000000000001"
                .parse()
                .expect("a UUID"),
        ),
        cluster: "demo".parse::<ClusterId>().expect("a label"),
        steps: steps.collect(),
    }
}

pub(super) fn seen(holds: bool) -> Vec<Evidence> {
    vec![Evidence {
        label: "status".to_owned(),
        expected: "running".to_owned(),
        observed: if holds { "running" } else { "stopped" }.to_owned(),
        holds,
    }]
}

/// Short names for the events of one step and attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct On(pub(super) u16, pub(super) u8);

impl On {
    pub(super) fn started(self) -> Event {
        Event::StepStarted {
            step: self.0,
            attempt: self.1,
        }
    }
    pub(super) fn pre_checked(self) -> Event {
        Event::PreChecked {
            step: self.0,
            attempt: self.1,
            evidence: seen(true),
        }
    }
    pub(super) fn drifted(self) -> Event {
        Event::Drifted {
            step: self.0,
            attempt: self.1,
            evidence: seen(false),
        }
    }
    pub(super) fn intended(self) -> Event {
        Event::Intended {
            step: self.0,
            attempt: self.1,
            call: call(),
            sender: None,
        }
    }
    pub(super) fn submitted(self, adopted: bool) -> Event {
        Event::Submitted {
            step: self.0,
            attempt: self.1,
            upid: "UPID:x".to_owned(),
            adopted,
        }
    }
    pub(super) fn refused(self, retry: bool) -> Event {
        Event::Refused {
            step: self.0,
            attempt: self.1,
            retry,
            message: "VM is locked (backup)".to_owned(),
        }
    }
    pub(super) fn indeterminate(self) -> Event {
        Event::Indeterminate {
            step: self.0,
            attempt: self.1,
            message: "cut off".to_owned(),
        }
    }
    pub(super) fn absent(self, retry: bool) -> Event {
        Event::Absent {
            step: self.0,
            attempt: self.1,
            retry,
            message: "no task".to_owned(),
        }
    }
    pub(super) fn log(self, n: u32) -> Event {
        self.log_of(n, &["copying"])
    }
    pub(super) fn log_of(self, first: u32, texts: &[&str]) -> Event {
        let lines = (first..).zip(texts).map(|(n, text)| TaskLine {
            n,
            text: (*text).to_owned(),
        });
        let lines = lines.collect();
        Event::Log {
            step: self.0,
            attempt: self.1,
            lines,
        }
    }
    pub(super) fn task_ended(self, exit: TaskExit) -> Event {
        Event::TaskEnded {
            step: self.0,
            attempt: self.1,
            exit,
            message: "VM quit/powerdown failed - got timeout".to_owned(),
        }
    }
    pub(super) fn post_checked(self, holds: bool) -> Event {
        Event::PostChecked {
            step: self.0,
            attempt: self.1,
            holds,
            evidence: seen(holds),
        }
    }
    pub(super) fn succeeded(self) -> Event {
        Event::StepSucceeded { step: self.0 }
    }
    pub(super) fn failed(self, reason: FailureReason) -> Event {
        Event::StepFailed {
            step: self.0,
            reason,
            message: "why".to_owned(),
        }
    }
    pub(super) fn needs_attention(self) -> Event {
        Event::StepNeedsAttention {
            step: self.0,
            message: "look".to_owned(),
        }
    }
    pub(super) fn all_of_it(self) -> Vec<Event> {
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

pub(super) fn begun() -> Event {
    Event::Started {
        replica: "a".to_owned(),
    }
}
pub(super) fn resumed() -> Event {
    Event::Resumed {
        replica: "b".to_owned(),
    }
}
pub(super) fn stop(emergency: bool) -> Event {
    Event::StopRequested {
        by: "Ada".to_owned(),
        emergency,
        reason: None,
    }
}
pub(super) fn ended(state: ExecutionState) -> Event {
    Event::Ended {
        state,
        message: "done".to_owned(),
    }
}

pub(super) fn fold(plan: &Plan, events: &[Event]) -> State {
    let mut state = State::new(plan);
    for event in events {
        state
            .apply(at(), event)
            .unwrap_or_else(|error| panic!("{event:?} is legal here: {error}"));
    }
    state
}

pub(super) fn states(state: &State) -> Vec<StepState> {
    state.view().into_iter().map(|step| step.state).collect()
}

pub(super) const I: StepClass = StepClass::Idempotent;
pub(super) const U: StepClass = StepClass::UnsafeToRepeat;
pub(super) const ONE: On = On(1, 1);
pub(super) const TWO: On = On(2, 1);
