//! What holds for every plan.

use argus_domain::check::{Observed, evaluate, holds};
use argus_domain::digest;
use argus_domain::execution::State;
use argus_domain::facts::{BackupFacts, Facts, wanted};
use argus_domain::value::Since;
use argus_types::cluster::GuestStatus;
use argus_types::plan::Plan;
use proptest::prelude::*;
use serde_json::Value;

use crate::cluster::storage;
use crate::drafts::{any_draft, feasible_draft, lively};
use crate::fixture::try_plan;

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

/// The cluster with as much of it unknown or in the way as one number says.
fn troubled(trouble: u8) -> Facts {
    let mut facts = lively();
    let is = |bit: u8| trouble & (1 << bit) != 0;
    for (guest, turn) in facts.guests.values_mut().zip((0_u8..).map(|n| n % 3)) {
        match turn {
            0 if is(0) => guest.status = GuestStatus::Unknown,
            0 if is(1) => guest.status = GuestStatus::Paused,
            1 if is(2) => guest.config = None,
            1 if is(3) => guest.disks = None,
            2 if is(4) => guest.kept = argus_domain::facts::Kept::default(),
            2 if is(5) => guest.lock = Some("backup".to_owned()),
            _ => {}
        }
    }
    if is(6) {
        facts.guests.pop_first();
        facts.volumes.clear();
        facts.nodes.clear();
    }
    if is(7) {
        facts.storages.clear();
        facts.inventory.storages.clear();
        facts.inventory.nodes[1].online = false;
    }
    facts
}

/// What a reviewer is warned by and no step is made of.
fn with_warnings(mut facts: Facts) -> Facts {
    for guest in facts.guests.values_mut() {
        guest.tags = vec!["prod".to_owned()];
        guest.uptime_s = Some(1);
        let backup = BackupFacts {
            storage: storage("nfs"),
            volume: None,
            taken: Some(1_795_000_000),
            verified: Some(false),
            protected: false,
            notes: None,
        };
        guest.kept.backups.get_or_insert_default().insert(0, backup);
    }
    for listing in &mut facts.inventory.guests {
        listing.tags = vec!["prod".to_owned()];
    }
    facts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn planning_is_a_function_of_its_input(draft in feasible_draft(&lively()), first in any::<bool>()) {
        let facts = lively();
        let one = try_plan(&draft, &facts, first);
        let two = try_plan(&draft, &facts.clone(), first);
        prop_assert_eq!(&one, &two);
        if let (Ok(one), Ok(two)) = (one, two) {
            prop_assert_eq!(digest::canonical(&one.plan), digest::canonical(&two.plan));
            prop_assert_eq!(one.plan.format, 2);
        }
    }

    #[test]
    fn planning_never_panics_and_says_where(draft in any_draft(), trouble in any::<u8>(), first in any::<bool>()) {
        let facts = troubled(trouble);
        let read = wanted(&draft, &facts.inventory);
        match (try_plan(&draft, &facts, first), read) {
            (Ok(planned), _) => prop_assert!(!planned.plan.steps.is_empty()),
            (Err(errors), Ok(_)) => {
                prop_assert!(errors.iter().all(|error| !error.message.is_empty()));
            }
            // Whatever the inventory alone shows to be wrong is no plan either.
            (Err(errors), Err(early)) => prop_assert!(!errors.is_empty() && !early.is_empty()),
        }
    }

    #[test]
    fn every_step_relies_on_something_and_proves_something(draft in feasible_draft(&lively()), first in any::<bool>()) {
        let facts = lively();
        if let Ok(planned) = try_plan(&draft, &facts, first) {
            prop_assert!(!planned.title.is_empty() && !planned.risk.reasons.is_empty());
            let steps = &planned.plan.steps;
            for (index, step) in steps.iter().enumerate() {
                prop_assert_eq!(usize::from(step.number), index + 1);
                prop_assert!(!step.read_set.is_empty() && !step.post_checks.is_empty());
                prop_assert!(step.max_attempts >= 1 && step.timeout_s > 0);
                prop_assert!(step.locks.is_sorted() && !step.locks.is_empty());
                let lasting = planned.plan.point_of_no_return();
                prop_assert!(step.undo.possible || lasting.is_some_and(|number| number <= step.number));
            }
            // The first step must hold on the very facts that it was planned on.
            let step = &steps[0];
            let observed = Observed::from_facts(&step.read_set, &step.target, &facts, Since::default());
            let evidence = evaluate(&step.read_set, &observed);
            prop_assert!(holds(&evidence), "{:?}", evidence);
            prop_assert_eq!(State::new(&planned.plan).view().len(), steps.len());
        }
    }

    #[test]
    fn a_warning_changes_no_step(draft in feasible_draft(&lively()), first in any::<bool>()) {
        let quiet = try_plan(&draft, &lively(), first);
        let warned = try_plan(&draft, &with_warnings(lively()), first);
        prop_assert_eq!(quiet.is_ok(), warned.is_ok());
        if let (Ok(quiet), Ok(warned)) = (quiet, warned) {
            prop_assert_eq!(quiet.digest, warned.digest);
            prop_assert!(quiet.risk.level <= warned.risk.level);
        }
    }

    #[test]
    fn the_digest_changes_with_any_field(draft in feasible_draft(&lively()), pick in any::<prop::sample::Index>()) {
        if let Ok(planned) = try_plan(&draft, &lively(), true) {
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

    #[test]
    fn a_byte_more_or_less_is_another_plan_or_none(
        draft in feasible_draft(&lively()),
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0x20..0x7f_u8), 24),
    ) {
        if let Ok(planned) = try_plan(&draft, &lively(), false) {
            let bytes = digest::canonical(&planned.plan);
            let same: Plan = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(digest::of(&same), planned.digest);
            for (pick, byte) in picks {
                let mut changed = bytes.clone();
                let place = pick.index(changed.len());
                if changed[place] == byte {
                    continue;
                }
                changed[place] = byte;
                if let Ok(other) = serde_json::from_slice::<Plan>(&changed) {
                    prop_assert_ne!(digest::of(&other), planned.digest, "byte {}", place);
                }
            }
        }
    }
}
