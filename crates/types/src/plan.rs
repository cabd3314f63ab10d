//! A plan: complete, ordered, immutable, named by its digest.
//!
//! Everything that the executor needs stands in it and everything that a reviewer must know is said by it;
//! executing makes no choices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::action::ActionKind;
use crate::id::{ClusterId, ProposalId};

#[cfg(feature = "commands")]
mod command;
mod expectation;
#[cfg(feature = "commands")]
mod field;
#[cfg(feature = "commands")]
mod lock;
#[cfg(not(feature = "commands"))]
mod passed_over;
#[cfg(any(test, not(feature = "commands")))]
mod shown;
mod target;

#[cfg(feature = "commands")]
pub use crate::action::Action as UndoAction;
#[cfg(feature = "commands")]
pub use command::{Command, MigrateMode};
#[cfg(feature = "commands")]
pub use expectation::Expectation;
pub use expectation::{Evidence, Tolerance};
#[cfg(feature = "commands")]
pub use field::Field;
#[cfg(feature = "commands")]
pub use lock::Lock;
#[cfg(not(feature = "commands"))]
pub use passed_over::{Command, UndoAction};
#[cfg(not(feature = "commands"))]
pub use shown::{Expectation, Lock};
pub use target::{GuestTarget, NodeTarget, StepTarget, VolumeTarget};

/// The steps that one confirmation starts. Its digest is SHA-256 over its RFC 8785 form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Plan {
    /// The plan format, 2.
    pub format: u8,
    /// The proposal that it belongs to; the same wish asked twice has two digests.
    pub proposal: ProposalId,
    /// The cluster that it changes.
    pub cluster: ClusterId,
    /// In the order in which they run.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The first step that nothing takes back: the plan's point of no return. None where all of it can be.
    pub fn point_of_no_return(&self) -> Option<u16> {
        let lasting = self.steps.iter().find(|step| !step.undo.possible);
        lasting.map(|step| step.number)
    }

    /// The undo plan after `done` steps, the latest step first; it reaches back to the point of no return.
    pub fn undo(&self, done: u16) -> Vec<(u16, &UndoAction)> {
        let done = self.steps.iter().filter(|step| step.number <= done);
        let steps: Vec<_> = done.collect();
        steps
            .into_iter()
            .rev()
            .take_while(|step| step.undo.possible)
            .filter_map(|step| Some((step.number, step.undo.action.as_ref()?)))
            .collect()
    }
}

/// One action on one target, with all that must be true before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Step {
    /// From 1.
    pub number: u16,
    /// Which entry of the catalogue.
    pub action: ActionKind,
    /// The sentence that people read, made by the catalogue's template from the values below.
    pub title: String,
    /// What it is about, as the plan expects to find it.
    pub target: StepTarget,
    /// What is sent.
    pub command: Command,
    /// The very request that the command becomes, for the reviewer.
    pub call: CallPreview,
    /// What the step changes.
    pub changes: Vec<Change>,
    /// The values that the step relies on. A change in one of them stops the execution.
    pub read_set: Vec<Expectation>,
    /// What must be seen on fresh state before the step counts as done.
    pub post_checks: Vec<Expectation>,
    /// How the step could be taken back.
    pub undo: Undo,
    /// What may be done after a crash or a lost answer.
    pub class: StepClass,
    /// What a stop means while the step runs inside Proxmox.
    pub stop_class: StopClass,
    /// The worst that a stop at the wrong moment leaves behind, in a sentence.
    pub worst_case: String,
    /// What the step has for itself while it runs, in the order in which it is taken.
    pub locks: Vec<Lock>,
    /// How often the step may be tried, the first time included.
    pub max_attempts: u8,
    /// How long Argus waits for the step to end inside Proxmox, in seconds. Not a cancel.
    pub timeout_s: u32,
    /// What the token must be allowed.
    pub privileges: Vec<Privilege>,
}

/// The Proxmox request that a step makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema, utoipa::ToSchema))]
pub struct CallPreview {
    /// `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// Below `/api2/json`.
    pub path: String,
    /// The parameters as they are sent.
    pub parameters: BTreeMap<String, String>,
}

