//! Asking a policy about a plan.

use argus_types::Timestamp;
use argus_types::policy::{Denial, Frozen, MatchedRule, Verdict};

use super::freeze::{self, Until};
use super::question::{Backup, Question, StepAsked};
use super::words::{self, approvals};
use super::{DESTRUCTIVE, Largest, MAX_APPROVALS, Policy, Restorable, Rule, Window};

/// Seconds of an hour.
const HOUR_S: i64 = 3600;

impl Policy {
    /// What the policy says about a plan, at `now`.
    pub fn judge(&self, question: &Question, now: Timestamp) -> Verdict {
        let mut verdict = self.without_rules(question);
        let mut windows: Vec<(&str, Window)> = Vec::new();
        for rule in &self.rules {
            let steps = rule.when.steps(question);
            if steps.is_empty() {
                continue;
            }
            windows.extend(
                rule.demands
                    .freeze
                    .iter()
                    .map(|window| (rule.name.as_str(), *window)),
            );
            rule.tighten(&mut verdict, question, &steps, now);
            verdict.matched.push(MatchedRule {
                name: rule.name.clone(),
                why: rule.why.clone(),
                demands: words::demands(&rule.demands),
                unless: words::unless(&rule.when, &steps, question),
            });
        }
        verdict.frozen = frozen(&windows, now);
        hold_to_floor(&mut verdict, question);
        verdict
    }

    /// What the plan needs by the defaults alone.
    fn without_rules(&self, question: &Question) -> Verdict {
        let defaults = &self.defaults;
        let only_looks = !question.destructive
            && !question.steps.is_empty()
            && question.steps.iter().all(|step| {
                let mut looks = defaults.only_looks.iter();
                looks.any(|pattern| pattern.matches(&step.action))
            });
        let by_risk = defaults.approvals.of(question.risk);
        let (count, why) = if only_looks {
            (0, "It only looks, and needs no approval here.".to_owned())
        } else if question.destructive && defaults.destructive >= by_risk {
            let count = defaults.destructive;
            (
                count,
                format!("A destructive plan needs {}.", approvals(count)),
            )
        } else {
            let risk = words::risk(question.risk);
            (
                by_risk,
                format!("A plan of {risk} risk needs {}.", approvals(by_risk)),
            )
        };
        Verdict {
            denied: self.not_enabled(question).into_iter().collect(),
            approvals: count,
            approvals_why: why,
            own_approval: defaults.lone_admin,
            step_up: defaults.step_up,
            reason: defaults.reason,
            expires_after_min: defaults.expires_after_min.of(question.risk),
            approvals_count_min: defaults.approvals_count_min,
            frozen: None,
            matched: Vec::new(),
        }
    }

    fn not_enabled(&self, question: &Question) -> Option<Denial> {
        let mut actions: Vec<&str> = question
            .steps
            .iter()
            .map(|step| step.action.as_str())
            .filter(|action| !self.enables(action))
            .collect();
        actions.sort_unstable();
        actions.dedup();
        if actions.is_empty() {
            return None;
        }
        let enabled: Vec<String> = self.enabled.iter().map(ToString::to_string).collect();
        Some(Denial {
            rule: "enabled".to_owned(),
            why: format!("The policy does not enable {}.", actions.join(", ")),
            instead: if enabled.is_empty() {
                "Nothing is enabled here.".to_owned()
            } else {
                format!("Enabled are: {}.", enabled.join(", "))
            },
        })
    }
}

