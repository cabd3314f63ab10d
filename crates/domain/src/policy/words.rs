//! Conditions and demands in plain words.

use std::fmt::Display;

use argus_types::Timestamp;
use argus_types::id::GuestKind;
use argus_types::proposal::{Origin, RiskLevel};

use super::freeze::{DAY_MIN, DAYS};
use super::question::{Question, StepAsked};
use super::{ByRisk, Defaults, Demands, Policy, Restorable, Rule, When, Window};

impl Rule {
    /// Which plans it speaks about, in a sentence.
    pub fn about(&self) -> String {
        about(&self.when)
    }

    /// What it demands, one sentence each.
    pub fn demanded(&self) -> Vec<String> {
        demands(&self.demands)
    }
}

impl Policy {
    /// What holds without any rule, one sentence each.
    pub fn defaults_in_words(&self) -> Vec<String> {
        settings(&self.defaults)
            .into_iter()
            .map(|(what, value)| format!("{what}: {value}."))
            .collect()
    }

    /// What no document changes, one sentence each.
    pub fn floor_in_words() -> Vec<String> {
        [
            "An action that is not enabled does not run.",
            "Destructive work needs the approval of two different people, neither of them its author.",
            "Nobody's approval counts twice, whoever confirms has not approved, and API tokens never decide.",
            "Approving takes a fresh passkey assertion.",
            "A change of the policy needs two different admins, neither of them its author.",
        ]
        .map(str::to_owned)
        .to_vec()
    }
}

/// How many approvals, in words.
pub(super) fn approvals(count: u8) -> String {
    match count {
        0 => "no approval".to_owned(),
        1 => "the approval of one admin".to_owned(),
        many => format!("the approvals of {many} different admins"),
    }
}

/// The word for a level.
pub(super) fn risk(level: RiskLevel) -> &'static str {
    match level {
        RiskLevel::Low => "low",
        RiskLevel::Medium => "medium",
        RiskLevel::High => "high",
    }
}

/// The kind of backup that is wanted.
pub(super) fn restorable(wanted: Restorable) -> String {
    format!(
        "{}backup of the last {} hours",
        if wanted.verified { "verified " } else { "" },
        wanted.backup_max_age_h
    )
}

/// What would take the plan out of a rule's reach.
pub(super) fn unless(when: &When, steps: &[&StepAsked], question: &Question) -> String {
    if let Some(most) = when.more_than_guests {
        return format!("With at most {most} guests at a time it would not apply.");
    }
    if when.is_about_steps() && steps.len() < question.steps.len() {
        let numbers: Vec<String> = steps.iter().map(|step| step.number.to_string()).collect();
        return match numbers.as_slice() {
            [one] => format!("Without step {one} it would not apply."),
            many => format!("Without the steps {} it would not apply.", many.join(", ")),
        };
    }
    if when.token == Some(true) {
        return "Asked for by a person in a browser it would not apply.".to_owned();
    }
    if when.destructive == Some(true) {
        return "To a plan that destroys nothing it would not apply.".to_owned();
    }
    if let Some(least) = when.risk.filter(|least| *least > RiskLevel::Low) {
        return format!("Below {} risk it would not apply.", risk(least));
    }
    match about(when).as_str() {
        "every plan" => "It applies to every plan.".to_owned(),
        about => format!("It applies to {about}, and so to all of this one."),
    }
}

/// Which plans these conditions hold for.
pub(super) fn about(when: &When) -> String {
    let mut of_step = Vec::new();
    let mut of_plan = Vec::new();
    let mut step = |name: &str, list: Option<String>| {
        of_step.extend(list.map(|list| format!("{name} {list}")));
    };
    step("that does", when.actions.as_deref().map(either));
    step("to a guest that is a", when.kinds.as_deref().map(kinds));
    step("to a guest tagged", when.tags.as_deref().map(either));
    step("in the pool", when.pools.as_deref().map(either));
    step("on the node", when.nodes.as_deref().map(either));
    step("on the storage", when.storages.as_deref().map(either));
    if !of_step.is_empty() {
        of_plan.push(format!("with a step {}", of_step.join(" ")));
    }
    of_plan.extend(
        when.more_than_guests
            .map(|most| format!("that so changes more than {most} guests")),
    );
    let clusters = when.clusters.as_deref().map(either);
    of_plan.extend(clusters.map(|list| format!("in the cluster {list}")));
    of_plan.extend(when.risk.map(|least| match least {
        RiskLevel::High => "of high risk".to_owned(),
        least => format!("of {} risk or more", risk(least)),
    }));
    of_plan.extend(when.destructive.map(|wanted| {
        if wanted {
            "that is destructive"
        } else {
            "that is not destructive"
        }
        .to_owned()
    }));
    of_plan.extend(when.token.map(|wanted| {
        if wanted {
            "asked for by a script"
        } else {
            "asked for by a person"
        }
        .to_owned()
    }));
    of_plan.extend(when.origins.as_deref().map(|list| {
        let labels: Vec<&str> = list.iter().map(|origin: &Origin| origin.label()).collect();
        format!("drafted by {}", either(&labels))
    }));
    if of_plan.is_empty() {
        "every plan".to_owned()
    } else {
        format!("a plan {}", of_plan.join(", "))
    }
}

