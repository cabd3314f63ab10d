//! The broken glass of one proposal, if it was broken.

use argus_types::approval::BrokenGlass;
use argus_types::id::ProposalId;
use leptos::prelude::*;

use super::card::card;
use crate::api::broken_glass::broken_glass;
use crate::components::failure::Failure;
use crate::context::live::use_live;
use crate::context::load::{Load, load};
use crate::context::session::use_session;
use crate::erased::{dynamic, memo};

/// Reads every broken glass, and again whenever a proposal moves.
pub(super) fn follow() -> Load<Vec<BrokenGlass>> {
    let session = use_session();
    let live = use_live();
    load(move || {
        live.changes.track();
        broken_glass(session.api)
    })
}

/// Its card.
#[component]
pub fn GlassOf(
    /// Which proposal.
    proposal: ProposalId,
) -> impl IntoView {
    let all = follow();
    let own = memo(move || {
        all.data.with(|all| {
            let mut all = all.as_deref().unwrap_or_default().iter();
            all.find(|glass| glass.proposal == proposal).cloned()
        })
    });
    let looked = Callback::new(move |()| all.reload());
    view! {
        <Failure error=all.error retry=looked />
        {dynamic(move || own.get().map(|glass| card(glass, looked)))}
    }
}
