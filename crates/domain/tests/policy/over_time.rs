//! Documents that change: what differs, what the past would have been, and which of two verdicts counts.

use argus_domain::policy::{Past, edits, replay, stricter};
use argus_types::id::ProposalId;
use argus_types::policy::Frozen;

use crate::fixture::{at, hard_stop, policy, rule, start};

#[test]
fn edits_name_what_differs_and_those_that_may_widen_come_first() {
    let before = policy(&format!(
        "[defaults]\nexpires_after_min = {{ low = 30 }}\n{}{}",
        rule("kept", "deny = true"),
        rule("gone", "approvals = 2")
    ));
    let after = policy(&format!(
        "[defaults]\nexpires_after_min = {{ low = 20 }}\nlone_admin = true\n{}{}",
        rule("new", "approvals = 2"),
        rule("kept", "deny = true")
    ));
    let found = edits(&before, &after);
    let names: Vec<(&str, bool)> = found
        .iter()
        .map(|edit| (edit.what.as_str(), edit.may_widen))
        .collect();
    assert_eq!(
        names,
        [
            (
                "An admin may approve their own work where it is not destructive",
                true
            ),
            ("rule gone", true),
            ("Minutes until a plan expires, by risk", false),
            ("rule new", false),
        ]
    );
    assert!(
        found[3]
            .after
            .as_ref()
            .is_some_and(|text| text.contains("2 different admins"))
    );
    assert!(edits(&before, &before).is_empty());
}

#[test]
fn more_enabled_actions_may_widen_and_fewer_do_not() {
    let all = policy("");
    let few = argus_domain::policy::Policy::parse("format = 1\nenabled = [\"guest.start\"]");
    let few = few.expect("a policy");
    assert!(edits(&few, &all)[0].may_widen);
    assert!(
        edits(&all, &few)[0].may_widen,
        "another pattern, which people must look at"
    );
}

#[test]
fn a_replay_counts_what_would_have_been_otherwise() {
    let past: Vec<Past> = [(start(), 1), (start(), 0), (start(), 3), (hard_stop(), 2)]
        .into_iter()
        .enumerate()
        .map(|(number, (question, approvals))| Past {
            proposal: ProposalId(uuid::Uuid::from_u128(number as u128)),
            title: format!("plan {number}"),
            at: at(-1),
            question,
            approvals,
        })
        .collect();
    let tried = policy(&rule(
        "stops",
        "deny = true\nwhen = { actions = [\"guest.stop\"] }",
    ));
    let found = replay(&tried, &past, at(-24));
    assert_eq!(
        (
            found.plans,
            found.denied,
            found.more_approvals,
            found.fewer_approvals
        ),
        (4, 1, 1, 1)
    );
    let listed: Vec<_> = found
        .changed
        .iter()
        .map(|plan| {
            (
                plan.title.as_str(),
                plan.approvals_before,
                plan.approvals_after,
            )
        })
        .collect();
    assert_eq!(
        listed,
        [("plan 1", 0, 1), ("plan 2", 3, 1), ("plan 3", 2, 2)]
    );
    assert_eq!(found.changed[2].denied[0].rule, "stops");
}

#[test]
fn of_two_verdicts_each_part_counts_that_is_stricter() {
    let loose = policy("[defaults]\napprovals = { low = 0 }\nlone_admin = true");
    let strict = policy(&rule(
        "a",
        "approvals = 2\nstep_up = true\nreason = true\nexpires_after_min = 5",
    ));
    let (loose, strict) = (loose.judge(&start(), at(0)), strict.judge(&start(), at(0)));
    for (then, now) in [(&loose, &strict), (&strict, &loose)] {
        let both = stricter(then, now, at(0));
        assert_eq!((both.approvals, both.own_approval), (2, false));
        assert_eq!(both.approvals_why, strict.approvals_why);
        assert!(both.step_up && both.reason);
        assert_eq!(both.expires_after_min, 5);
        assert_eq!(both.matched.len(), 1);
    }
}

#[test]
fn a_freeze_of_then_counts_until_it_is_over() {
    let free = policy("").judge(&start(), at(0));
    let mut frozen = free.clone();
    frozen.frozen = Some(Frozen {
        rules: vec!["then".to_owned()],
        until: Some(at(2)),
    });
    assert_eq!(stricter(&frozen, &free, at(1)).frozen, frozen.frozen);
    assert_eq!(stricter(&frozen, &free, at(2)).frozen, None);
}
