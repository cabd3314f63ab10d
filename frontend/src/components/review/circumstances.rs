//! What bears on starting a plan, followed as it changes.

use argus_types::proposal::Proposal;
use leptos::prelude::*;

use super::decision::Circumstances;
use super::decisions::Decisions;
use crate::context::clock::use_clock;
use crate::context::emergency::use_emergency;
use crate::context::inventory::use_inventory;
use crate::context::session::use_session;
use crate::context::step_up::has_passkey;
use crate::erased::memo;

/// What `judge` makes of the circumstances as they are now; `None` while nobody is signed in.
pub fn follow_obstacle(
    proposal: Proposal,
    decisions: Decisions,
    judge: impl Fn(&Proposal, Circumstances<'_>) -> Option<String> + Send + Sync + 'static,
) -> Memo<Option<String>> {
    let session = use_session();
    let emergency = use_emergency();
    let inventory = use_inventory();
    let clock = use_clock();
    memo(move || {
        let role = session.role()?;
        let stopped = emergency
            .data
            .with(|stop| stop.as_ref().is_some_and(|stop| stop.engaged));
        let stale = inventory.is_stale(clock.now());
        let passkey_missing = decisions.confirm_takes_passkey() && !has_passkey(session);
        decisions.under_way().approvals.data.with(|approvals| {
            decisions.under_way().no_snapshot.with(|reason| {
                let now = Circumstances {
                    role,
                    you: approvals.as_ref().map(|approvals| &approvals.you),
                    stopped,
                    stale,
                    choice: decisions.under_way().choice.get(),
                    reason,
                    passkey_missing,
                };
                judge(&proposal, now)
            })
        })
    })
}
