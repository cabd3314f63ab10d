//! What was carried out and compared, in numbers.

use std::collections::BTreeMap;
use std::fmt;

use argus_types::action::{Action, ActionKind, Draft};
use argus_types::plan::{Command, Step};

/// What was done and compared.
#[derive(Default)]
pub struct Tally {
    pub plans: u64,
    pub steps: u64,
    pub fields: usize,
    /// What plans rely on that did not come to be, so that the rest of their steps was not sent.
    pub cut: BTreeMap<String, u64>,
    kinds: BTreeMap<ActionKind, u64>,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.plans += other.plans;
        self.steps += other.steps;
        self.fields += other.fields;
        for (label, count) in &other.cut {
            *self.cut.entry(label.clone()).or_default() += count;
        }
        for (kind, count) in &other.kinds {
            *self.kinds.entry(*kind).or_default() += count;
        }
    }

    /// A step that went as predicted.
    pub fn count(&mut self, step: &Step, draft: &Draft, fields: usize) {
        self.steps += 1;
        self.fields += fields;
        *self.kinds.entry(wished(step, draft)).or_default() += 1;
    }

    pub fn cut_short(&mut self, label: &str) {
        *self.cut.entry(label.to_owned()).or_default() += 1;
    }

    /// Steps that came of this entry of the catalogue.
    pub fn of(&self, kind: ActionKind) -> u64 {
        self.kinds.get(&kind).copied().unwrap_or(0)
    }
}

/// The entry that a step came of: draining a node becomes migrations.
fn wished(step: &Step, draft: &Draft) -> ActionKind {
    let drained = match &step.command {
        Command::Migrate { .. } => Some(step.target.node()),
        _ => None,
    };
    let asked_for = |kind| {
        let same = |action: &&Action| action.kind() == kind;
        draft
            .actions
            .iter()
            .filter(same)
            .any(|action| match action {
                Action::Drain { node } => Some(node) == drained,
                other => other.guest().map(argus_types::action::Target::key) == step.target.key(),
            })
    };
    if !asked_for(step.action) && asked_for(ActionKind::Drain) {
        ActionKind::Drain
    } else {
        step.action
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> = ActionKind::ALL
            .iter()
            .map(|kind| format!("{kind} {}", self.of(*kind)))
            .collect();
        write!(f, "{}\nended early: {:?}", each.join(", "), self.cut)
    }
}