/// Demands, one sentence each.
pub(super) fn demands(demands: &Demands) -> Vec<String> {
    let mut all = Vec::new();
    if demands.deny {
        all.push("It must not run.".to_owned());
    }
    all.extend(
        demands
            .approvals
            .map(|count| format!("It needs {}.", approvals(count))),
    );
    if demands.step_up {
        all.push("Confirming takes a passkey.".to_owned());
    }
    if demands.reason {
        all.push("Its author must say why.".to_owned());
    }
    if let Some(most) = demands.largest {
        let guests = most.guests.map(|most| format!("{most} guests"));
        let nodes = most.nodes.map(|most| format!("{most} nodes"));
        let parts: Vec<String> = guests.into_iter().chain(nodes).collect();
        all.push(format!(
            "It concerns at most {} at once.",
            parts.join(" and ")
        ));
    }
    all.extend(
        demands
            .expires_after_min
            .map(|minutes| format!("It and its approvals count for {minutes} minutes at most.")),
    );
    all.extend(
        demands
            .freeze
            .iter()
            .map(|window| format!("It must not start {}.", self::window(*window))),
    );
    all.extend(
        demands
            .restorable
            .map(|wanted| format!("There must be a {} of each guest.", restorable(wanted))),
    );
    all
}

/// The defaults as pairs of name and value, in one order for every document.
pub(super) fn settings(defaults: &Defaults) -> Vec<(&'static str, String)> {
    let yes_or_no = |value: bool| if value { "yes" } else { "no" }.to_owned();
    vec![
        ("Approvals by risk", by_risk(&defaults.approvals)),
        (
            "Approvals of a destructive plan",
            defaults.destructive.to_string(),
        ),
        (
            "Actions that only look and need no approval",
            if defaults.only_looks.is_empty() {
                "none".to_owned()
            } else {
                list(&defaults.only_looks)
            },
        ),
        (
            "Minutes until a plan expires, by risk",
            by_risk(&defaults.expires_after_min),
        ),
        (
            "Minutes for which an approval counts",
            defaults.approvals_count_min.to_string(),
        ),
        (
            "An admin may approve their own work where it is not destructive",
            yes_or_no(defaults.lone_admin),
        ),
        ("Confirming takes a passkey", yes_or_no(defaults.step_up)),
        ("The author must say why", yes_or_no(defaults.reason)),
    ]
}

fn by_risk<T: Display>(values: &ByRisk<T>) -> String {
    format!(
        "{} at low, {} at medium, {} at high",
        values.low, values.medium, values.high
    )
}

fn window(window: Window) -> String {
    let moment = |at: Timestamp| at.to_string();
    match window {
        Window::Once { starts: None, ends } => format!("before {}", moment(ends)),
        Window::Once {
            starts: Some(starts),
            ends,
        } => format!("from {} until {}", moment(starts), moment(ends)),
        Window::Weekly {
            days,
            from_min,
            lasts_min,
            offset_min,
        } => {
            let names: Vec<&str> = DAYS
                .iter()
                .zip(days)
                .filter(|(_, is_on)| *is_on)
                .map(|(name, _)| *name)
                .collect();
            let ends = from_min + lasts_min;
            let next_day = if ends > DAY_MIN {
                " of the next day"
            } else {
                ""
            };
            format!(
                "on {} from {} until {}{next_day} at UTC{}",
                names.join(", "),
                clock(from_min),
                clock(if ends > DAY_MIN { ends - DAY_MIN } else { ends }),
                offset(offset_min)
            )
        }
    }
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn offset(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn kinds(list: &[GuestKind]) -> String {
    let labels: Vec<&str> = list.iter().map(|kind| kind.label()).collect();
    either(&labels)
}

fn either<T: Display>(list: &[T]) -> String {
    let texts: Vec<String> = list.iter().map(ToString::to_string).collect();
    texts.join(" or ")
}

pub(super) fn list<T: Display>(list: &[T]) -> String {
    let texts: Vec<String> = list.iter().map(ToString::to_string).collect();
    texts.join(", ")
}
