//! What the policy says of the plan: what it asks for, which rules say so, and what would be otherwise.

use argus_types::Timestamp;
use argus_types::policy::{Denial, MatchedRule, Verdict};
use argus_types::proposal::{Proposal, ProposalState};
use leptos::prelude::*;

use super::decisions::Decisions;
use crate::components::icon::{Glyph, Icon};
use crate::erased::{dynamic, memo};
use crate::format::moment;
use crate::format::words::Tone;
use crate::routes;

/// The panel; nothing for plans from before there was a policy.
#[component]
pub fn Policy(
    /// The proposal.
    proposal: Proposal,
    /// What is under way: with it comes what the policy says now.
    decisions: Decisions,
) -> impl IntoView {
    let proposal = StoredValue::new(proposal);
    let verdict = memo(move || {
        let now = decisions
            .under_way()
            .approvals
            .data
            .with(|held| held.as_ref().and_then(|held| held.policy.clone()));
        proposal.with_value(|proposal| {
            // What counted for a closed one is what was said of it then.
            let waits = proposal.state == ProposalState::InReview;
            let then = proposal.policy.as_ref().map(|judged| &judged.verdict);
            now.filter(|_| waits).or_else(|| then.cloned())
        })
    });
    dynamic(move || {
        let verdict = verdict.get()?;
        Some(proposal.with_value(|proposal| panel(proposal, verdict)))
    })
}

fn panel(proposal: &Proposal, verdict: Verdict) -> AnyView {
    let by = proposal.policy.as_ref().map_or_else(
        || "By the policy".to_owned(),
        |judged| format!("By version {} of the policy", judged.version),
    );
    let and_now = if proposal.state == ProposalState::InReview {
        " and by the one in force now; the stricter of both counts."
    } else {
        ", as it was then."
    };
    let lines = lines(proposal, &verdict);
    view! {
        <section class="panel" aria-labelledby="policy-title" data-testid="policy">
            <h3 id="policy-title">"Policy"</h3>
            {verdict.denied.into_iter().map(denial).collect_view()}
            <dl class="asks">{lines.into_iter().map(row).collect_view()}</dl>
            {if verdict.matched.is_empty() {
                view! { <p>"No rule speaks about this plan: what every plan needs holds."</p> }.into_any()
            } else {
                view! {
                    <h4>"Rules that speak about it"</h4>
                    <ul class="rules-matched">{verdict.matched.into_iter().map(matched).collect_view()}</ul>
                }
                    .into_any()
            }}
            <p class="fine">
                {by} {and_now} " " <a href=routes::POLICY>"Read the policy"</a>
            </p>
        </section>
    }
    .into_any()
}

/// One thing that the policy asks for, and how it stands.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    about: &'static str,
    /// Without its full stop.
    text: String,
    until: Option<Timestamp>,
    tone: Tone,
}

impl Line {
    fn new(about: &'static str, text: impl Into<String>, tone: Tone) -> Self {
        Self {
            about,
            text: text.into(),
            until: None,
            tone,
        }
    }
}

fn lines(proposal: &Proposal, verdict: &Verdict) -> Vec<Line> {
    let why = verdict.approvals_why.trim_end_matches('.');
    let mut lines = vec![Line::new("Approvals", why, Tone::Quiet)];
    if verdict.approvals > 0 {
        lines.push(if verdict.own_approval {
            let text = "An admin who asked for it may give one of them (lone admin)";
            Line::new("By whom", text, Tone::Warn)
        } else {
            let text =
                "Nobody who asked for it or confirms it, each another person, with a passkey";
            Line::new("By whom", text, Tone::Quiet)
        });
        let text = format!("{} minutes each", verdict.approvals_count_min);
        lines.push(Line::new("They count", text, Tone::Quiet));
    }
    lines.push(if verdict.step_up {
        Line::new("To confirm", "A fresh passkey assertion", Tone::Info)
    } else {
        Line::new("To confirm", "No passkey", Tone::Quiet)
    });
    lines.push(match (verdict.reason, proposal.reason.is_some()) {
        (true, true) => Line::new("Reason", "Asked for, and given", Tone::Good),
        (true, false) => Line::new(
            "Reason",
            "Asked for, and missing: ask for the change again with one",
            Tone::Bad,
        ),
        (false, true) => Line::new("Reason", "Not asked for, and given", Tone::Quiet),
        (false, false) => Line::new("Reason", "Not asked for", Tone::Quiet),
    });
    lines.push(match &verdict.frozen {
        None => Line::new("May start", "At once, no rule freezes it", Tone::Quiet),
        Some(frozen) => {
            let rules = frozen.rules.join(", ");
            let when = if frozen.until.is_some() {
                "now"
            } else {
                "while this policy is in force"
            };
            Line {
                until: frozen.until,
                ..Line::new(
                    "May start",
                    format!("Not {when}: frozen by {rules}"),
                    Tone::Warn,
                )
            }
        }
    });
    let minutes = verdict.expires_after_min;
    lines.push(Line {
        until: Some(proposal.planned_at.plus_seconds(i64::from(minutes) * 60)),
        ..Line::new(
            "Can be confirmed",
            format!("{minutes} minutes long"),
            Tone::Quiet,
        )
    });
    lines
}

