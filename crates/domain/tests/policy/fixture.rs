//! Documents and plans to ask about.

use argus_domain::policy::{Backup, Guest, Policy, Question, StepAsked};
use argus_types::Timestamp;
use argus_types::id::GuestKind;
use argus_types::policy::Verdict;
use argus_types::proposal::{Origin, RiskLevel};

/// 2026-11-23, a Monday, at noon UTC, and hours from it.
pub fn at(hours: i64) -> Timestamp {
    Timestamp::from_unix(1_795_435_200 + hours * 3600).expect("within the calendar")
}

/// The document with all guest actions enabled and `rest`.
pub fn policy(rest: &str) -> Policy {
    let text = format!("format = 1\nenabled = [\"guest.*\"]\n{rest}");
    match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(mistakes) => panic!("{text}\n{mistakes:?}"),
    }
}

/// The mistakes of a document, as people read them.
pub fn mistakes(text: &str) -> Vec<String> {
    let mistakes = Policy::parse(text).expect_err("a mistake");
    mistakes.0.iter().map(ToString::to_string).collect()
}

/// A rule of this name and these lines.
pub fn rule(name: &str, lines: &str) -> String {
    format!("[[rule]]\nname = \"{name}\"\nwhy = \"Because of {name}.\"\n{lines}\n")
}

/// A step on the VM of this number, which is on pve1 and in no pool.
pub fn step(number: u16, action: &str, vmid: u32) -> StepAsked {
    StepAsked {
        number,
        action: action.to_owned(),
        guest: Some(Guest {
            key: format!("qemu/{vmid}"),
            name: format!("vm-{vmid}"),
            kind: GuestKind::Qemu,
            pool: None,
            tags: Vec::new(),
            backup: Backup::Unknown,
        }),
        nodes: vec!["pve1".to_owned()],
        storages: Vec::new(),
    }
}

/// The step's guest, changed.
pub fn with_guest(mut step: StepAsked, change: impl FnOnce(&mut Guest)) -> StepAsked {
    change(step.guest.as_mut().expect("a guest"));
    step
}

/// The step's guest with these tags.
pub fn tagged(step: StepAsked, tags: &[&str]) -> StepAsked {
    with_guest(step, |guest| {
        guest.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    })
}

/// A plan of low risk by a person in a browser.
pub fn question(steps: Vec<StepAsked>) -> Question {
    Question {
        cluster: "main".parse().expect("an id"),
        origin: Origin::Draft,
        by_token: false,
        with_reason: false,
        disputed: false,
        risk: RiskLevel::Low,
        destructive: false,
        steps,
    }
}

/// A start of one VM.
pub fn start() -> Question {
    question(vec![step(1, "guest.start", 101)])
}

/// A hard stop of one VM.
pub fn hard_stop() -> Question {
    Question {
        risk: RiskLevel::High,
        destructive: true,
        ..question(vec![step(1, "guest.stop", 101)])
    }
}

/// The names of the rules that speak about a plan.
pub fn matched(verdict: &Verdict) -> Vec<&str> {
    let rules = verdict.matched.iter();
    rules.map(|rule| rule.name.as_str()).collect()
}
