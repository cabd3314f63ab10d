//! "What needs me": what waits, runs or went wrong, as far as it is this person's to act on.

use argus_types::execution::ExecutionState;
use argus_types::person::Permission;
use argus_types::proposal::{ProposalState, ProposalSummary};
use leptos::prelude::*;

use super::change_row::ChangeRow;
use super::failure::Failure;
use super::skeleton::Skeleton;
use crate::api::proposals::proposals;
use crate::context::live::use_live;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::format::count::count;

/// Looked at for the strip; the newest come first.
const RECENT: u16 = 50;
/// Shown in the strip.
const SHOWN: usize = 5;

#[derive(Default)]
struct Queue {
    waiting: usize,
    running: usize,
    attention: usize,
    failed: usize,
    rows: Vec<ProposalSummary>,
}

/// Sorts the recent changes by urgency: a person must look, waits, runs, failed.
fn queue(changes: &[ProposalSummary]) -> Queue {
    let mut queue = Queue::default();
    let mut ranked = Vec::new();
    for change in changes {
        let rank = match (
            change.state,
            change.execution.as_ref().map(|execution| execution.state),
        ) {
            (_, Some(ExecutionState::NeedsAttention)) => {
                queue.attention += 1;
                0
            }
            (ProposalState::InReview, _) => {
                queue.waiting += 1;
                1
            }
            (_, Some(ExecutionState::Running | ExecutionState::Stopping)) => {
                queue.running += 1;
                2
            }
            (_, Some(ExecutionState::Failed)) => {
                queue.failed += 1;
                3
            }
            _ => continue,
        };
        ranked.push((rank, change));
    }
    ranked.sort_by_key(|(rank, change)| (*rank, change.expires_at));
    queue.rows = ranked
        .into_iter()
        .take(SHOWN)
        .map(|(_, change)| change.clone())
        .collect();
    queue
}

/// The strip.
#[component]
pub fn NeedsMe() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let recent = load(move || {
        live.changes.track();
        proposals(session.api, None, RECENT, None)
    });
    let waiting = move || {
        if session.may(Permission::Confirm) {
            "waiting for you to confirm"
        } else {
            "waiting for an admin"
        }
    };
    view! {
        <section class="needs-me" aria-labelledby="needs-title">
            <h2 id="needs-title">
                {move || {
                    if session.may(Permission::Propose) { "What needs you" } else { "Going on" }
                }}
            </h2>
            <Failure error=recent.error retry=Callback::new(move |()| recent.reload()) />
            {move || {
                recent.is_first().then(|| view! { <Skeleton lines=2 label="Reading the changes" /> })
            }}
            {move || {
                recent
                    .data
                    .with(|page| page.as_ref().map(|page| queue(&page.items)))
                    .map(|queue| {
                        if queue.rows.is_empty() {
                            return view! {
                                <p class="quiet-line">"Nothing waits, runs or has failed."</p>
                            }
                                .into_any();
                        }
                        let numbers = [
                            (queue.attention, "needing attention"),
                            (queue.waiting, waiting()),
                            (queue.running, "running"),
                            (queue.failed, "failed recently"),
                        ];
                        let summary = numbers
                            .into_iter()
                            .filter(|(number, _)| *number > 0)
                            .map(|(number, what)| format!("{} {what}", count(number, "change", "changes")))
                            .collect::<Vec<_>>()
                            .join(", ");
                        view! {
                            <p class="fine">{summary}</p>
                            <ul class="change-list">
                                {queue
                                    .rows
                                    .into_iter()
                                    .map(|change| view! { <ChangeRow change=change /> })
                                    .collect_view()}
                            </ul>
                        }
                            .into_any()
                    })
            }}
        </section>
    }
}
