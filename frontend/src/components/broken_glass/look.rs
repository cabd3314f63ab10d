//! Says that one has looked at a broken glass. Whoever broke it cannot.

use argus_types::approval::BreakGlassReview;
use argus_types::id::ProposalId;
use argus_types::person::{Permission, Person};
use argus_types::text::PlainText;
use leptos::prelude::*;

use crate::api::break_glass_review::review_break_glass;
use crate::components::failure::Failure;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::dynamic;

/// The button with its field, or who is waited for.
#[component]
pub fn Look(
    /// What was started.
    proposal: ProposalId,
    /// Who broke it.
    breaker: Person,
    /// Runs after somebody looked at it.
    looked: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let writing = RwSignal::new(false);
    dynamic(move || {
        if session.person() == Some(breaker.id) {
            view! { <p class="fine">"Another admin has to look at it; you broke it yourself."</p> }
                .into_any()
        } else if !session.may(Permission::Approve) {
            view! { <p class="fine">"An admin other than " {breaker.name.clone()} " has to look at it."</p> }
                .into_any()
        } else if writing.get() {
            view! { <Note proposal=proposal writing=writing looked=looked /> }.into_any()
        } else {
            view! {
                <button type="button" class="button small" on:click=move |_| writing.set(true)>
                    "I have looked at it…"
                </button>
            }
            .into_any()
        }
    })
}

#[component]
fn Note(proposal: ProposalId, writing: RwSignal<bool>, looked: Callback<()>) -> impl IntoView {
    let session = use_session();
    let found = RwSignal::new(String::new());
    let wrong = RwSignal::new(String::new());
    let sending = Submission::new();
    let send = move |_| {
        let text = found.with_untracked(|found| found.trim().to_owned());
        if text.is_empty() {
            return wrong.set("Say what you found.".to_owned());
        }
        let note = match PlainText::new(text) {
            Ok(note) => note,
            Err(error) => return wrong.set(format!("The {error}.")),
        };
        wrong.set(String::new());
        sending.run(
            note.as_str().to_owned(),
            move |key| review_break_glass(session.api, proposal, BreakGlassReview { note }, key),
            move |()| looked.run(()),
        );
    };
    view! {
        <div class="glass-note">
            <label class="field">
                <span>"What you found (everybody reads it; kept in the ledger)"</span>
                <textarea rows="2" maxlength="500" bind:value=found></textarea>
            </label>
            <p class="field-error" role="alert">
                {wrong}
            </p>
            <Failure error=sending.error before="Not recorded." />
            <div class="button-row">
                <button type="button" class="button small" on:click=move |_| writing.set(false)>
                    "Not yet"
                </button>
                <button
                    type="button"
                    class="button small"
                    disabled=move || sending.pending.get()
                    on:click=send
                >
                    {dynamic(move || if sending.pending.get() { "Recording…" } else { "I have looked at it" })}
                </button>
            </div>
        </div>
    }
}
