//! Where the decisions on one version stand.

use argus_types::approval::{Approval, Verdict};
use argus_types::policy::{PolicyChange, PolicyState};
use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::components::moment::{Countdown, Moment};
use crate::format::words::Tone;

/// Who decided what, and who is waited for.
#[component]
pub fn Standing(
    /// The version.
    change: PolicyChange,
) -> impl IntoView {
    let waits = (change.version.state == PolicyState::Proposed).then(|| missing(&change));
    view! {
        <section class="panel" aria-labelledby="standing-title" data-testid="standing">
            <h2 id="standing-title">"Decisions"</h2>
            <ol class="timeline">
                {change.given.into_iter().map(given).collect_view()}
                {waits
                    .map(|text| {
                        view! {
                            <li class=Tone::Info.class()>
                                <Icon glyph=Glyph::Clock />
                                <p>
                                    <strong>{text}</strong>
                                </p>
                            </li>
                        }
                    })}
            </ol>
            <p class="fine">
                "A change of the policy takes two admins who approve it with a passkey, neither its author nor whoever "
                "puts it into force."
            </p>
        </section>
    }
}

/// What the version waits for.
fn missing(change: &PolicyChange) -> String {
    match change.required.saturating_sub(change.counting) {
        0 => "Waits for somebody to put it into force".to_owned(),
        1 => "Waits for 1 more admin".to_owned(),
        many => format!("Waits for {many} more admins"),
    }
}

fn given(given: Approval) -> AnyView {
    let (tone, glyph, what) = match given.verdict {
        Verdict::Approve => (Tone::Good, Glyph::Check, "Approved"),
        Verdict::Reject => (Tone::Bad, Glyph::Cross, "Rejected"),
    };
    let counts = given.verdict == Verdict::Approve;
    view! {
        <li class=tone.class()>
            <Icon glyph=glyph />
            <div>
                <p>
                    <strong>{format!("{what} by {}", given.person.name)}</strong>
                    <span class="fine">", " <Moment at=given.at /></span>
                </p>
                {given.comment.map(|said| view! { <p class="timeline-said">{said}</p> })}
                {counts
                    .then(|| view! { <p class="fine">"As an approval it " <Countdown until=given.expires_at /></p> })}
            </div>
        </li>
    }
    .into_any()
}
