//! Takes one's own approval back, while nothing has started.

use argus_types::approval::Revocation;
use argus_types::id::{PlanDigest, ProposalId};
use leptos::prelude::*;

use super::decisions::Decisions;
use super::part::may_revoke;
use crate::api::revoke::revoke;
use crate::components::failure::Failure;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::{dynamic, memo};

/// The button; only there for whoever has an approval of this plan to take back.
#[component]
pub fn Revoke(
    /// Which proposal.
    proposal: ProposalId,
    /// The plan that was approved.
    digest: PlanDigest,
    /// What is under way.
    decisions: Decisions,
) -> impl IntoView {
    let session = use_session();
    let revoking = Submission::new();
    let has_one = memo(move || {
        let approvals = decisions.under_way().approvals.data;
        approvals.with(|held| held.as_ref().is_some_and(may_revoke))
    });
    let send = move |_| {
        revoking.run(
            format!("revoke {digest}"),
            move |key| {
                let revocation = Revocation {
                    digest,
                    comment: None,
                };
                revoke(session.api, proposal, revocation, key)
            },
            move |()| decisions.under_way().decided.run(()),
        );
    };
    dynamic(move || {
        has_one.get().then(|| {
            view! {
                <p>
                    <button
                        type="button"
                        class="button small"
                        data-testid="revoke"
                        disabled=move || revoking.pending.get()
                        on:click=send
                    >
                        "Take my approval back"
                    </button>
                </p>
                <Failure error=revoking.error before="Not taken back." />
            }
        })
    })
}
