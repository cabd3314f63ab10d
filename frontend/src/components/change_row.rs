//! A proposal in a list. A click opens it over the list; the link leads to its own page.

use argus_types::proposal::{ProposalState, ProposalSummary};
use leptos::ev;
use leptos::prelude::*;

use super::moment::{Countdown, Moment};
use super::pill::{Mark, Pill};
use crate::context::review::use_review;
use crate::format::count::count;
use crate::format::words;
use crate::routes;

/// What a summary stands at: the execution's state once there is one.
pub fn state(change: &ProposalSummary) -> words::Word {
    change.execution.as_ref().map_or_else(
        || words::proposal_state(change.state),
        |execution| words::execution(execution.state, execution.resolved),
    )
}

/// How far the approvals are of a plan that still waits for them.
fn approvals(change: &ProposalSummary) -> Option<String> {
    let (given, needed) = (change.approvals, change.approvals_required);
    (change.state == ProposalState::InReview && needed > 0)
        .then(|| format!("{given} of {needed} approvals"))
}

/// One line of the list, a card on phones.
#[component]
pub fn ChangeRow(
    /// The proposal.
    change: ProposalSummary,
) -> impl IntoView {
    let review = use_review();
    let word = state(&change);
    let approvals = approvals(&change);
    let (id, execution) = (change.id, change.execution);
    let href = execution.as_ref().map_or_else(
        || routes::change(id),
        |execution| routes::execution(execution.id),
    );
    let over_the_list = execution.is_none();
    let open = move |event: ev::MouseEvent| {
        // With a modifier the browser opens the page itself, in a tab of its own.
        if over_the_list && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            event.prevent_default();
            event.stop_propagation();
            review.open(id);
        }
    };
    let waits = change.state == ProposalState::InReview;
    view! {
        <li class="change-row">
            <span class="change-state">
                <Pill word=word />
            </span>
            <span class="change-title" on:click:capture=open>
                <a href=href data-row-link="">
                    {change.title}
                </a>
            </span>
            <span class="change-facts fine">
                <Mark word=words::plan_risk(change.risk, change.destructive) />
                {approvals.map(|text| view! { <strong>{text}</strong> })}
                <span>{count(usize::from(change.steps), "step", "steps")}</span>
                <span>{change.author.name}</span>
                <Moment at=change.created_at />
                {waits.then(|| view! { <Countdown until=change.expires_at /> })}
            </span>
        </li>
    }
}
