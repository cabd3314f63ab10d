//! Drift over any feasible draft: each value that a step relies on counts, and no other.

use argus_domain::check::{Observed, evaluate};
use argus_domain::drift;
use argus_domain::facts::{Facts, GIB, GuestFacts, GuestWanted};
use argus_domain::twin::Twin;
use argus_domain::value::{Since, UNKNOWN};
use argus_types::action::ActionKind;
use argus_types::cluster::GuestStatus;
use argus_types::guest_config::ConfigKey;
use argus_types::plan::{Field, Plan, Step, StepTarget};
use proptest::prelude::*;
use serde_json::json;

use crate::cluster::feasible;
use crate::drafts::{feasible_draft, lively};
use crate::fixture::{node, planned, snapshot, try_plan};
use crate::flips::{add_guest, flip};

/// Whether a change of the fresh facts reaches the step as it is: nothing before it touches what it is about.
fn is_reached(plan: &Plan, index: usize) -> bool {
    let step = &plan.steps[index];
    plan.steps[..index].iter().all(|earlier| {
        let StepTarget::Guest(other) = &earlier.target else {
            return false;
        };
        step.target.key().is_some_and(|key| key != other.key())
    })
}

fn is_about_target(field: &Field) -> bool {
    !matches!(
        field,
        Field::Quorate {}
            | Field::NodeOnline { .. }
            | Field::NodeRuns { .. }
            | Field::QuorateWithout { .. }
            | Field::VmidHolder { .. }
            | Field::StorageActive { .. }
            | Field::StorageFree { .. }
    )
}

/// Whether the step would find another value of `field` than it relies on, once the ones before it have run.
fn is_missed(plan: &Plan, index: usize, field: &Field, facts: &Facts) -> bool {
    let mut twin = Twin::new(facts);
    for step in &plan.steps[..index] {
        twin.apply(step);
    }
    let step = &plan.steps[index];
    let observed =
        Observed::from_facts(&step.read_set, &step.target, twin.facts(), Since::default());
    let evidence = evaluate(&step.read_set, &observed);
    let mut each = step.read_set.iter().zip(evidence);
    each.any(|(wish, one)| wish.field == *field && !one.holds && one.observed != UNKNOWN)
}

/// The steps that rely on `field` of the same target, up to this one.
fn relying(plan: &Plan, index: usize, field: &Field) -> Vec<u16> {
    let target = plan.steps[index].target.to_string();
    let steps = plan.steps[..=index].iter();
    steps
        .filter(|step| step.target.to_string() == target && relies_on(step, field))
        .map(|step| step.number)
        .collect()
}

fn relies_on(step: &Step, field: &Field) -> bool {
    step.read_set.iter().any(|wish| wish.field == *field)
}

/// Changes of what no plan relies on, whatever is in it.
fn beside_all_plans() -> Vec<fn(&mut Facts)> {
    fn each(facts: &mut Facts, change: fn(&mut GuestFacts)) {
        facts.guests.values_mut().for_each(change);
    }
    vec![
        |facts| each(facts, |guest| guest.tags.push("new".to_owned())),
        |facts| each(facts, |guest| guest.uptime_s = Some(1)),
        |facts| {
            each(facts, |guest| {
                for backup in guest.kept.backups.iter_mut().flatten() {
                    backup.verified = Some(true);
                    backup.taken = None;
                }
            });
        },
        |facts| add_guest(facts, 900, node("pve2"), GuestStatus::Stopped),
        |facts| {
            for listing in &mut facts.inventory.guests {
                listing.name.push('x');
                listing.memory = None;
            }
        },
        |facts| {
            for node in &mut facts.inventory.nodes {
                node.memory = None;
            }
        },
        |facts| {
            for seen in facts.storages.values_mut() {
                seen.available = seen.available.map(|free| free + 10 * GIB);
                seen.total = None;
                seen.content.clear();
            }
        },
        |facts| {
            for state in facts.nodes.values_mut() {
                state.uptime_s = None;
            }
        },
        |facts| facts.inventory.release = None,
        |facts| facts.inventory.storages.clear(),
        |facts| {
            for seen in facts.volumes.values_mut().flatten() {
                seen.size += 1;
                seen.made = None;
            }
        },
    ]
}

/// Which values it is about, and the change.
type Beside = (fn(&Field) -> bool, fn(&mut GuestFacts));

/// Changes of values that some plans rely on, each with which ones these are.
fn beside_some_plans() -> Vec<Beside> {
    vec![
        (
            |field| matches!(field, Field::Snapshots {}),
            |guest| guest.snapshots.push(snapshot("beside")),
        ),
        (
            |field| matches!(field, Field::SnapshotSupported {}),
            |guest| guest.snapshot_supported = None,
        ),
        (
            |field| matches!(field, Field::MigrateAllowed { .. }),
            |guest| guest.migrate.clear(),
        ),
        (
            |field| matches!(field, Field::Pool {}),
            |guest| guest.kept.pool = Some(Some("beside".to_owned())),
        ),
        (
            |field| matches!(field, Field::HaState {}),
            |guest| guest.kept.ha = None,
        ),
        (
            |field| matches!(field, Field::ReplicationTarget { .. }),
            |guest| guest.kept.replication = None,
        ),
        (
            |field| matches!(field, Field::Backup { .. }),
            |guest| guest.kept.backups = None,
        ),
        (
            |field| matches!(field, Field::DiskSize { .. } | Field::DiskStorage { .. }),
            |guest| guest.disks = None,
        ),
        (
            |field| {
                let key = ConfigKey::Description;
                *field == Field::Config { key }
            },
            |guest| {
                let config = guest.config.as_mut().expect("it was read");
                let text = "beside".to_owned();
                config.values.insert(ConfigKey::Description, text);
            },
        ),
        (
            |field| matches!(field, Field::ConfigDigest {}),
            |guest| guest.config.as_mut().expect("it was read").digest = None,
        ),
        (
            |field| matches!(field, Field::Agent {}),
            |guest| guest.config.as_mut().expect("it was read").agent ^= true,
        ),
        (
            |field| matches!(field, Field::GrownFrom {}),
            |guest| guest.grown_from = None,
        ),
    ]
}

