//! What documents demand of plans.

use argus_domain::policy::{Backup, Policy, Question};
use argus_types::proposal::RiskLevel;

use crate::fixture::{
    at, hard_stop, matched, policy, question, rule, start, step, tagged, with_guest,
};

#[test]
fn what_is_not_enabled_is_denied_with_what_is() {
    let only_starts =
        Policy::parse("format = 1\nenabled = [\"guest.start\", \"guest.snapshot.*\"]");
    let only_starts = only_starts.expect("a policy");
    assert!(only_starts.judge(&start(), at(0)).is_allowed());
    let verdict = only_starts.judge(&hard_stop(), at(0));
    assert_eq!(verdict.denied[0].rule, "enabled");
    assert_eq!(
        verdict.denied[0].why,
        "The policy does not enable guest.stop."
    );
    assert_eq!(
        verdict.denied[0].instead,
        "Enabled are: guest.start, guest.snapshot.*."
    );
    let nothing = Policy::parse("format = 1\nenabled = []").expect("a policy");
    assert!(!nothing.judge(&start(), at(0)).is_allowed());
}

#[test]
fn a_document_that_says_no_more_asks_for_one_approval_and_two_where_it_is_destructive() {
    let plain = policy("");
    let verdict = plain.judge(&start(), at(0));
    assert_eq!((verdict.approvals, verdict.own_approval), (1, false));
    assert_eq!(
        verdict.approvals_why,
        "A plan of low risk needs the approval of one admin."
    );
    assert_eq!(
        (verdict.expires_after_min, verdict.approvals_count_min),
        (60, 60)
    );
    let verdict = plain.judge(&hard_stop(), at(0));
    assert_eq!(verdict.approvals, 2);
    assert!(
        verdict
            .approvals_why
            .starts_with("A destructive plan needs")
    );
}

#[test]
fn defaults_go_by_the_level_of_risk() {
    let lab = policy(
        "[defaults]\napprovals = { low = 0, medium = 0, high = 1 }\nexpires_after_min = { high = 15 }",
    );
    for (risk, approvals, minutes) in [
        (RiskLevel::Low, 0, 60),
        (RiskLevel::Medium, 0, 60),
        (RiskLevel::High, 1, 15),
    ] {
        let verdict = lab.judge(&Question { risk, ..start() }, at(0));
        assert_eq!(
            (verdict.approvals, verdict.expires_after_min),
            (approvals, minutes),
            "{risk:?}"
        );
    }
}

#[test]
fn a_plan_that_only_looks_needs_no_approval_unless_a_rule_asks_or_it_destroys() {
    let looks = "[defaults]\nonly_looks = [\"guest.start\"]\n";
    assert_eq!(policy(looks).judge(&start(), at(0)).approvals, 0);
    let mixed = question(vec![
        step(1, "guest.start", 101),
        step(2, "guest.reboot", 101),
    ]);
    assert_eq!(policy(looks).judge(&mixed, at(0)).approvals, 1);
    let asked = policy(&format!("{looks}{}", rule("a", "approvals = 1")));
    assert_eq!(asked.judge(&start(), at(0)).approvals, 1);
    let named_so = policy("[defaults]\nonly_looks = [\"guest.stop\"]");
    assert_eq!(named_so.judge(&hard_stop(), at(0)).approvals, 2);
}

#[test]
fn what_text_of_others_had_a_hand_in_takes_two_people_whatever_the_document_says() {
    let lax = policy("[defaults]\napprovals = { low = 0, medium = 0, high = 0 }\nlone_admin = true");
    assert_eq!(lax.judge(&start(), at(0)).approvals, 0);
    let verdict = lax.judge(
        &Question {
            disputed: true,
            ..start()
        },
        at(0),
    );
    assert_eq!((verdict.approvals, verdict.own_approval), (2, false));
    assert!(verdict.approvals_why.contains("text that others wrote"));
}

#[test]
fn the_floor_holds_whatever_the_document_says() {
    let loose =
        policy("[defaults]\napprovals = { low = 0, medium = 0, high = 0 }\nlone_admin = true");
    let verdict = loose.judge(&hard_stop(), at(0));
    assert_eq!((verdict.approvals, verdict.own_approval), (2, false));
    let verdict = loose.judge(&start(), at(0));
    assert_eq!((verdict.approvals, verdict.own_approval), (0, true));
}

