//! Says no to a plan. Nothing is done then, so it asks for a reason and for nothing else.

use argus_types::approval::{Decision, Verdict};
use argus_types::id::{PlanDigest, ProposalId};
use leptos::prelude::*;

use super::decisions::{Decisions, UnderWay};
use crate::api::decide::decide;
use crate::components::dialog::Dialog;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::session::use_session;
use crate::erased::dynamic;
use crate::format::plain::typed;

/// The button, and the dialog that asks why.
#[component]
pub fn Reject(
    /// Which proposal.
    proposal: ProposalId,
    /// The plan that the person has read.
    digest: PlanDigest,
    /// What is under way.
    decisions: Decisions,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    view! {
        <button
            type="button"
            class="button"
            aria-haspopup="dialog"
            data-testid="reject"
            on:click=move |_| asking.set(true)
        >
            <Icon glyph=Glyph::Cross />
            "Reject…"
        </button>
        {dynamic(move || {
            asking
                .get()
                .then(|| {
                    view! {
                        <Why proposal=proposal digest=digest decisions=decisions asking=asking />
                    }
                        .into_any()
                })
        })}
    }
}

#[component]
fn Why(
    proposal: ProposalId,
    digest: PlanDigest,
    decisions: Decisions,
    asking: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let wrong = RwSignal::new(String::new());
    let UnderWay {
        objection,
        rejecting,
        decided,
        ..
    } = decisions.under_way();
    let close = Callback::new(move |()| asking.set(false));
    let send = move |_| {
        let comment = match typed(&objection.get_untracked()) {
            Ok(Some(comment)) => comment,
            Ok(None) => return wrong.set("Say why; its author reads it.".to_owned()),
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        rejecting.run(
            format!("{digest} {}", comment.as_str()),
            move |key| {
                let decision = Decision {
                    digest,
                    verdict: Verdict::Reject,
                    comment: Some(comment),
                    step_up: None,
                };
                decide(session.api, proposal, decision, key)
            },
            move |()| {
                asking.try_set(false);
                decided.run(());
            },
        );
    };
    view! {
        <Dialog labelled_by="reject-title" class="dialog dialog-small" close=close>
            <div class="dialog-head">
                <h2 id="reject-title">"Reject this plan?"</h2>
            </div>
            <div class="dialog-body">
                <p>"Nothing is done then, and nobody can confirm it any more. Its author can ask again."</p>
                <label class="field">
                    <span>"Why (its author reads it; kept in the ledger)"</span>
                    <textarea rows="3" maxlength="500" bind:value=objection></textarea>
                </label>
                <p class="field-error" role="alert">
                    {wrong}
                </p>
                <Failure error=rejecting.error before="Not recorded." />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>
                    "Do not reject"
                </button>
                <button
                    type="button"
                    class="button danger"
                    data-testid="reject-now"
                    disabled=move || rejecting.pending.get()
                    on:click=send
                >
                    {dynamic(move || if rejecting.pending.get() { "Rejecting…" } else { "Reject the plan" })}
                </button>
            </div>
        </Dialog>
    }
}
