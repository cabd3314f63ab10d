//! Whether the cluster still is as a plan relies on.
//!
//! The plan is gone through on the twin, from fresh facts on: before each step its read-set is compared with the state
//! that the steps before it would leave. A value that no step relies on may change as it likes; one that a step relies
//! on voids the approval, and the step is named, so that only it needs a new look.

use std::collections::BTreeSet;

use argus_types::plan::{Change, Evidence, Field, Plan, Step};

use crate::catalogue::{self, target_label};
use crate::check::{self, Observed};
use crate::facts::{Facts, Wanted, wanted_by_step};
use crate::twin::Twin;
use crate::value::{Since, UNKNOWN};

/// A step that no longer finds what it relies on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drifted {
    /// The step.
    pub step: u16,
    /// What it does.
    pub title: String,
    /// What differs: as reviewed, and now.
    pub evidence: Vec<Evidence>,
    /// What the step would have made of it.
    pub planned: Vec<Change>,
}

/// What must be read to check `plan`, and to judge it anew.
pub fn wanted(plan: &Plan) -> Wanted {
    let mut wanted = Wanted::default();
    for step in &plan.steps {
        wanted.join(wanted_by_step(&step.target, &step.read_set, Vec::new()));
        if catalogue::wants_restore_point(step.action)
            && let Some(guest) = step
                .target
                .key()
                .and_then(|key| wanted.guests.get_mut(&key))
        {
            guest.backups = true;
        }
    }
    wanted
}

/// The steps of `plan` that do not find what they rely on; empty where it can run as it was reviewed.
pub fn check(plan: &Plan, facts: &Facts) -> Vec<Drifted> {
    let mut twin = Twin::new(facts);
    let mut seen: BTreeSet<(String, Field)> = BTreeSet::new();
    let mut found = Vec::new();
    for (index, step) in plan.steps.iter().enumerate() {
        let evidence: Vec<Evidence> = differing(step, &twin, index == 0)
            .into_iter()
            // A later step repeats what the first one on this target relies on.
            .filter(|(field, _)| seen.insert((step.target.to_string(), field.clone())))
            .map(|(_, evidence)| evidence)
            .collect();
        if !evidence.is_empty() {
            found.push(Drifted {
                step: step.number,
                title: step.title.clone(),
                evidence,
                planned: step.changes.clone(),
            });
        }
        twin.apply(step);
    }
    found
}

/// All differences of all steps, each named by its target: what a closed proposal keeps.
pub fn evidence(plan: &Plan, drifted: &[Drifted]) -> Vec<Evidence> {
    drifted
        .iter()
        .flat_map(|one| {
            let step = plan.steps.iter().find(|step| step.number == one.step);
            let label = step.map_or_else(String::new, |step| target_label(&step.target));
            one.evidence.iter().map(move |evidence| Evidence {
                label: format!("{label}: {}", evidence.label),
                ..evidence.clone()
            })
        })
        .collect()
}

fn differing(step: &Step, twin: &Twin, first: bool) -> Vec<(Field, Evidence)> {
    let observed =
        Observed::from_facts(&step.read_set, &step.target, twin.facts(), Since::default());
    let untouched = step.target.key().map_or(first, |key| twin.is_as_read(key));
    let evidence = check::evaluate(&step.read_set, &observed);
    let fields = step.read_set.iter().map(|wish| wish.field.clone());
    fields
        .zip(evidence)
        .filter(|(_, evidence)| !evidence.holds)
        // What an earlier step leaves unknown is looked at when it has run.
        .filter(|(field, evidence)| {
            evidence.observed != UNKNOWN || (untouched && (first || !is_about_room(field)))
        })
        .collect()
}

fn is_about_room(field: &Field) -> bool {
    matches!(field, Field::StorageFree { .. })
}
