//! Takes a proposal back.

use argus_types::id::ProposalId;
use argus_types::person::Permission;
use argus_types::proposal::Cancellation;
use leptos::prelude::*;

use crate::api::cancel::cancel;
use crate::components::failure::Failure;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::erased::dynamic;

/// The button; not there for who may not.
#[component]
pub fn Withdraw(
    /// Which proposal.
    proposal: ProposalId,
    /// Runs after it was withdrawn.
    decided: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let withdrawing = Submission::new();
    let send = move |_| {
        withdrawing.run(
            "withdraw".to_owned(),
            move |key| cancel(session.api, proposal, Cancellation::default(), key),
            move |()| decided.run(()),
        );
    };
    dynamic(move || {
        session.may(Permission::Withdraw).then(|| {
            view! {
                <span class="withdraw">
                    <button
                        type="button"
                        class="button"
                        data-testid="withdraw"
                        disabled=move || withdrawing.pending.get()
                        on:click=send
                    >
                        "Withdraw"
                    </button>
                    <Failure error=withdrawing.error before="Not withdrawn." />
                </span>
            }
        })
    })
}