#[test]
fn of_several_rules_each_demand_takes_the_strictest() {
    let text = [
        rule(
            "one",
            "approvals = 1\nexpires_after_min = 30\nlargest = { guests = 5 }",
        ),
        rule(
            "two",
            "approvals = 3\nexpires_after_min = 10\nstep_up = true\nlargest = { guests = 2 }",
        ),
        rule("three", "approvals = 2\nreason = true"),
    ]
    .concat();
    let verdict = policy(&text).judge(&start(), at(0));
    assert_eq!(matched(&verdict), ["one", "two", "three"]);
    assert_eq!(verdict.approvals, 3);
    assert_eq!(
        verdict.approvals_why,
        "The rule \"two\" asks for the approvals of 3 different admins: Because of two."
    );
    assert_eq!(
        (verdict.expires_after_min, verdict.approvals_count_min),
        (10, 10)
    );
    assert!(verdict.step_up && verdict.reason && verdict.is_allowed());
    let three = question(
        (1..=3)
            .map(|n| step(n, "guest.start", 100 + u32::from(n)))
            .collect(),
    );
    let verdict = policy(&text).judge(&three, at(0));
    assert_eq!(verdict.denied.len(), 1);
    assert_eq!(verdict.denied[0].rule, "two");
    assert_eq!(
        verdict.denied[0].instead,
        "At most 2 guests at once would pass."
    );
}

#[test]
fn a_denial_names_its_rule_and_what_would_pass() {
    let plan = question(vec![
        tagged(step(1, "guest.start", 101), &["dev"]),
        tagged(step(2, "guest.stop", 102), &["db"]),
    ]);
    let when = "when = { actions = [\"guest.stop\"], tags = [\"db\"] }\ndeny = true";
    let verdict = policy(&rule("databases", when)).judge(&plan, at(0));
    assert_eq!(verdict.denied[0].rule, "databases");
    assert_eq!(verdict.denied[0].why, "Because of databases.");
    assert_eq!(
        verdict.denied[0].instead,
        "Without step 2 it would not apply."
    );
    let said = format!("{when}\ninstead = \"Shut it down.\"");
    let verdict = policy(&rule("databases", &said)).judge(&plan, at(0));
    assert_eq!(verdict.denied[0].instead, "Shut it down.");
}

#[test]
fn what_would_take_a_plan_out_of_a_rule_s_reach_is_said() {
    let scripted = Question {
        by_token: true,
        ..hard_stop()
    };
    for (when, words) in [
        ("{ more_than_guests = 1 }", "With at most 1 guests"),
        ("{ token = true }", "by a person in a browser"),
        ("{ destructive = true }", "that destroys nothing"),
        ("{ risk = \"high\" }", "Below high risk"),
        ("{ clusters = [\"main\"] }", "in the cluster main"),
        ("{}", "applies to every plan"),
    ] {
        let mut plan = scripted.clone();
        plan.steps.push(step(2, "guest.stop", 102));
        let policy = policy(&rule("it", &format!("deny = true\nwhen = {when}")));
        let verdict = policy.judge(&plan, at(0));
        assert!(
            verdict.denied[0].instead.contains(words),
            "{when}: {:?}",
            verdict.denied
        );
        assert_eq!(verdict.matched[0].unless, verdict.denied[0].instead);
    }
}

#[test]
fn so_many_nodes_at_once_counts_where_a_migration_goes_as_well() {
    let one = policy(&rule("nodes", "largest = { nodes = 1 }"));
    assert!(one.judge(&start(), at(0)).is_allowed());
    let mut migration = start();
    migration.steps[0].nodes.push("pve2".to_owned());
    let verdict = one.judge(&migration, at(0));
    assert_eq!(
        verdict.denied[0].instead,
        "At most 1 node at once would pass."
    );
    assert!(
        verdict.denied[0]
            .why
            .ends_with("It concerns 2 nodes at once.")
    );
}

