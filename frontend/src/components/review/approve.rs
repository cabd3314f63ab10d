//! Says yes to a plan of somebody else, with a passkey.

use argus_types::account::StepUpAct;
use argus_types::approval::{Decision, Verdict};
use argus_types::proposal::Proposal;
use leptos::prelude::*;

use super::decisions::{Decisions, UnderWay};
use super::part::approve_label;
use crate::api::decide::decide;
use crate::components::dialog::Dialog;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::passkey_failure::PasskeyFailure;
use crate::components::passkey_missing::PasskeyMissing;
use crate::context::session::use_session;
use crate::context::step_up::has_passkey;
use crate::erased::{dynamic, memo};
use crate::format::plain::typed;

/// The button, where an approval is missing that the person may give, and the dialog behind it.
#[component]
pub fn Approve(
    /// The proposal as the person has read it.
    proposal: Proposal,
    /// What is under way.
    decisions: Decisions,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let label = memo(move || {
        decisions
            .under_way()
            .approvals
            .data
            .with(|held| held.as_ref().and_then(approve_label))
    });
    let proposal = StoredValue::new(proposal);
    dynamic(move || {
        label.get().map(|label| {
            view! {
                <button
                    type="button"
                    class="button primary"
                    aria-haspopup="dialog"
                    data-testid="approve"
                    on:click=move |_| asking.set(true)
                >
                    <Icon glyph=Glyph::Check />
                    {label.clone()}
                </button>
                {dynamic(move || {
                    asking
                        .get()
                        .then(|| {
                            view! {
                                <Sure
                                    proposal=proposal.get_value()
                                    label=label.clone()
                                    decisions=decisions
                                    asking=asking
                                />
                            }
                                .into_any()
                        })
                })}
            }
            .into_any()
        })
    })
}

#[component]
fn Sure(
    proposal: Proposal,
    label: String,
    decisions: Decisions,
    asking: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let wrong = RwSignal::new(String::new());
    let UnderWay {
        comment,
        approving,
        decided,
        ..
    } = decisions.under_way();
    let (id, digest) = (proposal.id, proposal.digest);
    let close = Callback::new(move |()| asking.set(false));
    let send = move |_| {
        let said = match typed(&comment.get_untracked()) {
            Ok(said) => said,
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        let act = (StepUpAct::Approve, digest.to_string());
        approving.run(
            session,
            act,
            format!("{digest} {said:?}"),
            move |proof, key| {
                let decision = Decision {
                    digest,
                    verdict: Verdict::Approve,
                    comment: said,
                    step_up: Some(proof),
                };
                decide(session.api, id, decision, key)
            },
            move |()| {
                asking.try_set(false);
                decided.run(());
            },
        );
    };
    view! {
        <Dialog labelled_by="approve-title" class="dialog dialog-small" close=close>
            <div class="dialog-head">
                <h2 id="approve-title">{label}"?"</h2>
            </div>
            <div class="dialog-body">
                <p>
                    <strong>{proposal.title}</strong>
                    ", plan "
                    <code title=digest.to_string()>{digest.short()}</code>
                </p>
                <p>"Nothing runs yet: somebody who approved nothing confirms it. Your approval is for this plan alone; of another one it says nothing."</p>
                <label class="field">
                    <span>"Comment (if you like; kept in the ledger)"</span>
                    <textarea rows="2" maxlength="500" bind:value=comment></textarea>
                </label>
                <p class="field-error" role="alert">
                    {wrong}
                </p>
                <PasskeyMissing />
                <PasskeyFailure attempt=approving.ceremony before="Not recorded." />
                <Failure error=approving.sending.error before="Not recorded." />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>
                    "Not now"
                </button>
                <button
                    type="button"
                    class="button primary"
                    data-testid="approve-now"
                    disabled=move || !has_passkey(session) || approving.is_pending()
                    on:click=send
                >
                    {dynamic(move || {
                        if approving.ceremony.pending.get() {
                            "Waiting for your passkey…"
                        } else if approving.sending.pending.get() {
                            "Approving…"
                        } else {
                            "Approve with your passkey"
                        }
                    })}
                </button>
            </div>
        </Dialog>
    }
}
