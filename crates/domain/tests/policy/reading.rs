//! Reading a document: strict, with the place of each mistake and what to write instead.

use argus_domain::policy::Policy;

use crate::fixture::{mistakes, policy, rule};

const HEAD: &str = "format = 1\nenabled = [\"guest.*\"]\n";

#[test]
fn a_document_without_format_or_enabled_actions_is_none() {
    assert!(mistakes("enabled = []")[0].contains("missing field `format`"));
    assert!(mistakes("format = 1")[0].contains("missing field `enabled`"));
    let later = mistakes("format = 2\nenabled = []");
    assert_eq!(later, ["line 1, column 10: this Argus reads format = 1"]);
}

#[test]
fn an_unknown_key_is_refused_at_its_place_and_the_right_ones_are_named() {
    let text = format!("{HEAD}{}", rule("a", "aprovals = 2"));
    let found = mistakes(&text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("line 6, column 1: unknown field `aprovals`"),
        "{found:?}"
    );
    assert!(found[0].contains("`approvals`"), "{found:?}");
    for wrong in [
        "[default]\n",
        "[defaults]\nlone-admin = true\n",
        "[defaults.approvals]\nlowest = 1\n",
    ] {
        let found = mistakes(&format!("{HEAD}{wrong}"));
        assert!(found[0].contains("unknown field"), "{found:?}");
    }
}

#[test]
fn an_action_that_the_catalogue_does_not_have_is_refused_with_one_near_it() {
    for (written, words) in [
        ("guest.strat", "near it: guest.start"),
        (
            "gest.*",
            "no action begins with \"gest.\"; there are agent.*, backup.*, guest.*",
        ),
        ("guest*", "is no family of actions"),
        ("*", "is no family of actions"),
        ("", "there is no action \"\""),
    ] {
        let found = mistakes(&format!("format = 1\nenabled = [\n  \"{written}\",\n]"));
        assert!(found[0].starts_with("line 3, column 3: "), "{found:?}");
        assert!(found[0].contains(words), "{written}: {found:?}");
        let in_rule = rule(
            "a",
            &format!("deny = true\nwhen = {{ actions = [\"{written}\"] }}"),
        );
        let found = mistakes(&format!("{HEAD}{in_rule}"));
        assert!(found[0].starts_with("line 7, column 21: "), "{found:?}");
    }
}

#[test]
fn what_would_make_a_rule_hold_never_or_demand_nothing_is_refused() {
    for (lines, words) in [
        ("", "the rule demands nothing"),
        ("when = { risk = \"high\" }", "the rule demands nothing"),
        ("deny = true\nwhen = { tags = [] }", "`tags` is empty"),
        ("deny = true\nwhen = { actions = [] }", "`actions` is empty"),
        ("deny = false", "cannot take back"),
        ("step_up = false", "cannot take back"),
        (
            "approvals = 2\ninstead = \"x\"",
            "`instead` is for a rule that denies",
        ),
        ("largest = {}", "say how many"),
    ] {
        let found = mistakes(&format!("{HEAD}{}", rule("a", lines)));
        assert!(
            found.iter().any(|one| one.contains(words)),
            "{lines}: {found:?}"
        );
    }
}

#[test]
fn numbers_outside_their_range_are_refused_with_the_range() {
    for (lines, words) in [
        ("approvals = 0", "write 1 to 3 approvals"),
        ("approvals = 4", "write 1 to 3 approvals"),
        ("approvals = -1", "write 1 to 3 approvals"),
        ("expires_after_min = 0", "write 1 to 10080 minutes"),
        ("largest = { guests = 0 }", "write 1 to 10000 guests"),
        (
            "restorable = { backup_max_age_h = 0 }",
            "write 1 to 8784 hours",
        ),
        (
            "deny = true\nwhen = { more_than_guests = 0 }",
            "write 1 to 10000 guests",
        ),
    ] {
        let found = mistakes(&format!("{HEAD}{}", rule("a", lines)));
        assert!(
            found.iter().any(|one| one.contains(words)),
            "{lines}: {found:?}"
        );
    }
    for (lines, words) in [
        ("approvals = { low = 4 }", "write 0 to 3 approvals"),
        ("approvals = { destructive = 1 }", "write 2 to 3 approvals"),
        (
            "expires_after_min = { high = 10081 }",
            "write 1 to 10080 minutes",
        ),
        ("approvals_count_min = 0", "write 1 to 10080 minutes"),
    ] {
        let found = mistakes(&format!("{HEAD}[defaults]\n{lines}"));
        assert!(found[0].contains(words), "{lines}: {found:?}");
    }
}

