//! What stands in for data that has not come yet, and for data that there is none of.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Grey lines while something is read.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 4)]
    lines: usize,
    /// What is being read, for screen readers.
    label: &'static str,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{label}</span>
            {(0..lines).map(|_| view! { <span class="skeleton-line" aria-hidden="true"></span> }).collect_view()}
        </div>
    }
}

/// A list without entries.
#[component]
pub fn Empty(
    /// What there is none of, in a sentence.
    title: &'static str,
    /// What to do about it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon glyph=Glyph::Circle />
            <p class="empty-title">{title}</p>
            {children()}
        </div>
    }
}
