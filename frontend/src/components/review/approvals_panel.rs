//! Who decided what on the plan, and who is waited for.

use argus_types::proposal::Proposal;
use leptos::prelude::*;

use super::break_glass::BreakGlassPart;
use super::decisions::Decisions;
use super::revoke::Revoke;
use super::signatures::Signatures;
use super::timeline::{Line, lines};
use crate::components::failure::Failure;
use crate::components::icon::Icon;
use crate::components::moment::{Countdown, Moment};
use crate::components::skeleton::Skeleton;
use crate::context::clock::use_clock;
use crate::erased::{dynamic, memo};

/// The panel.
#[component]
pub fn ApprovalsPanel(
    /// The proposal.
    proposal: Proposal,
    /// What is under way.
    decisions: Decisions,
) -> impl IntoView {
    let clock = use_clock();
    let approvals = decisions.under_way().approvals;
    let held = proposal.clone();
    let way = memo(move || {
        let now = clock.now();
        approvals.data.with(|approvals| {
            approvals
                .as_ref()
                .map(|approvals| lines(&held, approvals, now))
        })
    });
    view! {
        <section class="panel" aria-labelledby="approvals-title" data-testid="approvals">
            <h3 id="approvals-title">"Approvals"</h3>
            <Failure error=approvals.error retry=Callback::new(move |()| approvals.reload()) />
            {dynamic(move || {
                approvals.is_first().then(|| view! { <Skeleton lines=3 label="Reading the approvals" /> })
            })}
            <ol class="timeline">
                {dynamic(move || way.get().unwrap_or_default().into_iter().map(row).collect_view())}
            </ol>
            <Revoke proposal=proposal.id digest=proposal.digest decisions=decisions />
            <Signatures proposal=proposal.id decisions=decisions />
            <BreakGlassPart proposal=proposal decisions=decisions />
        </section>
    }
}

fn row(line: Line) -> AnyView {
    view! {
        <li class=line.tone.class()>
            <Icon glyph=line.glyph />
            <div>
                <p>
                    <strong>{line.text}</strong>
                    {line.at.map(|at| view! { <span class="fine">", " <Moment at=at /></span> })}
                </p>
                {line.said.map(|said| view! { <p class="timeline-said">{said}</p> })}
                {line.signed.map(|passkey| view! { <p class="fine">"Signed with the passkey " {passkey}</p> })}
                {line
                    .until
                    .map(|until| view! { <p class="fine">"As an approval it " <Countdown until=until /></p> })}
            </div>
        </li>
    }
    .into_any()
}
