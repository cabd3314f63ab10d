//! A link of the navigation, marked while its screen is shown.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::context::location::use_location;
use crate::erased::memo;
use crate::routes;

/// A link with its drawing.
#[component]
pub fn NavLink(
    /// Where it leads.
    href: &'static str,
    /// Its drawing.
    glyph: Glyph,
    /// Its word.
    label: &'static str,
) -> impl IntoView {
    let location = use_location();
    let here = memo(move || routes::is_within(&location.path(), href));
    view! {
        <a href=href aria-current=move || here.get().then_some("page")>
            <Icon glyph=glyph />
            <span>{label}</span>
        </a>
    }
}
