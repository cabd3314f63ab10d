//! The cluster log, or the system log of a node.

use argus_types::logs::{LogLine, LogSource};
use argus_types::page::Page;
use leptos::prelude::*;

use crate::api::logs::logs;
use crate::components::failure::Failure;
use crate::components::moment::Moment;
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::inventory::use_inventory;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::context::title::set_title;

/// The page.
#[component]
pub fn Logs() -> impl IntoView {
    set_title(|| "Logs".to_owned());
    let session = use_session();
    let inventory = use_inventory();
    // Empty: the cluster log. Otherwise the node whose system log is read.
    let node = RwSignal::new(String::new());
    let request = move || {
        let node = node.get();
        if node.is_empty() {
            (LogSource::Cluster, None)
        } else {
            (LogSource::Syslog, Some(node))
        }
    };
    let first = load(move || {
        let (source, node) = request();
        logs(session.api, source, node, None)
    });
    let further = RwSignal::new(Vec::<LogLine>::new());
    let cursor = RwSignal::new(None::<String>);
    let reading = Submission::new();
    Effect::new(move |_| {
        first.data.with(|page| {
            further.set(Vec::new());
            cursor.set(page.as_ref().and_then(|page| page.next_cursor.clone()));
        });
    });
    let more = move |_| {
        let from = cursor.get_untracked();
        let (source, node) = untrack(request);
        reading.run(
            format!("{from:?}"),
            move |_| logs(session.api, source, node, from),
            move |page: Page<LogLine>| {
                further.update(|further| further.extend(page.items));
                cursor.set(page.next_cursor);
            },
        );
    };
    let nodes = Memo::new(move |_| {
        inventory.snapshot.with(|snapshot| {
            snapshot.as_ref().map_or_else(Vec::new, |held| {
                held.cluster
                    .nodes
                    .iter()
                    .map(|node| node.name.to_string())
                    .collect()
            })
        })
    });
    view! {
        <div class="page-head">
            <h1>"Logs"</h1>
            <label class="field inline-field">
                <span class="visually-hidden">"Which log"</span>
                <select bind:value=node>
                    <option value="">"Cluster log"</option>
                    {move || {
                        nodes
                            .get()
                            .into_iter()
                            .map(|name| {
                                let label = format!("System log of {name}");
                                view! { <option value=name>{label}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </label>
            <button type="button" class="button" on:click=move |_| first.reload()>
                "Read again"
            </button>
        </div>
        <Failure error=first.error retry=Callback::new(move |()| first.reload()) />
        {move || first.is_first().then(|| view! { <Skeleton lines=10 label="Reading the log" /> })}
        {move || {
            first
                .data
                .with(|page| page.as_ref().map(|page| page.items.clone()))
                .map(|mut lines| {
                    lines.extend(further.get());
                    if lines.is_empty() {
                        view! {
                            <Empty title="The log is empty.">
                                <p>"Or the token may not read it: cluster logs need Sys.Syslog."</p>
                            </Empty>
                        }
                            .into_any()
                    } else {
                        view! {
                            <ol class="log-list">{lines.into_iter().map(row).collect_view()}</ol>
                        }
                            .into_any()
                    }
                })
        }}
        <Failure error=reading.error />
        {move || {
            cursor
                .with(Option::is_some)
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button"
                            disabled=move || reading.pending.get()
                            on:click=more
                        >
                            "More lines"
                        </button>
                    }
                })
        }}
    }
}

fn row(line: LogLine) -> impl IntoView {
    let severity = line.severity.and_then(severity_word);
    let class = match line.severity {
        Some(0..=3) => "log-row tone-bad",
        Some(4) => "log-row tone-warn",
        _ => "log-row",
    };
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
