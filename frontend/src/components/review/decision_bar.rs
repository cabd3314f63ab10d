//! The bar with the two decisions: withdraw at the left, confirm at the right, and why one is not there.

use argus_types::person::Permission;
use argus_types::proposal::{Confirmation, Proposal, ProposalState};
use argus_types::text::PlainText;
use leptos::prelude::*;

use super::decision::{
    Circumstances, SnapshotChoice, confirm_label, needs_snapshot_choice, obstacle,
};
use super::withdraw::Withdraw;
use crate::api::confirm::confirm;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::clock::use_clock;
use crate::context::emergency::use_emergency;
use crate::context::inventory::use_inventory;
use crate::context::session::use_session;
use crate::context::submission::Submission;

/// The bar. Only for a proposal in review.
#[component]
pub fn DecisionBar(
    /// The proposal as the person has read it.
    proposal: Proposal,
    /// What was chosen about a snapshot.
    choice: RwSignal<SnapshotChoice>,
    /// Why none is taken.
    reason: RwSignal<String>,
    /// The decision to start; the caller keeps it, so that it survives a new read of the proposal.
    confirming: Submission,
    /// Runs after a decision was recorded.
    decided: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let (id, digest) = (proposal.id, proposal.digest);
    let waits = proposal.state == ProposalState::InReview;
    let label = confirm_label(&proposal);
    let asks_reason = needs_snapshot_choice(&proposal);
    let wrong = RwSignal::new(String::new());
    let blocked = follow_obstacle(proposal, choice, reason);
    let start = Callback::new(move |()| {
        let mut without_snapshot = None;
        if asks_reason && choice.get_untracked() == SnapshotChoice::Without {
            match PlainText::new(reason.get_untracked().trim()) {
                Ok(text) => without_snapshot = Some(text),
                Err(error) => return wrong.set(format!("The {error}.")),
            }
        }
        wrong.set(String::new());
        confirming.run(
            format!("{digest} {without_snapshot:?}"),
            move |key| {
                let confirmation = Confirmation {
                    digest,
                    without_snapshot,
                };
                confirm(session.api, id, confirmation, key)
            },
            move |()| decided.run(()),
        );
    });
    waits.then(|| {
        view! {
            <div class="decision-bar" data-testid="decision-bar">
                <Failure error=confirming.error before="Not recorded." />
                {move || {
                    confirming
                        .is_open()
                        .then(|| {
                            view! {
                                <p class="fine">
                                    "Confirming again is safe: it carries the same key and starts the plan once."
                                </p>
                            }
                        })
                }}
                <p class="field-error" role="alert">
                    {wrong}
                </p>
                <div class="decision-row">
                    <Withdraw proposal=id decided=decided />
                    <span class="decision-reason" id="confirm-reason">
                        {blocked}
                    </span>
                    <ConfirmButton label=label blocked=blocked confirming=confirming start=start />
                </div>
            </div>
        }
    })
}

/// What keeps the person from confirming, as things are now.
fn follow_obstacle(
    proposal: Proposal,
    choice: RwSignal<SnapshotChoice>,
    reason: RwSignal<String>,
) -> Memo<Option<String>> {
    let session = use_session();
    let emergency = use_emergency();
    let inventory = use_inventory();
    let clock = use_clock();
    Memo::new(move |_| {
        let role = session.role()?;
        let stopped = emergency
            .data
            .with(|stop| stop.as_ref().is_some_and(|stop| stop.engaged));
        reason.with(|reason| {
            let now = Circumstances {
                role,
                stopped,
                stale: inventory.is_stale(clock.now()),
                choice: choice.get(),
                reason,
            };
            obstacle(&proposal, now)
        })
    })
}

#[component]
fn ConfirmButton(
    label: String,
    blocked: Memo<Option<String>>,
    confirming: Submission,
    start: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    move || {
        let label = label.clone();
        session.may(Permission::Confirm).then(|| {
            view! {
                <button
                    type="button"
                    class="button primary"
                    disabled=move || blocked.with(Option::is_some) || confirming.pending.get()
                    aria-describedby="confirm-reason"
                    data-testid="confirm"
                    on:click=move |_| start.run(())
                >
                    <Icon glyph=Glyph::Check />
                    {move || {
                        if confirming.pending.get() { "Confirming…".to_owned() } else { label.clone() }
                    }}
                </button>
            }
        })
    }
}
