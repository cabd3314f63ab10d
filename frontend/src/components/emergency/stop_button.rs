//! Opens the panel that sets the emergency stop. By itself it stops nothing.

use argus_types::person::Permission;
use leptos::prelude::*;

use super::EmergencyPanel;
use crate::components::icon::{Glyph, Icon};
use crate::context::emergency::use_emergency;
use crate::context::session::use_session;
use crate::erased::{dynamic, memo};

/// The button; not there for who may not use it, nor while the stop is set.
#[component]
pub fn StopButton(
    /// With a shorter label, for the bottom bar.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let session = use_session();
    let emergency = use_emergency();
    let asking = RwSignal::new(false);
    let engaged = memo(move || {
        emergency
            .data
            .with(|stop| stop.as_ref().is_some_and(|stop| stop.engaged))
    });
    dynamic(move || {
        (session.may(Permission::EmergencyStop) && !engaged.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="stop-button"
                    aria-haspopup="dialog"
                    on:click=move |_| asking.set(true)
                >
                    <Icon glyph=Glyph::Octagon />
                    <span>{if short { "Stop" } else { "Emergency stop" }}</span>
                </button>
                {dynamic(move || asking.get().then(|| view! { <EmergencyPanel open=asking /> }))}
            }
        })
    })
}
