//! That rules only tighten, and that the floor holds, whatever is written.

use argus_domain::policy::{Policy, Question, StepAsked};
use argus_types::policy::Verdict;
use argus_types::proposal::{Origin, RiskLevel};
use proptest::prelude::*;

use crate::fixture::{at, policy, step, tagged, with_guest};

const ACTIONS: [&str; 4] = [
    "guest.start",
    "guest.stop",
    "guest.snapshot.delete",
    "guest.migrate",
];

fn any_step() -> impl Strategy<Value = StepAsked> {
    let action = prop::sample::select(ACTIONS.to_vec());
    let tags = prop::sample::subsequence(vec!["prod", "db", "web"], 0..=3);
    (action, 101..106_u32, tags, prop::option::of(Just("web"))).prop_map(
        |(action, vmid, tags, pool)| {
            with_guest(tagged(step(1, action, vmid), &tags), |guest| {
                guest.pool = pool.map(str::to_owned);
            })
        },
    )
}

fn any_question() -> impl Strategy<Value = Question> {
    let risk = prop::sample::select(vec![RiskLevel::Low, RiskLevel::Medium, RiskLevel::High]);
    let origin = prop::sample::select(vec![Origin::Draft, Origin::BuiltInRules]);
    let steps = prop::collection::vec(any_step(), 1..6);
    (risk, origin, any::<bool>(), any::<bool>(), steps).prop_map(
        |(risk, origin, by_token, destructive, mut steps)| {
            for (number, step) in (1..).zip(&mut steps) {
                step.number = number;
            }
            Question {
                cluster: "main".parse().expect("an id"),
                origin,
                by_token,
                with_reason: false,
                disputed: false,
                risk,
                destructive,
                steps,
            }
        },
    )
}

fn any_condition() -> impl Strategy<Value = String> {
    let one = prop::sample::select(vec![
        "actions = [\"guest.stop\"]",
        "actions = [\"guest.snapshot.*\", \"guest.start\"]",
        "tags = [\"prod\"]",
        "pools = [\"web\"]",
        "nodes = [\"pve1\"]",
        "risk = \"medium\"",
        "destructive = true",
        "destructive = false",
        "token = true",
        "origins = [\"draft\"]",
        "more_than_guests = 2",
    ]);
    prop::collection::btree_map(0..8_u8, one, 0..3).prop_map(|parts| {
        let mut keys = Vec::new();
        let parts: Vec<&str> = parts
            .into_values()
            .filter(|part| {
                let key = part.split(' ').next();
                let is_new = !keys.contains(&key);
                keys.push(key);
                is_new
            })
            .collect();
        format!("when = {{ {} }}\n", parts.join(", "))
    })
}

fn any_demand() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("deny = true".to_owned()),
        (1..=3).prop_map(|count| format!("approvals = {count}")),
        Just("step_up = true".to_owned()),
        Just("reason = true".to_owned()),
        (1..5).prop_map(|guests| format!("largest = {{ guests = {guests} }}")),
        (1..200).prop_map(|minutes| format!("expires_after_min = {minutes}")),
        (1..48_i64).prop_map(|hours| format!("not_before = {}", at(hours))),
        (0..24, 0..24).prop_map(|(from, to)| format!(
            "freeze = [{{ days = [\"mon\", \"tue\"], from = \"{from:02}:00\", to = \"{to:02}:30\", offset = \"+01:00\" }}]"
        )),
        Just("restorable = { backup_max_age_h = 24 }".to_owned()),
    ]
}

fn any_rule() -> impl Strategy<Value = String> {
    (any_condition(), any_demand()).prop_map(|(condition, demand)| format!("{condition}{demand}\n"))
}

/// The document with these rules, named by their places.
fn document(defaults: &str, rules: &[String]) -> Policy {
    let rules: Vec<String> = rules
        .iter()
        .enumerate()
        .map(|(number, rule)| format!("[[rule]]\nname = \"{number}\"\nwhy = \"Why.\"\n{rule}"))
        .collect();
    policy(&format!("{defaults}\n{}", rules.concat()))
}

fn any_defaults() -> impl Strategy<Value = String> {
    (0..=3, 0..=3, any::<bool>(), any::<bool>()).prop_map(|(low, high, lone_admin, looks)| {
        let looks = if looks { "\"guest.start\"" } else { "" };
        format!(
            "[defaults]\napprovals = {{ low = {low}, high = {high} }}\nlone_admin = {lone_admin}\nonly_looks = [{looks}]"
        )
    })
}

/// Whether everything that passes under `a` passes under `b` as well.
fn is_as_strict(a: &Verdict, b: &Verdict) -> bool {
    let freeze_lasts = match (&a.frozen, &b.frozen) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a.until.is_none() || (b.until.is_some() && a.until >= b.until),
    };
    (!a.is_allowed() || b.is_allowed())
        && a.approvals >= b.approvals
        && a.own_approval <= b.own_approval
        && a.step_up >= b.step_up
        && a.reason >= b.reason
        && a.expires_after_min <= b.expires_after_min
        && a.approvals_count_min <= b.approvals_count_min
        && freeze_lasts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn a_rule_more_never_makes_a_plan_easier_to_run_wherever_it_stands(
        defaults in any_defaults(),
        rules in prop::collection::vec(any_rule(), 0..5),
        more in any_rule(),
        place in any::<prop::sample::Index>(),
        question in any_question(),
        hours in -48..48_i64,
    ) {
        let fewer = document(&defaults, &rules).judge(&question, at(hours));
        let mut rules = rules;
        rules.insert(place.index(rules.len() + 1), more);
        let verdict = document(&defaults, &rules).judge(&question, at(hours));
        prop_assert!(is_as_strict(&verdict, &fewer), "{verdict:#?}\n{fewer:#?}");
    }

    #[test]
    fn the_order_of_rules_changes_nothing_that_is_demanded(
        rules in prop::collection::vec(any_rule(), 2..5),
        question in any_question(),
    ) {
        let there = document("", &rules).judge(&question, at(0));
        let back: Vec<String> = rules.into_iter().rev().collect();
        let back = document("", &back).judge(&question, at(0));
        prop_assert!(is_as_strict(&there, &back) && is_as_strict(&back, &there));
    }

    #[test]
    fn no_document_lowers_the_floor(
        defaults in any_defaults(),
        rules in prop::collection::vec(any_rule(), 0..4),
        question in any_question(),
    ) {
        let verdict = document(&defaults, &rules).judge(&question, at(0));
        prop_assert!(!question.destructive || (verdict.approvals >= 2 && !verdict.own_approval));
        prop_assert!(verdict.approvals <= 3);
    }

    #[test]
    fn of_two_verdicts_both_hold(
        rules in prop::collection::vec(any_rule(), 2..6),
        cut in any::<prop::sample::Index>(),
        question in any_question(),
    ) {
        let (then, now) = rules.split_at(cut.index(rules.len()));
        let (then, now) = (document("", then), document("", now));
        let (then, now) = (then.judge(&question, at(0)), now.judge(&question, at(0)));
        let both = argus_domain::policy::stricter(&then, &now, at(0));
        prop_assert!(is_as_strict(&both, &then) && is_as_strict(&both, &now));
    }

    #[test]
    fn a_question_survives_being_kept(question in any_question()) {
        let text = serde_json::to_string(&question).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Question>(&text).expect("a question"), question);
    }
}
