//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::context::preferences::{Theme, use_preferences};
use crate::erased::dynamic;

/// A button that goes through the themes.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let theme = use_preferences().theme;
    let label = move || format!("Theme: {}", theme.get().as_str());
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=label
            title=label
            on:click=move |_| theme.update(|theme| *theme = theme.next())
        >
            {dynamic(move || {
                let glyph = match theme.get() {
                    Theme::System => Glyph::Contrast,
                    Theme::Light => Glyph::Sun,
                    Theme::Dark => Glyph::Moon,
                };
                view! { <Icon glyph=glyph /> }
            })}
        </button>
    }
}
