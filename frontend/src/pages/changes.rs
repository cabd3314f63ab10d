//! Every proposal, newest first.

use argus_types::page::Page;
use argus_types::person::Permission;
use argus_types::proposal::{ProposalState, ProposalSummary};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::api::proposals::proposals;
use crate::components::change_row::ChangeRow;
use crate::components::failure::Failure;
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::live::use_live;
use crate::context::load::load;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::context::title::set_title;
use crate::format::words;
use crate::routes;

/// Proposals a part.
const PART: u16 = 50;

/// The page.
#[component]
pub fn Changes() -> impl IntoView {
    set_title(|| "Changes".to_owned());
    let session = use_session();
    let live = use_live();
    let state = RwSignal::new(None::<ProposalState>);
    let newest = load(move || {
        live.changes.track();
        proposals(session.api, state.get(), PART, None)
    });
    let older = RwSignal::new(Vec::<ProposalSummary>::new());
    let cursor = RwSignal::new(None::<String>);
    let reading = Submission::new();
    // The first part follows the stream; older parts were asked for and stay as they were read.
    Effect::new(move |_| {
        newest.data.with(|page| {
            if let Some(page) = page
                && older.with_untracked(Vec::is_empty)
            {
                cursor.set(page.next_cursor.clone());
            }
        });
    });
    Effect::new(move |_| {
        state.track();
        older.set(Vec::new());
    });
    let more = move |_| {
        let from = cursor.get_untracked();
        let state = state.get_untracked();
        reading.run(
            format!("{from:?}"),
            move |_| proposals(session.api, state, PART, from),
            move |page: Page<ProposalSummary>| {
                older.update(|older| older.extend(page.items));
                cursor.set(page.next_cursor);
            },
        );
    };
    let segment = move |of: Option<ProposalState>, label: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || if state.get() == of { "true" } else { "false" }
                on:click=move |_| state.set(of)
            >
                {label}
            </button>
        }
    };
    let rows = move || {
        let newest = newest
            .data
            .with(|page| page.as_ref().map(|page| page.items.clone()))?;
        let shown = older.with(|older| {
            let known: Vec<_> = newest.iter().map(|change| change.id).collect();
            let rest = older
                .iter()
                .filter(|change| !known.contains(&change.id))
                .cloned();
            newest.iter().cloned().chain(rest).collect::<Vec<_>>()
        });
        Some(shown)
    };
    view! {
        <div class="page-head">
            <h1>"Changes"</h1>
            {move || {
                session
                    .may(Permission::Propose)
                    .then(|| {
                        view! {
                            <A href=routes::ASK attr:class="button primary">
                                "Ask for a change"
                            </A>
                        }
                    })
            }}
        </div>
        <div class="segments scroll" role="group" aria-label="State">
            {segment(None, "All")}
            {ProposalState::ALL
                .into_iter()
                .map(|state| segment(Some(state), words::proposal_state(state).text))
                .collect_view()}
        </div>
        <Failure error=newest.error retry=Callback::new(move |()| newest.reload()) />
        {move || newest.is_first().then(|| view! { <Skeleton lines=6 label="Reading the changes" /> })}
        {move || {
            rows()
                .map(|rows| {
                    if rows.is_empty() {
                        view! {
                            <Empty title="No changes here.">
                                <p>"What people ask for shows up in this list, whatever becomes of it."</p>
                            </Empty>
                        }
                            .into_any()
                    } else {
                        view! {
                            <ul class="change-list" data-testid="changes">
                                {rows
                                    .into_iter()
                                    .map(|change| view! { <ChangeRow change=change /> })
                                    .collect_view()}
                            </ul>
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
                            "Older changes"
                        </button>
                    }
                })
        }}
    }
}
