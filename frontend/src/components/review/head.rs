//! The head of a review: what it is, how risky, whose, until when, and its fingerprint.

use argus_types::proposal::{Proposal, ProposalState};
use leptos::prelude::*;

use crate::components::copy_button::CopyButton;
use crate::components::moment::{Countdown, Moment};
use crate::components::notice::Notice;
use crate::components::pill::Pill;
use crate::format::words::{self, Tone};
use crate::routes;

/// The head, apart from its heading.
#[component]
pub fn ReviewHead(
    /// The proposal.
    proposal: Proposal,
) -> impl IntoView {
    let set_by = proposal
        .risk
        .reasons
        .first()
        .map(|reason| reason.text.clone());
    let waits = proposal.state == ProposalState::InReview;
    let disputed = proposal.is_disputed();
    let suspects = proposal.drafted_by.as_ref().map_or(0, |by| by.suspects);
    let record = routes::drafting(proposal.id);
    let by_model = proposal.drafted_by;
    let drafted_by = by_model.map_or_else(|| proposal.origin.label().to_owned(), |by| by.label());
    view! {
        <div class="review-head">
            <p class="review-pills">
                <Pill word=words::proposal_state(proposal.state) />
                <Pill word=words::plan_risk(proposal.risk.level, proposal.risk.destructive) />
                {set_by.map(|text| view! { <span class="fine">{text}</span> })}
            </p>
            <dl class="review-facts">
                <div>
                    <dt>"Asked by"</dt>
                    <dd>
                        {proposal.author.name.clone()} ", " <Moment at=proposal.created_at />
                    </dd>
                </div>
                <div>
                    <dt>"Drafted by"</dt>
                    <dd>{drafted_by}</dd>
                </div>
                <div>
                    <dt>"Plan"</dt>
                    <dd>
                        <code title=proposal.digest.to_string()>{proposal.digest.short()}</code>
                        <CopyButton text=proposal.digest.to_string() label="Copy the plan's digest" />
                        {(proposal.revision > 1)
                            .then(|| format!(" revision {}", proposal.revision))}
                    </dd>
                </div>
                {waits
                    .then(|| {
                        view! {
                            <div>
                                <dt>"Valid"</dt>
                                <dd>
                                    <Countdown until=proposal.expires_at />
                                </dd>
                            </div>
                        }
                    })}
            </dl>
            {disputed
                .then(|| {
                    view! {
                        <Notice tone=Tone::Warn title="Text of others changes this draft">
                            <p>"Drafted without it, the plan has other targets or actions. Two people must approve."</p>
                        </Notice>
                    }
                })}
            {(suspects > 0)
                .then(|| {
                    view! {
                        <p class="fine" data-testid="suspects">
                            "The model read texts of the cluster that look like orders, and none decided anything: "
                            <a href=record>{suspects.to_string()}</a>
                        </p>
                    }
                        .into_any()
                })}
            {proposal
                .request
                .map(|request| view! { <blockquote class="request">{request}</blockquote> })}
            {proposal
                .reason
                .map(|reason| {
                    view! {
                        <p class="request-why" data-testid="reason">
                            <strong>"Why: "</strong>
                            {reason}
                        </p>
                    }
                })}
        </div>
    }
}
