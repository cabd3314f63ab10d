//! Asks for another plan: neither yes nor no. The author reads what must be different and may make a successor.

use argus_types::approval::ChangesRequest;
use argus_types::id::{PlanDigest, ProposalId};
use leptos::prelude::*;

use super::decisions::{Decisions, UnderWay};
use crate::api::changes::request_changes;
use crate::components::dialog::Dialog;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::session::use_session;
use crate::erased::dynamic;
use crate::format::plain::typed;

/// The button, and the dialog that asks what must be different.
#[component]
pub fn RequestChanges(
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
            data-testid="request-changes"
            on:click=move |_| asking.set(true)
        >
            <Icon glyph=Glyph::Speech />
            "Request changes…"
        </button>
        {dynamic(move || {
            asking
                .get()
                .then(|| {
                    view! {
                        <What proposal=proposal digest=digest decisions=decisions asking=asking />
                    }
                        .into_any()
                })
        })}
    }
}

#[component]
fn What(
    proposal: ProposalId,
    digest: PlanDigest,
    decisions: Decisions,
    asking: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let wrong = RwSignal::new(String::new());
    let UnderWay {
        wish,
        requesting,
        decided,
        ..
    } = decisions.under_way();
    let close = Callback::new(move |()| asking.set(false));
    let send = move |_| {
        let note = match typed(&wish.get_untracked()) {
            Ok(Some(note)) => note,
            Ok(None) => {
                return wrong.set("Say what must be different; its author reads it.".to_owned());
            }
            Err(text) => return wrong.set(text),
        };
        wrong.set(String::new());
        requesting.run(
            format!("{digest} {}", note.as_str()),
            move |key| {
                let request = ChangesRequest { digest, note };
                request_changes(session.api, proposal, request, key)
            },
            move |()| {
                asking.try_set(false);
                decided.run(());
            },
        );
    };
    view! {
        <Dialog labelled_by="changes-title" class="dialog dialog-small" close=close>
            <div class="dialog-head">
                <h2 id="changes-title">"Request changes of this plan?"</h2>
            </div>
            <div class="dialog-body">
                <p>"Nobody can confirm this plan any more, and its approvals count no more. Its author can make a successor, which says what it does otherwise."</p>
                <label class="field">
                    <span>"What must be different (its author reads it; kept in the ledger)"</span>
                    <textarea rows="3" maxlength="500" bind:value=wish></textarea>
                </label>
                <p class="field-error" role="alert">
                    {wrong}
                </p>
                <Failure error=requesting.error before="Not recorded." />
            </div>
            <div class="dialog-foot">
                <button type="button" class="button" on:click=move |_| close.run(())>
                    "Not now"
                </button>
                <button
                    type="button"
                    class="button primary"
                    data-testid="request-changes-now"
                    disabled=move || requesting.pending.get()
                    on:click=send
                >
                    {dynamic(move || if requesting.pending.get() { "Sending…" } else { "Request changes" })}
                </button>
            </div>
        </Dialog>
    }
}
