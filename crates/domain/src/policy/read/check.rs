//! Values of a document: each in its range, and each saying something.

use std::ops::RangeInclusive;

use argus_types::id::ClusterId;
use toml::Spanned;

use super::Found;
use super::raw;
use super::window::{moment, window};
use crate::policy::{
    ActionPattern, ByRisk, DESTRUCTIVE, Defaults, Demands, Largest, MAX_APPROVALS, Policy,
    Restorable, Rule, When, Window,
};

/// The format that is read here.
const FORMAT: i64 = 1;
/// Minutes that a time to live may have: up to a week.
const MINUTES: RangeInclusive<i64> = 1..=7 * 24 * 60;
/// Minutes where nothing is said.
const DEFAULT_MIN: u32 = 60;
/// Most rules of one document.
const MAX_RULES: usize = 200;

/// The policy that `raw` says; worth something only where nothing was `found`.
pub fn policy(raw: raw::Document, found: &mut Found<'_>) -> Policy {
    if *raw.format.get_ref() != FORMAT {
        found.at(raw.format.span(), "this Argus reads format = 1");
    }
    if let Some(rule) = raw.rules.get(MAX_RULES) {
        found.at(
            rule.span(),
            format!("a policy holds {MAX_RULES} rules at most"),
        );
    }
    let enabled = patterns(raw.enabled, found);
    let defaults = defaults(raw.defaults, found);
    let mut rules: Vec<Rule> = Vec::new();
    for rule in raw.rules {
        let (span, named) = (rule.span(), rule.get_ref().name.span());
        let before = found.mistakes.len();
        let rule = self::rule(rule.into_inner(), found);
        if rules.iter().any(|other| other.name == rule.name) {
            found.at(
                named,
                format!(
                    "there is a rule {:?} already; give this one another name",
                    rule.name
                ),
            );
        }
        // A demand that was mistyped is told by its own mistake.
        if rule.demands == Demands::default() && found.mistakes.len() == before {
            found.at(
                span,
                "the rule demands nothing; add deny, approvals, step_up, reason, largest, expires_after_min, freeze, \
                 not_before or restorable",
            );
        }
        rules.push(rule);
    }
    Policy {
        format: 1,
        enabled,
        defaults,
        rules,
    }
}

fn defaults(raw: raw::Defaults, found: &mut Found<'_>) -> Defaults {
    let most = i64::from(MAX_APPROVALS);
    let mut count = |value, range| number(value, range, "approvals", found);
    let approvals = ByRisk {
        low: count(raw.approvals.low, 0..=most).unwrap_or(1),
        medium: count(raw.approvals.medium, 0..=most).unwrap_or(1),
        high: count(raw.approvals.high, 0..=most).unwrap_or(1),
    };
    let destructive = count(raw.approvals.destructive, i64::from(DESTRUCTIVE)..=most);
    let mut minutes = |value| number(value, MINUTES, "minutes", found);
    let expires_after_min = ByRisk {
        low: minutes(raw.expires_after_min.low).unwrap_or(DEFAULT_MIN),
        medium: minutes(raw.expires_after_min.medium).unwrap_or(DEFAULT_MIN),
        high: minutes(raw.expires_after_min.high).unwrap_or(DEFAULT_MIN),
    };
    Defaults {
        approvals,
        destructive: destructive.unwrap_or(DESTRUCTIVE),
        expires_after_min,
        approvals_count_min: minutes(raw.approvals_count_min).unwrap_or(DEFAULT_MIN),
        only_looks: patterns(raw.only_looks, found),
        lone_admin: raw.lone_admin,
        step_up: raw.step_up,
        reason: raw.reason,
    }
}

fn rule(raw: raw::Rule, found: &mut Found<'_>) -> Rule {
    let instead = raw
        .instead
        .map(|instead| sentence(instead, "`instead`", 300, found));
    if instead.is_some() && raw.deny.is_none() {
        found.at(
            raw.name.span(),
            "`instead` is for a rule that denies; add deny = true or leave it out",
        );
    }
    let mut freeze: Vec<Window> = raw
        .freeze
        .into_iter()
        .filter_map(|one| window(one, found))
        .collect();
    let not_before = raw.not_before.and_then(|moment_| moment(moment_, found));
    freeze.extend(not_before.map(|ends| Window::Once { starts: None, ends }));
    let most = i64::from(MAX_APPROVALS);
    Rule {
        name: sentence(raw.name, "`name`", 60, found),
        why: sentence(raw.why, "`why`", 300, found),
        instead,
        when: when(raw.when, found),
        demands: Demands {
            deny: demanded(raw.deny, "deny", found),
            approvals: number(raw.approvals, 1..=most, "approvals", found),
            step_up: demanded(raw.step_up, "step_up", found),
            reason: demanded(raw.reason, "reason", found),
            largest: raw
                .largest
                .and_then(|largest| self::largest(largest, found)),
            expires_after_min: number(raw.expires_after_min, MINUTES, "minutes", found),
            freeze,
            restorable: raw.restorable.and_then(|wanted| {
                Some(Restorable {
                    backup_max_age_h: number(
                        Some(wanted.backup_max_age_h),
                        1..=24 * 366,
                        "hours",
                        found,
                    )?,
                    verified: wanted.verified,
                })
            }),
        },
    }
}