fn row(line: Line) -> AnyView {
    let glyph = match line.tone {
        Tone::Good => Some(Glyph::Check),
        Tone::Bad => Some(Glyph::Cross),
        Tone::Warn => Some(Glyph::Warn),
        _ => None,
    };
    let until = line
        .until
        .map(|until| format!(", until {}", moment::full(until)));
    view! {
        <div class=line.tone.class()>
            <dt>{line.about}</dt>
            <dd>
                {glyph.map(|glyph| view! { <Icon glyph=glyph /> })}
                {line.text}
                {until}
                "."
            </dd>
        </div>
    }
    .into_any()
}

fn denial(denial: Denial) -> AnyView {
    view! {
        <div class="rule-denies tone-bad">
            <p>
                <Icon glyph=Glyph::Cross />
                <strong>{denial.rule}</strong>
                " forbids it. "
                {denial.why}
            </p>
            <p class="fine">{denial.instead}</p>
        </div>
    }
    .into_any()
}

fn matched(rule: MatchedRule) -> AnyView {
    view! {
        <li>
            <p>
                <strong>{rule.name}</strong>
            </p>
            <p class="fine">{rule.why}</p>
            <ul>{rule.demands.into_iter().map(|demand| view! { <li>{demand}</li> }.into_any()).collect_view()}</ul>
            <p class="fine">{rule.unless}</p>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use argus_types::policy::Frozen;

    use super::*;
    use crate::components::review::fixture::proposal;

    fn verdict() -> Verdict {
        Verdict {
            denied: Vec::new(),
            approvals: 0,
            approvals_why: "A plan of low risk needs no approval.".to_owned(),
            own_approval: false,
            step_up: false,
            reason: false,
            expires_after_min: 60,
            approvals_count_min: 60,
            frozen: None,
            matched: Vec::new(),
        }
    }

    fn told(verdict: &Verdict, reason: Option<&str>) -> Vec<Line> {
        let mut proposal = proposal("low", false, false);
        proposal.reason = reason.map(str::to_owned);
        lines(&proposal, verdict)
    }

    fn line(verdict: &Verdict, reason: Option<&str>, about: &str) -> Line {
        let told = told(verdict, reason);
        let line = told.into_iter().find(|line| line.about == about);
        line.expect("a line about it")
    }

    #[test]
    fn a_plan_that_needs_nobody_says_nothing_about_whose_approvals_count() {
        let told = told(&verdict(), None);
        let about: Vec<_> = told.iter().map(|line| line.about).collect();
        let all = [
            "Approvals",
            "To confirm",
            "Reason",
            "May start",
            "Can be confirmed",
        ];
        assert_eq!(about, all);
    }

    #[test]
    fn it_can_be_confirmed_until_so_many_minutes_after_its_planning() {
        let short = Verdict {
            expires_after_min: 30,
            ..verdict()
        };
        let line = line(&short, None, "Can be confirmed");
        let until = line.until.map(|until| until.to_string());
        assert_eq!(line.text, "30 minutes long");
        assert!(until.unwrap().starts_with("2026-11-22T10:30:00"));
    }

    #[test]
    fn a_reason_that_is_asked_for_is_given_or_missing() {
        let strict = Verdict {
            reason: true,
            ..verdict()
        };
        for (verdict, reason, tone) in [
            (&strict, Some("after the outage"), Tone::Good),
            (&strict, None, Tone::Bad),
            (&verdict(), Some("after the outage"), Tone::Quiet),
            (&verdict(), None, Tone::Quiet),
        ] {
            assert_eq!(line(verdict, reason, "Reason").tone, tone, "{reason:?}");
        }
    }

    #[test]
    fn a_freeze_names_its_rules_and_its_end_where_there_is_one() {
        let until: Timestamp = serde_json::from_str("\"2026-11-23T06:00:00Z\"").unwrap();
        for (until, text) in [
            (Some(until), "Not now: frozen by weekend, holidays"),
            (
                None,
                "Not while this policy is in force: frozen by weekend, holidays",
            ),
        ] {
            let rules = vec!["weekend".to_owned(), "holidays".to_owned()];
            let frozen = Verdict {
                frozen: Some(Frozen { rules, until }),
                ..verdict()
            };
            let line = line(&frozen, None, "May start");
            assert_eq!((line.text.as_str(), line.until), (text, until));
            assert_eq!(line.tone, Tone::Warn);
        }
    }

    #[test]
    fn a_lone_admin_is_named_as_what_it_is() {
        let lone = Verdict {
            approvals: 1,
            own_approval: true,
            ..verdict()
        };
        assert_eq!(line(&lone, None, "By whom").tone, Tone::Warn);
        let two = Verdict {
            own_approval: false,
            step_up: true,
            ..lone
        };
        assert_eq!(line(&two, None, "By whom").tone, Tone::Quiet);
        assert_eq!(
            line(&two, None, "To confirm").text,
            "A fresh passkey assertion"
        );
    }
}
