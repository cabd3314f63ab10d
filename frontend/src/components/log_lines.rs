//! Lines of a cluster's or a node's log.

use argus_types::logs::LogLine;
use leptos::prelude::*;

use super::moment::Moment;
use super::skeleton::Empty;

/// The lines, in the order in which they come.
#[component]
pub fn LogLines(
    /// The lines.
    lines: Vec<LogLine>,
) -> impl IntoView {
    if lines.is_empty() {
        return view! {
            <Empty title="The log is empty.">
                <p>"Or Argus' token may not read it: that takes Sys.Syslog on the node."</p>
            </Empty>
        }
        .into_any();
    }
    view! { <ol class="log-list">{lines.into_iter().map(row).collect_view()}</ol> }.into_any()
}

fn row(line: LogLine) -> impl IntoView {
    let class = match line.severity {
        Some(0..=3) => "log-row tone-bad",
        Some(4) => "log-row tone-warn",
        _ => "log-row",
    };
    let severity = line.severity.and_then(severity_word);
    let source = [line.node, line.program, line.user]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <li class=class>
            <span class="log-when fine">{line.at.map(|at| view! { <Moment at=at /> })}</span>
            <span class="log-source fine">{source}</span>
            <span class="log-message">
                {severity.map(|word| view! { <strong>{word} ": "</strong> })} {line.text}
            </span>
        </li>
    }
}

/// Only what is worth a word: the rest is ordinary.
fn severity_word(severity: u8) -> Option<&'static str> {
    Some(match severity {
        0 => "emergency",
        1 => "alert",
        2 => "critical",
        3 => "error",
        4 => "warning",
        _ => return None,
    })
}
