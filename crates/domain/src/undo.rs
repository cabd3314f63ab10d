//! Taking back what an execution did: which actions, in which order, and what stays.

use std::collections::BTreeMap;

use argus_types::action::Action;
use argus_types::execution::{ExecutionState, StepProgress, StepState};
use argus_types::id::ProposalId;
use argus_types::plan::{Plan, Step};
use argus_types::resolution::{Outcome, Resolution};
use argus_types::undo::UndoOffer;

/// What takes back the steps of a plan that were carried out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undo {
    /// The actions, the latest step's first.
    pub actions: Vec<Action>,
    /// The steps that they take back, in the same order.
    pub steps: Vec<u16>,
    /// Steps that stay as they are, each with why.
    pub left_out: Vec<LeftOut>,
}

/// A step that is not taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its number.
    pub step: u16,
    /// Which step it is and why it stays, in a sentence.
    pub text: String,
}

/// The proposal that stands in the way of another one for the same execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is in review, carried out, or waits for a person.
    Open(ProposalId),
    /// It has undone the execution.
    Done(ProposalId),
}

/// The steps that were carried out: those that Argus saw done, and one of which a person said so.
pub fn done(steps: &[StepProgress], resolution: Option<&Resolution>) -> Vec<u16> {
    let said = resolution.filter(|said| said.verdict == Outcome::ItHappened);
    let said = said.and_then(|said| said.step);
    let is_done =
        |step: &&StepProgress| step.state == StepState::Succeeded || Some(step.number) == said;
    steps
        .iter()
        .filter(is_done)
        .map(|step| step.number)
        .collect()
}

/// Whether an undo of an execution that came to `state` can be proposed.
pub fn offer(
    plan: &Plan,
    (state, steps, resolution): (ExecutionState, &[StepProgress], Option<&Resolution>),
    standing: Option<Standing>,
) -> UndoOffer {
    let done = done(steps, resolution);
    let undo = of(plan, &done);
    let why_not = match (state, standing) {
        (ExecutionState::Running | ExecutionState::Stopping, _) => "It has not come to its end.",
        (ExecutionState::NeedsAttention, _) if resolution.is_none() => {
            "A person has to say first what became of the step that Argus could not decide."
        }
        (_, Some(Standing::Open(_))) => "An undo of it is in review or under way.",
        (_, Some(Standing::Done(_))) => "It was undone.",
        _ if done.is_empty() => "None of its steps was carried out.",
        _ if undo.actions.is_empty() => "None of its steps can be taken back by Argus.",
        _ => "",
    };
    UndoOffer {
        why_not: (!why_not.is_empty()).then(|| why_not.to_owned()),
        left_out: undo.left_out.into_iter().map(|left| left.text).collect(),
        proposal: standing.map(|standing| match standing {
            Standing::Open(proposal) | Standing::Done(proposal) => proposal,
        }),
    }
}

/// What takes back the steps `done` of `plan`. What nothing takes back stays, and with it what was done to the same
/// target before: a target is taken back step by step or not at all. Other targets are not held up by it.
pub fn of(plan: &Plan, done: &[u16]) -> Undo {
    let mut undo = Undo::default();
    let mut stuck: BTreeMap<String, u16> = BTreeMap::new();
    let steps = plan.steps.iter().filter(|step| done.contains(&step.number));
    for step in steps.rev() {
        let target = step.target.to_string();
        let why = match (stuck.get(&target), &step.undo.action) {
            (Some(later), _) => format!("step {later} after it can't be taken back."),
            (None, _) if !step.undo.possible => {
                stuck.insert(target, step.number);
                step.undo.how.clone()
            }
            (None, None) => step.undo.how.clone(),
            (None, Some(action)) => {
                undo.actions.push(action.clone());
                undo.steps.push(step.number);
                continue;
            }
        };
        undo.left_out.push(left_out(step, &why));
    }
    undo
}

fn left_out(step: &Step, why: &str) -> LeftOut {
    LeftOut {
        step: step.number,
        text: format!("Step {} ({}) stays: {why}", step.number, step.title),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A plan of steps about guests, each taken back by an action, by hand, or not at all.
    fn plan(steps: &[(u32, &str)]) -> Plan {
        let steps: Vec<Value> = steps
            .iter()
            .zip(1..)
            .map(|((vmid, undo), number)| {
                let action = json!({ "action": "guest.start", "target": { "kind": "qemu", "vmid": vmid } });
                let undo = match *undo {
                    "action" => json!({ "possible": true, "how": "", "action": action }),
                    "hand" => json!({ "possible": true, "how": "By hand." }),
                    _ => json!({ "possible": false, "how": "It is gone." }),
                };
                json!({
                    "number": number, "action": "guest.stop", "title": format!("Stop {vmid}"),
                    "target": { "of": "guest", "kind": "qemu", "vmid": vmid, "name": "x", "node": "pve1", "ha_managed": false },
                    "command": { "command": "stop" },
                    "call": { "method": "POST", "path": "", "parameters": {} },
                    "changes": [], "read_set": [], "post_checks": [], "undo": undo,
                    "class": "idempotent", "stop_class": "instant", "worst_case": "", "locks": [],
                    "max_attempts": 1, "timeout_s": 60, "privileges": [],
                })
            })
            .collect();
        let plan = json!({
            "format": 2, "proposal": "01997000-0000-7000-8000-0000deadbeef", "cluster": "demo", "steps": steps,
        });
        serde_json::from_value(plan).unwrap()
    }

    #[test]
    fn what_was_done_is_taken_back_from_the_end_and_nothing_else() {
        let plan = plan(&[(101, "action"), (101, "action"), (102, "action")]);
        assert_eq!(of(&plan, &[1, 2, 3]).steps, [3, 2, 1]);
        assert_eq!(of(&plan, &[1, 2]).steps, [2, 1]);
        assert_eq!(of(&plan, &[]), Undo::default());
        assert_eq!(of(&plan, &[1, 2, 3]).actions.len(), 3);
    }

    #[test]
    fn what_nothing_takes_back_keeps_what_came_before_on_the_same_target_and_no_other() {
        let plan = plan(&[
            (101, "action"),
            (102, "action"),
            (101, "final"),
            (101, "action"),
        ]);
        let undo = of(&plan, &[1, 2, 3, 4]);
        assert_eq!(undo.steps, [4, 2]);
        let texts: Vec<_> = undo
            .left_out
            .iter()
            .map(|left| left.text.as_str())
            .collect();
        assert_eq!(
            texts,
            [
                "Step 3 (Stop 101) stays: It is gone.",
                "Step 1 (Stop 101) stays: step 3 after it can't be taken back."
            ]
        );
        // The final step never ran: nothing is in the way.
        assert_eq!(of(&plan, &[1, 2]).steps, [2, 1]);
    }

    #[test]
    fn what_is_taken_back_by_hand_is_named_and_holds_nothing_up() {
        let undo = of(&plan(&[(101, "action"), (101, "hand")]), &[1, 2]);
        assert_eq!(undo.steps, [1]);
        assert_eq!(undo.left_out[0].step, 2);
        assert!(undo.left_out[0].text.ends_with("stays: By hand."));
    }
}
