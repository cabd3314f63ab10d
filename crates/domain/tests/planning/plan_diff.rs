//! What is said about a plan beside the one that it came in place of.

use argus_domain::plan_diff::steps;
use argus_types::cluster::GuestStatus;
use argus_types::plan::{Plan, Step};
use argus_types::plan_diff::{FieldDiff, StepDiff};
use serde_json::{Value, json};

use crate::cluster::{altered, on_node};
use crate::fixture::{action, facts, migrate, planned};

fn plan(actions: Value) -> Plan {
    planned(actions, &facts()).plan
}

/// Each step in a word and its numbers.
fn words(before: &Plan, after: &Plan) -> Vec<String> {
    let diffs = steps(before, after);
    diffs
        .iter()
        .map(|diff| match diff {
            StepDiff::Added { number, .. } => format!("+{number}"),
            StepDiff::Removed { number, .. } => format!("-{number}"),
            StepDiff::Changed { from, to, .. } => format!("~{from}>{to}"),
            StepDiff::Same { from, to, .. } => format!("={from}>{to}"),
        })
        .collect()
}

fn changed(before: &Plan, after: &Plan) -> Vec<FieldDiff> {
    let diffs = steps(before, after);
    let fields = diffs.into_iter().filter_map(|diff| match diff {
        StepDiff::Changed { fields, .. } => Some(fields),
        _ => None,
    });
    fields.flatten().collect()
}

#[test]
fn a_plan_beside_itself_has_nothing_but_equal_steps() {
    let both = plan(json!([action("guest.start", 102), migrate(101, "pve2")]));
    assert_eq!(words(&both, &both), ["=1>1", "=2>2"]);
}

#[test]
fn added_and_removed_steps_stand_where_they_are_or_were() {
    let before = plan(json!([
        action("guest.shutdown", 103),
        action("guest.start", 102),
        migrate(101, "pve2")
    ]));
    let after = plan(json!([
        action("guest.start", 104),
        action("guest.start", 102),
        migrate(101, "pve2")
    ]));
    assert_eq!(words(&before, &after), ["+1", "-1", "=2>2", "=3>3"]);
    let shorter = plan(json!([
        action("guest.shutdown", 103),
        action("guest.start", 102)
    ]));
    assert_eq!(words(&before, &shorter), ["=1>1", "=2>2", "-3"]);
}

#[test]
fn steps_that_only_moved_are_the_same_under_another_number() {
    let before = plan(json!([
        action("guest.start", 102),
        action("guest.start", 104)
    ]));
    let after = plan(json!([
        action("guest.start", 104),
        action("guest.start", 102)
    ]));
    assert_eq!(words(&before, &after), ["=2>1", "=1>2"]);
}

#[test]
fn a_changed_step_says_which_values_were_and_are() {
    let before = plan(json!([migrate(102, "pve2")]));
    let mut other = facts();
    other.inventory.nodes[2].online = true;
    let after = planned(json!([migrate(102, "pve3")]), &other).plan;
    assert_eq!(words(&before, &after), ["~1>1"]);
    let fields = changed(&before, &after);
    let of = |name: &str| {
        let found = fields.iter().find(|field| field.field == name);
        let found = found.unwrap_or_else(|| panic!("{name} in {fields:#?}"));
        (found.before.as_deref(), found.after.as_deref())
    };
    assert_eq!(of("call.parameters.target"), (Some("pve2"), Some("pve3")));
    assert_eq!(of("command.to"), (Some("pve2"), Some("pve3")));
    assert_eq!(
        of("changes.node"),
        (Some("pve1 → pve2"), Some("pve1 → pve3"))
    );
    assert_eq!(
        of("read_set.node_online node pve2 online pve2"),
        (Some("yes"), None)
    );
    assert_eq!(
        of("read_set.node_online node pve3 online pve3"),
        (None, Some("yes"))
    );
}

#[test]
fn of_two_steps_of_one_kind_the_equal_ones_belong_together() {
    let before = plan(json!([migrate(101, "pve2"), migrate(102, "pve2")]));
    let mut twice = before.clone();
    let mut changed = twice.steps[0].clone();
    changed.timeout_s += 1;
    twice.steps.insert(0, changed);
    assert_eq!(words(&before, &twice), ["+1", "=1>1", "=2>2"]);
}

/// Every other text or number that a step could have.
fn mutants(step: &Value) -> Vec<Value> {
    fn places(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => fields
                .iter()
                .for_each(|(name, value)| places(value, &format!("{at}/{name}"), found)),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .for_each(|(index, value)| places(value, &format!("{at}/{index}"), found)),
            _ => found.push(at.to_owned()),
        }
    }
    let mut found = Vec::new();
    places(step, "", &mut found);
    found.retain(|place| place != "/number");
    let mutants = found.iter().map(|place| {
        let mut mutant = step.clone();
        let value = mutant.pointer_mut(place).expect("a place of it");
        *value = match &*value {
            Value::Bool(is) => json!(!is),
            Value::Number(number) => json!(number.as_u64().unwrap_or_default() + 1),
            Value::String(text) => json!(format!("{text}x")),
            other => panic!("a step has no {other}"),
        };
        mutant
    });
    mutants.collect()
}

#[test]
fn no_changed_value_of_a_step_is_left_out() {
    let before = plan(json!([migrate(101, "pve2")]));
    let written = serde_json::to_value(&before.steps[0]).unwrap();
    let mut checked = 0;
    for mutant in mutants(&written) {
        // Words that are no values of their type are no step.
        let Ok(step) = serde_json::from_value::<Step>(mutant.clone()) else {
            continue;
        };
        let after = Plan {
            steps: vec![step],
            ..before.clone()
        };
        assert_ne!(words(&before, &after), ["=1>1"], "{mutant:#}");
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn the_same_thing_done_to_another_node_is_another_step() {
    let quiet = altered(105, |guest| guest.status = GuestStatus::Stopped);
    let reboot = |node| planned(json!([on_node("node.reboot", node)]), &quiet).plan;
    assert_eq!(words(&reboot("pve2"), &reboot("pve3")), ["+1", "-1"]);
}