/// What a look that reads no more than it is asked for would know.
fn leave_what_is_wanted(guest: &mut GuestFacts, wanted: &GuestWanted) {
    if !wanted.snapshots {
        guest.snapshots.clear();
        guest.grown_from = None;
    }
    guest.snapshot_supported = guest.snapshot_supported.filter(|_| wanted.snapshot_feature);
    guest
        .migrate
        .retain(|node, _| wanted.migrate_to.contains(node));
    let kept = &mut guest.kept;
    kept.pool = kept.pool.take().filter(|_| wanted.pool);
    kept.ha = kept.ha.filter(|_| wanted.ha);
    kept.replication = kept.replication.take().filter(|_| wanted.replication);
    kept.backups = kept.backups.take().filter(|_| wanted.backups);
}

#[test]
fn each_value_that_an_entry_of_the_catalogue_relies_on_counts() {
    for kind in ActionKind::ALL.iter().copied() {
        let (wish, facts) = feasible(kind);
        let plan = planned(json!([wish]), &facts).plan;
        let step = &plan.steps[0];
        for wish in &step.read_set {
            let mut now = facts.clone();
            flip(&mut now, &step.target, &wish.field);
            let found = drift::check(&plan, &now);
            let named = found.iter().find(|one| one.step == step.number);
            let label = wish.field.label();
            let labels: Vec<_> = named
                .iter()
                .flat_map(|one| &one.evidence)
                .map(|one| &one.label)
                .collect();
            assert!(labels.contains(&&label), "{kind}: {label}: {labels:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_value_that_a_step_relies_on_names_the_step_when_it_changes(
        draft in feasible_draft(&lively()),
        snapshots_first in any::<bool>(),
    ) {
        let Ok(planned) = try_plan(&draft, &lively(), snapshots_first) else {
            return Ok(());
        };
        let plan = planned.plan;
        for (index, step) in plan.steps.iter().enumerate() {
            for wish in &step.read_set {
                let mut now = lively();
                // A guest or a volume that the plan itself makes has no value yet.
                if step.target.key().is_some_and(|key| !now.guests.contains_key(&key)) {
                    continue;
                }
                flip(&mut now, &step.target, &wish.field);
                let named: Vec<u16> = drift::check(&plan, &now).iter().map(|one| one.step).collect();
                let label = wish.field.label();
                if index == 0 || (is_about_target(&wish.field) && is_reached(&plan, index)) {
                    prop_assert!(named.contains(&step.number), "{}: {label}: {named:?}", step.title);
                } else if is_missed(&plan, index, &wish.field, &now) {
                    let relying = relying(&plan, index, &wish.field);
                    prop_assert!(
                        relying.iter().any(|number| named.contains(number)),
                        "{}: {label}: {named:?}", step.title
                    );
                }
            }
        }
    }

    #[test]
    fn what_no_step_relies_on_may_change(
        draft in feasible_draft(&lively()),
        snapshots_first in any::<bool>(),
    ) {
        let Ok(planned) = try_plan(&draft, &lively(), snapshots_first) else {
            return Ok(());
        };
        let plan = planned.plan;
        prop_assert_eq!(drift::check(&plan, &lively()), vec![]);
        for change in beside_all_plans() {
            let mut now = lively();
            change(&mut now);
            prop_assert_eq!(drift::check(&plan, &now), vec![]);
        }
        for (is_relied, change) in beside_some_plans() {
            let relied = plan.steps.iter().flat_map(|step| &step.read_set);
            if relied.into_iter().any(|wish| is_relied(&wish.field)) {
                continue;
            }
            let mut now = lively();
            now.guests.values_mut().for_each(change);
            prop_assert_eq!(drift::check(&plan, &now), vec![]);
        }
    }

    #[test]
    fn what_a_check_does_not_ask_for_is_not_missed(draft in feasible_draft(&lively())) {
        let Ok(planned) = try_plan(&draft, &lively(), false) else {
            return Ok(());
        };
        let wanted = drift::wanted(&planned.plan);
        let mut now = lively();
        now.guests.retain(|key, _| wanted.guests.contains_key(key));
        for (key, guest) in &mut now.guests {
            leave_what_is_wanted(guest, &wanted.guests[key]);
        }
        now.volumes.retain(|volume, _| wanted.volumes.contains_key(volume));
        now.nodes.retain(|node, _| wanted.nodes.contains_key(node));
        now.storages.retain(|(node, _), _| wanted.nodes.get(node).is_some_and(|one| one.storages));
        prop_assert_eq!(drift::check(&planned.plan, &now), vec![]);
    }
}
