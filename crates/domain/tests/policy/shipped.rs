//! The documents that Argus brings along.

use argus_domain::policy::Policy;
use argus_types::action::ActionKind;
use argus_types::proposal::RiskLevel;

use crate::fixture::{at, hard_stop, start};
use argus_domain::policy::Question;

const DEFAULT: &str = include_str!("../../../../policies/default.toml");
const HOME_LAB: &str = include_str!("../../../../policies/home-lab.toml");

/// Actions that the shipped documents leave out, each for its reason. A new action stands in a document or here.
const LEFT_OUT: [&str; 0] = [];

fn parse(text: &str) -> Policy {
    Policy::parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

#[test]
fn every_action_is_enabled_or_left_out_for_a_reason() {
    for (name, text) in [("default", DEFAULT), ("home-lab", HOME_LAB)] {
        let policy = parse(text);
        for action in ActionKind::ALL.map(ActionKind::as_str) {
            let is_left_out = LEFT_OUT.contains(&action);
            assert_ne!(policy.enables(action), is_left_out, "{name}: {action}");
        }
    }
}

#[test]
fn the_default_asks_for_one_approval_of_everything_and_two_of_what_destroys() {
    let policy = parse(DEFAULT);
    for risk in [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High] {
        let verdict = policy.judge(&Question { risk, ..start() }, at(0));
        assert_eq!(verdict.approvals, 1, "{risk:?}");
    }
    assert_eq!(policy.judge(&hard_stop(), at(0)).approvals, 2);
    assert!(policy.weaknesses().is_empty());
}

#[test]
fn the_home_lab_asks_for_one_approval_of_high_risk_and_two_of_what_destroys() {
    let policy = parse(HOME_LAB);
    for (risk, approvals) in [
        (RiskLevel::Low, 0),
        (RiskLevel::Medium, 0),
        (RiskLevel::High, 1),
    ] {
        let verdict = policy.judge(&Question { risk, ..start() }, at(0));
        assert_eq!(verdict.approvals, approvals, "{risk:?}");
    }
    assert_eq!(policy.judge(&hard_stop(), at(0)).approvals, 2);
}

/// What the default's remarks show must be right, too.
#[test]
fn the_rules_that_the_default_shows_can_be_taken_as_they_are() {
    let (before, shown) = DEFAULT
        .split_once("# Rules that a place may want")
        .expect("the remark before them");
    let shown: Vec<&str> = shown
        .lines()
        .skip(1)
        .map(|line| {
            line.strip_prefix("# ")
                .unwrap_or(line.trim_start_matches('#'))
        })
        .collect();
    let policy = parse(&format!("{before}\n{}", shown.join("\n")));
    assert_eq!(policy.rules.len(), 6);
}
