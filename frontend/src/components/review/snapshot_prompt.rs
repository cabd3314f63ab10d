//! Asks about a snapshot before a change of medium or high risk.

use argus_types::proposal::Proposal;
use leptos::prelude::*;

use super::decision::{SnapshotChoice, needs_snapshot_choice};
use crate::api::snapshots::snapshots;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::session::use_session;
use crate::context::submission::Submission;

/// The prompt, with what is possible for each guest.
#[component]
pub fn SnapshotPrompt(
    /// The proposal.
    proposal: Proposal,
    /// Whether the person can decide: their role may, and it is in review.
    decides: bool,
    /// What was chosen.
    choice: RwSignal<SnapshotChoice>,
    /// Why none is taken.
    reason: RwSignal<String>,
    /// Runs after the plan was made anew.
    replanned: Callback<()>,
) -> impl IntoView {
    let asks = needs_snapshot_choice(&proposal);
    let (id, digest) = (proposal.id, proposal.digest);
    let session = use_session();
    let planning = Submission::new();
    let plan = move |_| {
        planning.run(
            digest.to_string(),
            move |key| snapshots(session.api, id, digest, key),
            move |()| {
                choice.set(SnapshotChoice::Open);
                replanned.run(());
            },
        );
    };
    let radio = move |value: SnapshotChoice, label: &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="snapshot-choice"
                    prop:checked=move || choice.get() == value
                    on:change=move |_| choice.set(value)
                />
                <span>{label}</span>
            </label>
        }
    };
    let options = proposal.snapshots;
    (!options.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="snapshot-title" data-testid="snapshot-prompt">
                <h3 id="snapshot-title">"Snapshot first"</h3>
                <ul class="reasons">
                    {options
                        .into_iter()
                        .map(|option| {
                            let (class, glyph, word) = match (option.planned, option.feasible) {
                                (true, _) => ("mark tone-good", Glyph::Check, "planned"),
                                (false, true) => ("mark tone-info", Glyph::Camera, "possible"),
                                (false, false) => ("mark tone-warn", Glyph::Warn, "not possible"),
                            };
                            view! {
                                <li>
                                    <strong>{option.target.name}</strong>
                                    <span class=class>
                                        <Icon glyph=glyph />
                                        {word}
                                    </span>
                                    <span class="fine">{option.note}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
                {(asks && decides)
                    .then(|| {
                        view! {
                            <fieldset class="choices-set">
                                <legend class="visually-hidden">"Before the change"</legend>
                                {radio(SnapshotChoice::Take, "Take a snapshot first (recommended)")}
                                {move || {
                                    (choice.get() == SnapshotChoice::Take)
                                        .then(|| {
                                            view! {
                                                <div class="choice-detail">
                                                    <p class="fine">
                                                        "The plan is made anew with the snapshot in it, under a new digest. Read it, then confirm."
                                                    </p>
                                                    <button
                                                        type="button"
                                                        class="button"
                                                        disabled=move || planning.pending.get()
                                                        on:click=plan
                                                    >
                                                        <Icon glyph=Glyph::Camera />
                                                        {move || {
                                                            if planning.pending.get() {
                                                                "Planning…"
                                                            } else {
                                                                "Plan with a snapshot"
                                                            }
                                                        }}
                                                    </button>
                                                </div>
                                            }
                                        })
                                }}
                                {radio(SnapshotChoice::Without, "Go on without a snapshot")}
                                {move || {
                                    (choice.get() == SnapshotChoice::Without)
                                        .then(|| {
                                            view! {
                                                <label class="field choice-detail">
                                                    <span>"Why (kept in the ledger)"</span>
                                                    <textarea
                                                        rows="2"
                                                        maxlength="500"
                                                        bind:value=reason
                                                    ></textarea>
                                                </label>
                                            }
                                        })
                                }}
                            </fieldset>
                        }
                    })}
                <Failure error=planning.error before="Not planned." />
            </section>
        }
    })
}
