//! On every screen while the emergency stop is set: who, when, why, what still runs, and the release.

use argus_types::emergency::{EmergencyStop, EmergencyStopInput};
use argus_types::person::Permission;
use leptos::prelude::*;

use crate::api::emergency_stop::release;
use crate::components::failure::Failure;
use crate::components::icon::{Glyph, Icon};
use crate::components::moment::Moment;
use crate::context::emergency::use_emergency;
use crate::context::session::use_session;
use crate::context::submission::Submission;
use crate::format::count::count;
use crate::routes;

/// The banner.
#[component]
pub fn EmergencyBanner() -> impl IntoView {
    let emergency = use_emergency();
    view! {
        <div aria-live="assertive">
            {move || {
                emergency
                    .data
                    .get()
                    .filter(|stop| stop.engaged)
                    .map(|stop| view! { <Engaged stop=stop /> })
            }}
        </div>
    }
}

#[component]
fn Engaged(stop: EmergencyStop) -> impl IntoView {
    let session = use_session();
    let emergency = use_emergency();
    let asking = RwSignal::new(false);
    let releasing = Submission::new();
    let send = move |_| {
        releasing.run(
            "release".to_owned(),
            move |key| release(session.api, EmergencyStopInput::default(), key),
            move |()| emergency.reload(),
        );
    };
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
                <Failure error=releasing.error before="Not recorded." />
            </div>
            {move || {
                if !session.may(Permission::ReleaseEmergencyStop) {
                    view! { <p class="banner-aside">"An admin releases it."</p> }.into_any()
                } else if asking.get() {
                    view! {
                        <span class="banner-aside">
                            <button type="button" class="button" on:click=move |_| asking.set(false)>
                                "Keep it set"
                            </button>
                            <button
                                type="button"
                                class="button"
                                disabled=move || releasing.pending.get()
                                on:click=send
                            >
                                "Let executions run again"
                            </button>
                        </span>
                    }
                        .into_any()
                } else {
                    view! {
                        <span class="banner-aside">
                            <button type="button" class="button" on:click=move |_| asking.set(true)>
                                "Release…"
                            </button>
                        </span>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
