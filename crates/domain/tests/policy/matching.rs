//! Which plans a rule speaks about.

use argus_types::id::GuestKind;
use argus_types::proposal::{Origin, RiskLevel};

use crate::fixture::{
    at, hard_stop, matched, policy, question, rule, start, step, tagged, with_guest,
};

/// Whether a rule with this condition speaks about the plan.
fn speaks(when: &str, question: &argus_domain::policy::Question) -> bool {
    let policy = policy(&rule("it", &format!("reason = true\nwhen = {when}")));
    !matched(&policy.judge(question, at(0))).is_empty()
}

#[test]
fn a_rule_without_conditions_speaks_about_every_plan() {
    let policy = policy(&rule("all", "reason = true"));
    assert_eq!(matched(&policy.judge(&start(), at(0))), ["all"]);
    assert_eq!(matched(&policy.judge(&hard_stop(), at(0))), ["all"]);
}

#[test]
fn an_action_is_meant_by_its_name_or_its_family_and_no_further() {
    let snapshot = question(vec![step(1, "guest.snapshot.delete", 101)]);
    assert!(speaks(
        "{ actions = [\"guest.snapshot.delete\"] }",
        &snapshot
    ));
    assert!(speaks("{ actions = [\"guest.snapshot.*\"] }", &snapshot));
    assert!(speaks(
        "{ actions = [\"guest.start\", \"guest.*\"] }",
        &snapshot
    ));
    assert!(!speaks(
        "{ actions = [\"guest.snapshot.create\"] }",
        &snapshot
    ));
    assert!(!speaks("{ actions = [\"guest.snapshot.*\"] }", &start()));
}

#[test]
fn what_a_step_must_be_it_must_be_all_at_once() {
    let plan = question(vec![
        tagged(step(1, "guest.stop", 101), &["dev"]),
        tagged(step(2, "guest.start", 102), &["prod"]),
    ]);
    assert!(speaks("{ actions = [\"guest.stop\"] }", &plan));
    assert!(speaks("{ tags = [\"prod\"] }", &plan));
    assert!(!speaks(
        "{ actions = [\"guest.stop\"], tags = [\"prod\"] }",
        &plan
    ));
    assert!(speaks(
        "{ actions = [\"guest.stop\"], tags = [\"prod\", \"dev\"] }",
        &plan
    ));
}

#[test]
fn each_condition_looks_at_its_own_value() {
    let mut plan = question(vec![with_guest(step(1, "guest.migrate", 101), |guest| {
        guest.pool = Some("web".to_owned());
        guest.tags = vec!["Prod".to_owned()];
        guest.kind = GuestKind::Lxc;
    })]);
    plan.steps[0].nodes.push("pve2".to_owned());
    plan.steps[0].storages.push("local-lvm".to_owned());
    plan.risk = RiskLevel::Medium;
    plan.by_token = true;
    plan.origin = Origin::BuiltInRules;
    for (holds, does_not) in [
        ("{ pools = [\"web\"] }", "{ pools = [\"Web\"] }"),
        ("{ tags = [\"prod\"] }", "{ tags = [\"production\"] }"),
        ("{ kinds = [\"lxc\"] }", "{ kinds = [\"qemu\"] }"),
        ("{ nodes = [\"pve2\"] }", "{ nodes = [\"pve3\"] }"),
        (
            "{ storages = [\"local-lvm\"] }",
            "{ storages = [\"local\"] }",
        ),
        ("{ clusters = [\"main\"] }", "{ clusters = [\"other\"] }"),
        ("{ risk = \"low\" }", "{ risk = \"high\" }"),
        ("{ risk = \"medium\" }", "{ risk = \"high\" }"),
        ("{ destructive = false }", "{ destructive = true }"),
        (
            "{ origins = [\"built_in_rules\"] }",
            "{ origins = [\"draft\"] }",
        ),
        ("{ token = true }", "{ token = false }"),
    ] {
        assert!(speaks(holds, &plan), "{holds}");
        assert!(!speaks(does_not, &plan), "{does_not}");
    }
}

#[test]
fn a_step_without_a_guest_meets_no_condition_about_guests() {
    let mut plan = start();
    plan.steps[0].guest = None;
    for when in [
        "{ tags = [\"prod\"] }",
        "{ pools = [\"web\"] }",
        "{ kinds = [\"qemu\"] }",
    ] {
        assert!(!speaks(when, &plan), "{when}");
    }
    assert!(speaks("{ nodes = [\"pve1\"] }", &plan));
}

#[test]
fn more_than_so_many_guests_counts_those_of_the_steps_that_are_meant() {
    let plan = question(vec![
        step(1, "guest.stop", 101),
        step(2, "guest.stop", 102),
        step(3, "guest.stop", 102),
        step(4, "guest.start", 103),
    ]);
    assert!(speaks("{ more_than_guests = 2 }", &plan));
    assert!(!speaks("{ more_than_guests = 3 }", &plan));
    assert!(speaks(
        "{ actions = [\"guest.stop\"], more_than_guests = 1 }",
        &plan
    ));
    assert!(!speaks(
        "{ actions = [\"guest.stop\"], more_than_guests = 2 }",
        &plan
    ));
}
