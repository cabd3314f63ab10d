//! Every proposal, newest first.

use argus_types::person::Permission;
use argus_types::proposal::{ProposalState, ProposalSummary};
use leptos::prelude::*;

use crate::api::proposals::proposals;
use crate::components::change_row::ChangeRow;
use crate::components::more::{More, Reading};
use crate::components::segment::Segment;
use crate::components::skeleton::Empty;
use crate::context::live::use_live;
use crate::context::paged::paged;
use crate::context::session::use_session;
use crate::context::title::set_title;
use crate::erased::dynamic;
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
    let list = paged(
        move || state.get(),
        move |state, cursor| {
            live.changes.track();
            proposals(session.api, state, PART, cursor)
        },
        |a: &ProposalSummary, b| a.id == b.id,
    );
    view! {
        <div class="page-head">
            <h1>"Changes"</h1>
            {dynamic(move || {
                session
                    .may(Permission::Propose)
                    .then(|| {
                        view! {
                            <a href=routes::ASK class="button primary">
                                "Ask for a change"
                            </a>
                        }
                    })
            })}
        </div>
        <div class="segments scroll" role="group" aria-label="State">
            <Segment chosen=state value=None label="All" />
            {ProposalState::ALL
                .into_iter()
                .map(|one| {
                    let label = words::proposal_state(one).text;
                    view! { <Segment chosen=state value=Some(one) label=label /> }
                })
                .collect_view()}
        </div>
        <Reading list=list.parts label="Reading the changes" />
        {dynamic(move || list.items.get().map(rows))}
        <More list=list.parts label="Older changes" />
    }
}

fn rows(changes: Vec<ProposalSummary>) -> AnyView {
    if changes.is_empty() {
        return view! {
            <Empty title="No changes here.">
                <p>"What people ask for shows up in this list, whatever becomes of it."</p>
            </Empty>
        }
        .into_any();
    }
    view! {
        <ul class="change-list" data-testid="changes">
            {changes
                .into_iter()
                .map(|change| view! { <ChangeRow change=change /> })
                .collect_view()}
        </ul>
    }
    .into_any()
}