fn largest(raw: Spanned<raw::Largest>, found: &mut Found<'_>) -> Option<Largest> {
    let span = raw.span();
    let raw = raw.into_inner();
    if raw.guests.is_none() && raw.nodes.is_none() {
        found.at(span, "say how many: { guests = 5 }, { nodes = 1 } or both");
        return None;
    }
    Some(Largest {
        guests: number(raw.guests, 1..=10_000, "guests", found),
        nodes: number(raw.nodes, 1..=1_000, "nodes", found),
    })
}

fn when(raw: raw::When, found: &mut Found<'_>) -> When {
    let actions = raw.actions.and_then(|list| filled(list, "actions", found));
    let clusters = raw.clusters.and_then(|list| {
        let span = list.span();
        let list: Vec<String> = filled(list, "clusters", found)?;
        if let Some(wrong) = list.iter().find(|name| name.parse::<ClusterId>().is_err()) {
            found.at(span, format!("{wrong:?} is no id of a cluster"));
        }
        Some(list)
    });
    let mut texts =
        |list: Option<Spanned<Vec<String>>>, what| list.and_then(|list| filled(list, what, found));
    When {
        tags: texts(raw.tags, "tags"),
        pools: texts(raw.pools, "pools"),
        nodes: texts(raw.nodes, "nodes"),
        storages: texts(raw.storages, "storages"),
        actions: actions.map(|list| patterns(list, found)),
        kinds: raw.kinds.and_then(|list| filled(list, "kinds", found)),
        clusters,
        risk: raw.risk,
        destructive: raw.destructive,
        origins: raw.origins.and_then(|list| filled(list, "origins", found)),
        token: raw.token,
        more_than_guests: number(raw.more_than_guests, 1..=10_000, "guests", found),
    }
}

fn patterns(list: Vec<Spanned<String>>, found: &mut Found<'_>) -> Vec<ActionPattern> {
    list.into_iter()
        .filter_map(|text| {
            ActionPattern::parse(text.get_ref())
                .map_err(|message| found.at(text.span(), message))
                .ok()
        })
        .collect()
}

/// A list that holds something: an empty one would hold for nothing, and its rule never.
fn filled<T>(list: Spanned<Vec<T>>, what: &str, found: &mut Found<'_>) -> Option<Vec<T>> {
    if list.get_ref().is_empty() {
        found.at(
            list.span(),
            format!(
                "`{what}` is empty, so the rule would never hold; name something or leave it out"
            ),
        );
        return None;
    }
    Some(list.into_inner())
}

/// A demand that is made or left out; there is no taking back.
fn demanded(value: Option<Spanned<bool>>, what: &str, found: &mut Found<'_>) -> bool {
    match value {
        Some(value) if !value.get_ref() => {
            found.at(
                value.span(),
                format!("a rule cannot take back what others demand; leave `{what}` out"),
            );
            false
        }
        value => value.is_some(),
    }
}

/// A number within `range`, or a mistake that names it.
fn number<T: TryFrom<i64>>(
    value: Option<Spanned<i64>>,
    range: RangeInclusive<i64>,
    unit: &str,
    found: &mut Found<'_>,
) -> Option<T> {
    let value = value?;
    let right = Some(*value.get_ref())
        .filter(|number| range.contains(number))
        .and_then(|number| T::try_from(number).ok());
    if right.is_none() {
        let (start, end) = range.into_inner();
        found.at(value.span(), format!("write {start} to {end} {unit}"));
    }
    right
}

fn sentence(text: Spanned<String>, what: &str, most: usize, found: &mut Found<'_>) -> String {
    let length = text.get_ref().trim().chars().count();
    if length == 0 {
        found.at(text.span(), format!("{what} is empty; people read it"));
    } else if length > most {
        found.at(
            text.span(),
            format!("{what} has {length} characters; write {most} at most"),
        );
    }
    text.into_inner().trim().to_owned()
}
