//! The signed approvals as a file, for whoever checks them without asking Argus.

use argus_types::approval::Approvals;
use argus_types::id::ProposalId;
use leptos::prelude::*;

use super::decisions::Decisions;
use crate::api::signed_approvals::signed_approvals;
use crate::components::download::download;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::context::session::use_api;
use crate::context::submission::Submission;
use crate::erased::{dynamic, memo};

/// The button; only there where something is signed.
#[component]
pub fn Signatures(
    /// Which proposal.
    proposal: ProposalId,
    /// What is under way.
    decisions: Decisions,
) -> impl IntoView {
    let api = use_api();
    let reading = Submission::new();
    let signed = memo(move || {
        let approvals = decisions.under_way().approvals.data;
        approvals.with(|held| held.as_ref().is_some_and(is_signed))
    });
    let save = move |_| {
        reading.run(
            "export".to_owned(),
            move |_| signed_approvals(api, proposal),
            move |held| {
                let name = format!("approvals-{proposal}.json");
                download(&name, "application/json", &held.to_string());
            },
        );
    };
    dynamic(move || {
        signed.get().then(|| {
            view! {
                <p>
                    <button
                        type="button"
                        class="button small"
                        data-testid="download-approvals"
                        title="To be checked by anybody with `argusctl approvals verify`"
                        disabled=move || reading.pending.get()
                        on:click=save
                    >
                        <Icon glyph=Glyph::Download />
                        "Download the signed approvals"
                    </button>
                </p>
                <Failure error=reading.error before="Not read." />
            }
        })
    })
}

fn is_signed(approvals: &Approvals) -> bool {
    let mut given = approvals.given.iter();
    given.any(|given| given.signature.is_some() && given.revoked_at.is_none())
}
