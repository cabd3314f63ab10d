//! Asks about a snapshot before a change of medium or high risk.

use argus_types::id::{PlanDigest, ProposalId};
use argus_types::proposal::{Proposal, SnapshotOption};
use leptos::prelude::*;

use super::decision::{SnapshotChoice, needs_snapshot_choice};
use super::radio::ChoiceRadio;
use crate::api::snapshots::snapshots;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::dynamic;

/// The prompt, with what is possible for each guest.
#[component]
pub fn SnapshotPrompt(
    /// The proposal.
    proposal: Proposal,
    /// Whether the person may choose: their role allows it, and it is in review.
    chooses: bool,
    /// What was chosen.
    choice: RwSignal<SnapshotChoice>,
    /// Why none is taken.
    reason: RwSignal<String>,
    /// Runs after the plan was made anew.
    replanned: Callback<()>,
) -> impl IntoView {
    let asks = chooses && needs_snapshot_choice(&proposal);
    let needs_approval = proposal.approvals_required > 0;
    let (id, digest) = (proposal.id, proposal.digest);
    let options = proposal.snapshots;
    (!options.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="snapshot-title" data-testid="snapshot-prompt">
                <h3 id="snapshot-title">"Snapshot first"</h3>
                <ul class="reasons">{options.into_iter().map(option_row).collect_view()}</ul>
                {asks
                    .then(|| {
                        view! {
                            <fieldset class="choices-set">
                                <legend class="visually-hidden">"Before the change"</legend>
                                <ChoiceRadio
                                    choice=choice
                                    value=SnapshotChoice::Take
                                    label="Take a snapshot first (recommended)"
                                />
                                <Replan
                                    proposal=id
                                    digest=digest
                                    needs_approval=needs_approval
                                    choice=choice
                                    replanned=replanned
                                />
                                <ChoiceRadio
                                    choice=choice
                                    value=SnapshotChoice::Without
                                    label="Go on without a snapshot"
                                />
                                {dynamic(move || {
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
                                })}
                            </fieldset>
                        }
                    })}
            </section>
        }
    })
}

fn option_row(option: SnapshotOption) -> impl IntoView {
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
}

/// Plans anew with the snapshot, once that is chosen.
#[component]
fn Replan(
    proposal: ProposalId,
    digest: PlanDigest,
    needs_approval: bool,
    choice: RwSignal<SnapshotChoice>,
    replanned: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let planning = Submission::new();
    let plan = move |_| {
        planning.run(
            digest.to_string(),
            move |key| snapshots(session.api, proposal, digest, key),
            move |()| {
                choice.set(SnapshotChoice::Open);
                replanned.run(());
            },
        );
    };
    view! {
        {dynamic(move || {
            (choice.get() == SnapshotChoice::Take)
                .then(|| {
                    view! {
                        <div class="choice-detail">
                            <p class="fine">
                                "The plan is made anew with the snapshot in it, under a new digest. Read it, then confirm."
                            </p>
                            {needs_approval
                                .then(|| {
                                    view! {
                                        <p class="fine">
                                            "Approvals of the present plan do not count for the new one, and you cannot approve what you had planned."
                                        </p>
                                    }
                                })}
                            <button
                                type="button"
                                class="button"
                                disabled=move || planning.pending.get()
                                on:click=plan
                            >
                                <Icon glyph=Glyph::Camera />
                                {dynamic(move || {
                                    if planning.pending.get() {
                                        "Planning…"
                                    } else {
                                        "Plan with a snapshot"
                                    }
                                })}
                            </button>
                        </div>
                    }
                })
        })}
        <Failure error=planning.error before="Not planned." />
    }
}
