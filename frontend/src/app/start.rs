//! What both bundles begin with.

use leptos::ev;
use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::context::clock::Clock;
use crate::context::location::{Location, focus_content};
use crate::context::preferences::Preferences;
use crate::context::session::SessionContext;
use crate::context::ways::{provide_ways, use_ways};
use crate::erased::dynamic;
use crate::routes::Bundle;

/// Contexts of every screen, the way past the navigation, the lab's warning; and then the bundle's own.
#[component]
pub fn Start(
    /// Which one starts.
    bundle: Bundle,
    /// Its own.
    children: Children,
) -> impl IntoView {
    provide_context(Preferences::start());
    provide_context(Clock::start());
    provide_context(Location::start(bundle));
    provide_context(SessionContext::start());
    provide_ways();
    view! {
        <a
            class="skip"
            href="#main"
            on:click=|event: ev::MouseEvent| {
                event.prevent_default();
                focus_content();
            }
        >
            "Skip to the content"
        </a>
        <LabBanner />
        {children()}
    }
}

/// On every screen while Proxmox's certificate is not verified.
#[component]
fn LabBanner() -> impl IntoView {
    let ways = use_ways();
    dynamic(move || {
        ways.data
            .with(|ways| ways.as_ref().is_some_and(|ways| ways.insecure_tls))
            .then(|| {
                view! {
                    <p class="banner banner-lab" role="note">
                        <Icon glyph=Glyph::Warn />
                        "Lab: Proxmox's certificate is not verified. Whoever is on the network can read and change everything."
                    </p>
                }
            })
    })
}
