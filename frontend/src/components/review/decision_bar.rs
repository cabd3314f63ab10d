//! The bar with the decisions: no at the left, yes at the right, and why one is not there.

use argus_types::account::StepUpAct;
use argus_types::id::{PlanDigest, ProposalId};
use argus_types::person::{Permission, Role};
use argus_types::problem::ProblemCode;
use argus_types::proposal::{Confirmation, Proposal, ProposalState};
use leptos::prelude::*;

use super::approve::Approve;
use super::circumstances::follow_obstacle;
use super::decision::{confirm_label, needs_snapshot_choice, obstacle, without_snapshot};
use super::decisions::{Decisions, UnderWay};
use super::later::{Later, PutOff};
use super::part::{approve_refusal, may_reject, may_request_changes};
use super::reject::Reject;
use super::request_changes::RequestChanges;
use super::withdraw::Withdraw;
use crate::api::ApiError;
use crate::api::confirm::confirm;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::passkey_failure::PasskeyFailure;
use crate::components::passkey_missing::PasskeyMissing;
use crate::context::session::use_session;
use crate::context::step_up::{SteppedUp, has_passkey};
use crate::erased::{dynamic, effect, memo};

/// The bar. Only for a proposal in review.
#[component]
pub fn DecisionBar(
    /// The proposal as the person has read it.
    proposal: Proposal,
    /// What is under way.
    decisions: Decisions,
) -> impl IntoView {
    let session = use_session();
    let (id, digest) = (proposal.id, proposal.digest);
    let waits = proposal.state == ProposalState::InReview;
    let label = confirm_label(&proposal);
    let asks_reason = needs_snapshot_choice(&proposal);
    let wrong = RwSignal::new(String::new());
    let blocked = follow_obstacle(proposal.clone(), decisions, obstacle);
    let UnderWay {
        choice,
        no_snapshot,
        confirming,
        started,
        approvals,
        ..
    } = decisions.under_way();
    let start = Callback::new(move |()| {
        let reason = no_snapshot.get_untracked();
        let without_snapshot = match without_snapshot(asks_reason, choice.get_untracked(), &reason)
        {
            Ok(given) => given,
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        let what = format!("{digest} {without_snapshot:?}");
        let send = move |step_up, key| {
            let confirmation = Confirmation {
                digest,
                without_snapshot,
                step_up,
            };
            confirm(session.api, id, confirmation, key)
        };
        let done = move |()| started.run(());
        if untrack(|| decisions.confirm_takes_passkey()) {
            let act = (StepUpAct::Confirm, digest.to_string());
            confirming.run(
                session,
                act,
                what,
                move |proof, key| send(Some(proof), key),
                done,
            );
        } else {
            confirming
                .sending
                .run(what, move |key| send(None, key), done);
        }
    });
    // Another policy may be in force since the page asked what this plan takes.
    effect(move || {
        if confirming
            .sending
            .error
            .with(|error| error.as_ref().is_some_and(wants_step_up))
        {
            approvals.reload();
        }
    });
    waits.then(|| {
        view! {
            <div class="decision-bar" data-testid="decision-bar">
                <PasskeyFailure attempt=confirming.ceremony before="Not recorded." />
                <Failure error=confirming.sending.error before="Not recorded." />
                {dynamic(move || {
                    confirming
                        .sending
                        .is_open()
                        .then(|| {
                            view! {
                                <p class="fine">
                                    "Confirming again is safe: it carries the same key and starts the plan once."
                                </p>
                            }
                        })
                })}
                <p class="field-error" role="alert">
                    {wrong}
                </p>
                <PutOff proposal=proposal.clone() decisions=decisions />
                <CannotApprove decisions=decisions />
                <TakesPasskey decisions=decisions />
                <div class="decision-row">
                    <SayNo proposal=proposal.clone() decisions=decisions />
                    <SayOtherwise proposal=id digest=digest decisions=decisions />
                    <span class="decision-reason" id="confirm-reason">
                        {blocked}
                    </span>
                    <Approve proposal=proposal.clone() decisions=decisions />
                    <Later proposal=proposal decisions=decisions />
                    <ConfirmButton label=label blocked=blocked confirming=confirming start=start />
                </div>
            </div>
        }
            .into_any()
    })
}

/// Why the person cannot give the approval that is missing; nothing to people who decide nothing anyway.
#[component]
fn CannotApprove(decisions: Decisions) -> impl IntoView {
    let session = use_session();
    let why = memo(move || {
        let approvals = decisions.under_way().approvals.data;
        session
            .may(Permission::Confirm)
            .then(|| approvals.with(|held| held.as_ref().and_then(approve_refusal)))
            .flatten()
    });
    dynamic(move || {
        why.get().map(|why| {
            view! {
                <p class="fine" data-testid="cannot-approve">
                    {why}
                </p>
            }
        })
    })
}

/// That confirming takes a passkey, with the way to one for who has none; nothing to who confirms nothing.
#[component]
fn TakesPasskey(decisions: Decisions) -> impl IntoView {
    let session = use_session();
    let takes = memo(move || session.may(Permission::Confirm) && decisions.confirm_takes_passkey());
    dynamic(move || {
        takes.get().then(|| {
            view! {
                <PasskeyMissing />
                {has_passkey(session)
                    .then(|| {
                        view! {
                            <p class="fine" data-testid="takes-passkey">
                                "By the policy, confirming this plan takes your passkey."
                            </p>
                        }
                    })}
            }
        })
    })
}

/// Whether Argus did not take the confirmation for want of a passkey's proof.
fn wants_step_up(error: &ApiError) -> bool {
    error.code() == Some(ProblemCode::StepUpNeeded)
}

/// Rejects, or takes back: whichever is the person's own.
#[component]
fn SayNo(proposal: Proposal, decisions: Decisions) -> impl IntoView {
    let session = use_session();
    let (id, digest, author) = (proposal.id, proposal.digest, proposal.author.id);
    let rejects = memo(move || {
        let approvals = decisions.under_way().approvals.data;
        approvals.with(|held| held.as_ref().map(may_reject))
    });
    let withdraws = memo(move || {
        session.person() == Some(author) || session.role().is_some_and(|role| role >= Role::Admin)
    });
    dynamic(move || match rejects.get() {
        Some(true) => view! { <Reject proposal=id digest=digest decisions=decisions /> }.into_any(),
        Some(false) if withdraws.get() => {
            view! { <Withdraw proposal=id decided=decisions.under_way().decided /> }.into_any()
        }
        _ => ().into_any(),
    })
}

/// Asks for another plan, where that is the person's to ask.
#[component]
fn SayOtherwise(proposal: ProposalId, digest: PlanDigest, decisions: Decisions) -> impl IntoView {
    let may = memo(move || {
        let approvals = decisions.under_way().approvals.data;
        approvals.with(|held| held.as_ref().is_some_and(may_request_changes))
    });
    dynamic(move || {
        may.get().then(|| {
            view! { <RequestChanges proposal=proposal digest=digest decisions=decisions /> }
        })
    })
}

#[component]
fn ConfirmButton(
    label: String,
    blocked: Memo<Option<String>>,
    confirming: SteppedUp,
    start: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    dynamic(move || {
        let label = label.clone();
        session.may(Permission::Confirm).then(|| {
            view! {
                <button
                    type="button"
                    class="button primary"
                    disabled=move || blocked.with(Option::is_some) || confirming.is_pending()
                    aria-describedby="confirm-reason"
                    data-testid="confirm"
                    on:click=move |_| start.run(())
                >
                    <Icon glyph=Glyph::Check />
                    {dynamic(move || {
                        if confirming.ceremony.pending.get() {
                            "Waiting for your passkey…".to_owned()
                        } else if confirming.sending.pending.get() {
                            "Confirming…".to_owned()
                        } else {
                            label.clone()
                        }
                    })}
                </button>
            }
        })
    })
}
