//! What a plan does otherwise than the plan that it came in place of, step by step and value by value.
//!
//! Nothing is left out: two steps that differ in more than their numbers and the order of a list have at least one
//! field that differs, because the fields are all leaves of the step as it is written.

use std::collections::BTreeMap;

use argus_types::plan::{Plan, Step};
use argus_types::plan_diff::{FieldDiff, StepDiff};
use serde_json::{Map, Value};

/// What stands for a value in a list's items; the other parts say which item it is.
const VALUES: [&str; 3] = ["value", "before", "after"];

/// The steps of `after` in their order, each beside the step of `before` that it came from; removed ones stand where
/// they stood.
pub fn steps(before: &Plan, after: &Plan) -> Vec<StepDiff> {
    let origins = origins(&before.steps, &after.steps);
    let mut removed = (0..before.steps.len())
        .filter(|index| !origins.contains(&Some(*index)))
        .peekable();
    let mut found = Vec::new();
    for (new, origin) in after.steps.iter().zip(&origins) {
        let Some(origin) = *origin else {
            found.push(StepDiff::Added {
                number: new.number,
                title: new.title.clone(),
            });
            continue;
        };
        while let Some(index) = removed.next_if(|index| *index < origin) {
            found.push(gone(&before.steps[index]));
        }
        found.push(both(&before.steps[origin], new));
    }
    found.extend(removed.map(|index| gone(&before.steps[index])));
    found
}

/// For each new step the old one that it came from: one that is the same if there is one, else one that does the
/// same thing to the same guest, node or volume. No old step is two new ones' origin.
fn origins(before: &[Step], after: &[Step]) -> Vec<Option<usize>> {
    let mut origins = vec![None; after.len()];
    let alike: [fn(&Step, &Step) -> bool; 2] = [is_same, is_kin];
    for alike in alike {
        for (place, new) in after.iter().enumerate() {
            if origins[place].is_some() {
                continue;
            }
            let free = before
                .iter()
                .enumerate()
                .find(|(index, old)| !origins.contains(&Some(*index)) && alike(old, new));
            origins[place] = free.map(|(index, _)| index);
        }
    }
    origins
}

fn is_kin(old: &Step, new: &Step) -> bool {
    old.action == new.action && old.target.to_string() == new.target.to_string()
}

fn is_same(old: &Step, new: &Step) -> bool {
    is_kin(old, new) && leaves(old) == leaves(new)
}

fn gone(step: &Step) -> StepDiff {
    StepDiff::Removed {
        number: step.number,
        title: step.title.clone(),
    }
}

fn both(old: &Step, new: &Step) -> StepDiff {
    let (from, to, title) = (old.number, new.number, new.title.clone());
    let fields = fields(old, new);
    if fields.is_empty() {
        StepDiff::Same { from, to, title }
    } else {
        StepDiff::Changed {
            from,
            to,
            title,
            fields,
        }
    }
}

fn fields(old: &Step, new: &Step) -> Vec<FieldDiff> {
    let (mut old, new) = (leaves(old), leaves(new));
    let mut found: Vec<FieldDiff> = Vec::new();
    for (field, after) in new {
        let before = old.remove(&field);
        if before.as_ref() != Some(&after) {
            found.push(FieldDiff {
                field,
                before,
                after: Some(after),
            });
        }
    }
    found.extend(old.into_iter().map(|(field, before)| FieldDiff {
        field,
        before: Some(before),
        after: None,
    }));
    found.sort_by(|one, other| one.field.cmp(&other.field));
    found
}

/// Every value of a step but its number, by where it stands.
fn leaves(step: &Step) -> BTreeMap<String, String> {
    let mut value = serde_json::to_value(step).expect(
        "a step holds text, numbers and lists under text keys, all of which JSON can write",
    );
    if let Some(step) = value.as_object_mut() {
        step.remove("number");
    }
    let mut found = BTreeMap::new();
    walk("", &value, &mut found);
    found
}

fn walk(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                walk(&path, value, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                let (name, value) = item.as_object().map_or_else(
                    || (leaf(item), String::from("yes")),
                    |fields| (name_of(fields), value_of(fields)),
                );
                // Of two items with one name the second is told apart, lest it hide the first.
                let mut place = format!("{path}.{name}");
                while found.contains_key(&place) {
                    place.push('\'');
                }
                found.insert(place, value);
            }
        }
        scalar => {
            found.insert(path.to_owned(), leaf(scalar));
        }
    }
}

/// Which item of a list it is, such as `snapshot before-upgrade`.
fn name_of(item: &Map<String, Value>) -> String {
    let parts = item
        .iter()
        .filter(|(name, _)| !VALUES.contains(&name.as_str()));
    parts
        .map(|(_, value)| leaf(value))
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the item says, such as `4` or `2 → 4`.
fn value_of(item: &Map<String, Value>) -> String {
    let parts = VALUES.iter().filter_map(|name| item.get(*name)).map(leaf);
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        "yes".to_owned()
    } else {
        parts.join(" → ")
    }
}

fn leaf(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