#[test]
fn a_window_is_weekly_or_dated_and_all_of_it_is_said() {
    let weekly = "days = [\"fri\"], from = \"18:00\", to = \"24:00\", offset = \"-03:30\"";
    let dated = "starts = 2026-12-20T00:00:00+01:00, ends = 2027-01-06T00:00:00Z";
    for right in [weekly, dated] {
        policy(&rule("a", &format!("freeze = [{{ {right} }}]")));
    }
    for (written, words) in [
        (
            "days = [\"fri\"], from = \"18:00\", to = \"24:00\"".to_owned(),
            "write a weekly window",
        ),
        (format!("{weekly}, {dated}"), "write a weekly window"),
        (String::new(), "write a weekly window"),
        (weekly.replace("fri", "friday"), "write mon, tue"),
        (weekly.replace("[\"fri\"]", "[]"), "name at least one day"),
        (weekly.replace("18:00", "6 pm"), "is no time of day"),
        (weekly.replace("18:00", "24:00"), "a day begins at"),
        (weekly.replace("24:00", "24:01"), "is no time of day"),
        (weekly.replace("24:00", "23:60"), "is no time of day"),
        (
            weekly.replace("-03:30", "Europe/Berlin"),
            "is no offset from UTC",
        ),
        (weekly.replace("-03:30", "+15:00"), "is no offset from UTC"),
        (dated.replace("+01:00", ""), "a date with time and offset"),
        (dated.replace("2027", "2025"), "ends before it starts"),
    ] {
        let text = format!(
            "{HEAD}{}",
            rule("a", &format!("freeze = [{{ {written} }}]"))
        );
        let found = mistakes(&text);
        assert!(found[0].contains(words), "{written}: {found:?}");
        assert!(found[0].starts_with("line 6, "), "{found:?}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_the_text() {
    let text = format!(
        "{HEAD}[defaults]\napprovals = {{ low = 9 }}\n{}{}",
        rule("same", "approvals = 9"),
        rule("same", "deny = true")
    );
    let found = mistakes(&text);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("line 4, "), "{found:?}");
    assert!(
        found[2].contains("there is a rule \"same\" already"),
        "{found:?}"
    );
}

#[test]
fn characters_that_nobody_sees_are_refused_with_their_place() {
    let text = format!("{HEAD}# a remark\u{202e}\n");
    assert!(mistakes(&text)[0].starts_with("line 3, column 11: the invisible character U+202E"));
    assert!(mistakes("format\t= 1")[0].contains("U+0009"));
    let long = format!("{HEAD}#{}", "x".repeat(70_000));
    assert!(mistakes(&long)[0].contains("longer than 65536"));
}

#[test]
fn a_digest_is_of_the_content_and_not_of_its_looks() {
    let plain = policy(&rule("a", "approvals = 2\nwhen = { tags = [\"prod\"] }"));
    let other_looks = Policy::parse(
        "# moved about\nenabled = [ 'guest.*' ]\nformat = 1\n[[rule]]\nwhen.tags = ['prod']\napprovals = 2\nwhy = 'Because of a.'\nname = 'a'\n[defaults]\nlone_admin = false",
    );
    let other_looks = other_looks.expect("the same document");
    assert_eq!(plain.digest(), other_looks.digest());
    let other = policy(&rule("a", "approvals = 3\nwhen = { tags = [\"prod\"] }"));
    assert_ne!(plain.digest(), other.digest());
}

#[test]
fn nothing_that_somebody_may_write_makes_reading_panic() {
    for text in [
        "",
        "\u{0}",
        "[",
        "format = 1e9",
        "format = 99999999999999999999",
        "enabled = 1",
        "ä = 'ö'",
    ] {
        assert!(!mistakes(text).is_empty(), "{text:?}");
    }
}