#[test]
fn restorable_means_a_young_backup_of_each_guest_and_unknown_counts_as_none() {
    let with = |backup| {
        question(vec![with_guest(step(1, "guest.stop", 101), |guest| {
            guest.backup = backup;
        })])
    };
    let taken = |hours: i64, verified| {
        with(Backup::Taken {
            at: at(-hours),
            verified,
        })
    };
    let young = policy(&rule("backup", "restorable = { backup_max_age_h = 24 }"));
    let verified = policy(&rule(
        "backup",
        "restorable = { backup_max_age_h = 24, verified = true }",
    ));
    for (plan, passes, passes_verified) in [
        (taken(23, true), true, true),
        (taken(24, false), true, false),
        (taken(25, true), false, false),
        (with(Backup::None), false, false),
        (with(Backup::Unknown), false, false),
    ] {
        assert_eq!(young.judge(&plan, at(0)).is_allowed(), passes, "{plan:?}");
        assert_eq!(
            verified.judge(&plan, at(0)).is_allowed(),
            passes_verified,
            "{plan:?}"
        );
    }
    let denial = &verified.judge(&with(Backup::None), at(0)).denied[0];
    assert!(
        denial
            .why
            .contains("no verified backup of the last 24 hours of vm-101 (qemu/101)")
    );
    assert_eq!(
        denial.instead,
        "With a verified backup of the last 24 hours of each it would pass."
    );
}

#[test]
fn a_freeze_says_which_rules_and_until_when() {
    let text = [
        rule("monday", "freeze = [{ days = [\"mon\"], from = \"08:00\", to = \"18:00\", offset = \"+01:00\" }]"),
        rule("evening", "freeze = [{ days = [\"mon\"], from = \"17:00\", to = \"20:00\", offset = \"+00:00\" }]"),
        rule("launch", "not_before = 2026-11-23T15:00:00Z"),
        rule("databases", "when = { tags = [\"db\"] }\nnot_before = 2030-01-01T00:00:00Z"),
    ]
    .concat();
    let policy = policy(&text);
    let frozen = policy.judge(&start(), at(0)).frozen.expect("a freeze");
    assert_eq!(frozen.rules, ["monday", "launch"], "at noon UTC");
    assert_eq!(frozen.until, Some(at(8)), "one window runs into the next");
    assert_eq!(policy.judge(&start(), at(8)).frozen, None);
    assert!(
        policy.judge(&start(), at(0)).is_allowed(),
        "frozen is not denied"
    );
    let of_database = question(vec![tagged(step(1, "guest.start", 101), &["db"])]);
    assert!(policy.judge(&of_database, at(8)).frozen.is_some());
}

#[test]
fn a_week_without_a_gap_has_no_end() {
    let days = "\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"";
    let always = format!(
        "freeze = [{{ days = [{days}], from = \"00:00\", to = \"24:00\", offset = \"+00:00\" }}]"
    );
    let frozen = policy(&rule("always", &always))
        .judge(&start(), at(0))
        .frozen;
    assert_eq!(frozen.expect("a freeze").until, None);
}

#[test]
fn a_document_s_weaknesses_are_named() {
    assert!(policy("").weaknesses().is_empty());
    let weak =
        policy("[defaults]\nlone_admin = true\napprovals = { low = 0 }\napprovals_count_min = 600");
    let found = weak.weaknesses();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].contains("lone_admin"));
    assert!(found[1].contains("low risk runs without"));
    assert!(found[2].contains("600 minutes"));
}

#[test]
fn what_too_few_admins_could_never_approve_is_a_weakness() {
    let among = |admins: u32| policy("").weaknesses_among(admins).join("\n");
    assert!(
        among(0).contains("Nothing destructive can run") && among(0).contains("there is no admin")
    );
    assert!(among(1).contains("it takes 2 approvals, and there is one admin"));
    assert!(among(2).contains("Nothing destructive that an admin asks for can run"));
    assert!(among(2).contains("from the server's shell only"));
    assert_eq!(among(3), "");
    // A document that asks for more needs more people.
    let strict = policy("[defaults]\napprovals = { destructive = 3 }").weaknesses_among(3);
    assert!(
        strict[0].contains("takes 3 approvals by others"),
        "{strict:?}"
    );
}
