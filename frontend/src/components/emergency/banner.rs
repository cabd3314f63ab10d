//! On every screen while the emergency stop is set: who, when, why, what still runs, and the release.

use argus_types::emergency::EmergencyStop;
use leptos::prelude::*;

use super::release::{Asked, Release};
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::components::passkey_failure::PasskeyFailure;
use crate::context::emergency::use_emergency;
use crate::context::step_up::SteppedUp;
use crate::erased::{dynamic, memo};
use crate::format::count::count;
use crate::routes;

/// The banner.
#[component]
pub fn EmergencyBanner() -> impl IntoView {
    let emergency = use_emergency();
    let engaged = memo(move || emergency.data.get().filter(|stop| stop.engaged));
    // Kept here, so that an execution that comes to its end does not take an error or a passkey's dialog away.
    let releasing = SteppedUp::new();
    view! {
        <div aria-live="assertive">
            {dynamic(move || {
                engaged.get().map(|stop| view! { <Engaged stop=stop releasing=releasing /> }.into_any())
            })}
        </div>
    }
}

#[component]
fn Engaged(stop: EmergencyStop, releasing: SteppedUp) -> impl IntoView {
    let asked = stop.release_asked_by.clone().zip(stop.release_asked_at);
    let running = stop.running.clone();
    view! {
        <section class="banner banner-stop" aria-label="Emergency stop" data-testid="emergency-banner">
            <Icon glyph=Glyph::Octagon />
            <div class="banner-text">
                <p>
                    <strong>"Emergency stop. "</strong>
                    "No step of any execution starts."
                    {stop.by.map(|by| view! { " Set by " <strong>{by}</strong> })}
                    {stop.at.map(|at| view! { ", " <Moment at=at /> })}
                    {stop.reason.map(|reason| view! { ": " <q>{reason}</q> })}
                </p>
                {(!running.is_empty())
                    .then(|| {
                        let number = count(
                            running.len(),
                            "execution still has",
                            "executions still have",
                        );
                        view! {
                            <p>
                                {number}
                                " a task running inside Proxmox, followed to its end: "
                                {running
                                    .into_iter()
                                    .map(|one| {
                                        view! {
                                            <a href=routes::execution(one.id)>{one.id.short()}</a>
                                            " "
                                        }
                                    })
                                    .collect_view()}
                            </p>
                        }
                    })}
                {asked.clone().map(|(by, at)| view! { <Asked by=by at=at /> })}
                <PasskeyFailure attempt=releasing.ceremony before="Not recorded." />
                <Failure error=releasing.sending.error before="Not recorded." />
            </div>
            <Release asked_by=asked.map(|(by, _)| by) releasing=releasing />
        </section>
    }
}
