//! How many approvals a plan needs.

use argus_domain::approval::{Rules, rule};
use argus_types::proposal::Risk;
use argus_types::proposal::RiskLevel::{self, High, Low, Medium};

fn risk(level: RiskLevel, destructive: bool) -> Risk {
    Risk {
        level,
        destructive,
        reasons: Vec::new(),
    }
}

#[test]
fn the_level_asks_and_a_destructive_plan_asks_for_two_at_least() {
    let usual = Rules::default();
    let strict = Rules {
        low: 1,
        medium: 2,
        high: 3,
    };
    let none = Rules {
        low: 0,
        medium: 0,
        high: 0,
    };
    for (rules, level, destructive, required) in [
        (usual, Low, false, 0),
        (usual, Medium, false, 0),
        (usual, High, false, 1),
        (usual, Low, true, 2),
        (usual, High, true, 2),
        (strict, Low, false, 1),
        (strict, Medium, false, 2),
        (strict, High, false, 3),
        (strict, High, true, 3),
        (none, High, false, 0),
        (none, High, true, 2),
    ] {
        let found = rules.required(&risk(level, destructive));
        assert_eq!(found, required, "{rules:?} {level:?} {destructive}");
    }
}

#[test]
fn a_rule_beyond_what_can_be_configured_is_the_largest_that_can() {
    let rules = Rules {
        high: u8::MAX,
        ..Rules::default()
    };
    assert_eq!(rules.required(&risk(High, true)), 3);
}

#[test]
fn the_rule_says_why_and_how_many() {
    for (level, destructive, required, words) in [
        (Low, false, 0, "A plan of low risk needs no approval"),
        (
            High,
            false,
            1,
            "A plan of high risk needs the approval of one admin",
        ),
        (
            High,
            true,
            2,
            "A destructive plan needs the approval of 2 different admins",
        ),
        (
            High,
            true,
            3,
            "A plan of high risk needs the approval of 3 different admins",
        ),
    ] {
        let sentence = rule(&risk(level, destructive), required);
        assert!(sentence.starts_with(words), "{sentence}");
        assert!(sentence.ends_with('.'), "{sentence}");
    }
}
