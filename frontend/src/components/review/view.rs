//! A proposal under review, as a page or within a dialog.

use argus_types::approval::Approvals;
use argus_types::id::ProposalId;
use argus_types::person::Permission;
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Proposal, ProposalState};
use leptos::prelude::*;

use super::approvals_panel::ApprovalsPanel;
use super::collisions::Collisions;
use super::decision_bar::DecisionBar;
use super::decisions::Decisions;
use super::drift::{Drift, follow_drift, needs_look};
use super::head::ReviewHead;
use super::impact::Impact;
use super::outcome::Outcome;
use super::policy::Policy;
use super::raw::Raw;
use super::risk::{RiskReasons, SkippedWishes};
use super::snapshot_prompt::SnapshotPrompt;
use super::step_card::StepCard;
use super::ways::Ways;
use super::what_changed::WhatChanged;
use crate::api::approvals::approvals as read_approvals;
use crate::api::proposal::proposal as read_proposal;
use crate::components::broken_glass::GlassOf;
use crate::components::failure::Failure;
use crate::components::segment::Segment;
use crate::components::skeleton::{Empty, Skeleton};
use crate::context::clock::use_clock;
use crate::context::live::use_live;
use crate::context::load::{Load, load};
use crate::context::location::use_location;
use crate::context::review::use_review;
use crate::context::session::use_session;
use crate::erased::{dynamic, effect, memo};
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

/// Reads where its approvals stand and follows it: what anybody decides changes it, and so does time.
fn follow_approvals(id: ProposalId) -> Load<Approvals> {
    let session = use_session();
    let live = use_live();
    let clock = use_clock();
    let approvals = load(move || {
        live.changes.track();
        read_approvals(session.api, id)
    });
    let over = memo(move || {
        let now = clock.now();
        approvals.data.with(|held| {
            held.as_ref().map(|held| {
                let given = held.given.iter();
                given
                    .filter(|given| given.expires_at.unix_millis() <= now)
                    .count()
            })
        })
    });
    Effect::new(move |before: Option<Option<usize>>| {
        let over = over.get();
        // Argus counts by its own clock; asked again when one of them has run out by this one.
        if before
            .flatten()
            .zip(over)
            .is_some_and(|(before, over)| over > before)
        {
            approvals.reload();
        }
        over
    });
    approvals
}

/// The whole review below its heading.
#[component]
pub fn ProposalReview(
    /// Which.
    id: ProposalId,
    /// The proposal.
    proposal: Load<Proposal>,
) -> impl IntoView {
    let session = use_session();
    let review = use_review();
    let location = use_location();
    let approvals = follow_approvals(id);
    let started_here = RwSignal::new(false);
    let decided = Callback::new(move |()| {
        proposal.reload();
        approvals.reload();
    });
    let started = Callback::new(move |()| {
        started_here.set(true);
        decided.run(());
    });
    let raw = RwSignal::new(false);
    let decisions = Decisions::new(approvals, decided, started);
    // Whoever confirmed watches what they started.
    effect(move || {
        let execution = proposal
            .data
            .with(|proposal| proposal.as_ref().and_then(|proposal| proposal.execution));
        if let (true, Some(id)) = (started_here.get(), execution) {
            review.close();
            location.go(&routes::execution(id));
        }
    });
    // A live message that changes nothing must not take the focus or the scroll position away.
    // Approvals are followed on their own: another one must not close what somebody is writing.
    let shown = memo(move || {
        let held = proposal.data.get();
        held.map(|held| Proposal {
            approvals: 0,
            ..held
        })
    });
    let state =
        memo(move || shown.with(|shown| shown.as_ref().map(|shown| (shown.state, shown.revision))));
    let missing = move || {
        proposal
            .error
            .with(|error| error.as_ref().and_then(crate::api::ApiError::code))
            == Some(ProblemCode::NotFound)
    };
    view! {
        <div class="review">
            <p class="visually-hidden" role="status">
                {dynamic(move || {
                    state
                        .get()
                        .map(|(state, revision)| {
                            format!("{}, revision {revision}", words::proposal_state(state).text)
                        })
                })}
            </p>
            {dynamic(move || {
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
            })}
            {dynamic(move || proposal.is_first().then(|| view! { <Skeleton lines=8 label="Reading the proposal" /> }))}
            {dynamic(move || {
                let may_plan = session.may(Permission::Propose);
                shown.get().map(|held| body(held, may_plan, decisions, raw))
            })}
        </div>
    }
}

fn body(held: Proposal, may_plan: bool, decisions: Decisions, raw: RwSignal<bool>) -> AnyView {
    let chooses = may_plan && held.state == ProposalState::InReview;
    let needed_approval = held.approvals_required > 0 && held.execution.is_some();
    let whole = held.clone();
    let drift = follow_drift(&held);
    let wrote = held.drafted_by.clone().map_or_else(Vec::new, |by| by.wrote);
    view! {
            <ReviewHead proposal=held.clone() />
            <Outcome proposal=held.clone() />
            {needed_approval.then(|| view! { <GlassOf proposal=held.id /> })}
            <div class="segments review-tabs">
                <Segment chosen=raw value=false label="Plan" />
                <Segment chosen=raw value=true label="Raw" />
                <a class="segment" href=routes::drafting(held.id)>
                    "AI"
                </a>
            </div>
            {dynamic(move || {
                let held = whole.clone();
                let wrote = wrote.clone();
                if raw.get() {
    view! { <Raw proposal=held.id /> }.into_any()
                } else {
                    view! {
                        <h2 class="visually-hidden">"The plan"</h2>
                    <div class="review-columns">
                            <div class="review-main">
                                {drift.map(|held| view! { <Drift held=held /> })}
                                <ol class="steps" aria-label="Steps, in order">
                                    {held
                                        .plan
                                        .steps
                                        .iter()
                                        .cloned()
                                        .map(|step| {
                                            let number = step.number;
                                            let look = memo(move || needs_look(drift, number));
                                            view! { <StepCard step=step look=look wrote=wrote.clone() /> }
                                        })
                                        .collect_view()}
                                </ol>
                            </div>
                            <div class="review-side">
                                {held
                                    .undoes
                                    .map(|before| {
                                        view! {
                                            <p>
                                                <a href=routes::execution(before)>"The execution that it undoes"</a>
                                            </p>
                                        }
                                    })}
                                {held
                                    .supersedes
                                    .map(|before| view! { <WhatChanged proposal=held.id before=before /> })}
                                {(held.state == ProposalState::InReview)
                                    .then(|| {
                                        view! {
                                            <Ways
                                                proposal=held.id
                                                digest=held.digest
                                                chooses=chooses
                                                decided=decisions.under_way().decided
                                            />
                                        }
                                    })}
                                <ApprovalsPanel proposal=held.clone() decisions=decisions />
                                {(held.state == ProposalState::InReview)
                                    .then(|| view! { <Collisions proposal=held.id digest=held.digest /> })}
                                <Policy proposal=held.clone() decisions=decisions />
                                <RiskReasons risk=held.risk.clone() />
                                <Impact impact=held.impact.clone() />
                                <SnapshotPrompt
                                    proposal=held.clone()
                                    chooses=chooses
                                    choice=decisions.under_way().choice
                                    reason=decisions.under_way().no_snapshot
                                    replanned=decisions.under_way().decided
                                />
                                <SkippedWishes skipped=held.skipped.clone() />
                            </div>
                        </div>
                    }
                        .into_any()
                }
            })}
            <DecisionBar proposal=held decisions=decisions />
        }
    .into_any()
}
