//! What differs between two documents, for whoever decides on the second one.

use argus_types::policy::PolicyEdit;

use super::{ActionPattern, Policy, Rule, words};

/// The differences, those that could let something pass first.
pub fn edits(before: &Policy, after: &Policy) -> Vec<PolicyEdit> {
    let mut edits: Vec<PolicyEdit> = enabled(&before.enabled, &after.enabled)
        .into_iter()
        .collect();
    edits.extend(defaults(before, after));
    edits.extend(rules(&before.rules, &after.rules));
    edits.sort_by_key(|edit| !edit.may_widen);
    edits
}

fn enabled(before: &[ActionPattern], after: &[ActionPattern]) -> Option<PolicyEdit> {
    let sorted = |patterns: &[ActionPattern]| {
        let mut sorted = patterns.to_vec();
        sorted.sort();
        sorted
    };
    let (old, new) = (sorted(before), sorted(after));
    if old == new {
        return None;
    }
    Some(PolicyEdit {
        what: "Enabled actions".to_owned(),
        before: Some(words::list(&old)),
        after: Some(words::list(&new)),
        may_widen: new.iter().any(|pattern| !old.contains(pattern)),
    })
}

fn defaults(before: &Policy, after: &Policy) -> Vec<PolicyEdit> {
    let (old, new) = (&before.defaults, &after.defaults);
    let fewer = |a: u8, b: u8| b < a;
    let longer = |a: u32, b: u32| b > a;
    // In the order of `words::settings`.
    let widens = [
        fewer(old.approvals.low, new.approvals.low)
            || fewer(old.approvals.medium, new.approvals.medium)
            || fewer(old.approvals.high, new.approvals.high),
        fewer(old.destructive, new.destructive),
        new.only_looks
            .iter()
            .any(|pattern| !old.only_looks.contains(pattern)),
        longer(old.expires_after_min.low, new.expires_after_min.low)
            || longer(old.expires_after_min.medium, new.expires_after_min.medium)
            || longer(old.expires_after_min.high, new.expires_after_min.high),
        longer(old.approvals_count_min, new.approvals_count_min),
        new.lone_admin && !old.lone_admin,
        old.step_up && !new.step_up,
        old.reason && !new.reason,
    ];
    words::settings(old)
        .into_iter()
        .zip(words::settings(new))
        .zip(widens)
        .filter(|((old, new), _)| old != new)
        .map(|(((what, before), (_, after)), may_widen)| PolicyEdit {
            what: what.to_owned(),
            before: Some(before),
            after: Some(after),
            may_widen,
        })
        .collect()
}

fn rules(before: &[Rule], after: &[Rule]) -> Vec<PolicyEdit> {
    let of = |rules: &[Rule], name: &str| rules.iter().find(|rule| rule.name == name).cloned();
    let gone_or_other = before.iter().filter_map(|old| {
        let new = of(after, &old.name);
        if new.as_ref() == Some(old) {
            return None;
        }
        Some(PolicyEdit {
            what: format!("rule {}", old.name),
            before: Some(in_words(old)),
            after: new.as_ref().map(in_words),
            // Whether other conditions and demands are stricter is for people to see.
            may_widen: true,
        })
    });
    let added = after
        .iter()
        .filter(|new| of(before, &new.name).is_none())
        .map(|new| PolicyEdit {
            what: format!("rule {}", new.name),
            before: None,
            after: Some(in_words(new)),
            may_widen: false,
        });
    gone_or_other.chain(added).collect()
}

fn in_words(rule: &Rule) -> String {
    format!(
        "{}: {} ({})",
        rule.about(),
        rule.demanded().join(" "),
        rule.why
    )
}
