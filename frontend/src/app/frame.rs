//! What stands around every screen of somebody who is signed in, in both bundles.

use leptos::prelude::*;

use crate::components::emergency::EmergencyBanner;
use crate::components::help::Help;
use crate::components::keyboard;
use crate::components::shell::{BottomBar, Rail, TopBar};
use crate::context::emergency::provide_emergency;
use crate::context::inventory::Inventory;
use crate::context::live::Live;
use crate::context::session::use_api;

/// Navigation, emergency stop, and the contexts that need a session. The screen comes between them.
#[component]
pub fn Frame(
    /// What may open over the screen.
    #[prop(optional, into)]
    over: ViewFnOnce,
    /// The screen.
    children: Children,
) -> impl IntoView {
    let api = use_api();
    let inventory = Inventory::new(api);
    provide_context(inventory);
    provide_context(Live::start(api, inventory));
    provide_emergency();
    let help = RwSignal::new(false);
    keyboard::listen(help);
    view! {
        <TopBar help=help />
        <EmergencyBanner />
        <div class="frame">
            <Rail />
            <main id="main" tabindex="-1">
                {children()}
            </main>
        </div>
        <BottomBar />
        {over.run()}
        <Help open=help />
    }
}
