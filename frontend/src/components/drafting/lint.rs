//! What schema and linter said of each round.

use argus_types::drafting::{Counterfactual, LintReport};
use leptos::prelude::*;

use crate::components::notice::Notice;
use crate::format::words::Tone;

/// The rounds.
pub fn reports(reports: Vec<LintReport>) -> AnyView {
    reports.into_iter().map(report).collect_view().into_any()
}

fn report(report: LintReport) -> AnyView {
    let round = report.round;
    if report.findings.is_empty() {
        return view! {
            <Notice tone=Tone::Good title=format!("Round {round}: the linter found nothing to object to") />
        }
        .into_any();
    }
    let findings = report.findings.into_iter().map(|finding| {
        let place = finding
            .index
            .map(|index| format!("Action {}: ", u32::from(index) + 1));
        view! {
            <li>
                <code>{finding.rule}</code>
                " "
                {place}
                {finding.message}
            </li>
        }
    });
    view! {
        <Notice tone=Tone::Warn title=format!("Round {round}: objections")>
            <ul>{findings.collect_view()}</ul>
        </Notice>
    }
    .into_any()
}

/// What text of others did to the draft.
pub fn compared(counterfactual: Counterfactual) -> AnyView {
    if !counterfactual.differs {
        return view! {
            <Notice tone=Tone::Good title="Text of others made no difference">
                <p>"Drafted without it, targets and actions are the same."</p>
            </Notice>
        }
        .into_any();
    }
    let all = counterfactual.differences.into_iter();
    view! {
        <Notice tone=Tone::Bad title="Text of others changes this draft: two people must approve">
            <ul>{all.map(|one| view! { <li>{one}</li> }).collect_view()}</ul>
        </Notice>
    }
    .into_any()
}
