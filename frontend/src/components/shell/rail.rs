//! Navigation beside the screen, from tablets up.

use argus_types::person::Permission;
use leptos::prelude::*;
use leptos_router::components::A;

use super::PLACES;
use crate::components::icon::Icon;
use crate::context::session::use_session;
use crate::routes;

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    let session = use_session();
    view! {
        <nav class="rail" aria-label="Screens">
            {PLACES
                .into_iter()
                .map(|place| {
                    move || {
                        let there = place.path != routes::ASK
                            || session.may(Permission::Propose);
                        there
                            .then(|| {
                                view! {
                                    <A href=place.path exact=place.path == routes::OVERVIEW>
                                        <Icon glyph=place.glyph />
                                        <span>{place.label}</span>
                                    </A>
                                }
                            })
                    }
                })
                .collect_view()}
        </nav>
    }
}