/// One value that a step changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    /// What people call the value, such as `node`.
    pub field: String,
    /// Before the step.
    pub before: String,
    /// After it, as predicted.
    pub after: String,
}

/// How a step could be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Undo {
    /// Whether it can be.
    pub possible: bool,
    /// How, or why not.
    pub how: String,
    /// The action that does it, where one is known before the step has run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<UndoAction>,
}

/// What may be done after a crash or a lost answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StepClass {
    /// Changes nothing: it may be asked again at any time.
    Read,
    /// Idempotent by state: look first, then it may be sent again.
    Idempotent,
    /// Has a natural key, such as a snapshot's name: look for the key and adopt what carries it.
    NaturalKey,
    /// Unsafe to repeat: only the task list and the target decide; never sent again.
    UnsafeToRepeat,
}

/// What a stop means while a step runs inside Proxmox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum StopClass {
    /// It is over in moments; there is nothing to stop.
    Instant,
    /// Proxmox can end it early without harm; Argus lets it run and starts nothing after it.
    SafePoint,
    /// It cannot be stopped: Argus follows it to its end and starts nothing after it.
    RunsToItsEnd,
}

/// A right that the token must have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Privilege {
    /// Proxmox's name of it, such as `VM.Migrate`.
    pub name: String,
    /// Where, such as `/vms/101`.
    pub path: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What stands in the place of an action that undoes a step.
    fn action() -> serde_json::Value {
        json!({ "action": "guest.start", "target": { "kind": "qemu", "vmid": 101 } })
    }

    /// A plan of steps that each can be taken back by an action, by hand, or not at all.
    fn plan(undos: &[(bool, bool)]) -> Plan {
        let steps = undos
            .iter()
            .zip(1..)
            .map(|((possible, by_action), number)| {
                let mut undo = json!({ "possible": possible, "how": "" });
                if *by_action {
                    undo["action"] = action();
                }
                json!({
                    "number": number, "action": "guest.stop", "title": "",
                    "target": { "of": "node", "node": "pve1" },
                    "command": { "command": "stop" },
                    "call": { "method": "POST", "path": "", "parameters": {} },
                    "changes": [], "read_set": [], "post_checks": [], "undo": undo,
                    "class": "idempotent", "stop_class": "instant", "worst_case": "", "locks": [],
                    "max_attempts": 1, "timeout_s": 60, "privileges": [],
                })
            });
        let plan = json!({
            "format": 2, "proposal": "01997000-0000-7000-8000-0000deadbeef", "cluster": "demo",
            "steps": steps.collect::<Vec<_>>(),
        });
        serde_json::from_value(plan).unwrap()
    }

    fn undone(plan: &Plan, done: u16) -> Vec<u16> {
        let undo = plan.undo(done);
        undo.into_iter().map(|(step, _)| step).collect()
    }

    const BY_ACTION: (bool, bool) = (true, true);
    const BY_HAND: (bool, bool) = (true, false);
    const FINAL: (bool, bool) = (false, false);

    #[test]
    fn the_latest_step_is_undone_first_and_only_what_was_done() {
        let plan = plan(&[BY_ACTION, BY_ACTION, BY_ACTION]);
        assert_eq!(undone(&plan, 3), [3, 2, 1]);
        assert_eq!(undone(&plan, 2), [2, 1]);
        assert_eq!(undone(&plan, 0), [0; 0]);
        assert_eq!(plan.point_of_no_return(), None);
    }

    #[test]
    fn undoing_ends_at_the_last_step_that_nothing_takes_back() {
        let plan = plan(&[BY_ACTION, FINAL, BY_ACTION, FINAL, BY_ACTION]);
        assert_eq!(undone(&plan, 5), [5]);
        assert_eq!(undone(&plan, 4), [0; 0]);
        assert_eq!(undone(&plan, 3), [3]);
        assert_eq!(plan.point_of_no_return(), Some(2));
    }

    #[test]
    fn a_step_that_is_taken_back_by_hand_or_has_nothing_to_take_back_is_passed_over() {
        assert_eq!(undone(&plan(&[BY_ACTION, BY_HAND, BY_ACTION]), 3), [3, 1]);
    }
}
