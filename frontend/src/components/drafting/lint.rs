//! What schema and linter said of each round, and what text of others did.

use leptos::prelude::*;

use crate::api::part::Part;
use crate::components::notice::Notice;
use crate::format::words::Tone;

/// One round: `LintReport`.
pub fn report(report: Part<'_>) -> AnyView {
    let round = report.text("round");
    let findings: Vec<String> = report.all("findings").into_iter().map(finding).collect();
    if findings.is_empty() {
        let title = format!("Round {round}: the linter found nothing to object to");
        return told(Tone::Good, title, findings);
    }
    told(Tone::Warn, format!("Round {round}: objections"), findings)
}

fn finding(finding: Part<'_>) -> String {
    let place = finding
        .number("index")
        .map_or_else(String::new, |index| format!("action {}, ", index + 1));
    format!(
        "{place}{}: {}",
        finding.text("rule"),
        finding.text("message")
    )
}

/// What text of others did to the draft: `Counterfactual`.
pub fn compared(counterfactual: Part<'_>) -> AnyView {
    let (tone, title) = if counterfactual.is("differs") {
        (
            Tone::Bad,
            "Text of others changes this draft: two people must approve",
        )
    } else {
        (Tone::Good, "Drafted without text of others, it is the same")
    };
    told(tone, title.to_owned(), counterfactual.texts("differences"))
}

fn told(tone: Tone, title: String, lines: Vec<String>) -> AnyView {
    let lines = lines
        .into_iter()
        .map(|line| view! { <li>{line}</li> }.into_any());
    view! {
        <Notice tone=tone title=title>
            <ul>{lines.collect_view()}</ul>
        </Notice>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use argus_types::drafting::LintFinding;

    use super::*;

    #[test]
    fn an_objection_is_read_as_the_contract_writes_it() {
        let mut held = LintFinding {
            index: Some(0),
            rule: "target".to_owned(),
            message: "web-02 is not named".to_owned(),
        };
        let line = |held: &LintFinding| {
            let value = serde_json::to_value(held).unwrap();
            finding(Part(&value))
        };
        assert_eq!(line(&held), "action 1, target: web-02 is not named");
        held.index = None;
        assert_eq!(line(&held), "target: web-02 is not named");
    }
}