impl Rule {
    /// Adds the rule's demands. Each line here can only make the verdict stricter.
    fn tighten(
        &self,
        verdict: &mut Verdict,
        question: &Question,
        steps: &[&StepAsked],
        now: Timestamp,
    ) {
        let demands = &self.demands;
        let mut deny = |instead: String, why: String| {
            verdict.denied.push(Denial {
                rule: self.name.clone(),
                why,
                instead,
            });
        };
        if demands.deny {
            let unless = || words::unless(&self.when, steps, question);
            deny(
                self.instead.clone().unwrap_or_else(unless),
                self.why.clone(),
            );
        }
        if let Some(too_large) = demands.largest.and_then(|most| most.exceeded_by(question)) {
            deny(too_large.1, format!("{} {}", self.why, too_large.0));
        }
        if let Some(restorable) = demands.restorable
            && let Some((what, instead)) = restorable.missing(steps, now)
        {
            deny(instead, format!("{} {what}", self.why));
        }
        if let Some(count) = demands.approvals
            && count > verdict.approvals
        {
            verdict.approvals = count;
            verdict.approvals_why = format!(
                "The rule \"{}\" asks for {}: {}",
                self.name,
                approvals(count),
                self.why
            );
        }
        verdict.step_up |= demands.step_up;
        verdict.reason |= demands.reason;
        if let Some(minutes) = demands.expires_after_min {
            verdict.expires_after_min = verdict.expires_after_min.min(minutes);
            verdict.approvals_count_min = verdict.approvals_count_min.min(minutes);
        }
    }
}

impl Largest {
    /// What is too large about the plan, and how large it may be.
    fn exceeded_by(self, question: &Question) -> Option<(String, String)> {
        let over = |most: Option<u32>, count: usize, what: &str| {
            let most = most.filter(|most| count > *most as usize)?;
            Some((
                format!("It concerns {count} {what}s at once."),
                format!(
                    "At most {most} {what}{} at once would pass.",
                    if most == 1 { "" } else { "s" }
                ),
            ))
        };
        over(self.guests, question.guests(), "guest")
            .or_else(|| over(self.nodes, question.nodes(), "node"))
    }
}

impl Restorable {
    /// The guests of `steps` without such a backup, and what would do. What nobody knows counts as missing.
    fn missing(self, steps: &[&StepAsked], now: Timestamp) -> Option<(String, String)> {
        let oldest = now.plus_seconds(-i64::from(self.backup_max_age_h) * HOUR_S);
        let mut without: Vec<String> = steps
            .iter()
            .filter_map(|step| step.guest.as_ref())
            .filter(|guest| match guest.backup {
                Backup::Taken { at, verified } => at < oldest || (self.verified && !verified),
                Backup::None | Backup::Unknown => true,
            })
            .map(|guest| format!("{} ({})", guest.name, guest.key))
            .collect();
        without.sort_unstable();
        without.dedup();
        if without.is_empty() {
            return None;
        }
        let wanted = words::restorable(self);
        Some((
            format!("Argus knows of no {wanted} of {}.", without.join(", ")),
            format!("With a {wanted} of each it would pass."),
        ))
    }
}

fn frozen(windows: &[(&str, Window)], now: Timestamp) -> Option<Frozen> {
    let all: Vec<Window> = windows.iter().map(|(_, window)| *window).collect();
    let until = match freeze::until(&all, now) {
        Until::Not => return None,
        Until::Then(at) => Some(at),
        Until::NoEnd => None,
    };
    let mut rules: Vec<String> = windows
        .iter()
        .filter(|(_, window)| window.end_at(now).is_some())
        .map(|(rule, _)| (*rule).to_owned())
        .collect();
    rules.dedup();
    Some(Frozen { rules, until })
}

/// What no document lowers: destructive work needs two people, and neither of them is its author; and so does what text of
/// others had a hand in.
fn hold_to_floor(verdict: &mut Verdict, question: &Question) {
    let floors = [
        (question.destructive, "A destructive plan needs"),
        (
            question.disputed,
            "The language model drafts it otherwise without text that others wrote: that needs",
        ),
    ];
    for (_, why) in floors.into_iter().filter(|(holds, _)| *holds) {
        if verdict.approvals < DESTRUCTIVE {
            verdict.approvals = DESTRUCTIVE;
            verdict.approvals_why = format!(
                "{why} {}, whatever the policy says.",
                approvals(DESTRUCTIVE)
            );
        }
        verdict.own_approval = false;
    }
    verdict.approvals = verdict.approvals.min(MAX_APPROVALS);
}
