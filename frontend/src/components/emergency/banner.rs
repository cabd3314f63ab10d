//! On every screen while the emergency stop is set: who, when, why, what still runs, and the release.

use argus_types::emergency::{Drill, EmergencyStop, StepInside};
use argus_types::execution::ExecutionSummary;
use argus_types::person::Permission;
use leptos::prelude::*;

use super::release::{Asked, Release};
use crate::api::emergency_stop::end_drill;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::components::passkey_failure::PasskeyFailure;
use crate::context::emergency::use_emergency;
use crate::context::session::use_session;
use crate::context::step_up::SteppedUp;
use crate::context::submission::Submission;
use crate::erased::{dynamic, memo};
use crate::format::count::count;
use crate::format::words;
use crate::routes;

/// The banner.
#[component]
pub fn EmergencyBanner() -> impl IntoView {
    let emergency = use_emergency();
    let engaged = memo(move || emergency.data.get().filter(|stop| stop.engaged));
    // Kept here, so that an execution that comes to its end does not take an error or a passkey's dialog away.
    let releasing = SteppedUp::new();
    let drill = memo(move || {
        let held = emergency.data.get().filter(|stop| !stop.engaged);
        held.and_then(|stop| stop.drill)
    });
    view! {
        <div aria-live="assertive">
            {dynamic(move || drill.get().map(|drill| view! { <Drilled drill=drill /> }.into_any()))}
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
                {(!running.is_empty()).then(|| view! { <Inside running=running inside=stop.inside /> })}
                {asked.clone().map(|(by, at)| view! { <Asked by=by at=at /> })}
                <PasskeyFailure attempt=releasing.ceremony before="Not recorded." />
                <Failure error=releasing.sending.error before="Not recorded." />
            </div>
            <Release asked_by=asked.map(|(by, _)| by) releasing=releasing />
        </section>
    }
}

/// What is followed to its end, and what stopping it by hand would mean.
#[component]
fn Inside(running: Vec<ExecutionSummary>, inside: Vec<StepInside>) -> impl IntoView {
    let number = count(
        running.len(),
        "execution still has",
        "executions still have",
    );
    view! {
        <p>{number} " a task running inside Proxmox, followed to its end:"</p>
        <ul class="banner-list" data-testid="inside">
            {inside
                .into_iter()
                .map(|step| {
                    view! {
                        <li>
                            <a href=routes::execution(step.execution)>{step.title}</a>
                            " — "
                            {words::stop_class(step.stop_class)}
                            " "
                            {step.worst_case}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// A drill: nothing is sent for now, and nothing is stopped.
#[component]
fn Drilled(drill: Drill) -> impl IntoView {
    let session = use_session();
    let emergency = use_emergency();
    let ending = Submission::new();
    let end = move |_| {
        ending.run(
            String::new(),
            move |key| end_drill(session.api, key),
            move |()| emergency.reload(),
        );
    };
    view! {
        <section class="banner banner-drill" aria-label="Drill" data-testid="drill-banner">
            <Icon glyph=Glyph::Info />
            <div class="banner-text">
                <p>
                    <strong>"Drill of the emergency stop. "</strong>
                    "Every step waits until "
                    <Moment at=drill.until />
                    " and goes on then. Begun by "
                    {drill.by}
                    "; the ledger says afterwards what was held back."
                </p>
                <Failure error=ending.error before="Not ended." />
            </div>
            {dynamic(move || {
                session
                    .may(Permission::EmergencyStop)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button"
                                disabled=move || ending.pending.get()
                                on:click=end
                            >
                                "End the drill"
                            </button>
                        }
                    })
            })}
        </section>
    }
}
