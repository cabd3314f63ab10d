//! A step as a text of a few lines: all that the catalogue says about it, in the order in which a reader asks.

use argus_domain::facts::Facts;
use argus_types::plan::{Step, StepTarget};
use argus_types::problem::ProblemCode;
use serde_json::{Value, json};

use crate::fixture::{checked_after, errors, planned, relied_on};

/// Plans one action that becomes one step, and compares that with `expected`, whose lines may be indented.
#[track_caller]
pub fn assert_sheet(wish: &Value, facts: &Facts, expected: &str) {
    let plan = planned(json!([wish]), facts).plan;
    let [step] = plan.steps.as_slice() else {
        panic!("one action is one step: {wish}");
    };
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(of(step), expected, "\n{}\n", of(step).join("\n"));
}

pub fn of(step: &Step) -> Vec<String> {
    let mut lines = vec![step.title.clone(), request(step)];
    let changes = step.changes.iter();
    lines.extend(changes.map(|one| format!("~ {}: {} -> {}", one.field, one.before, one.after)));
    let (basis, besides) = basis(step);
    lines.push(format!("relies on {basis}"));
    lines.extend(besides.iter().map(|one| format!("? {one}")));
    lines.extend(checked_after(step).iter().map(|one| format!("! {one}")));
    lines.push(undo(step));
    lines.push(format!(
        "{}, {} attempts, {}, {} s",
        word(json!(step.class)),
        step.max_attempts,
        word(json!(step.stop_class)),
        step.timeout_s
    ));
    let locks: Vec<String> = step.locks.iter().map(ToString::to_string).collect();
    lines.push(format!("locks {}", locks.join(", ")));
    let rights = step.privileges.iter();
    let rights: Vec<String> = rights
        .map(|one| format!("{} {}", one.name, one.path))
        .collect();
    lines.push(format!("needs {}", rights.join(", ")));
    lines
}

/// `POST /nodes/pve1/vzdump mode=snapshot&vmid=101`.
pub fn request(step: &Step) -> String {
    let parameters = step.call.parameters.iter();
    let parameters: Vec<String> = parameters
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let text = format!(
        "{} {} {}",
        step.call.method,
        step.call.path,
        parameters.join("&")
    );
    text.trim_end().to_owned()
}

/// What steps of one kind rely on in common, and what this one relies on besides.
fn basis(step: &Step) -> (&'static str, Vec<String>) {
    let all = relied_on(step);
    let (words, common) = match &step.target {
        StepTarget::Guest(_) if all[0].starts_with("node:") => ("the guest as it is", 8),
        StepTarget::Guest(_) => ("who the guest is", 3),
        StepTarget::Node(_) | StepTarget::Volume(_) => ("quorum", 1),
    };
    assert_eq!(all[common - 1], "cluster has quorum: yes");
    (words, all[common..].to_vec())
}

fn undo(step: &Step) -> String {
    let undo = &step.undo;
    match (&undo.action, undo.possible) {
        (Some(action), true) => format!("undo {}", json!(action)),
        (None, true) => format!("undo by hand: {}", undo.how),
        (_, false) => format!("final: {}", undo.how),
    }
}

/// The wire's word of a class.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers make the value in place"
)]
fn word(class: Value) -> String {
    class.as_str().expect("a class is a word").to_owned()
}

/// Plans one action that is not possible: `part` of it stands in the way, and the message has `words` in it.
#[track_caller]
pub fn assert_refused(wish: &Value, facts: &Facts, part: &str, words: &str) {
    let found = errors(json!([wish]), facts);
    let [error] = found.as_slice() else {
        panic!("{wish}: {found:?}");
    };
    assert_eq!(error.code, ProblemCode::NotFeasible, "{wish}");
    assert_eq!(error.pointer, format!("/actions/0{part}"), "{error}");
    assert!(error.message.contains(words), "{wish}: {error}");
}

/// Plans one action that is already done, for this reason.
#[track_caller]
pub fn assert_skipped(wish: &Value, facts: &Facts, reason: &str) {
    let found = errors(json!([wish]), facts);
    let [error] = found.as_slice() else {
        panic!("{wish}: {found:?}");
    };
    assert_eq!(error.code, ProblemCode::NothingToDo, "{error}");
    assert!(error.message.ends_with(&format!(": {reason}")), "{error}");
}
