//! Confirms without the approvals that are missing. Only for whoever is named for it, out of the way until unfolded,
//! and never without saying what follows.

use argus_types::account::StepUpAct;
use argus_types::approval::{BREAK_GLASS_REASON, BreakGlass};
use argus_types::proposal::{Proposal, ProposalState};
use leptos::prelude::*;

use super::circumstances::follow_obstacle;
use super::decision::{glass_obstacle, needs_snapshot_choice, reason_length, without_snapshot};
use super::decisions::{Decisions, UnderWay};
use super::part::may_break_glass;
use crate::api::break_glass::break_glass;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::passkey_failure::PasskeyFailure;
use crate::components::passkey_missing::PasskeyMissing;
use crate::context::session::use_session;
use crate::context::step_up::has_passkey;
use crate::erased::{dynamic, memo};
use crate::format::plain::typed;

/// The part; not there for who may not, nor while no approval is missing.
#[component]
pub fn BreakGlassPart(
    /// The proposal as the person has read it.
    proposal: Proposal,
    /// What is under way.
    decisions: Decisions,
) -> impl IntoView {
    let waits = proposal.state == ProposalState::InReview;
    let offered = memo(move || {
        let may = decisions
            .under_way()
            .approvals
            .data
            .with(|held| held.as_ref().is_some_and(may_break_glass));
        waits && may
    });
    let proposal = StoredValue::new(proposal);
    dynamic(move || {
        offered.get().then(|| {
            view! { <Unfolding proposal=proposal.get_value() decisions=decisions /> }.into_any()
        })
    })
}

#[component]
fn Unfolding(proposal: Proposal, decisions: Decisions) -> impl IntoView {
    let shown = decisions.under_way().glass_shown;
    view! {
        <div class="glass tone-bad" data-testid="glass">
            <button
                type="button"
                class="link-button glass-toggle"
                aria-expanded=move || if shown.get() { "true" } else { "false" }
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                <Icon glyph=Glyph::Warn />
                "Break glass: it cannot wait for approvals"
            </button>
            {dynamic(move || {
                let proposal = proposal.clone();
                shown
                    .get()
                    .then(|| view! { <Breaking proposal=proposal decisions=decisions /> }.into_any())
            })}
        </div>
    }
}

#[component]
fn Breaking(proposal: Proposal, decisions: Decisions) -> impl IntoView {
    let session = use_session();
    let wrong = RwSignal::new(String::new());
    let UnderWay {
        emergency,
        breaking,
        started,
        choice,
        no_snapshot,
        ..
    } = decisions.under_way();
    let (id, digest) = (proposal.id, proposal.digest);
    let asks_reason = needs_snapshot_choice(&proposal);
    let blocked = follow_obstacle(proposal, decisions, move |proposal, now| {
        emergency.with(|why| glass_obstacle(proposal, now, why))
    });
    let send = move |_| {
        let given = typed(&emergency.get_untracked()).and_then(|reason| {
            let choice = choice.get_untracked();
            let without = without_snapshot(asks_reason, choice, &no_snapshot.get_untracked())?;
            Ok((reason, without))
        });
        let (reason, without_snapshot) = match given {
            Ok((Some(reason), without)) => (reason, without),
            Ok((None, _)) => return,
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        breaking.run(
            session,
            (StepUpAct::BreakGlass, digest.to_string()),
            format!("{digest} {without_snapshot:?} {}", reason.as_str()),
            move |step_up, key| {
                let glass = BreakGlass {
                    digest,
                    reason,
                    without_snapshot,
                    step_up,
                };
                break_glass(session.api, id, glass, key)
            },
            move |()| started.run(()),
        );
    };
    view! {
        <div class="glass-body">
            <p>
                "The plan starts now, without the approvals that are missing. Everybody is told, it stays in the ledger, and somebody else must look at it afterwards."
            </p>
            <label class="field">
                <span>"Why it cannot wait (everybody reads it)"</span>
                <textarea
                    rows="3"
                    maxlength="500"
                    aria-describedby="glass-count"
                    bind:value=emergency
                ></textarea>
            </label>
            <p class="fine" id="glass-count">
                {dynamic(move || {
                    let length = emergency.with(|why| reason_length(why));
                    format!("{length} of at least {BREAK_GLASS_REASON} characters")
                })}
            </p>
            <p class="field-error" role="alert">
                {wrong}
            </p>
            <PasskeyMissing />
            <PasskeyFailure attempt=breaking.ceremony before="Not recorded." />
            <Failure error=breaking.sending.error before="Not recorded." />
            <p class="fine" id="glass-reason">
                {blocked}
            </p>
            <button
                type="button"
                class="button danger"
                data-testid="break-glass"
                aria-describedby="glass-reason"
                disabled=move || {
                    blocked.with(Option::is_some) || !has_passkey(session) || breaking.is_pending()
                }
                on:click=send
            >
                {dynamic(move || {
                    if breaking.ceremony.pending.get() {
                        "Waiting for your passkey…"
                    } else if breaking.sending.pending.get() {
                        "Starting…"
                    } else {
                        "Break glass and run it now"
                    }
                })}
            </button>
        </div>
    }
}
