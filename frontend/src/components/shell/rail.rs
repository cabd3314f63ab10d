//! Navigation beside the screen, from tablets up.

use leptos::prelude::*;

use super::PLACES;
use crate::components::nav_link::NavLink;
use crate::context::session::use_session;

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
                        session
                            .may(place.needs)
                            .then(|| {
                                view! {
                                    <NavLink href=place.path glyph=place.glyph label=place.label />
                                }
                            })
                    }
                })
                .collect_view()}
        </nav>
    }
}
