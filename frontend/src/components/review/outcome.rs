//! What became of a proposal that is no longer in review.

use argus_types::proposal::{Proposal, ProposalState};
use leptos::prelude::*;

use super::successor::Successor;
use crate::components::evidence::EvidenceTable;
use crate::components::moment::Moment;
use crate::components::notice::Notice;
use crate::format::words::Tone;
use crate::routes;

/// A sentence, and what drifted.
#[component]
pub fn Outcome(
    /// The proposal.
    proposal: Proposal,
) -> impl IntoView {
    let by = proposal
        .closed_by
        .as_ref()
        .map_or_else(String::new, |person| format!(" by {}", person.name));
    let (tone, title, advice) = match proposal.state {
        ProposalState::InReview => return ().into_any(),
        ProposalState::Confirmed => (Tone::Good, format!("Confirmed{by}"), ""),
        ProposalState::Withdrawn => (Tone::Quiet, format!("Withdrawn{by}"), ""),
        ProposalState::Expired => (
            Tone::Quiet,
            "Expired".to_owned(),
            "Nobody confirmed it in time. Ask again for a plan of the cluster as it is now.",
        ),
        ProposalState::Drifted => (
            Tone::Warn,
            "The cluster changed since the plan was made".to_owned(),
            "Nothing was done. Ask again for a plan of the cluster as it is now.",
        ),
        ProposalState::Rejected => (Tone::Bad, format!("Rejected{by}"), "Nothing was done."),
        ProposalState::ChangesRequested => (
            Tone::Warn,
            format!("Changes requested{by}"),
            "Nothing was done. Its author can make a plan that comes in its place.",
        ),
    };
    let again = proposal.clone();
    view! {
        <Notice tone=tone title=title>
            {proposal.closed_at.map(|at| view! { <p class="fine"><Moment at=at /></p> })}
            {proposal.closed_reason.map(|reason| view! { <p>{reason}</p> })}
            {(!advice.is_empty()).then(|| view! { <p>{advice}</p> })}
            {proposal
                .execution
                .map(|id| {
                    view! {
                        <p>
                            <a href=routes::execution(id)>"See how it went"</a>
                        </p>
                    }
                })}
            <Successor proposal=again />
        </Notice>
        {(!proposal.drift.is_empty())
            .then(|| {
                view! {
                    <EvidenceTable
                        caption="What changed"
                        expected="reviewed"
                        observed="now"
                        rows=proposal.drift.clone()
                    />
                }
            })}
    }
    .into_any()
}
