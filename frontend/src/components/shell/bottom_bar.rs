//! Navigation under the thumb, on phones.

use argus_types::person::Permission;
use leptos::prelude::*;

use crate::components::emergency::StopButton;
use crate::components::icon::Glyph;
use crate::components::nav_link::NavLink;
use crate::context::session::use_session;
use crate::erased::dynamic;
use crate::routes;

/// The bar: the screens of every day, and the emergency stop.
#[component]
pub fn BottomBar() -> impl IntoView {
    let session = use_session();
    view! {
        <nav class="bottom-bar" aria-label="Screens, short">
            <NavLink href=routes::OVERVIEW glyph=Glyph::Home label="Home" />
            <NavLink href=routes::CHANGES glyph=Glyph::List label="Changes" />
            {dynamic(move || {
                session
                    .may(Permission::Propose)
                    .then(|| {
                        view! {
                            <NavLink href=routes::ASK glyph=Glyph::Speech label="Ask" />
                        }
                    })
            })}
            <NavLink href=routes::LEDGER glyph=Glyph::Book label="Ledger" />
            <StopButton short=true />
        </nav>
    }
}
