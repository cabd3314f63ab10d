//! What holds for every plan.

use argus_domain::check::{Observed, evaluate, holds};
use argus_domain::digest;
use argus_domain::drift;
use argus_domain::execution::State;
use argus_domain::value::Since;
use argus_types::action::{Action, Draft};
use argus_types::plan::Plan;
use proptest::prelude::*;
use serde_json::Value;

use crate::fixture::{facts, node, target, try_plan};

fn any_action() -> impl Strategy<Value = Action> {
    (101..=104_u32, 0..6_u8, any::<bool>()).prop_map(|(vmid, which, flag)| {
        let target = target(vmid);
        match which {
            0 => Action::Start { target },
            1 => Action::Shutdown {
                target,
                timeout_s: flag.then_some(300),
            },
            2 => Action::Stop { target },
            3 => Action::Reboot {
                target,
                timeout_s: None,
            },
            4 => Action::Snapshot {
                target,
                name: None,
                description: None,
                include_memory: flag,
            },
            _ => Action::Migrate {
                target,
                node: node(if flag { "pve1" } else { "pve2" }),
            },
        }
    })
}

fn any_draft() -> impl Strategy<Value = Draft> {
    proptest::collection::vec(any_action(), 1..12).prop_map(|actions| Draft { actions })
}

/// Every place in a JSON value, by pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, inside) in fields {
                places(inside, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inside) in items.iter().enumerate() {
                places(inside, &format!("{at}/{index}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

proptest! {
    #[test]
    fn planning_is_a_function_of_its_input(draft in any_draft(), first in any::<bool>()) {
        let facts = facts();
        let one = try_plan(&draft, &facts, first);
        let two = try_plan(&draft, &facts.clone(), first);
        prop_assert_eq!(&one, &two);
        if let Ok(planned) = &one {
            prop_assert_eq!(digest::canonical(&planned.plan), digest::canonical(&two.unwrap().plan));
            prop_assert_eq!(drift::check(&planned.plan, &facts), vec![]);
        }
    }

    #[test]
    fn every_step_relies_on_something_and_proves_something(draft in any_draft(), first in any::<bool>()) {
        let facts = facts();
        if let Ok(planned) = try_plan(&draft, &facts, first) {
            prop_assert!(!planned.title.is_empty() && !planned.risk.reasons.is_empty());
            let mut seen = std::collections::BTreeSet::new();
            for (index, step) in planned.plan.steps.iter().enumerate() {
                prop_assert_eq!(usize::from(step.number), index + 1);
                prop_assert!(!step.read_set.is_empty() && !step.post_checks.is_empty());
                prop_assert!(step.max_attempts >= 1 && step.timeout_s > 0);
                // The first step on a guest must hold on the very facts that it was planned on.
                if seen.insert(step.target.to_string()) {
                    let observed = Observed::from_facts(&step.read_set, &step.target, &facts, Since::default());
                    let evidence = evaluate(&step.read_set, &observed);
                    prop_assert!(holds(&evidence), "{:?}", evidence);
                }
            }
            prop_assert_eq!(State::new(&planned.plan).view().len(), planned.plan.steps.len());
        }
    }

    #[test]
    fn the_digest_changes_with_any_field(draft in any_draft(), pick in any::<prop::sample::Index>()) {
        if let Ok(planned) = try_plan(&draft, &facts(), true) {
            let mut value = serde_json::to_value(&planned.plan).unwrap();
            let mut found = Vec::new();
            places(&value, "", &mut found);
            let pointer = &found[pick.index(found.len())];
            let place = value.pointer_mut(pointer).expect("it was just found");
            *place = match &*place {
                Value::Bool(flag) => Value::Bool(!flag),
                Value::Number(number) => Value::from(number.as_u64().unwrap_or(1) % 200 + 1),
                Value::String(text) => Value::from(format!("{text}x")),
                other => other.clone(),
            };
            // Some changes are no plan any more; each one that is has another name.
            if let Ok(other) = serde_json::from_value::<Plan>(value)
                && other != planned.plan
            {
                prop_assert_ne!(digest::of(&other), planned.digest, "{}", pointer);
            }
        }
    }
}
