//! A proposal under review, as a page or within a dialog.

use argus_types::id::ProposalId;
use argus_types::person::Permission;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Proposal, ProposalState};
use leptos::prelude::*;

use super::decision::SnapshotChoice;
use super::decision_bar::DecisionBar;
use super::head::ReviewHead;
use super::outcome::Outcome;
use super::raw::Raw;
use super::risk::{RiskReasons, SkippedWishes};
use super::snapshot_prompt::SnapshotPrompt;
use super::step_card::StepCard;
use crate::api::proposal::proposal as read_proposal;
use crate::components::failure::Failure;
use crate::components::segment::Segment;
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::live::use_live;
use crate::context::load::{Load, load};
use crate::context::location::use_location;
use crate::context::review::use_review;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::format::words;
use crate::routes;

/// Reads one proposal and follows it.
pub fn follow(id: ProposalId) -> Load<Proposal> {
    let session = use_session();
    let live = use_live();
    load(move || {
        live.changes.track();
        read_proposal(session.api, id)
    })
}

/// What is decided about one proposal while it is open.
#[derive(Clone, Copy)]
struct Decisions {
    choice: RwSignal<SnapshotChoice>,
    reason: RwSignal<String>,
    confirming: Submission,
    raw: RwSignal<bool>,
}

/// The whole review below its heading.
#[component]
pub fn ProposalReview(
    /// The proposal.
    proposal: Load<Proposal>,
) -> impl IntoView {
    let session = use_session();
    let review = use_review();
    let location = use_location();
    let decisions = Decisions {
        choice: RwSignal::new(SnapshotChoice::Open),
        reason: RwSignal::new(String::new()),
        confirming: Submission::new(),
        raw: RwSignal::new(false),
    };
    let confirmed_here = RwSignal::new(false);
    let decided = Callback::new(move |()| {
        confirmed_here.set(true);
        proposal.reload();
    });
    // Whoever confirmed watches what they started.
    Effect::new(move |_| {
        let execution = proposal
            .data
            .with(|proposal| proposal.as_ref().and_then(|proposal| proposal.execution));
        if let (true, Some(id)) = (confirmed_here.get(), execution) {
            review.close();
            location.go(&routes::execution(id));
        }
    });
    // A live message that changes nothing must not take the focus or the scroll position away.
    let shown = Memo::new(move |_| proposal.data.get());
    let state = Memo::new(move |_| {
        shown.with(|shown| shown.as_ref().map(|shown| (shown.state, shown.revision)))
    });
    let missing = move || {
        proposal
            .error
            .with(|error| error.as_ref().and_then(crate::api::ApiError::code))
            == Some(ProblemCode::NotFound)
    };
    view! {
        <div class="review">
            <p class="visually-hidden" role="status">
                {move || {
                    state
                        .get()
                        .map(|(state, revision)| {
                            format!("{}, revision {revision}", words::proposal_state(state).text)
                        })
                }}
            </p>
            {move || {
                if missing() {
                    view! {
                        <Empty title="There is no such proposal.">
                            <p>"The link may be mistyped."</p>
                        </Empty>
                    }
                        .into_any()
                } else {
                    view! {
                        <Failure
                            error=proposal.error
                            retry=Callback::new(move |()| proposal.reload())
                        />
                    }
                        .into_any()
                }
            }}
            {move || proposal.is_first().then(|| view! { <Skeleton lines=8 label="Reading the proposal" /> })}
            {move || {
                let may_plan = session.may(Permission::Propose);
                shown.get().map(|held| body(held, may_plan, decisions, proposal, decided))
            }}
        </div>
    }
}

fn body(
    held: Proposal,
    may_plan: bool,
    decisions: Decisions,
    proposal: Load<Proposal>,
    decided: Callback<()>,
) -> AnyView {
    let chooses = may_plan && held.state == ProposalState::InReview;
    let Decisions {
        choice,
        reason,
        confirming,
        raw,
    } = decisions;
    let whole = held.clone();
    view! {
            <ReviewHead proposal=held.clone() />
            <Outcome proposal=held.clone() />
            <div class="segments review-tabs">
                <Segment chosen=raw value=false label="Plan" />
                <Segment chosen=raw value=true label="Raw" />
            </div>
            {move || {
                let held = whole.clone();
                if raw.get() {
    view! { <Raw proposal=held.id /> }.into_any()
                } else {
                    view! {
                        <h2 class="visually-hidden">"The plan"</h2>
                    <div class="review-columns">
                            <ol class="steps" aria-label="Steps, in order">
                                {held
                                    .plan
                                    .steps
                                    .iter()
                                    .cloned()
                                    .map(|step| view! { <StepCard step=step /> })
                                    .collect_view()}
                            </ol>
                            <div class="review-side">
                                <RiskReasons risk=held.risk.clone() />
                                <SnapshotPrompt
                                    proposal=held.clone()
                                    chooses=chooses
                                    choice=choice
                                    reason=reason
                                    replanned=Callback::new(move |()| proposal.reload())
                                />
                                <SkippedWishes skipped=held.skipped.clone() />
                            </div>
                        </div>
                    }
                        .into_any()
                }
            }}
            <DecisionBar
                proposal=held
                choice=choice
                reason=reason
                confirming=confirming
                decided=decided
            />
        }
    .into_any()
}
