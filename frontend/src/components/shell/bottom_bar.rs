//! Navigation under the thumb, on phones.

use argus_types::person::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::emergency::StopButton;
use crate::components::icon::{Glyph, Icon};
use crate::context::session::use_session;
use crate::routes;

/// The bar: the screens of every day, and the emergency stop.
#[component]
pub fn BottomBar() -> impl IntoView {
    let session = use_session();
    view! {
        <nav class="bottom-bar" aria-label="Screens, short">
            <A href=routes::OVERVIEW exact=true>
                <Icon glyph=Glyph::Home />
                <span>"Home"</span>
            </A>
            <A href=routes::CHANGES>
                <Icon glyph=Glyph::List />
                <span>"Changes"</span>
            </A>
            {move || {
                session
                    .may(Permission::Propose)
                    .then(|| {
                        view! {
                            <A href=routes::ASK>
                                <Icon glyph=Glyph::Speech />
                                <span>"Ask"</span>
                            </A>
                        }
                    })
            }}
            <A href=routes::LEDGER>
                <Icon glyph=Glyph::Book />
                <span>"Ledger"</span>
            </A>
            <StopButton short=true />
        </nav>
    }
}
