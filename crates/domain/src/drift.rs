//! What changed between the plan that was read and the plan that the same draft gives now.

use std::collections::BTreeSet;

use argus_types::plan::{Evidence, Field, Plan, Step};

use crate::catalogue::target_label;
use crate::digest;
use crate::planner::{PlanError, Planned};

/// Empty exactly where the plan made now is the plan `before`, byte for byte; otherwise what differs.
///
/// `now` must be planned for the same proposal, from the same draft, on fresh facts.
pub fn differences(before: &Plan, now: &Result<Planned, Vec<PlanError>>) -> Vec<Evidence> {
    let planned = match now {
        Ok(planned) => planned,
        Err(errors) => return errors.iter().map(impossible).collect(),
    };
    let expected = digest::of(before);
    if planned.digest == expected {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, step) in before.steps.iter().enumerate() {
        let label = target_label(&step.target);
        let now = planned
            .plan
            .steps
            .get(index)
            .filter(|now| now.action == step.action && now.target.key() == step.target.key());
        let Some(now) = now else {
            found.push(evidence(
                step.title.clone(),
                "in the plan",
                reason_for_its_absence(step, planned),
            ));
            // Later steps are compared by position: past a missing one that would be noise.
            break;
        };
        for (field, was, is) in changed_values(step, now) {
            // A later step repeats what the first one on this guest relies on.
            if seen.insert((step.target.key(), field.clone())) {
                found.push(evidence(format!("{label}: {}", field.label()), was, is));
            }
        }
    }
    if let Some(added) = planned.plan.steps.get(before.steps.len()) {
        found.push(evidence(
            added.title.clone(),
            "not in the plan",
            "now needed",
        ));
    }
    if found.is_empty() {
        found.push(evidence(
            "plan".to_owned(),
            expected.short(),
            planned.digest.short(),
        ));
    }
    found
}

fn changed_values<'a>(
    before: &'a Step,
    now: &'a Step,
) -> impl Iterator<Item = (&'a Field, &'a str, &'a str)> {
    before.read_set.iter().filter_map(move |was| {
        let is = now.read_set.iter().find(|is| is.field == was.field)?;
        (is.value != was.value).then_some((&was.field, was.value.as_str(), is.value.as_str()))
    })
}

fn reason_for_its_absence(step: &Step, now: &Planned) -> String {
    let label = target_label(&step.target);
    now.skipped
        .iter()
        .find(|skipped| skipped.title == format!("{} {label}", step.action.verb()))
        .map_or_else(
            || "another step takes its place".to_owned(),
            |skipped| skipped.reason.clone(),
        )
}

fn impossible(error: &PlanError) -> Evidence {
    evidence("plan".to_owned(), "possible", error.message.clone())
}

fn evidence(label: String, expected: impl Into<String>, observed: impl Into<String>) -> Evidence {
    Evidence {
        label,
        expected: expected.into(),
        observed: observed.into(),
        holds: false,
    }
}
